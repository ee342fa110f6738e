using System.Net;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring;

/// <summary>
/// What an answer of Adyen's Checkout API means. Only an answer that says so beyond doubt is a yes or a no; anything
/// else is unknown, and is asked about again.
/// </summary>
static class AdyenAnswers
{
    // docs.adyen.com, "API error codes": the request was read and refused before anything was done.
    static readonly Dictionary<string, DeclineCode> Refusals = new()
    {
        ["101"] = DeclineCode.InvalidCard,
        ["102"] = DeclineCode.InvalidCard,
        ["103"] = DeclineCode.InvalidCvc,
        ["129"] = DeclineCode.ExpiredCard,
        ["131"] = DeclineCode.ExpiredCard,
        ["132"] = DeclineCode.ExpiredCard,
        ["140"] = DeclineCode.ExpiredCard,
        ["141"] = DeclineCode.ExpiredCard,
        ["905"] = DeclineCode.ConfigurationError,
    };

    /// <summary>What a payment's answer with status 200 means.</summary>
    public static AttemptOutcome Payment(AdyenPaymentAnswer answer, Money asked) => answer switch
    {
        { ResultCode: "Authorised" or "PartiallyAuthorised", PspReference: { } reference } => Approved(answer, reference, asked),
        { ResultCode: "Refused" or "Cancelled" or "Error" } => Declined(answer),
        { ResultCode: "RedirectShopper", PspReference: { } reference, Action.Url: { } url } =>
            new AttemptOutcome.ActionRequired(reference, url),
        _ => new AttemptOutcome.Unknown($"The acquirer answered with result code '{answer.ResultCode}'."),
    };

    /// <summary>What a payment's answer with another status means.</summary>
    public static AttemptOutcome PaymentError(HttpStatusCode status, AdyenError? error) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            TurnedAway(DeclineCode.ConfigurationError, status, error),
        HttpStatusCode.TooManyRequests => TurnedAway(DeclineCode.AcquirerUnavailable, status, error),
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when error?.ErrorCode is { } code && !IsInFlight(error) =>
            new AttemptOutcome.Declined(
                Refusals.GetValueOrDefault(code, DeclineCode.ConfigurationError), Code(status, error), error.Message),
        _ => new AttemptOutcome.Unknown($"The acquirer answered with HTTP status {(int)status}."),
    };

    /// <summary>What an answer with another status to the details of an action means; null: they are not what was asked for.</summary>
    public static AttemptOutcome? DetailsError(HttpStatusCode status, AdyenError? error) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when error?.ErrorCode is not null && !IsInFlight(error) => null,
        _ => new AttemptOutcome.Unknown($"The acquirer answered with HTTP status {(int)status}."),
    };

    /// <summary>What a capture's, refund's or cancel's answer with status 200 or 201 means.</summary>
    public static OperationOutcome Modification(AdyenModificationAnswer answer) =>
        answer is { Status: "received", PspReference: { } reference }
            ? new OperationOutcome.Accepted(reference)
            : new OperationOutcome.Unknown($"The acquirer answered with status '{answer.Status}'.");

    /// <summary>What a reversal's answer with status 200 or 201 means: Adyen takes it and tells later only what it could not do.</summary>
    public static ReversalOutcome Reversal(AdyenModificationAnswer answer) =>
        answer is { Status: "received", PspReference: { } reference }
            ? new ReversalOutcome.Reversed(reference, $"The acquirer received the reversal as {reference}.")
            : new ReversalOutcome.Unknown($"The acquirer answered with status '{answer.Status}'.");

    /// <summary>What a capture's, refund's or cancel's answer with another status means.</summary>
    public static OperationOutcome ModificationError(HttpStatusCode status, AdyenError? error) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when error?.ErrorCode is not null && !IsInFlight(error) =>
            new OperationOutcome.Refused(Code(status, error), error.Message ?? "refused"),
        _ => new OperationOutcome.Unknown($"The acquirer answered with HTTP status {(int)status}."),
    };

    static AttemptOutcome Approved(AdyenPaymentAnswer answer, string reference, Money asked)
    {
        var isAsAsked = answer.Amount is not { } amount || AdyenCurrencies.FromAdyen(amount.Value, amount.Currency) == asked;
        return isAsAsked && answer.ResultCode == "Authorised"
            ? new AttemptOutcome.Approved(reference, answer.AdditionalData?.GetValueOrDefault("authCode"))
            : new AttemptOutcome.Contradicted(
                reference, $"Asked for {asked}, authorised for {answer.Amount?.Value} {answer.Amount?.Currency}.");
    }

    static AttemptOutcome.Declined Declined(AdyenPaymentAnswer answer)
    {
        var code = answer.RefusalReasonCode ?? "";
        return new AttemptOutcome.Declined(AdyenCodes.Decline(code), code, answer.RefusalReason)
        {
            NetworkCode = SchemeCode(answer, "refusalReasonRaw"),
            AdviceCode = SchemeCode(answer, "merchantAdviceCode"),
            AcquirerReference = answer.PspReference,
        };
    }

    // Adyen passes the scheme's code on with its meaning, as in "05 : Do not honor".
    static string? SchemeCode(AdyenPaymentAnswer answer, string name) =>
        answer.AdditionalData?.GetValueOrDefault(name)?.Split(':')[0].Trim() is { Length: > 0 } code ? code : null;

    static AttemptOutcome.Declined TurnedAway(DeclineCode why, HttpStatusCode status, AdyenError? error) =>
        new(why, Code(status, error), error?.Message) { IsOfThisCallOnly = true };

    // 704: "request already processed or in progress" tells nothing of how it ended.
    static bool IsInFlight(AdyenError error) => error.ErrorCode == "704";

    static string Code(HttpStatusCode status, AdyenError? error) => error?.ErrorCode ?? $"http_{(int)status}";
}
