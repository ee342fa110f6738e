using Railyard.App.Acquiring;
using Railyard.App.Ledger;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Writes an outcome: discrepancies, then what chargebacks and reversals tell of their payments, then expectations, then
/// closings. Cut short anywhere, the join comes to the same on what is there, and the rest is written then.
/// </summary>
public sealed class OutcomeWriter(
    ExpectationStore expectations, DiscrepancyStore discrepancies, NoticeQueue notices, LedgerQueue ledger)
{
    const int WritesAtOnce = 8;

    // See ExpectationStore: a request of that many stays small.
    const int ReplacedAtOnce = 50;

    /// <summary>False where an expectation has changed since it was read: then join again.</summary>
    internal async Task<bool> TryWriteAsync(
        AcquirerName acquirer,
        ShardOutcome outcome,
        IReadOnlyDictionary<ExpectationId, string> etags,
        CancellationToken cancellation)
    {
        var found = outcome.Discrepancies.Concat(outcome.Missing).Concat(outcome.Late);
        await EachAsync(found, discrepancies.RecordAsync, cancellation);
        var overtaken = 0;
        await notices.KeepAsync(outcome.Recorded.Select(Disputing.NoticeOf).OfType<AcquirerNotice>(), cancellation);
        await EachAsync(
            outcome.Recorded,
            async (recorded, stop) =>
            {
                if (!await expectations.RecordAsync(recorded, stop)) Interlocked.Increment(ref overtaken);
            },
            cancellation);
        await EachAsync(
            InBatches(outcome.Changed, etags),
            async (batch, stop) =>
            {
                if (!await expectations.TrySaveAsync(batch, stop)) Interlocked.Increment(ref overtaken);
            },
            cancellation);
        if (overtaken > 0) return false;
        // Before they are closed: what is closed is not found again, and would never be told.
        if (outcome.Closings.Count > 0) await ledger.SendAsync(outcome.Closings.Select(closing => Explained(acquirer, closing)), cancellation);
        await EachAsync(outcome.Closings, (closing, stop) => discrepancies.CloseAsync(acquirer, closing, stop), cancellation);
        return true;
    }

    static IEnumerable<(Expectation, string)[]> InBatches(
        IEnumerable<Expectation> changed, IReadOnlyDictionary<ExpectationId, string> etags) =>
        changed.Select(expectation => (Expectation: expectation, ETag: etags[expectation.Id]))
            .GroupBy(one => ShardNumber.Of(one.Expectation.AcquirerReference))
            .SelectMany(shard => shard.Chunk(ReplacedAtOnce));

    static LedgerCause Explained(AcquirerName acquirer, Closing closing) =>
        new(LedgerSource.Resolution, acquirer.Value, ResolutionEntries.IdOf(closing.Discrepancy, closing.State.Expectation));

    static Task EachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> write, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellation },
            async (item, stop) => await write(item, stop));
}
