using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>GET and PUT /v1/routing, and POST /v1/routing/rollbacks.</summary>
public sealed class ChangeRouting(
    RoutingStore routings, Acquirers acquirers, IdempotentPost idempotent, Ids ids, TimeProvider time)
{
    [Function("GetRouting")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/routing")] HttpRequest request, FunctionContext context) =>
        Show(await routings.LoadAsync(context.Merchant(), context.CancellationToken));

    [Function("PutRouting")]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/routing")] HttpRequest request, FunctionContext context)
    {
        var (revision, revisionProblem) = RoutingRevision.Read(request);
        if (revisionProblem is not null) return revisionProblem;
        var (body, bodyProblem) = await RequestBody.ReadAsync(
            request, mayBeEmpty: false, context.CancellationToken, RequestBody.DeepestTree);
        if (bodyProblem is not null) return bodyProblem;
        var (wanted, errors) = ProgramRequest.Read(body, acquirers.Profiles);
        if (wanted is null) return Problem.Invalid(errors);
        var change = new ProgramChange(context.Key().Value, time.GetUtcNow(), wanted.Note);
        var (routing, rejection) = await routings.AskAsync(
            context.Merchant(), found => Task.FromResult(RoutingRules.Put(found, revision, wanted.Content, change)), CancellationToken.None);
        return rejection is { } reason ? RoutingRejections.Problem(reason) : Show(routing);
    }

    [Function("RollBackRouting")]
    public async Task<IResult> RollBack(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/routing/rollbacks")] HttpRequest request, FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (wanted, errors) = RollbackRequest.Read(posted.Body);
        if (wanted is null) return Problem.Invalid(errors);
        var change = new ProgramChange(context.Key().Value, time.GetUtcNow(), wanted.Note);
        return await idempotent.RunAsync(
            posted.Once(context.Merchant(), "routing rollbacks", ids.Rollback()),
            claim => RollBackAsync(context, wanted.Version, change with { Request = claim.Resource }),
            CancellationToken.None);
    }

    async Task<PostResult> RollBackAsync(FunctionContext context, int version, ProgramChange change)
    {
        var (routing, rejection) = await routings.AskAsync(
            context.Merchant(),
            async found => RoutingRules.RollBack(found, await OldAsync(found, version), change),
            CancellationToken.None);
        return rejection is { } reason
            ? new PostResult(Answer.Of(RoutingRejections.Problem(reason)), IsFinal: true)
            : new PostResult(Answer.Of(StatusCodes.Status201Created, Wire(routing)), IsFinal: true);
    }

    async Task<RoutingProgram?> OldAsync(MerchantRouting routing, int version) => version == 0
        ? routings.Usual
        : (await routings.FindVersionAsync(routing, version, CancellationToken.None))?.Program;

    Answer Show(MerchantRouting routing) => Answer.Ok(Wire(routing)) with { ETag = RoutingRevision.Of(routing) };

    RoutingWire Wire(MerchantRouting routing) => RoutingWire.Of(routing, routings.Usual, acquirers.Profiles);
}
