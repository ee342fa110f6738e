using System.Runtime.InteropServices;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// What the lines of a kind and currency come to, in minor units and without regard to their direction. Sums that no
/// amount can hold stop at the largest that can.
/// </summary>
/// <param name="Matched">How many lines agree.</param>
/// <param name="MatchedValue">Their amounts before fees.</param>
/// <param name="Differing">How many lines are discrepancies.</param>
/// <param name="DifferingValue">Their amounts before fees.</param>
/// <param name="Missing">How many expectations were due and have no line.</param>
/// <param name="MissingValue">Their amounts.</param>
/// <param name="FeesAgreed">What the contract says of the lines whose fee is known.</param>
/// <param name="FeesCharged">What these lines were charged.</param>
public sealed record JoinedValues(
    LineKind Kind,
    Currency Currency,
    int Matched,
    long MatchedValue,
    int Differing,
    long DifferingValue,
    int Missing,
    long MissingValue,
    long FeesAgreed,
    long FeesCharged)
{
    /// <summary>Both, row by row, in the order of kinds and currencies.</summary>
    public static IReadOnlyList<JoinedValues> Sum(IReadOnlyList<JoinedValues> left, IReadOnlyList<JoinedValues> right)
    {
        if (left.Count == 0) return right;
        if (right.Count == 0) return left;
        return
        [
            .. left.Concat(right)
                .GroupBy(row => (row.Kind, row.Currency))
                .Select(rows => rows.Aggregate((one, other) => one.Plus(other)))
                .OrderBy(row => row.Kind)
                .ThenBy(row => row.Currency.Code, StringComparer.Ordinal),
        ];
    }

    JoinedValues Plus(JoinedValues other) => this with
    {
        Matched = Matched + other.Matched,
        MatchedValue = Nearest((Int128)MatchedValue + other.MatchedValue),
        Differing = Differing + other.Differing,
        DifferingValue = Nearest((Int128)DifferingValue + other.DifferingValue),
        Missing = Missing + other.Missing,
        MissingValue = Nearest((Int128)MissingValue + other.MissingValue),
        FeesAgreed = Nearest((Int128)FeesAgreed + other.FeesAgreed),
        FeesCharged = Nearest((Int128)FeesCharged + other.FeesCharged),
    };

    internal static long Nearest(Int128 sum) => (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
}

/// <summary>Adds up while a join is concluded.</summary>
sealed class JoinSums
{
    readonly Dictionary<(LineKind Kind, Currency Currency), Sums> rows = [];
    (LineKind Kind, Currency Currency) last;
    Sums? lastSums;

    public void AddMatched(SettlementLine line)
    {
        var amount = (line.Gross ?? line.Net).Amount;
        AddMatched(line.Kind, amount.Currency, amount.MinorUnits);
    }

    public void AddMatched(LineKind kind, Currency currency, long minorUnits)
    {
        var sums = Of(kind, currency);
        sums.Matched++;
        sums.MatchedValue += minorUnits;
    }

    public void AddDiffering(SettlementLine line)
    {
        var amount = (line.Gross ?? line.Net).Amount;
        var sums = Of(line.Kind, amount.Currency);
        sums.Differing++;
        sums.DifferingValue += amount.MinorUnits;
    }

    public void AddMissing(Expectation expected)
    {
        var sums = Of(expected.Kind, expected.Amount.Currency);
        sums.Missing++;
        sums.MissingValue += expected.Amount.MinorUnits;
    }

    /// <summary>Fees that can be compared: agreed, and charged in the currency in which they were.</summary>
    public void AddFees(Expectation expected, SettlementLine line)
    {
        if (expected.ExpectedFee is not { } agreed || Converted.Fee(agreed, line) is not { } fee) return;
        AddFees(line.Kind, line.Net.Amount.Currency, fee, line.FeesCharged().MinorUnits);
    }

    public void AddFees(LineKind kind, Currency currency, Int128 agreed, long charged)
    {
        var sums = Of(kind, currency);
        sums.FeesAgreed += agreed;
        sums.FeesCharged += charged;
    }

    public IReadOnlyList<JoinedValues> ToValues() =>
    [
        .. rows.OrderBy(row => row.Key.Kind).ThenBy(row => row.Key.Currency.Code, StringComparer.Ordinal)
            .Select(row => row.Value.Row(row.Key.Kind, row.Key.Currency)),
    ];

    // One line is mostly of the same kind and currency as the one before it.
    Sums Of(LineKind kind, Currency currency)
    {
        if (lastSums is not null && last == (kind, currency)) return lastSums;
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, (kind, currency), out _);
        (last, lastSums) = ((kind, currency), sums ??= new Sums());
        return lastSums;
    }

    sealed class Sums
    {
        public int Matched;
        public Int128 MatchedValue;
        public int Differing;
        public Int128 DifferingValue;
        public int Missing;
        public Int128 MissingValue;
        public Int128 FeesAgreed;
        public Int128 FeesCharged;

        public JoinedValues Row(LineKind kind, Currency currency) => new(
            kind, currency,
            Matched, JoinedValues.Nearest(MatchedValue),
            Differing, JoinedValues.Nearest(DifferingValue),
            Missing, JoinedValues.Nearest(MissingValue),
            JoinedValues.Nearest(FeesAgreed), JoinedValues.Nearest(FeesCharged));
    }
}
