using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What the join needs to know of the file as a whole.</summary>
public sealed record FileFacts(FileId Id, AcquirerName Acquirer, DateTimeOffset? ClosedAt);

/// <summary>A line that is what we expected; the nth of its kind where a file has several alike.</summary>
public sealed record Match(
    int Line, int Occurrence, ExpectationId Expectation, PaymentId Payment, OperationId Operation, Money Amount)
{
    /// <summary>Whose payment it is.</summary>
    public required MerchantId Merchant { get; init; }
}

/// <summary>A break that its late counterpart explains.</summary>
public sealed record Closing(DiscrepancyId Discrepancy, DiscrepancyState.Closed State);

/// <summary>
/// What a file's lines of some shards came to. Every line is in a match or in a discrepancy, never in both.
/// </summary>
public sealed record ShardOutcome
{
    public required IReadOnlyList<Match> Matches { get; init; }

    /// <summary>Breaks that lines of this file show, one for each line that is no match.</summary>
    public required IReadOnlyList<Discrepancy> Discrepancies { get; init; }

    /// <summary>Breaks that the lack of a line shows.</summary>
    public required IReadOnlyList<Discrepancy> Missing { get; init; }

    /// <summary>Breaks of earlier lines whose counterpart came late and differs.</summary>
    public required IReadOnlyList<Discrepancy> Late { get; init; }

    /// <summary>Expectations whose state is another than before.</summary>
    public required IReadOnlyList<Expectation> Changed { get; init; }

    /// <summary>Open breaks that are explained now.</summary>
    public required IReadOnlyList<Closing> Closings { get; init; }

    /// <summary>Expectations that are not due yet.</summary>
    public required int Waiting { get; init; }

    public ShardCounts Counts =>
        new(Matches.Count, Discrepancies.Count, Missing.Count, Waiting, Closings.Count);
}

/// <summary>An outcome in numbers.</summary>
public sealed record ShardCounts(int Matched, int Discrepancies, int Missing, int Waiting, int Closed)
{
    /// <summary>Of nothing.</summary>
    public static readonly ShardCounts None = new(0, 0, 0, 0, 0);

    public static ShardCounts operator +(ShardCounts left, ShardCounts right) => new(
        left.Matched + right.Matched,
        left.Discrepancies + right.Discrepancies,
        left.Missing + right.Missing,
        left.Waiting + right.Waiting,
        left.Closed + right.Closed);
}
