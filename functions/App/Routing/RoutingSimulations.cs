using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>Where a simulation stands.</summary>
enum SimulationStatus { Running, Done, Failed }

/// <summary>How many recorded decisions were made again to the very same bytes.</summary>
sealed record RecordedWire(int Identical, int Different, IReadOnlyList<string> FirstDifferent);

/// <summary>An estimate, and within what it lies nine times of ten.</summary>
sealed record EstimateWire(double Expected, double Low, double High)
{
    const int ShownDecimals = 2;

    public static EstimateWire Of(Expected estimate, double times) => new(
        Math.Round(estimate.Value * times, ShownDecimals),
        Math.Round(estimate.Low * times, ShownDecimals),
        Math.Round(estimate.High * times, ShownDecimals));
}

/// <summary>A change of cost in minor units, each number rounded to the nearest.</summary>
sealed record CostChangeWire(string Currency, long Expected, long Low, long High)
{
    public static CostChangeWire Of(string currency, Expected cost) =>
        new(currency, (long)Math.Round(cost.Value), (long)Math.Round(cost.Low), (long)Math.Round(cost.High));
}

/// <summary>What a candidate would have changed.</summary>
sealed record CandidateOutcomeWire(
    int Rerouted,
    IReadOnlyList<Moved> Moves,
    EstimateWire ApprovalChangePercentagePoints,
    IReadOnlyList<CostChangeWire> CostChange)
{
    const double Hundred = 100;

    public static CandidateOutcomeWire Of(SimulationTally tally) => new(
        tally.Rerouted,
        tally.Moves,
        EstimateWire.Of(tally.Approvals, Hundred / Math.Max(1, tally.Payments - tally.WithoutRecord)),
        [.. tally.Costs.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => CostChangeWire.Of(one.Key, one.Value))]);
}

/// <summary>A simulation as the contract shows it.</summary>
sealed record SimulationWire(
    string Id,
    SimulationStatus Status,
    DateTimeOffset From,
    DateTimeOffset To,
    int Payments,
    int WithoutRecord,
    RecordedWire Recorded,
    CandidateOutcomeWire? Candidate)
{
    public static SimulationWire Of(string id, SimulationStatus status, SimulationState state, SimulationTally tally) => new(
        id,
        status,
        state.From,
        state.To,
        tally.Payments,
        tally.WithoutRecord,
        new RecordedWire(tally.Identical, tally.Different, tally.Examples),
        state.Candidate is null ? null : CandidateOutcomeWire.Of(tally));

    public static SimulationWire Of(OrchestrationMetadata instance, SimulationState state)
    {
        var progress = instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<SimulationTally>();
        var status = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => SimulationStatus.Done,
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => SimulationStatus.Failed,
            _ => SimulationStatus.Running,
        };
        return Of(instance.InstanceId, status, state, progress ?? state.Tally);
    }
}

/// <summary>POST /v1/routing/simulations decides recorded payments again; GET …/{id} says how far it is and what it has found.</summary>
public sealed class RoutingSimulations(IdempotentPost idempotent, Acquirers acquirers, Ids ids, TimeProvider time)
{
    const string Path = "/v1/routing/simulations";

    [Function("StartSimulation")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/routing/simulations")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(
            request, mayBeEmpty: false, context.CancellationToken, RequestBody.DeepestTree);
        if (posted is null) return problem!;
        var (wanted, errors) = SimulationRequest.Read(posted.Body, acquirers.Profiles, time.GetUtcNow());
        if (wanted is null) return Problem.Invalid(errors);
        var state = SimulationState.Begin(context.Merchant(), wanted);
        return await idempotent.RunAsync(
            posted.Once(context.Merchant(), "routing simulations", ids.Simulation()),
            claim => StartAsync(durable, claim.Resource, state),
            CancellationToken.None);
    }

    [Function("GetSimulation")]
    public static async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/routing/simulations/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        id.StartsWith(Ids.SimulationPrefix, StringComparison.Ordinal)
            && await durable.GetInstanceAsync(id, getInputsAndOutputs: true, context.CancellationToken) is { } instance
            && instance.ReadInputAs<SimulationState>() is { } state
            && state.Merchant == context.Merchant()
            ? Answer.Ok(SimulationWire.Of(instance, state))
            : Problem.NotFound("simulation");

    static async Task<PostResult> StartAsync(DurableTaskClient durable, string id, SimulationState state)
    {
        await Orchestrations.StartOnceAsync(durable, nameof(SimulateRouting), id, state, CancellationToken.None);
        var started = SimulationWire.Of(id, SimulationStatus.Running, state, state.Tally);
        return new PostResult(
            Answer.Of(StatusCodes.Status202Accepted, started) with { Location = $"{Path}/{id}" }, IsFinal: true);
    }
}
