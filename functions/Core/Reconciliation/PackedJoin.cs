using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Joins packed lines with what is expected: what leaves no question is paired as bytes, the rest, with whatever it may be
/// about, is left to <see cref="ShardJoin"/>. Both together come to what <see cref="ShardJoin"/> would come to alone.
/// </summary>
public static class PackedJoin
{
    /// <summary>
    /// Joins the lines of some shards with open, broken and already settled expectations and the shards' open breaks.
    /// </summary>
    public static PackedOutcome Join(
        FileFacts file, PackedLines lines, ExpectationTable expected, IReadOnlyList<Discrepancy> openBreaks)
    {
        if (lines.Has(LineKind.CaptureReversal)) return Whole(file, lines, expected, openBreaks);
        var pairs = ExactPairs.Of(lines, expected);
        pairs.Part(Questions.Of(openBreaks));
        var asking = pairs.LinesLeft();
        var unpaired = pairs.Part(Questions.Of(asking)) ? pairs.LinesLeft() : asking;
        var left = pairs.ExpectationsLeft();
        // What an earlier attempt at this join has decided binds lines that may be in pairs here.
        if (left.Exists(one => Candidate.MetByOf(one.State)?.File == file.Id)) return Whole(file, lines, expected, openBreaks);
        return new(file, lines, expected, pairs, ShardJoin.Join(file, unpaired, left, openBreaks));
    }

    static PackedOutcome Whole(FileFacts file, PackedLines lines, ExpectationTable expected, IReadOnlyList<Discrepancy> openBreaks)
    {
        var all = Enumerable.Range(0, expected.Count).Select(index => expected[index]);
        return new(file, lines, expected, null, ShardJoin.Join(file, CaptureReversals.TakeOff(lines.All()), all, openBreaks));
    }
}

/// <summary>What a file's packed lines of some shards came to: pairs, and the outcome of the rest.</summary>
public sealed class PackedOutcome
{
    readonly FileFacts file;
    readonly PackedLines lines;
    readonly ExpectationTable expected;
    readonly ExactPairs? pairs;

    internal PackedOutcome(FileFacts file, PackedLines lines, ExpectationTable expected, ExactPairs? pairs, ShardOutcome rest)
    {
        (this.file, this.lines, this.expected, this.pairs, Rest) = (file, lines, expected, pairs, rest);
        Counts = pairs is null ? rest.Counts : new ShardCounts(pairs.Count, 0, 0, 0, 0) { Values = pairs.Values() } + rest.Counts;
    }

    /// <summary>What became of the lines that were in no exact pair.</summary>
    public ShardOutcome Rest { get; }

    /// <summary>All of it in numbers.</summary>
    public ShardCounts Counts { get; }

    /// <summary>All of it, each pair as a match and as an expectation that is settled.</summary>
    public ShardOutcome ToOutcome()
    {
        if (pairs is null || pairs.Count == 0) return Rest;
        var (matches, changed) = (new List<Match>(pairs.Count + Rest.Matches.Count), new List<Expectation>(pairs.Count + Rest.Changed.Count));
        foreach (var (line, index) in pairs.All())
        {
            var (number, met) = (lines[line].Number, expected[index]);
            matches.Add(new(number, 1, met.Id, met.Payment, met.Operation, met.Amount) { Merchant = met.Merchant });
            changed.Add(met with { State = new ExpectationState.Settled(file.Id, number) });
        }
        matches.AddRange(Rest.Matches);
        matches.Sort(Match.InOrder);
        changed.AddRange(Rest.Changed);
        return Rest with { Matches = matches, Changed = changed, Matched = Counts.Matched, Values = Counts.Values };
    }
}
