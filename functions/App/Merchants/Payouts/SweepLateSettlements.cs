using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Until when closed discrepancies have been looked at.</summary>
sealed record SweepMark(string Id, string Owner, DateTimeOffset At)
{
    public const string OnlyId = "mark";
    public const string OnlyOwner = "sweep";
}

/// <summary>
/// Before a run: makes payable what lines settle that nothing explained when their file came, and an expectation that came
/// late has explained since.
/// </summary>
public sealed class SweepLateSettlements(
    Containers containers, Acquirers acquirers, SettlementFileStore files, RecordPayables record, TimeProvider time)
{
    const int MostClosed = 100_000;
    const int PageRows = 1_000;

    // Clocks of instances differ, and what is recorded twice is recorded once.
    static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    [Function(nameof(SweepLateSettlements))]
    public async Task Run([ActivityTrigger] PayoutRunId run, FunctionContext context)
    {
        var (cancellation, now) = (context.CancellationToken, time.GetUtcNow());
        var stored = await containers.Payouts.FindAsync<SweepMark>(SweepMark.OnlyId, SweepMark.OnlyOwner, cancellation);
        var since = (stored?.Value.At ?? DateTimeOffset.UnixEpoch + Overlap) - Overlap;
        foreach (var profile in acquirers.Profiles)
            foreach (var group in await GroupsAsync(profile.Name, since, cancellation))
                await record.RecordAsync(group, cancellation);
        await containers.Payouts.UpsertAsync(new SweepMark(SweepMark.OnlyId, SweepMark.OnlyOwner, now), SweepMark.OnlyOwner, cancellation);
    }

    async Task<IReadOnlyList<PayablesOfGroup>> GroupsAsync(AcquirerName acquirer, DateTimeOffset since, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.status = 'closed' AND c.discrepancy.kind IN ('missing_here', 'ambiguous', 'duplicate') AND c.closed_at >= @since")
            .WithParameter("@since", since);
        var closed = await containers.Discrepancies.FirstAsync<DiscrepancyDocument>(query, acquirer.Value, MostClosed, cancellation, PageRows);
        var groups = new HashSet<PayablesOfGroup>();
        foreach (var file in closed.Where(one => one.Discrepancy.File is not null).GroupBy(one => one.Discrepancy.File!.Value))
        {
            // Of a file that is still under way, the lines are recorded when it is done.
            if (await files.FindAsync(file.Key, cancellation) is not { IsConcluded: true, Groups: > 0 } found) continue;
            groups.UnionWith(file.Select(one => new PayablesOfGroup(file.Key, ShardGroups.Of(new ShardNumber(one.Shard), found.Groups))));
        }
        return [.. groups];
    }
}
