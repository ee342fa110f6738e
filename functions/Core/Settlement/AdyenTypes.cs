using System.Collections.Frozen;

namespace Railyard.Core.Settlement;

/// <summary>Adyen's journal types in our words.</summary>
static class AdyenTypes
{
    static readonly FrozenDictionary<string, LineKind> Kinds = new Dictionary<string, LineKind>
    {
        ["Settled"] = LineKind.Payment,
        ["Refunded"] = LineKind.Refund,
        ["RefundedReversed"] = LineKind.RefundReversal,
        ["Chargeback"] = LineKind.Chargeback,
        ["SecondChargeback"] = LineKind.SecondChargeback,
        ["ChargebackReversed"] = LineKind.ChargebackReversal,
        ["Fee"] = LineKind.Fee,
        ["MiscCosts"] = LineKind.Fee,
        ["PaymentCost"] = LineKind.Fee,
        ["AuthorisationSchemeFee"] = LineKind.Fee,
        ["InvoiceDeduction"] = LineKind.Fee,
        ["MerchantPayout"] = LineKind.Payout,
        ["BankInstructionReturned"] = LineKind.PayoutReturned,
        ["MerchantPayin"] = LineKind.PayIn,
        ["MatchedStatement"] = LineKind.PayIn,
        ["DepositCorrection"] = LineKind.ReserveHold,
        ["ReserveAdjustment"] = LineKind.ReserveHold,
        ["Balancetransfer"] = LineKind.Carry,
        ["ManualCorrected"] = LineKind.Adjustment,
        ["EpaPaid"] = LineKind.Transfer,
        ["PaidOut"] = LineKind.Transfer,
        ["PaidOutReversed"] = LineKind.Transfer,
        ["BPPaidOut"] = LineKind.Transfer,
        ["InternalCompanyPayout"] = LineKind.Transfer,
        ["XASTransfer"] = LineKind.Transfer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The kind of a journal type: the same type holds a reserve as a debit and releases it as a credit.
    /// </summary>
    public static LineKind KindOf(string type, Direction net)
    {
        var kind = Kinds.GetValueOrDefault(type, LineKind.Unknown);
        return kind == LineKind.ReserveHold && net == Direction.Credit ? LineKind.ReserveRelease : kind;
    }
}
