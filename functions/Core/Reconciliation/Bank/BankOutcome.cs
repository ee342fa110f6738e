using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Reconciliation.Bank;

/// <summary>Why a line of a bank statement needs no counterpart.</summary>
public enum BankLineIgnored
{
    /// <summary>It has no reference of ours and names no acquirer.</summary>
    NotOurs,

    /// <summary>It has not happened yet.</summary>
    Pending,

    /// <summary>It moves nothing.</summary>
    Empty,

    /// <summary>Its statement has come before.</summary>
    AlreadyRead,

    /// <summary>Its statement takes back or replaces another, which somebody has to look at.</summary>
    TakenBack,

    /// <summary>Its statement is a test.</summary>
    Test,
}

/// <summary>A line with the file it is in, and why it is left out of the join, where it is.</summary>
public sealed record PlacedLine(FileId File, BankLine Line, BankLineIgnored? SetAside = null)
{
    public BankLineRef Ref => new(File, Line.Number);
}

/// <summary>What a line came to.</summary>
public abstract record BankLineEnd
{
    /// <summary>It is what was expected, or with others it is.</summary>
    public sealed record Matched(IReadOnlyList<ExpectationId> Expectations, bool IsReturn) : BankLineEnd;

    /// <summary>Something about it does not agree.</summary>
    public sealed record Broken(Discrepancy Discrepancy) : BankLineEnd;

    /// <summary>It needs no counterpart.</summary>
    public sealed record Ignored(BankLineIgnored Reason) : BankLineEnd;

    BankLineEnd() { }
}

/// <summary>A line and what it came to.</summary>
public sealed record EndedLine(PlacedLine Placed, BankLineEnd End);

/// <summary>An acquirer by the names that banks know it by.</summary>
public sealed record KnownAcquirer(AcquirerName Name, IReadOnlyList<string> BankNames);

/// <summary>What the lines of a bank account came to. Every line is in it once.</summary>
public sealed record BankOutcome
{
    public required IReadOnlyList<EndedLine> Lines { get; init; }

    /// <summary>Expectations whose state is another than before.</summary>
    public required IReadOnlyList<BankExpectation> Changed { get; init; }

    /// <summary>Breaks that the lack of a line shows.</summary>
    public required IReadOnlyList<Discrepancy> Missing { get; init; }

    /// <summary>What ends breaks by a lack of a line, with whose they are; many of them never were.</summary>
    public required IReadOnlyList<(AcquirerName Acquirer, Closing Closing)> Closings { get; init; }
}

/// <summary>What the lines of a file came to, in numbers: each is in exactly one.</summary>
public sealed record BankReport
{
    public required FileStatus Status { get; init; }

    public required int Lines { get; init; }

    public required int Matched { get; init; }

    public required int Discrepancies { get; init; }

    public required int Quarantined { get; init; }

    public required int Ignored { get; init; }

    /// <summary>How many were ignored for which reason.</summary>
    public required IReadOnlyDictionary<BankLineIgnored, int> Reasons { get; init; }

    /// <summary>The report of a file; broken controls keep it from ever being reconciled.</summary>
    public static BankReport Of(IReadOnlyCollection<BankLineEnd> ends, int quarantined, ControlStatus control)
    {
        var reasons = ends.OfType<BankLineEnd.Ignored>().GroupBy(one => one.Reason).ToDictionary(one => one.Key, one => one.Count());
        var broken = ends.Count(end => end is BankLineEnd.Broken);
        var isClean = broken == 0 && quarantined == 0 && control != ControlStatus.Broken;
        return new()
        {
            Status = isClean ? FileStatus.Reconciled : FileStatus.ReconciledWithDiscrepancies,
            Lines = ends.Count + quarantined,
            Matched = ends.Count(end => end is BankLineEnd.Matched),
            Discrepancies = broken,
            Quarantined = quarantined,
            Ignored = reasons.Values.Sum(),
            Reasons = reasons,
        };
    }
}
