using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Operations;

/// <summary>
/// GET /ops/v1/unresolved-payments and POST /ops/v1/unresolved-payments/{id}/resolutions: what no machine could find out,
/// and what a person found.
/// </summary>
public sealed partial class ReviewPayments(
    ReviewList list,
    IdempotentPost idempotent,
    PaymentStore payments,
    PaymentEvents events,
    Ids ids,
    TimeProvider time,
    ILogger<ReviewPayments> log)
{
    [Function("ListUnresolvedPayments")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/unresolved-payments")] HttpRequest request,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, after) = (parameters.Limit(), parameters.Cursor(PaymentIdOf));
        parameters.RefuseOthers();
        return errors.Count > 0 ? Problem.Invalid(errors) : Answer.Ok(await list.ReadAsync(limit, after, context.CancellationToken));
    }

    [Function("ResolvePayment")]
    public async Task<IResult> Resolve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/unresolved-payments/{id}/resolutions")]
        HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (decision, errors) = Resolution.Read(posted.Body, by: context.Key().Value);
        if (decision is null) return Problem.Invalid(errors);
        context.NoteForAudit(decision.Reason);
        if (await payments.FindAsync(new PaymentId(id), context.CancellationToken) is not { } payment) return Problem.NotFound("payment");
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"resolutions {id}", ids.Resolution().Value),
            _ => SettleAsync(payment.Id, decision, durable),
            CancellationToken.None);
    }

    async Task<PostResult> SettleAsync(PaymentId id, ReviewDecision decision, DurableTaskClient durable)
    {
        ReviewAnswer? answer = null;
        var first = 0;
        var settled = await payments.ChangeAsync(
            id,
            found =>
            {
                first = found.Events.Count;
                answer = Reviews.Resolve(found, decision, time.GetUtcNow());
                return answer is ReviewAnswer.Settled done ? done.Payment : found;
            },
            CancellationToken.None);
        if (answer is ReviewAnswer.Refused refused) return new PostResult(App.Answer.Of(Refusal(refused.Why)), IsFinal: true);
        await events.PublishAsync(settled, Math.Min(first + 1, settled.Events.Count), CancellationToken.None);
        await StartWhatFollowsAsync(settled, durable);
        Settled(id, decision.Subject, decision.Outcome, decision.By);
        return new PostResult(App.Answer.Of(StatusCodes.Status201Created, PaymentWire.Of(settled)), IsFinal: true);
    }

    static async Task StartWhatFollowsAsync(Payment settled, DurableTaskClient durable)
    {
        foreach (var attempt in settled.Attempts.Where(attempt => attempt.IsBeingReversed))
            await UndoAttempt.StartAsync(durable, settled, attempt, CancellationToken.None);
        if (settled.Status == PaymentStatus.Authorized) await ContinueAuthorized.StartAsync(durable, settled, CancellationToken.None);
    }

    static Problem Refusal(ReviewRefusal why) => why switch
    {
        ReviewRefusal.NotUnderReview => new(StatusCodes.Status409Conflict, "not_under_review", "Nothing of that id waits for a person."),
        ReviewRefusal.OutcomeDoesNotFit => new(StatusCodes.Status422UnprocessableEntity, "outcome_does_not_fit", "That cannot come of it."),
        ReviewRefusal.ReferenceMissing => new(
            StatusCodes.Status422UnprocessableEntity, "reference_missing", "What is done has a reference at the acquirer."),
        ReviewRefusal.AmountContradicts => new(
            StatusCodes.Status409Conflict, "amount_contradicts", "The acquirer approved another amount: that cannot be used."),
    };

    static PaymentId? PaymentIdOf(string cursor) =>
        cursor.StartsWith(PaymentId.Prefix, StringComparison.Ordinal) ? new PaymentId(cursor) : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Payment}: {Subject} was settled as {Outcome} by {Operator}")]
    partial void Settled(PaymentId payment, string subject, ReviewOutcome outcome, string @operator);
}

/// <summary>The body of a resolution, found valid.</summary>
static class Resolution
{
    const int LongestSubject = 64;
    const int LongestReference = 100;
    const int LongestReason = 500;

    static readonly Dictionary<string, ReviewOutcome> Outcomes =
        Enum.GetValues<ReviewOutcome>().ToDictionary(Json.Word, outcome => outcome);

    /// <summary>The decision, or everything that is wrong with it.</summary>
    public static (ReviewDecision? Decision, IReadOnlyList<FieldError> Errors) Read(JsonElement body, string by)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var subject = members.Text("subject", LongestSubject, isRequired: true);
        var outcome = members.OneOf("outcome", Outcomes, isRequired: true);
        var reference = members.Text("acquirer_reference", LongestReference);
        var reason = members.Text("reason", LongestReason, isRequired: true);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new ReviewDecision(subject!, outcome!.Value, reference, reason!, by), errors);
    }
}
