using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Matches the lines of some shards with what we expect there. Lines that name what they settle and agree are paired at
/// once (<see cref="PlainPairs"/>); what is left goes through the rules of <see cref="Pairing"/>. It may be run again on
/// what it changed, wholly or in part, and comes to the same.
/// </summary>
public static class ShardJoin
{
    /// <summary>
    /// Joins a file's lines with open, broken and already settled expectations and the shards' open breaks.
    /// </summary>
    public static ShardOutcome Join(
        FileFacts file,
        IEnumerable<SettlementLine> lines,
        IEnumerable<Expectation> expectations,
        IEnumerable<Discrepancy> openBreaks)
    {
        var breaks = openBreaks.Where(found => Discrepancy.MayCloseLate(found.Kind)).ToList();
        var earlier = EarlierClaims(file, breaks);
        var (ours, known) = (InOrder(lines), Checked(expectations, file));
        var expected = Array.Exists(known, Disputing.IsGone) ? Array.FindAll(known, one => !Disputing.IsGone(one)) : known;
        var plain = PlainPairs.Of(file, ours, expected, earlier);
        var left = LeftOver.Of(file, plain, earlier);
        Pairing.PairAll(file, left.Claims, left.Candidates);
        var outcome = new JoinResult(file, plain, left, breaks).ToOutcome();
        return expected.Length == known.Length ? outcome : ToldAgain(outcome, known);
    }

    // What was recorded before is there, and is recorded by being changed.
    static ShardOutcome ToldAgain(ShardOutcome outcome, Expectation[] known)
    {
        var gone = known.Where(Disputing.IsGone).Select(one => one.Id).ToHashSet();
        var again = outcome.Recorded.Where(one => gone.Contains(one.Id)).ToList();
        return outcome with { Changed = [.. outcome.Changed, .. again], Recorded = [.. outcome.Recorded.Except(again)] };
    }

    /// <summary>
    /// Joins what is expected under a reference, one of which was recorded just now, with earlier lines that nothing explained.
    /// </summary>
    public static ShardOutcome MeetLate(
        AcquirerName acquirer, IEnumerable<Expectation> expected, IEnumerable<Discrepancy> openBreaks, SettlementTerms terms) =>
        Join(new FileFacts(default, acquirer, ClosedAt: null) { Terms = terms, IsBetweenFiles = true }, [], expected, openBreaks);

    // Lines that nothing explained so far are joined again: their expectation may have been recorded since.
    static List<Claim> EarlierClaims(FileFacts file, List<Discrepancy> breaks)
    {
        var (earlier, seen) = (new List<Claim>(), new HashSet<(FileId, int)>());
        foreach (var found in breaks)
            if (found is { Line: { } line, File: { } from } && from != file.Id && seen.Add((from, line.Number)))
                earlier.Add(new Claim(from, line, isOfThisFile: false));
        earlier.Sort(Claim.InOrder);
        return earlier;
    }

    // A file is written in order, so there is seldom anything to sort.
    static SettlementLine[] InOrder(IEnumerable<SettlementLine> lines)
    {
        var ours = lines.ToArray();
        for (var i = 1; i < ours.Length; i++)
        {
            if (ours[i - 1].Number <= ours[i].Number) continue;
            Array.Sort(ours, (left, right) => left.Number.CompareTo(right.Number));
            break;
        }
        return ours;
    }

    static Expectation[] Checked(IEnumerable<Expectation> expectations, FileFacts file)
    {
        var expected = expectations.ToArray();
        foreach (var one in expected)
            if (one.Acquirer != file.Acquirer)
                throw new InvariantBroken($"{one.Id} is expected of {one.Acquirer}, not of {file.Acquirer}.");
        return expected;
    }
}
