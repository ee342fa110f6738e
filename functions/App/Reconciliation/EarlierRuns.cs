using Railyard.App.Ledger;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>What earlier runs of a file have left, and what a later one makes of it.</summary>
public sealed class EarlierRuns(ShardResultStore results, DiscrepancyStore discrepancies, TimeProvider time)
{
    const int AtOnce = 8;

    /// <summary>What earlier runs have left in a group of shards; null for the first run.</summary>
    /// <param name="file">The file in its run.</param>
    /// <param name="group">The group.</param>
    /// <param name="lines">The SHA-256 of its lines as they are now.</param>
    /// <param name="cancellation">To stop.</param>
    internal async Task<(EarlierRun Run, IReadOnlyList<Match> Matches)?> FindAsync(
        SettlementFile file, int group, string lines, CancellationToken cancellation)
    {
        if (file.Run == SettlementFile.FirstRun) return null;
        var last = await results.LastAsync(file.File, group, cancellation);
        var matches = await results.MatchesAsync(file.File, group, cancellation);
        var (first, end) = ShardGroups.Shards(group, file.Groups);
        var found = await discrepancies.OfFileAsync(file.Acquirer, file.File, first, end, cancellation);
        return (
            new EarlierRun(
                matches.Select(match => match.Expectation).ToHashSet(),
                [.. found.Select(one => one.Discrepancy)],
                HasOtherLines: last?.Lines != lines),
            matches);
    }

    /// <summary>
    /// Writes what the run makes of earlier discrepancies; false where one of them has changed since they were read: then join
    /// again.
    /// </summary>
    internal async Task<bool> TryRestateAsync(
        SettlementFile file, EarlierRun earlier, ShardOutcome outcome, CancellationToken cancellation)
    {
        var known = earlier.Found.ToDictionary(one => one.Id);
        foreach (var one in await MissedElsewhereAsync(file, known, outcome, cancellation)) known[one.Id] = one;
        var found = outcome.Discrepancies.Concat(outcome.Missing).ToDictionary(one => one.Id);
        var rerun = RerunOf(file);
        var overtaken = 0;
        await Parallel.ForEachAsync(
            Restatement.Of(known.Values, outcome, rerun),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (one, stop) =>
            {
                if (!await TryRestateAsync(known[one.Id], found.GetValueOrDefault(one.Id), rerun, stop)) Interlocked.Increment(ref overtaken);
            });
        return overtaken == 0;
    }

    /// <summary>
    /// What the ledger may have posted for discrepancies of the file in a group of shards, and is to see again: what was
    /// explained late or ended by a person, and what a run made something else of.
    /// </summary>
    internal async Task<IReadOnlyList<LedgerCause>> CausesAsync(SettlementFile file, int group, CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var found = await discrepancies.OfFileAsync(file.Acquirer, file.File, first, last, cancellation);
        return
        [
            .. found.Select(one => one.Discrepancy)
                .Where(one => !one.State.IsOpen || one.History.Any(entry => entry.Act is DiscrepancyAct.Superseded or DiscrepancyAct.FoundAgain))
                .Select(one => LedgerCause.Of(LedgerSource.Resolution, file.Acquirer.Value, one.Id.Value, file.Run)),
        ];
    }

    /// <summary>Writes what the run makes of the file's control totals, which no shard sees.</summary>
    internal async Task RestateControlAsync(SettlementFile file, Discrepancy control, bool isBroken, CancellationToken cancellation)
    {
        if (isBroken) await discrepancies.RecordAsync(control, cancellation);
        if (file.Run == SettlementFile.FirstRun || await discrepancies.FindAsync(control.Id, file.Acquirer, cancellation) is not { } known) return;
        await TryRestateAsync(known.Value.Discrepancy, isBroken ? control : null, RerunOf(file), cancellation);
    }

    Rerun RerunOf(SettlementFile file) => new(file.Run, file.Redrives[^1].By, time.GetUtcNow());

    async Task<bool> TryRestateAsync(Discrepancy known, Discrepancy? found, Rerun rerun, CancellationToken cancellation)
    {
        var isOvertaken = false;
        await discrepancies.ChangeAsync(
            known.Id,
            known.Acquirer,
            stored =>
            {
                isOvertaken = stored.State != known.State;
                return isOvertaken ? stored : Restatement.Of(stored, found, rerun);
            },
            cancellation);
        return !isOvertaken;
    }

    // What another file had missed, or none, and this one had brought: it does not name this file.
    async Task<List<Discrepancy>> MissedElsewhereAsync(
        SettlementFile file, Dictionary<DiscrepancyId, Discrepancy> known, ShardOutcome outcome, CancellationToken cancellation)
    {
        var found = new List<Discrepancy>();
        foreach (var missing in outcome.Missing.Where(one => !known.ContainsKey(one.Id)))
        {
            var stored = await discrepancies.FindAsync(missing.Id, file.Acquirer, cancellation)
                ?? throw new InvariantBroken($"{missing.Id} was not recorded.");
            if (!stored.Value.Discrepancy.State.IsOpen) found.Add(stored.Value.Discrepancy);
        }
        return found;
    }
}
