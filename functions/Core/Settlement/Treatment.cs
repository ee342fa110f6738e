namespace Railyard.Core.Settlement;

/// <summary>Why a line needs no counterpart of ours.</summary>
public enum IgnoredReason
{
    /// <summary>
    /// It moves the balance as a whole; the batch's control checks it, the bank statement matches it.
    /// </summary>
    BalanceRow,

    /// <summary>It takes back the part of an authorisation that was not captured; the payment's own line is matched without it.</summary>
    PartOfCapture,

    /// <summary>It is charged for the batch, not for a payment; it is counted in the totals.</summary>
    BatchFee,
}

/// <summary>What becomes of a line.</summary>
public static class Treatment
{
    /// <summary>Why lines of that kind are left out of matching; null where they are matched.</summary>
    public static IgnoredReason? Ignores(LineKind kind) => kind switch
    {
        LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn => IgnoredReason.BalanceRow,
        LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry => IgnoredReason.BalanceRow,
        LineKind.Conversion => IgnoredReason.BalanceRow,
        LineKind.CaptureReversal => IgnoredReason.PartOfCapture,
        LineKind.Fee => IgnoredReason.BatchFee,
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal => null,
        LineKind.Chargeback or LineKind.SecondChargeback or LineKind.ChargebackReversal => null,
        LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown => null,
    };

    /// <summary>Whether the shards need a line of that kind: it is matched, or changes one that is.</summary>
    public static bool GoesToShards(LineKind kind) => Ignores(kind) is null or IgnoredReason.PartOfCapture;

    /// <summary>
    /// Whether a line of that kind belongs to one payment, and so must name it and say its amount.
    /// </summary>
    public static bool BelongsToPayment(LineKind kind) => kind switch
    {
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal => true,
        LineKind.Chargeback or LineKind.SecondChargeback or LineKind.ChargebackReversal => true,
        LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn or LineKind.Fee => false,
        LineKind.CaptureReversal => true,
        LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry or LineKind.Conversion => false,
        LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown => false,
    };
}
