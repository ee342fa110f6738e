using Railyard.App.Reconciliation;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Ledger;

/// <summary>Where something is open.</summary>
enum OpenPlace { Captured, Unexplained, Settled, PaidOut, Carried }

/// <summary>What the lists say is open: of one batch, where there is one, in one currency and of one age.</summary>
sealed record OpenItem(OpenPlace Place, string? Batch, Currency Currency, long Amount, int Items, DateTimeOffset Oldest, int AgeDays);

/// <summary>What an acquirer's accounts hold against what the lists explain of it.</summary>
sealed record ClearingSum(OpenPlace Place, Currency Currency, long Ledger, long Listed)
{
    /// <summary>What nothing explains; while messages are under way it may be there for a moment.</summary>
    public long Difference => Ledger - Listed;
}

/// <summary>What is open at an acquirer.</summary>
sealed record OpenAtAcquirer(
    AcquirerName Acquirer, IReadOnlyList<ClearingSum> Sums, IReadOnlyList<OpenItem> Items, IReadOnlyList<OpenItem> Batches);

/// <summary>Holds an acquirer's clearing accounts against the open expectations and discrepancies, value by value.</summary>
public sealed class ClearingItems(
    LedgerReader ledger, ExpectationStore expectations, DiscrepancyStore discrepancies, TimeProvider time)
{
    const int ReadsAtOnce = 16;
    const int Shards = 256;

    /// <summary>What is open at an acquirer.</summary>
    /// <param name="acquirer">The acquirer.</param>
    /// <param name="all">All books, added up.</param>
    /// <param name="cancellation">To stop.</param>
    internal async Task<OpenAtAcquirer> ReadAsync(AcquirerName acquirer, Turnovers all, CancellationToken cancellation)
    {
        var open = (await discrepancies.AllOpenAsync(acquirer, cancellation)).ToDictionary(one => one.Id);
        var expected = await UnsettledAsync(acquirer, cancellation);
        var byId = expected.ToDictionary(one => one.Id);
        var items = expected.Select(one => Waiting(one, open)).Concat(open.Values.Select(one => Unexplained(one, byId)))
            .OfType<(OpenPlace Place, string? Batch, Balance Value, DateTimeOffset Since)>()
            .Where(one => one.Value.MinorUnits != 0)
            .ToList();
        return new OpenAtAcquirer(acquirer, Sums(acquirer, all, items), Grouped(items), await BatchesAsync(acquirer, cancellation));
    }

    static (OpenPlace Place, string? Batch, Balance Value, DateTimeOffset Since)? Waiting(
        Expectation expected, Dictionary<DiscrepancyId, DiscrepancyDocument> open)
    {
        var openBreak = expected.State is ExpectationState.Broken broken && open.TryGetValue(broken.Discrepancy, out var found)
            ? found.Discrepancy
            : null;
        return (OpenPlace.Captured, null, OpenItems.Captured(expected, openBreak), expected.BookedAt);
    }

    static (OpenPlace Place, string? Batch, Balance Value, DateTimeOffset Since)? Unexplained(
        DiscrepancyDocument open, Dictionary<ExpectationId, Expectation> expected)
    {
        var met = open.Discrepancy.Expectation is { } id ? expected.GetValueOrDefault(id) : null;
        return OpenItems.Unexplained(open.Discrepancy, met) is { } value
            ? (OpenPlace.Unexplained, SettlementPostings.BatchOf(open.Discrepancy.Line!), value, open.FoundAt)
            : null;
    }

    static IReadOnlyList<ClearingSum> Sums(
        AcquirerName acquirer, Turnovers all, List<(OpenPlace Place, string? Batch, Balance Value, DateTimeOffset Since)> items)
    {
        // What is captured is an asset: its balance is on the debit side, and counts as what is owed to us.
        var kept = all.Rows
            .Where(row => row.Account.Of == acquirer.Value && row.Account.Kind is AccountKind.AcquirerCaptured or AccountKind.Unexplained)
            .Select(row => row.Account.Kind == AccountKind.AcquirerCaptured
                ? (Place: OpenPlace.Captured, row.Currency, Value: -row.Turnover.Net)
                : (Place: OpenPlace.Unexplained, row.Currency, Value: row.Turnover.Net))
            .ToLookup(row => (row.Place, row.Currency), row => row.Value);
        var listed = items.ToLookup(one => (one.Place, one.Value.Currency), one => one.Value.MinorUnits);
        return
        [
            .. kept.Select(row => row.Key).Concat(listed.Select(row => row.Key)).Distinct()
                .OrderBy(key => key.Place).ThenBy(key => key.Currency.Code, StringComparer.Ordinal)
                .Select(key => new ClearingSum(key.Place, key.Currency, kept[key].Sum(), listed[key].Sum())),
        ];
    }

    IReadOnlyList<OpenItem> Grouped(List<(OpenPlace Place, string? Batch, Balance Value, DateTimeOffset Since)> items) =>
    [
        .. items.GroupBy(one => (one.Place, one.Batch, one.Value.Currency, Age: AgeDays(one.Since)))
            .OrderByDescending(group => group.Key.Age).ThenBy(group => group.Key.Batch, StringComparer.Ordinal)
            .Select(group => new OpenItem(
                group.Key.Place, group.Key.Batch, group.Key.Currency, group.Sum(one => one.Value.MinorUnits), group.Count(),
                group.Min(one => one.Since), group.Key.Age)),
    ];

    int AgeDays(DateTimeOffset since) => Math.Max((int)(time.GetUtcNow() - since).TotalDays, 0);

    /// <summary>Batches that were settled and not paid out, or paid out and not banked: they return to nothing.</summary>
    async Task<IReadOnlyList<OpenItem>> BatchesAsync(AcquirerName acquirer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var books = await ledger.OfOwnerAsync(BookOwner.Of(acquirer), cancellation);
        return
        [
            .. books.Rows.Where(row => row.Turnover.Net != 0 && PlaceOf(row.Account.Kind) is not null)
                .Select(row => new OpenItem(
                    PlaceOf(row.Account.Kind)!.Value, row.Account.Batch, row.Currency, -row.Turnover.Net, 1, now, 0)),
        ];
    }

    static OpenPlace? PlaceOf(AccountKind kind) => kind switch
    {
        AccountKind.AcquirerSettled => OpenPlace.Settled,
        AccountKind.AcquirerPaidOut => OpenPlace.PaidOut,
        AccountKind.AcquirerCarried => OpenPlace.Carried,
        _ => null,
    };

    async Task<List<Expectation>> UnsettledAsync(AcquirerName acquirer, CancellationToken cancellation)
    {
        var (found, gate) = (new List<Expectation>(), new Lock());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Shards),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (shard, stop) =>
            {
                var some = await expectations.UnsettledAsync(acquirer, new ShardNumber(shard), stop);
                lock (gate) found.AddRange(some);
            });
        return found;
    }
}
