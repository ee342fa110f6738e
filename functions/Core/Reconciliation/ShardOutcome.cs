using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What the join needs to know of the file as a whole.</summary>
public sealed record FileFacts(FileId Id, AcquirerName Acquirer, DateTimeOffset? ClosedAt)
{
    /// <summary>What is agreed with its acquirer.</summary>
    public SettlementTerms Terms { get; init; } = SettlementTerms.Usual;

    /// <summary>
    /// Whether no file is joined: more may be about to be recorded, so what only might belong together is left.
    /// </summary>
    public bool IsBetweenFiles { get; init; }
}

/// <summary>
/// A line that is what we expected; the nth of its kind where a file has several alike. A line that settles several
/// expectations, or one of several lines that settle one, is in as many matches, each with its part of the amount.
/// </summary>
public sealed record Match(
    int Line, int Occurrence, ExpectationId Expectation, PaymentId Payment, OperationId Operation, Money Amount)
{
    /// <summary>Whose payment it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>By their lines, and of one line by what it settles.</summary>
    internal static int InOrder(Match left, Match right) =>
        left.Line != right.Line ? left.Line.CompareTo(right.Line) : string.CompareOrdinal(left.Expectation.Value, right.Expectation.Value);
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

    /// <summary>
    /// Chargebacks and reversals of known payments, settled by the very line that tells of them: nobody could expect them
    /// before.
    /// </summary>
    public required IReadOnlyList<Expectation> Recorded { get; init; }

    /// <summary>Open breaks that are explained now.</summary>
    public required IReadOnlyList<Closing> Closings { get; init; }

    /// <summary>Expectations that are not due yet, or that a line may be about of which that is not known.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many lines of this file are in a match.</summary>
    public required int Matched { get; init; }

    /// <summary>What they come to, by kind and currency.</summary>
    public required IReadOnlyList<JoinedValues> Values { get; init; }

    public ShardCounts Counts =>
        new(Matched, Discrepancies.Count, Missing.Count, Waiting, Closings.Count) { Values = Values };
}

/// <summary>An outcome in numbers.</summary>
public sealed record ShardCounts(int Matched, int Discrepancies, int Missing, int Waiting, int Closed)
{
    /// <summary>Of nothing.</summary>
    public static readonly ShardCounts None = new(0, 0, 0, 0, 0);

    /// <summary>What they come to, by kind and currency, in that order.</summary>
    public IReadOnlyList<JoinedValues> Values { get; init; } = [];

    public static ShardCounts operator +(ShardCounts left, ShardCounts right) =>
        new(
            left.Matched + right.Matched,
            left.Discrepancies + right.Discrepancies,
            left.Missing + right.Missing,
            left.Waiting + right.Waiting,
            left.Closed + right.Closed)
        {
            Values = JoinedValues.Sum(left.Values, right.Values),
        };

    /// <summary>Whether it is the same in every number.</summary>
    public bool Equals(ShardCounts? other) =>
        other is not null
        && (Matched, Discrepancies, Missing, Waiting, Closed)
            == (other.Matched, other.Discrepancies, other.Missing, other.Waiting, other.Closed)
        && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Matched, Discrepancies, Missing, Waiting, Closed);
}
