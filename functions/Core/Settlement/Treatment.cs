namespace Railyard.Core.Settlement;

/// <summary>Why a line needs no counterpart of ours.</summary>
public enum IgnoredReason
{
    /// <summary>
    /// It moves the balance as a whole; the batch's control checks it, the bank statement matches it.
    /// </summary>
    BalanceRow,

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
        LineKind.Fee => IgnoredReason.BatchFee,
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal => null,
        LineKind.Chargeback or LineKind.SecondChargeback or LineKind.ChargebackReversal => null,
        LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown => null,
    };

    /// <summary>
    /// Whether a line of that kind belongs to one payment, and so must name it and say its amount.
    /// </summary>
    public static bool BelongsToPayment(LineKind kind) => kind switch
    {
        LineKind.Payment or LineKind.Refund or LineKind.RefundReversal => true,
        LineKind.Chargeback or LineKind.SecondChargeback or LineKind.ChargebackReversal => true,
        LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn or LineKind.Fee => false,
        LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry => false,
        LineKind.Transfer or LineKind.Adjustment or LineKind.Unknown => false,
    };
}
