using System.Collections.Concurrent;
using Railyard.App.Settlement;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Loads what a group of shards holds, asks Core to join it, and writes the outcome; again where it was
/// overtaken.
/// </summary>
public sealed class ShardDesk(
    SettlementBlobs blobs, ExpectationStore expectations, DiscrepancyStore discrepancies, OutcomeWriter writer)
{
    const int MostRounds = 10;
    const int ReadsAtOnce = 8;

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
        var facts = new FileFacts(file.File, file.Acquirer, file.Parsed!.ClosedAt);
        var breaks = await discrepancies.OpenAsync(file.Acquirer, first, last, cancellation);
        var known = await UnsettledAsync(file, first, last, cancellation);
        var outcome = ShardJoin.Join(facts, lines, known.Values.Select(one => one.Value), breaks);
        var unexplained = await UnderReferencesAsync(file, outcome, cancellation);
        if (unexplained.Count > 0)
        {
            foreach (var one in unexplained) known.TryAdd(one.Value.Id, one);
            outcome = ShardJoin.Join(facts, lines, known.Values.Select(one => one.Value), breaks);
        }
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
    async Task<List<Stored<Expectation>>> UnderReferencesAsync(
        SettlementFile file, ShardOutcome outcome, CancellationToken cancellation)
    {
        var found = new List<Stored<Expectation>>();
        var references = outcome.Discrepancies
            .Where(one => one.Kind == DiscrepancyKind.MissingHere && one.AcquirerReference.Length > 0)
            .Select(one => one.AcquirerReference)
            .Distinct()
            .GroupBy(ShardNumber.Of);
        foreach (var shard in references)
            found.AddRange(await expectations.UnderReferencesAsync(file.Acquirer, shard.Key, shard, cancellation));
        return found;
    }

    async Task<List<SettlementLine>> LinesAsync(FileId file, int group, CancellationToken cancellation)
    {
        await using var stream = await blobs.ReadLinesAsync(file, group, cancellation);
        return stream is null ? [] : await SettlementLines.ReadAllAsync(stream, cancellation);
    }
}
