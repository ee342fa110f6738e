using System.Collections.Concurrent;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.App.Settlement;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>What a group of shards came to, and the SHA-256 of the lines that were joined.</summary>
public sealed record JoinedGroup(ShardOutcome Outcome, string Lines);

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
    OutcomeWriter writer,
    EarlierRuns earlierRuns) : IDisposable
{
    // Each holds its lines and expectations, some twenty megabytes; a message keeps its lock while it waits its turn.
    const int MostAtOnce = 3;
    const int MostRounds = 10;
    const int ReadsAtOnce = 8;
    const int MostPaymentsAskedFor = 1_000;

    // Less than a message's lock is renewed for.
    static readonly TimeSpan TurnWithin = TimeSpan.FromMinutes(4);

    readonly SemaphoreSlim free = new(MostAtOnce);

    public void Dispose() => free.Dispose();

    internal async Task<JoinedGroup> JoinAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        if (!await free.WaitAsync(TurnWithin, cancellation)) throw new TimeoutException($"{file.File} shards {group} did not get their turn.");
        try
        {
            return await JoinInTurnAsync(file, group, cancellation);
        }
        finally
        {
            free.Release();
        }
    }

    async Task<JoinedGroup> JoinInTurnAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var (lines, hash) = await LinesAsync(file.File, group, cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var before = await earlierRuns.FindAsync(file, group, hash, cancellation);
            var (outcome, etags) = await JoinOnceAsync(file, group, lines, before, cancellation);
            if (!await writer.TryWriteAsync(file.Acquirer, outcome, etags, cancellation)) continue;
            if (before is not { Run: var run } || await earlierRuns.TryRestateAsync(file, run, outcome, cancellation)) return new(outcome, hash);
        }
        throw new TimeoutException($"{file.File} shards {group} were overtaken {MostRounds} times.");
    }

    async Task<(ShardOutcome Outcome, Dictionary<ExpectationId, string> ETags)> JoinOnceAsync(
        SettlementFile file,
        int group,
        PackedLines lines,
        (EarlierRun Run, IReadOnlyList<Match> Matches)? before,
        CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var facts = new FileFacts(file.File, file.Acquirer, file.Parsed!.ClosedAt)
        {
            Terms = acquirers.TermsOf(file.Acquirer),
        };
        var breaks = await discrepancies.OpenAsync(file.Acquirer, first, last, cancellation);
        var known = await UnsettledAsync(file, first, last, cancellation);
        // A chargeback is of what was settled long ago, and may itself have come in another file.
        await AddAsync(known, file, lines.Where(Disputing.IsUnasked).Select(line => line.AcquirerReference), cancellation);
        if (before is { } done) await AddAsync(known, file, await DecidedElsewhereAsync(file, done.Run, done.Matches, known, cancellation), cancellation);
        var outcome = Joined();
        if (await AddAsync(known, file, await UnexplainedAsync(outcome, known, breaks, cancellation), cancellation)) outcome = Joined();
        return (outcome, known.ToDictionary(one => one.Key, one => one.Value.ETag));

        ShardOutcome Joined()
        {
            List<Expectation> expected = [.. known.Values.Select(one => one.Value)];
            return before is { Run: var run }
                ? Rejoin.Join(facts, CaptureReversals.TakeOff(lines.All()), expected, breaks, run)
                : PackedJoin.Join(facts, lines, ExpectationTable.Of(expected), breaks).ToOutcome();
        }
    }

    // What earlier lines of these shards have met under another reference is in another shard, and no line may name it now.
    async Task<IEnumerable<string>> DecidedElsewhereAsync(
        SettlementFile file,
        EarlierRun run,
        IReadOnlyList<Match> matches,
        Dictionary<ExpectationId, Stored<Expectation>> known,
        CancellationToken cancellation)
    {
        if (!run.HasOtherLines) return [];
        var met = matches.Select(match => (Expectation: (ExpectationId?)match.Expectation, Payment: (PaymentId?)match.Payment))
            .Concat(run.Found.Select(found => (found.Expectation, found.Payment)));
        var references = new HashSet<string>();
        foreach (var payment in met.Where(one => one.Expectation is { } id && !known.ContainsKey(id)).Select(one => one.Payment).OfType<PaymentId>().Distinct().Take(MostPaymentsAskedFor))
            references.UnionWith(await ReferencesAsync(payment, file.Acquirer, cancellation));
        return references;
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
            var elsewhere = await ReferencesAsync(payment, unexplained[0].Acquirer, cancellation);
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

    async Task<IReadOnlyList<string>> ReferencesAsync(PaymentId payment, AcquirerName acquirer, CancellationToken cancellation)
    {
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

    async Task<(PackedLines Lines, string Hash)> LinesAsync(FileId file, int group, CancellationToken cancellation)
    {
        await using var stream = await blobs.ReadLinesAsync(file, group, cancellation);
        if (stream is null) return (new(), "");
        await using var hashed = new HashedStream(stream, long.MaxValue);
        return (await SettlementLines.ReadPackedAsync(hashed, cancellation), hashed.Hash);
    }
}
