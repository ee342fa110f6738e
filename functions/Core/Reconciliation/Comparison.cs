using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Holds a line against what was expected, field by field.</summary>
public static class Comparison
{
    // Agreed with nobody yet: to the last cent.
    const long AmountToleranceMinorUnits = 0;
    const long FeeToleranceMinorUnits = 0;

    /// <summary>All fields that differ; none where the line is what we expected.</summary>
    public static IReadOnlyList<FieldDifference> Differences(Expectation expected, SettlementLine line)
    {
        var differences = new List<FieldDifference>();
        var found = line.Gross ?? line.Net;
        var direction = Expectation.DirectionOf(expected.Kind);
        if (found.Amount.Currency != expected.Amount.Currency)
            differences.Add(new("currency", $"{expected.Amount}", $"{found.Amount}"));
        else if (Differ(found.Amount.MinorUnits, expected.Amount.MinorUnits, AmountToleranceMinorUnits))
            differences.Add(new("amount", $"{expected.Amount}", $"{found.Amount}"));
        if (!found.Amount.IsZero && found.Direction != direction)
            differences.Add(new("direction", Word(direction), Word(found.Direction)));
        if (expected.ExpectedFee is { } fee && FeeDiffers(fee, line.FeesCharged()))
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

    static bool FeeDiffers(Money expected, Balance found) =>
        expected.Currency != found.Currency
        || Differ(expected.MinorUnits, found.MinorUnits, FeeToleranceMinorUnits);

    static bool Differ(long left, long right, long tolerance) => Math.Abs(left - right) > tolerance;

    static string Word(Direction direction) => direction == Direction.Credit ? "credit" : "debit";
}
