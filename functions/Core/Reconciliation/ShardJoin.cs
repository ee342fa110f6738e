using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Matches the lines of some shards with what we expect there: by reference, kind and modification reference. It may be
/// run again on what it changed, wholly or in part, and comes to the same.
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
        var claims = ClaimsOf(file, lines, breaks);
        var candidates = expectations.Select(expected => Candidate.Of(expected, file)).ToList();
        claims.Sort(Claim.InOrder);
        candidates.Sort(Candidate.InOrder);
        Pairing.PairAll(claims, candidates);
        return new JoinResult(file, claims, candidates, breaks).ToOutcome();
    }

    /// <summary>
    /// Joins an expectation that was recorded just now with earlier lines that nothing explained.
    /// </summary>
    public static ShardOutcome MeetLate(Expectation recorded, IEnumerable<Discrepancy> openBreaks) =>
        Join(new FileFacts(default, recorded.Acquirer, ClosedAt: null), [], [recorded], openBreaks);

    // Lines that nothing explained so far are joined again: their expectation may have been recorded since.
    static List<Claim> ClaimsOf(FileFacts file, IEnumerable<SettlementLine> lines, List<Discrepancy> breaks)
    {
        var earlier = breaks
            .Where(found => found.Line is not null && found.File != file.Id)
            .Select(found => new Claim(found.File, found.Line!, isOfThisFile: false));
        return [.. lines.Select(line => new Claim(file.Id, line, isOfThisFile: true)), .. earlier];
    }
}

/// <summary>A line that looks for its expectation.</summary>
sealed class Claim(FileId file, SettlementLine line, bool isOfThisFile)
{
    public FileId File { get; } = file;

    public SettlementLine Line { get; } = line;

    public bool IsOfThisFile { get; } = isOfThisFile;

    /// <summary>The expectation that the line was paired with.</summary>
    public Candidate? Partner { get; set; }

    /// <summary>Which of the lines with the same key in its file it is, counted from 1.</summary>
    public int Occurrence { get; set; }

    public (string, LineKind) Group => (Line.AcquirerReference, Line.Kind);

    /// <summary>Earlier files have the older claim; in a file the lines count in their order.</summary>
    public static int InOrder(Claim left, Claim right)
    {
        if (left.IsOfThisFile != right.IsOfThisFile) return left.IsOfThisFile ? 1 : -1;
        var byTime = left.IsOfThisFile ? 0 : left.Line.BookedAt.CompareTo(right.Line.BookedAt);
        if (byTime != 0) return byTime;
        var byFile = string.CompareOrdinal(left.File.Value, right.File.Value);
        return byFile != 0 ? byFile : left.Line.Number.CompareTo(right.Line.Number);
    }
}

/// <summary>An expectation that a line may be paired with.</summary>
sealed class Candidate(Expectation expected)
{
    public Expectation Expected { get; } = expected;

    /// <summary>The line that it was paired with.</summary>
    public Claim? Partner { get; set; }

    /// <summary>The line that met it in an earlier run or file.</summary>
    public (FileId File, int Line)? MetBy { get; } = expected.State switch
    {
        ExpectationState.Settled settled => (settled.File, settled.Line),
        ExpectationState.Broken { Line: { } line } broken => (broken.File, line),
        _ => null,
    };

    public bool IsFree => Partner is null && MetBy is null;

    public (string, LineKind) Group => (Expected.AcquirerReference, Expected.Kind);

    public static Candidate Of(Expectation expected, FileFacts file) => expected.Acquirer == file.Acquirer
        ? new(expected)
        : throw new InvariantBroken($"{expected.Id} is expected of {expected.Acquirer}, not of {file.Acquirer}.");

    /// <summary>The older expectation is met first.</summary>
    public static int InOrder(Candidate left, Candidate right)
    {
        var byTime = left.Expected.BookedAt.CompareTo(right.Expected.BookedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Expected.Id.Value, right.Expected.Id.Value);
    }
}
