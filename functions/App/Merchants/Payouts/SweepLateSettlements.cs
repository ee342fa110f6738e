using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Reconciliation;
using Railyard.App.Settlement;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Until when ended discrepancies have been looked at.</summary>
sealed record SweepMark(string Id, string Owner, DateTimeOffset At)
{
    public const string OnlyId = "mark";
    public const string OnlyOwner = "sweep";
}

/// <summary>
/// Before a run: makes payable what lines settle that nothing explained when their file came, and what an expectation that
/// came late, or a person, has explained since.
/// </summary>
public sealed class SweepLateSettlements(
    Containers containers, Acquirers acquirers, SettlementFileStore files, PayableSource source, RecordPayables record, TimeProvider time)
{
    const int MostEnded = 100_000;
    const int PageRows = 1_000;

    // Clocks of instances differ, and what is recorded twice is recorded once.
    static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    [Function(nameof(SweepLateSettlements))]
    public Task Run([ActivityTrigger] PayoutRunId run, FunctionContext context) => SweepAsync(context.CancellationToken);

    internal async Task SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var stored = await containers.Payouts.FindAsync<SweepMark>(SweepMark.OnlyId, SweepMark.OnlyOwner, cancellation);
        var since = (stored?.Value.At ?? DateTimeOffset.UnixEpoch + Overlap) - Overlap;
        foreach (var profile in acquirers.Profiles)
        {
            var ended = await EndedAsync(profile.Name, since, cancellation);
            foreach (var group in await GroupsAsync(ended, cancellation)) await record.RecordAsync(group, cancellation);
            await RecordMissingAsync(profile.Name, ended, cancellation);
        }
        await containers.Payouts.UpsertAsync(new SweepMark(SweepMark.OnlyId, SweepMark.OnlyOwner, now), SweepMark.OnlyOwner, cancellation);
    }

    Task<List<DiscrepancyDocument>> EndedAsync(AcquirerName acquirer, DateTimeOffset since, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.closed_at >= @since AND c.status IN ('closed', 'resolved') AND c.discrepancy.kind IN " +
            "('missing_here', 'ambiguous', 'duplicate', 'amount_differs', 'currency_differs', 'control_total_broken', 'missing_at_acquirer')")
            .WithParameter("@since", since);
        return containers.Discrepancies.FirstAsync<DiscrepancyDocument>(query, acquirer.Value, MostEnded, cancellation, PageRows);
    }

    async Task<IReadOnlyList<PayablesOfGroup>> GroupsAsync(List<DiscrepancyDocument> ended, CancellationToken cancellation)
    {
        var groups = new HashSet<PayablesOfGroup>();
        var ofFiles = ended.Where(one => one.Discrepancy.File is not null && one.Discrepancy.Kind != DiscrepancyKind.MissingAtAcquirer);
        foreach (var file in ofFiles.GroupBy(one => one.Discrepancy.File!.Value))
        {
            // Of a file that is still under way, the lines are recorded when it is done.
            if (await files.FindAsync(file.Key, cancellation) is not { IsConcluded: true, Groups: > 0 } found) continue;
            // Totals are of the whole file: once they are accepted, all of it is payable.
            var touched = file.Any(one => one.Discrepancy.Kind == DiscrepancyKind.ControlTotalBroken)
                ? Enumerable.Range(0, found.Groups)
                : file.Select(one => ShardGroups.Of(new ShardNumber(one.Shard), found.Groups));
            groups.UnionWith(touched.Select(group => new PayablesOfGroup(file.Key, group)));
        }
        return [.. groups];
    }

    // What a person decides of something that no file has is that day's; a day's are recorded together, as a file's are.
    async Task RecordMissingAsync(AcquirerName acquirer, List<DiscrepancyDocument> ended, CancellationToken cancellation)
    {
        var missing = ended.Where(one => one is { Status: DiscrepancyStatus.Resolved, Discrepancy.Kind: DiscrepancyKind.MissingAtAcquirer });
        foreach (var day in missing.GroupBy(one => DateOnly.FromDateTime(one.ClosedAt!.Value.UtcDateTime)))
        {
            var items = new List<(MerchantId Merchant, PayableItem Item)>();
            foreach (var one in day)
                if (await source.OfMissingAsync(one.Discrepancy, cancellation) is { } item) items.Add(item);
            await record.RecordAsync(
                $"missing at {acquirer} {day.Key:yyyy-MM-dd}", items.ToLookup(one => one.Merchant, one => one.Item), cancellation);
        }
    }
}
