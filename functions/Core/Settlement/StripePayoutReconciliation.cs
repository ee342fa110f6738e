using System.Collections.Frozen;

namespace Railyard.Core.Settlement;

/// <summary>
/// Stripe's itemised payout reconciliation, and its reports of the balance with the same columns. Whoever orders the report
/// chooses the columns, so they are found by name. Amounts are signed and in major units. The rows of a payout come to what
/// is paid out; the payout itself has no row.
/// </summary>
static class StripePayoutReconciliation
{
    public const string Name = "stripe_payout_reconciliation";

    public const string Transaction = "balance_transaction_id";
    public const string Currency = "currency";
    public const string Gross = "gross";
    public const string Fee = "fee";
    public const string Net = "net";
    public const string Category = "reporting_category";
    public const string Payout = "automatic_payout_id";
    public const string Source = "source_id";
    public const string Charge = "charge_id";
    public const string Intent = "payment_intent_id";
    public const string Refund = "refund_id";
    public const string Dispute = "dispute_id";
    public const string Trace = "trace_id";
    public const string Created = "created";
    public const string EffectiveAt = "automatic_payout_effective_at";
    public const string AvailableOn = "available_on";

    /// <summary>Our payment, which the connector writes on each of its intents and refunds.</summary>
    public const string OwnPayment = "payment_metadata[payment]";

    const string InUtc = "_utc";

    static readonly string[] Required = [Transaction, Currency, Gross, Fee, Net, Category];

    static readonly FrozenDictionary<string, LineKind> Kinds = new Dictionary<string, LineKind>
    {
        ["charge"] = LineKind.Payment,
        ["refund"] = LineKind.Refund,
        ["refund_failure"] = LineKind.RefundReversal,
        ["partial_capture_reversal"] = LineKind.CaptureReversal,
        ["dispute"] = LineKind.Chargeback,
        ["dispute_reversal"] = LineKind.ChargebackReversal,
        ["fee"] = LineKind.Fee,
        ["network_cost"] = LineKind.Fee,
        ["payout"] = LineKind.Payout,
        ["payout_reversal"] = LineKind.PayoutReturned,
        ["topup"] = LineKind.PayIn,
        ["risk_reserved_funds"] = LineKind.ReserveHold,
        ["connect_reserved_funds"] = LineKind.ReserveHold,
        ["transfer"] = LineKind.Transfer,
        ["transfer_reversal"] = LineKind.Transfer,
        ["platform_earning"] = LineKind.Transfer,
        ["platform_earning_refund"] = LineKind.Transfer,
        ["contribution"] = LineKind.Adjustment,
        ["other_adjustment"] = LineKind.Adjustment,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kind of a category: funds are reserved by a debit and released by a credit.</summary>
    public static LineKind KindOf(string category, Direction net)
    {
        var kind = Kinds.GetValueOrDefault(category, LineKind.Unknown);
        return kind == LineKind.ReserveHold && net == Direction.Credit ? LineKind.ReserveRelease : kind;
    }

    /// <summary>A file with this header, or the first column it misses.</summary>
    public static HeaderVerdict ReadHeader(in CsvRecord header, ReadingTerms terms)
    {
        var names = new ColumnNames(header);
        if (names.FirstMissing(Required) is { } missing) return new(null, missing);
        if (names.FirstOf(Created + InUtc, Created) == CsvRecord.NoColumn) return new(null, Created);
        var rows = new StripeRows(new StripeColumns(names), terms.CapturesInParts);
        return new(new(Name, rows, BatchRule.PaidOutAsBatch, header.Count), null);
    }

    /// <summary>Where a time stands: in UTC where the file has that, else in the zone of the report, which is UTC where nobody changed it.</summary>
    public static int TimeIn(ColumnNames names, string name) => names.FirstOf(name + InUtc, name);
}

/// <summary>Where each column of this file is.</summary>
sealed class StripeColumns(ColumnNames names)
{
    public int Transaction { get; } = names[StripePayoutReconciliation.Transaction];
    public int Currency { get; } = names[StripePayoutReconciliation.Currency];
    public int Gross { get; } = names[StripePayoutReconciliation.Gross];
    public int Fee { get; } = names[StripePayoutReconciliation.Fee];
    public int Net { get; } = names[StripePayoutReconciliation.Net];
    public int Category { get; } = names[StripePayoutReconciliation.Category];
    public int Payout { get; } = names[StripePayoutReconciliation.Payout];
    public int Source { get; } = names[StripePayoutReconciliation.Source];
    public int Charge { get; } = names[StripePayoutReconciliation.Charge];
    public int Intent { get; } = names[StripePayoutReconciliation.Intent];
    public int Refund { get; } = names[StripePayoutReconciliation.Refund];
    public int Dispute { get; } = names[StripePayoutReconciliation.Dispute];
    public int Trace { get; } = names[StripePayoutReconciliation.Trace];
    public int OwnPayment { get; } = names[StripePayoutReconciliation.OwnPayment];
    public int Created { get; } = StripePayoutReconciliation.TimeIn(names, StripePayoutReconciliation.Created);
    public int EffectiveAt { get; } = StripePayoutReconciliation.TimeIn(names, StripePayoutReconciliation.EffectiveAt);
    public int AvailableOn { get; } = StripePayoutReconciliation.TimeIn(names, StripePayoutReconciliation.AvailableOn);
}
