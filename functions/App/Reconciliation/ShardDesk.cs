using System.Collections.Concurrent;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.App.Settlement;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Loads what a group of shards holds, asks Core to join it, and writes the outcome; again where it was
/// overtaken.
/// </summary>
public sealed class ShardDesk(
    SettlementBlobs blobs,
    ExpectationStore expectations,
    DiscrepancyStore discrepancies,
    PaymentStore payments,
    Acquirers acquirers,
    OutcomeWriter writer)
{
    const int MostRounds = 10;
    const int ReadsAtOnce = 8;
    const int MostPaymentsAskedFor = 1_000;

    internal async Task<ShardOutcome> JoinAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var lines = await LinesAsync(file.File, group, cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var (outcome, etags) = await JoinOnceAsync(file, group, lines, cancellation);
            if (await writer.TryWriteAsync(file.Acquirer, outcome, etags, cancellation)) return outcome;
        }
        throw new TimeoutException($"{file.File} shards {group} were overtaken {MostRounds} times.");
    }

    async Task<(ShardOutcome Outcome, Dictionary<ExpectationId, string> ETags)> JoinOnceAsync(
        SettlementFile file, int group, List<SettlementLine> lines, CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var facts = new FileFacts(file.File, file.Acquirer, file.Parsed!.ClosedAt)
        {
            Terms = acquirers.TermsOf(file.Acquirer),
        };
        var breaks = await discrepancies.OpenAsync(file.Acquirer, first, last, cancellation);
        var known = await UnsettledAsync(file, first, last, cancellation);
        // A chargeback is of what was settled long ago, and may itself have come in another file.
        await AddAsync(known, file, lines.Where(line => Disputing.IsUnasked(line.Kind)).Select(line => line.AcquirerReference), cancellation);
        var outcome = ShardJoin.Join(facts, lines, known.Values.Select(one => one.Value), breaks);
        if (await AddAsync(known, file, await UnexplainedAsync(outcome, known, breaks, cancellation), cancellation))
            outcome = ShardJoin.Join(facts, lines, known.Values.Select(one => one.Value), breaks);
        return (outcome, known.ToDictionary(one => one.Key, one => one.Value.ETag));
    }

    async Task<Dictionary<ExpectationId, Stored<Expectation>>> UnsettledAsync(
        SettlementFile file, int first, int last, CancellationToken cancellation)
    {
        var found = new ConcurrentBag<Stored<Expectation>>();
        await Parallel.ForEachAsync(
            Enumerable.Range(first, last - first + 1),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (shard, stop) =>
            {
                foreach (var one in await expectations.UnsettledAsync(file.Acquirer, new ShardNumber(shard), file.File, stop))
                    found.Add(one);
            });
        return found.ToDictionary(one => one.Value.Id);
    }

    // What another file has settled is not loaded with the rest; it is asked for where it would explain a line.
    async Task<IEnumerable<string>> UnexplainedAsync(
        ShardOutcome outcome,
        Dictionary<ExpectationId, Stored<Expectation>> known,
        List<Discrepancy> breaks,
        CancellationToken cancellation)
    {
        var unexplained = outcome.Discrepancies.Where(one => one.Kind == DiscrepancyKind.MissingHere).ToList();
        var references = unexplained.Select(one => one.AcquirerReference).Where(reference => reference.Length > 0).ToHashSet();
        var ours = new HashSet<PaymentId>(unexplained.Select(PaymentOf).OfType<PaymentId>());
        ours.ExceptWith(known.Values.Select(one => one.Value.Payment));
        // Under our own reference the acquirer may name it otherwise than when it took it: it is in another shard then.
        foreach (var payment in ours.Take(MostPaymentsAskedFor))
        {
            var elsewhere = await ReferencesAsync(payment, outcome, cancellation);
            references.UnionWith(elsewhere);
            foreach (var reference in elsewhere)
                foreach (var open in await discrepancies.OpenAsync(unexplained[0].Acquirer, reference, cancellation))
                    if (!breaks.Exists(one => one.Id == open.Id)) breaks.Add(open);
        }
        return references;
    }

    static PaymentId? PaymentOf(Discrepancy found) =>
        found.Line?.MerchantReference is { } reference && reference.StartsWith(PaymentId.Prefix, StringComparison.Ordinal)
            ? OwnReference.Read(reference).Payment
            : null;

    async Task<IReadOnlyList<string>> ReferencesAsync(PaymentId payment, ShardOutcome outcome, CancellationToken cancellation)
    {
        var acquirer = outcome.Discrepancies[0].Acquirer;
        var found = await payments.FindAsync(payment, cancellation);
        return
        [
            .. (found?.Attempts ?? [])
                .Where(attempt => attempt.Acquirer == acquirer && attempt.Outcome is AttemptOutcome.Approved)
                .Select(attempt => ((AttemptOutcome.Approved)attempt.Outcome!).AcquirerReference)
                .Distinct(),
        ];
    }

    async Task<bool> AddAsync(
        Dictionary<ExpectationId, Stored<Expectation>> known, SettlementFile file, IEnumerable<string> references, CancellationToken cancellation)
    {
        var before = known.Count;
        foreach (var shard in references.Distinct().GroupBy(ShardNumber.Of))
            foreach (var one in await expectations.UnderReferencesAsync(file.Acquirer, shard.Key, shard, cancellation))
                known.TryAdd(one.Value.Id, one);
        return known.Count > before;
    }

    async Task<List<SettlementLine>> LinesAsync(FileId file, int group, CancellationToken cancellation)
    {
        await using var stream = await blobs.ReadLinesAsync(file, group, cancellation);
        return stream is null ? [] : await SettlementLines.ReadAllAsync(stream, cancellation);
    }
}
