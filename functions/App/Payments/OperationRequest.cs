using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>The body of a capture, refund or void, found valid. No amount means all that is left.</summary>
sealed record OperationRequest(long? MinorUnits, bool IsFinal, string? Reason)
{
    const long LargestAmount = 999_999_999_999;
    const int LongestReason = 200;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (OperationRequest? Request, IReadOnlyList<FieldError> Errors) Read(OperationKind kind, JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var minorUnits = kind == OperationKind.Void ? null : members.Integer("amount", 1, LargestAmount);
        var isFinal = kind == OperationKind.Capture && (members.Flag("final") ?? false);
        var reason = kind == OperationKind.Refund ? members.Text("reason", LongestReason) : null;
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new OperationRequest(minorUnits, isFinal, reason), errors);
    }
}

/// <summary>How each reason for refusing an operation is told.</summary>
static class Rejections
{
    const int Conflict = StatusCodes.Status409Conflict;
    const int Unprocessable = StatusCodes.Status422UnprocessableEntity;

    /// <summary>The problem that says so.</summary>
    public static Problem Problem(Rejection reason) => reason switch
    {
        Rejection.TooManyOperations => new(Conflict, "too_many_operations", "The payment has too many captures and refunds."),
        Rejection.AuthorizationExpired => new(Conflict, "authorization_expired", "The authorization has expired."),
        Rejection.NotAuthorized => new(Conflict, "not_authorized", "The payment is not authorized."),
        Rejection.NotCaptured => new(Conflict, "not_captured", "Nothing of the payment is captured that could be refunded."),
        Rejection.AlreadyReleased => new(Conflict, "already_released", "What was not captured has been given up."),
        Rejection.CaptureInProgress => new(Conflict, "capture_in_progress", "A capture is under way: try again when it is done."),
        Rejection.NothingToVoid => new(Conflict, "nothing_to_void", "All of the payment is captured: refund it instead."),
        Rejection.ExceedsCapturable => new(Unprocessable, "exceeds_capturable", "The amount is more than can still be captured."),
        Rejection.ExceedsRefundable => new(Unprocessable, "exceeds_refundable", "The amount is more than can still be refunded."),
    };

    /// <summary>The same as an answer that can be kept.</summary>
    public static Answer Answer(Rejection reason) => App.Answer.Of(Problem(reason));
}
