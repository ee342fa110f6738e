using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>How far a file has come.</summary>
public enum FileStatus { Received, Parsing, Matching, Reconciled, ReconciledWithDiscrepancies, Rejected }

/// <summary>What a file came to: every line is in exactly one of the four counts.</summary>
public sealed record FileReport
{
    public required FileStatus Status { get; init; }

    public required int Lines { get; init; }

    public required int Matched { get; init; }

    public required int Discrepancies { get; init; }

    public required int Quarantined { get; init; }

    public required int Ignored { get; init; }

    /// <summary>Expectations that were due and have no line: breaks, yet no lines of the file.</summary>
    public required int Missing { get; init; }

    public required IReadOnlyList<CurrencyTotals> Totals { get; init; }

    public required Control Control { get; init; }

    /// <summary>What matched, differs and is missing, by kind and currency.</summary>
    public IReadOnlyList<JoinedValues> Values { get; init; } = [];

    /// <summary>The report once all shards are in.</summary>
    /// <exception cref="InvariantBroken">A line was counted twice, or not at all.</exception>
    public static FileReport Conclude(AcquirerName acquirer, FileId file, ParsedFile parsed, ShardCounts shards)
    {
        var ignored = parsed.Ignored.Values.Sum();
        var accounted = shards.Matched + shards.Discrepancies + parsed.Quarantined + ignored;
        if (accounted != parsed.Lines)
            throw new InvariantBroken($"{file} of {acquirer} has {parsed.Lines} lines, {accounted} are accounted for.");
        return new()
        {
            Status = StatusOf(parsed, shards),
            Lines = parsed.Lines,
            Matched = shards.Matched,
            Discrepancies = shards.Discrepancies,
            Quarantined = parsed.Quarantined,
            Ignored = ignored,
            Missing = shards.Missing,
            Totals = parsed.Totals,
            Control = parsed.Control,
            Values = shards.Values,
        };
    }

    static FileStatus StatusOf(ParsedFile parsed, ShardCounts shards)
    {
        if (parsed.Control.Status == ControlStatus.Broken) return FileStatus.ReconciledWithDiscrepancies;
        if (parsed.Quarantined > 0) return FileStatus.ReconciledWithDiscrepancies;
        if (shards.Discrepancies + shards.Missing > 0) return FileStatus.ReconciledWithDiscrepancies;
        return FileStatus.Reconciled;
    }
}
