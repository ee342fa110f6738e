using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>
/// GET /ops/v1/discrepancies/{id}, and what an operator does about it: POST …/assignments, …/notes, …/resolutions, and
/// another one's …/approvals or …/rejections.
/// </summary>
public sealed class ResolveDiscrepancies(ResolutionDesk desk, IdempotentPost idempotent)
{
    [Function("GetDiscrepancy")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/discrepancies/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await desk.FindAsync(new DiscrepancyId(id), context.CancellationToken) is { } found
            ? Answer.Ok(DiscrepancyWire.Of(found, desk.Now()))
            : Problem.NotFound("discrepancy");

    [Function("AssignDiscrepancy")]
    public Task<IResult> Assign(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/{id}/assignments")] HttpRequest request,
        string id,
        FunctionContext context) =>
        TakeAsync(request, id, context, DiscrepancyRequest.Assignment);

    [Function("NoteOnDiscrepancy")]
    public Task<IResult> Note(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/{id}/notes")] HttpRequest request,
        string id,
        FunctionContext context) =>
        TakeAsync(request, id, context, DiscrepancyRequest.Note);

    [Function("ResolveDiscrepancy")]
    public Task<IResult> Resolve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/{id}/resolutions")] HttpRequest request,
        string id,
        FunctionContext context) =>
        TakeAsync(request, id, context, DiscrepancyRequest.Resolution);

    [Function("ApproveDiscrepancy")]
    public Task<IResult> Approve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/{id}/approvals")] HttpRequest request,
        string id,
        FunctionContext context) =>
        TakeAsync(request, id, context, DiscrepancyRequest.Approval, mayBeEmpty: true);

    [Function("RejectDiscrepancy")]
    public Task<IResult> Reject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/{id}/rejections")] HttpRequest request,
        string id,
        FunctionContext context) =>
        TakeAsync(request, id, context, DiscrepancyRequest.Rejection);

    async Task<IResult> TakeAsync(
        HttpRequest request,
        string id,
        FunctionContext context,
        Func<JsonElement, (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors)> read,
        bool mayBeEmpty = false)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty, context.CancellationToken);
        if (posted is null) return problem!;
        var (step, errors) = read(posted.Body);
        if (step is null) return Problem.Invalid(errors);
        if (await desk.FindAsync(new DiscrepancyId(id), context.CancellationToken) is not { } found) return Problem.NotFound("discrepancy");
        // The moment is the claim's: a request that was cut short and is repeated finds the entry that it made.
        var moment = desk.Now();
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"{step.GetType().Name} {id} {context.Key()}", $"{moment.UtcTicks}"),
            claim => SettleAsync(found, step, context.Key().Value, new DateTimeOffset(long.Parse(claim.Resource), TimeSpan.Zero)),
            CancellationToken.None);
    }

    async Task<PostResult> SettleAsync(DiscrepancyDocument found, DiscrepancyStep step, string by, DateTimeOffset at)
    {
        var (changed, refusal) = await desk.TakeAsync(found, step, by, at);
        return refusal is { } why
            ? new PostResult(Answer.Of(Refusal(why)), IsFinal: true)
            : new PostResult(Answer.Of(StatusCodes.Status201Created, DiscrepancyWire.Of(changed, desk.Now())), IsFinal: true);
    }

    static Problem Refusal(DiscrepancyRefusal why) => why switch
    {
        DiscrepancyRefusal.NotOpen => new(StatusCodes.Status409Conflict, "discrepancy_not_open", "It is resolved or closed."),
        DiscrepancyRefusal.IsProposed => new(StatusCodes.Status409Conflict, "resolution_proposed", "Its resolution waits for another operator."),
        DiscrepancyRefusal.NotProposed => new(StatusCodes.Status409Conflict, "no_resolution_proposed", "No resolution of it waits for anybody."),
        DiscrepancyRefusal.SameOperator => new(StatusCodes.Status409Conflict, "same_operator", "Another operator has to approve what one has proposed."),
        DiscrepancyRefusal.DuplicateOfItself => new(StatusCodes.Status409Conflict, "duplicate_of_itself", "It cannot be a duplicate of itself."),
        DiscrepancyRefusal.HistoryFull => new(
            StatusCodes.Status409Conflict, "history_full", $"Its history has {DiscrepancyLife.MostEntries} entries: it can only be ended."),
    };
}

/// <summary>The bodies of steps, found valid.</summary>
static class DiscrepancyRequest
{
    const int LongestText = 500;
    const int LongestName = 100;
    const int LongestId = 64;

    static readonly IReadOnlyDictionary<string, ResolutionKind> Kinds = Json.Words<ResolutionKind>();

    public static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Assignment(JsonElement body) => Read(
        body, members => new DiscrepancyStep.Assign(members.Text("to", LongestName, isRequired: true)!, members.Text("text", LongestText)));

    public static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Note(JsonElement body) => Read(
        body, members => new DiscrepancyStep.Note(members.Text("text", LongestText, isRequired: true)!));

    public static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Approval(JsonElement body) => Read(
        body, members => new DiscrepancyStep.Approve(members.Text("text", LongestText)));

    public static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Rejection(JsonElement body) => Read(
        body, members => new DiscrepancyStep.Reject(members.Text("text", LongestText, isRequired: true)!));

    public static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Resolution(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var resolution = Resolution(members);
        members.RefuseOthers();
        var needsOther = resolution?.Kind == ResolutionKind.DuplicateOf;
        if (resolution is not null && needsOther != resolution.DuplicateOf.HasValue)
            errors.Add(new FieldError("duplicate_of", "does_not_fit", "It is said of a duplicate, and of nothing else."));
        return errors.Count > 0 ? (null, errors) : (new DiscrepancyStep.Resolve(resolution!), errors);
    }

    /// <summary>How it is to be ended; null where that is not said.</summary>
    public static Resolution? Resolution(Members members)
    {
        var kind = members.OneOf("kind", Kinds, isRequired: true);
        var reason = members.Text("reason", LongestText, isRequired: true);
        var other = members.Text("duplicate_of", LongestId);
        return kind is null || reason is null ? null : new Resolution(kind.Value, reason, other is null ? null : new DiscrepancyId(other));
    }

    static (DiscrepancyStep? Step, IReadOnlyList<FieldError> Errors) Read(JsonElement body, Func<Members, DiscrepancyStep> step)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var read = step(members);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (read, errors);
    }
}
