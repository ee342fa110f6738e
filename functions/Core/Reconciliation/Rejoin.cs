using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Joins a file once more after its lines have become others: what its earlier lines had decided is decided by the lines as
/// they are now, as if these had come first.
/// </summary>
public static class Rejoin
{
    /// <summary>Why a chargeback or reversal is withdrawn of which only a line told that is there no more.</summary>
    public const string NoLineTells = "no_line_tells_of_it";

    /// <summary>Joins the lines; what is changed is what is another than before, not what was looked at again.</summary>
    public static ShardOutcome Join(
        FileFacts file,
        IReadOnlyList<SettlementLine> lines,
        IReadOnlyList<Expectation> expectations,
        IReadOnlyList<Discrepancy> openBreaks,
        EarlierRun earlier)
    {
        if (!earlier.HasOtherLines) return ShardJoin.Join(file, lines, expectations, openBreaks);
        var numbers = lines.Select(line => line.Number).ToHashSet();
        var decided = expectations.Where(expected => earlier.HasDecided(file, expected, numbers)).ToDictionary(expected => expected.Id);
        var asIfNew = expectations
            .Where(expected => !decided.ContainsKey(expected.Id) || !Disputing.IsUnasked(expected.Kind))
            .Select(expected => decided.ContainsKey(expected.Id) ? AsIfNew(expected) : expected)
            .ToList();
        // What the earlier lines showed is not explained late: this run finds something else in its place, or nothing.
        var breaks = openBreaks.Where(found => found.File != file.Id || found.Line is null).ToList();
        return Compared(JoinOrGiveWay(file, lines, asIfNew, breaks, decided), decided);
    }

    /// <summary>The expectation as it was before any line had met it.</summary>
    internal static Expectation AsIfNew(Expectation expected)
    {
        var unnamed = Expectation.IdOf(expected.Acquirer, expected.AcquirerReference, expected.Kind, null, expected.Operation);
        return expected with
        {
            State = new ExpectationState.Open(),
            // A reference that the acquirer had not named was learned from the line.
            ModificationReference = expected.Id == unnamed ? null : expected.ModificationReference,
        };
    }

    // Another file's copy of a line is the copy as long as this file still has the line.
    static ShardOutcome JoinOrGiveWay(
        FileFacts file,
        IReadOnlyList<SettlementLine> lines,
        List<Expectation> expectations,
        List<Discrepancy> openBreaks,
        Dictionary<ExpectationId, Expectation> decided)
    {
        var copies = openBreaks.Where(found => found.File != file.Id
            && found is { Kind: DiscrepancyKind.Duplicate, Expectation: { } copied } && decided.ContainsKey(copied)).ToList();
        var outcome = ShardJoin.Join(file, lines, expectations, openBreaks.Except(copies));
        var met = outcome.Changed.Concat(outcome.Recorded).Where(one => Candidate.MetByOf(one.State) is not null).Select(one => one.Id).ToHashSet();
        var freed = copies.Where(copy => !met.Contains(copy.Expectation!.Value)).ToList();
        return freed.Count == 0
            ? outcome
            : ShardJoin.Join(file, lines, expectations, openBreaks.Where(found => freed.Contains(found) || !copies.Contains(found)));
    }

    static ShardOutcome Compared(ShardOutcome outcome, Dictionary<ExpectationId, Expectation> decided)
    {
        var after = outcome.Changed.Concat(outcome.Recorded).ToDictionary(expected => expected.Id);
        var again = decided.Values.Select(before => (before, now: after.GetValueOrDefault(before.Id, Without(before))));
        return outcome with
        {
            Changed =
            [
                .. outcome.Changed.Where(expected => !decided.ContainsKey(expected.Id)),
                .. again.Where(one => one.now != one.before).Select(one => one.now),
            ],
            Recorded = [.. outcome.Recorded.Where(expected => !decided.ContainsKey(expected.Id))],
        };
    }

    static Expectation Without(Expectation before) => Disputing.IsUnasked(before.Kind)
        ? before with { State = new ExpectationState.Withdrawn(NoLineTells) }
        : AsIfNew(before);
}
