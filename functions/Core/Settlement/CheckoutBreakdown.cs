using System.Collections.Frozen;

namespace Railyard.Core.Settlement;

/// <summary>
/// Checkout.com's settlement breakdown: every movement of one payout, signed, in the holding currency. Net is gross and
/// deduction together, and deductions are negative; columns for single fees say what a deduction is made of.
/// </summary>
static class CheckoutBreakdown
{
    public const string Name = "checkout_settlement_breakdown";

    public const string Type = "Type";
    public const string Payment = "Payment ID";
    public const string Action = "Action ID";
    public const string Reference = "Reference";
    public const string ProcessedOn = "Processed On";
    public const string AvailableOn = "Available On";
    public const string Payout = "Payout ID";
    public const string HoldingCurrency = "Holding Currency";
    public const string Gross = "Gross In Holding Currency";
    public const string Deduction = "Deduction In Holding Currency";
    public const string Net = "Net In Holding Currency";
    public const string ProcessingCurrency = "Processing Currency";
    public const string ProcessingGross = "Gross In Processing Currency";
    public const string Rate = "FX Rate Applied";
    public const string Reserve = "Reserve In Holding Currency";

    /// <summary>The columns that say what a deduction is made of.</summary>
    public static readonly (FeeKind Kind, string Name)[] FeeColumns =
    [
        (FeeKind.Commission, "Processing Fee In Holding Currency"),
        (FeeKind.SchemeFees, "Scheme Fee In Holding Currency"),
        (FeeKind.Interchange, "Interchange In Holding Currency"),
        (FeeKind.Tax, "Tax In Holding Currency"),
    ];

    static readonly string[] Required = [Type, Payment, ProcessedOn, Payout, HoldingCurrency, Gross, Deduction, Net];

    static readonly FrozenDictionary<string, LineKind> Kinds = new Dictionary<string, LineKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["Capture"] = LineKind.Payment,
        ["Charge"] = LineKind.Payment,
        ["Payment"] = LineKind.Payment,
        ["Refund"] = LineKind.Refund,
        ["Refund Reversal"] = LineKind.RefundReversal,
        ["Chargeback"] = LineKind.Chargeback,
        ["Second Chargeback"] = LineKind.SecondChargeback,
        ["Chargeback Reversal"] = LineKind.ChargebackReversal,
        ["Payout"] = LineKind.Payout,
        ["Payout Return"] = LineKind.PayoutReturned,
        ["Top Up"] = LineKind.PayIn,
        ["Rolling Reserve"] = LineKind.ReserveHold,
        ["Fixed Reserve"] = LineKind.ReserveHold,
        ["Reserve Release"] = LineKind.ReserveHold,
        ["Carried Balance"] = LineKind.Carry,
        ["Transfer"] = LineKind.Transfer,
        ["Adjustment"] = LineKind.Adjustment,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The kind of a type; whatever is called a fee is one.</summary>
    public static LineKind KindOf(string type, Direction net)
    {
        if (!Kinds.TryGetValue(type, out var kind)) return IsFee(type) ? LineKind.Fee : LineKind.Unknown;
        return kind == LineKind.ReserveHold && net == Direction.Credit ? LineKind.ReserveRelease : kind;
    }

    /// <summary>A file with this header, or the first column it misses.</summary>
    public static HeaderVerdict ReadHeader(in CsvRecord header, ReadingTerms terms)
    {
        var names = new ColumnNames(header);
        if (names.FirstMissing(Required) is { } missing) return new(null, missing);
        return new(new(Name, new CheckoutRows(new CheckoutColumns(names)), BatchRule.PaidOutAsBatch, header.Count), null);
    }

    static bool IsFee(string type) =>
        type.EndsWith("Fee", StringComparison.OrdinalIgnoreCase) || type.EndsWith("Fees", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Where each column of this file is.</summary>
sealed class CheckoutColumns(ColumnNames names)
{
    public int Type { get; } = names[CheckoutBreakdown.Type];
    public int Payment { get; } = names[CheckoutBreakdown.Payment];
    public int Action { get; } = names[CheckoutBreakdown.Action];
    public int Reference { get; } = names[CheckoutBreakdown.Reference];
    public int ProcessedOn { get; } = names[CheckoutBreakdown.ProcessedOn];
    public int AvailableOn { get; } = names[CheckoutBreakdown.AvailableOn];
    public int Payout { get; } = names[CheckoutBreakdown.Payout];
    public int HoldingCurrency { get; } = names[CheckoutBreakdown.HoldingCurrency];
    public int Gross { get; } = names[CheckoutBreakdown.Gross];
    public int Deduction { get; } = names[CheckoutBreakdown.Deduction];
    public int Net { get; } = names[CheckoutBreakdown.Net];
    public int ProcessingCurrency { get; } = names[CheckoutBreakdown.ProcessingCurrency];
    public int ProcessingGross { get; } = names[CheckoutBreakdown.ProcessingGross];
    public int Rate { get; } = names[CheckoutBreakdown.Rate];
    public int Reserve { get; } = names[CheckoutBreakdown.Reserve];

    /// <summary>The fee columns that this file has.</summary>
    public (FeeKind Kind, string Name, int Place)[] Fees { get; } =
    [
        .. CheckoutBreakdown.FeeColumns
            .Select(fee => (fee.Kind, fee.Name, Place: names[fee.Name]))
            .Where(fee => fee.Place != CsvRecord.NoColumn),
    ];
}
