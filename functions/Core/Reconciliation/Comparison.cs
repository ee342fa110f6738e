using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Holds a line against what was expected, field by field, as exactly as was agreed with the acquirer.</summary>
public static class Comparison
{
    // A conversion, and every fee that was taken off after it, may each have been rounded by one minor unit.
    const int MinorUnitsPerRounding = 1;

    /// <summary>Whether the line is what we expected. It allocates nothing: most lines are.</summary>
    public static bool Agree(Expectation expected, SettlementLine line, SettlementTerms terms) =>
        Converted.Of(line, expected.Amount.Currency) is { } found
        && AmountsAgree(expected.Amount, found, terms)
        && (found.MinorUnits == 0 || found.Direction == Expectation.DirectionOf(expected.Kind))
        && (expected.ExpectedFee is not { } fee || FeesAgree(fee, line, terms));

    /// <summary>All fields that differ; none where the line is what we expected.</summary>
    public static IReadOnlyList<FieldDifference> Differences(Expectation expected, SettlementLine line, SettlementTerms terms)
    {
        var differences = new List<FieldDifference>();
        var printed = line.Gross ?? line.Net;
        var (amount, direction) = (printed.Amount, printed.Direction);
        if (Converted.Of(line, expected.Amount.Currency) is not { } found)
            differences.Add(new("currency", $"{expected.Amount}", $"{amount}"));
        else
        {
            direction = found.Direction;
            if (!AmountsAgree(expected.Amount, found, terms))
                differences.Add(new("amount", $"{expected.Amount}", $"{found.MinorUnits} {expected.Amount.Currency}"));
        }
        if (!amount.IsZero && direction != Expectation.DirectionOf(expected.Kind))
            differences.Add(new("direction", Word(Expectation.DirectionOf(expected.Kind)), Word(direction)));
        if (expected.ExpectedFee is { } fee && !FeesAgree(fee, line, terms))
            differences.Add(new("fee", $"{fee}", $"{line.FeesCharged()}"));
        return differences;
    }

    /// <summary>The name for what differs; the field that makes the others meaningless comes first.</summary>
    public static DiscrepancyKind KindOf(IReadOnlyList<FieldDifference> differences)
    {
        if (differences.Any(difference => difference.Field == "currency")) return DiscrepancyKind.CurrencyDiffers;
        return differences.All(difference => difference.Field == "fee")
            ? DiscrepancyKind.FeeDiffers
            : DiscrepancyKind.AmountDiffers;
    }

    /// <summary>
    /// What a discrepancy of a line is about: the difference where there is one that can be counted, else what the line says.
    /// </summary>
    internal static Money? AtStake(SettlementLine line, DiscrepancyKind kind, Expectation? expected)
    {
        var printed = (line.Gross ?? line.Net).Amount;
        if (expected is null) return printed;
        return kind switch
        {
            DiscrepancyKind.AmountDiffers => AmountAtStake(expected, line),
            DiscrepancyKind.FeeDiffers => FeeAtStake(expected, line),
            _ => printed,
        };
    }

    static Money? AmountAtStake(Expectation expected, SettlementLine line)
    {
        if (Converted.Of(line, expected.Amount.Currency) is not { } found) return null;
        var isOpposite = found.MinorUnits != 0 && found.Direction != Expectation.DirectionOf(expected.Kind);
        var apart = isOpposite ? expected.Amount.MinorUnits + found.MinorUnits : Int128.Abs(expected.Amount.MinorUnits - found.MinorUnits);
        return apart > long.MaxValue ? null : new Money((long)apart, expected.Amount.Currency);
    }

    static Money? FeeAtStake(Expectation expected, SettlementLine line)
    {
        if (expected.ExpectedFee is not { } fee || Converted.Fee(fee, line) is not { } agreed) return null;
        var apart = Int128.Abs(agreed - line.FeesCharged().MinorUnits);
        return apart > long.MaxValue ? null : new Money((long)apart, line.Net.Amount.Currency);
    }

    static bool AmountsAgree(Money expected, Converted found, SettlementTerms terms) =>
        Int128.Abs(found.MinorUnits - expected.MinorUnits) <= terms.Amounts.Of(expected.MinorUnits) + found.Rounding;

    static bool FeesAgree(Money expected, SettlementLine line, SettlementTerms terms)
    {
        if (Converted.Fee(expected, line) is not { } agreed) return false;
        var rounding = expected.Currency == line.Net.Amount.Currency ? 0 : MinorUnitsPerRounding * (1 + line.Fees.Count);
        return Int128.Abs(agreed - line.FeesCharged().MinorUnits) <= terms.Fees.Of(agreed) + rounding;
    }

    static string Word(Direction direction) => direction == Direction.Credit ? "credit" : "debit";
}
