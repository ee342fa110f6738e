using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>A simulation and how far it has come: what a page begins with, and the next history too.</summary>
/// <param name="Month">The first day of the month whose payments are looked at.</param>
/// <param name="After">The last payment of it that was looked at; null at its beginning.</param>
public sealed record SimulationState(
    MerchantId Merchant,
    RoutingProgram? Candidate,
    DateTimeOffset From,
    DateTimeOffset To,
    DateOnly Month,
    PaymentId? After,
    SimulationTally Tally)
{
    /// <summary>Nothing is looked at yet. A payment's month is that of its id, which is made a little before it.</summary>
    internal static SimulationState Begin(MerchantId merchant, SimulationRequest wanted)
    {
        var first = wanted.From < DateTimeOffset.UnixEpoch + PaymentListQuery.BornWithin
            ? DateTimeOffset.UnixEpoch
            : wanted.From - PaymentListQuery.BornWithin;
        return new(merchant, wanted.Candidate, wanted.From, wanted.To, Months.Of(first), After: null, new SimulationTally());
    }

    /// <summary>Whether there is nothing left to look at.</summary>
    public bool IsDone => Month > Months.Of(To);
}

/// <summary>
/// Decides the recorded payments of a period again, page by page, by the programs that decided them and by a candidate. It
/// changes nothing, so a page that is looked at twice is as one that is looked at once.
/// </summary>
public static class SimulateRouting
{
    // Then it begins anew, or its history would have no end.
    const int PagesPerRun = 50;

    [Function(nameof(SimulateRouting))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<SimulationState>()!;
        for (var page = 0; page < PagesPerRun; page++)
        {
            state = await context.CallActivityAsync<SimulationState>(nameof(SimulationPage), state, AuthorizePayment.UntilItWorks);
            context.SetCustomStatus(state.Tally);
            if (state.IsDone) return;
        }
        context.ContinueAsNew(state);
    }
}

/// <summary>Decides one page of a merchant's recorded payments again.</summary>
public sealed class SimulationPage(Containers containers, PaymentStore payments, RoutingStore routings, Acquirers acquirers)
{
    const int PageSize = 100;

    sealed record Row(PaymentId Id);

    [Function(nameof(SimulationPage))]
    public async Task<SimulationState> Run([ActivityTrigger] SimulationState state, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var rows = await PageAsync(state, cancellation);
        var programs = new Programs(routings, await routings.LoadAsync(state.Merchant, cancellation));
        var tally = state.Tally;
        foreach (var row in rows) tally = await LookAtAsync(row.Id, state, programs, tally, cancellation);
        return rows.Count < PageSize
            ? state with { Month = state.Month.AddMonths(1), After = null, Tally = tally }
            : state with { After = rows[^1].Id, Tally = tally };
    }

    async Task<SimulationTally> LookAtAsync(
        PaymentId id, SimulationState state, Programs programs, SimulationTally tally, CancellationToken cancellation)
    {
        if (await payments.FindAsync(id, state.Merchant, cancellation) is not { Route: { } recorded } payment) return tally.WithUnrecorded();
        if (await programs.FindAsync(recorded.ProgramVersion, cancellation) is not { } program) return tally.WithUnrecorded();
        var again = Explanations.Of(Replay.Plan(payment, recorded, program, acquirers.Profiles));
        var replayed = tally.WithReplayed(id.Value, Bytes(again).AsSpan().SequenceEqual(Bytes(recorded)));
        return state.Candidate is { } candidate
            ? replayed.With(Replay.Reroute(payment, recorded, candidate, acquirers.Profiles))
            : replayed;
    }

    Task<List<Row>> PageAsync(SimulationState state, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
                "SELECT c.id FROM c WHERE c.id > @after AND c.created_at >= @from AND c.created_at < @to ORDER BY c.id")
            .WithParameter("@after", state.After?.Value ?? "")
            .WithParameter("@from", Moment(state.From))
            .WithParameter("@to", Moment(state.To));
        return containers.PaymentIndex.FirstAsync<Row>(
            query, Months.Bucket(state.Merchant, state.Month), PageSize, cancellation);
    }

    static byte[] Bytes(RouteExplanation route) => JsonSerializer.SerializeToUtf8Bytes(route, Json.Storage);

    static string Moment(DateTimeOffset moment) => JsonSerializer.SerializeToElement(moment, Json.Storage).GetString()!;

    /// <summary>The programs that decided the payments of a page, each read once.</summary>
    sealed class Programs(RoutingStore routings, MerchantRouting routing)
    {
        readonly Dictionary<int, RoutingProgram?> known = new() { [0] = routings.Usual };

        public async Task<RoutingProgram?> FindAsync(int version, CancellationToken cancellation) =>
            known.TryGetValue(version, out var found)
                ? found
                : known[version] = (await routings.FindVersionAsync(routing, version, cancellation))?.Program;
    }
}
