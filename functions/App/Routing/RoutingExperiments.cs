using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>One side of an experiment as the contract shows it.</summary>
sealed record SideWire(int Version, int Approved, int Declined, double? ApprovalRate)
{
    public static SideWire Of(int version, SideCount count) => new(version, count.Approved, count.Declined, count.ApprovalRate);
}

/// <summary>An experiment as the contract shows it.</summary>
sealed record ExperimentWire(
    ExperimentId Id,
    bool Running,
    int SharePercent,
    int GuardrailPercentagePoints,
    int MinimumSample,
    SideWire Control,
    SideWire Variant,
    ProgramWire Program,
    IReadOnlyList<WarningWire> Warnings,
    ExperimentEnd? EndedBy,
    string? StartedBy,
    string? Note,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    public static ExperimentWire Of(Experiment experiment, SideCounts counts, IReadOnlyList<AcquirerProfile> acquirers) => new(
        experiment.Id,
        experiment.EndedAt is null,
        experiment.SharePercent,
        experiment.GuardrailPercentagePoints,
        experiment.MinimumSample,
        SideWire.Of(experiment.ControlVersion, counts.Control),
        SideWire.Of(experiment.Variant.Program.Version, counts.Variant),
        ProgramWire.Of(experiment.Variant.Program),
        WarningWire.Of(experiment.Variant.Program, acquirers),
        experiment.End,
        experiment.Variant.By,
        experiment.Variant.Note,
        experiment.StartedAt,
        experiment.EndedAt);
}

/// <summary>POST /v1/routing/experiments tries a program on a share of the payments; GET says how it does, POST …/stops ends it.</summary>
public sealed class RoutingExperiments(
    RoutingStore routings, ExperimentCounts counts, Acquirers acquirers, IdempotentPost idempotent, Ids ids, TimeProvider time)
{
    const string Path = "/v1/routing/experiments";

    [Function("StartExperiment")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/routing/experiments")] HttpRequest request,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(
            request, mayBeEmpty: false, context.CancellationToken, RequestBody.DeepestTree);
        if (posted is null) return problem!;
        var (wanted, errors) = ExperimentRequest.Read(posted.Body, acquirers.Profiles);
        if (wanted is null) return Problem.Invalid(errors);
        var change = new ProgramChange(context.Key().Value, time.GetUtcNow(), wanted.Note);
        return await idempotent.RunAsync(
            posted.Once(context.Merchant(), "routing experiments", ids.Experiment().Value),
            claim => StartAsync(context.Merchant(), new ExperimentId(claim.Resource), wanted, change),
            CancellationToken.None);
    }

    [Function("GetExperiment")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/routing/experiments/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await routings.FindExperimentAsync(context.Merchant(), new ExperimentId(id), context.CancellationToken) is { } found
            ? Answer.Ok(await WireAsync(found, context.CancellationToken))
            : Problem.NotFound("experiment");

    [Function("StopExperiment")]
    public async Task<IResult> Stop(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/routing/experiments/{id}/stops")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? posted!.RefuseMembers()) is { } refusal) return refusal;
        var (merchant, experiment) = (context.Merchant(), new ExperimentId(id));
        if (await routings.FindExperimentAsync(merchant, experiment, context.CancellationToken) is null)
            return Problem.NotFound("experiment");
        return await idempotent.RunAsync(
            posted!.Once(merchant, $"stops {id}", ids.Stop()), _ => StopAsync(merchant, experiment), CancellationToken.None);
    }

    async Task<PostResult> StartAsync(MerchantId merchant, ExperimentId id, ExperimentRequest wanted, ProgramChange change)
    {
        var begun = new NewExperiment(id, wanted.Content, wanted.Share, wanted.Guardrail, wanted.MinimumSample);
        var (routing, rejection) = await routings.AskAsync(
            merchant, found => Task.FromResult(RoutingRules.Start(found, begun, change)), CancellationToken.None);
        if (rejection is { } reason) return new PostResult(Answer.Of(RoutingRejections.Problem(reason)), IsFinal: true);
        var answer = Answer.Of(StatusCodes.Status201Created, await WireAsync(routing.Experiment!, CancellationToken.None));
        return new PostResult(answer with { Location = $"{Path}/{id}" }, IsFinal: true);
    }

    async Task<PostResult> StopAsync(MerchantId merchant, ExperimentId id)
    {
        await routings.StopAsync(merchant, id, ExperimentEnd.Stopped, CancellationToken.None);
        var ended = await routings.FindExperimentAsync(merchant, id, CancellationToken.None);
        return new PostResult(Answer.Of(StatusCodes.Status201Created, await WireAsync(ended!, CancellationToken.None)), IsFinal: true);
    }

    async Task<ExperimentWire> WireAsync(Experiment experiment, CancellationToken cancellation) =>
        ExperimentWire.Of(experiment, await counts.LoadAsync(experiment.Id, cancellation), acquirers.Profiles);
}
