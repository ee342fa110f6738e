using static Railyard.Core.Ledger.AccountKind;
using static Railyard.Core.Ledger.Leg;

namespace Railyard.Core.Ledger;

/// <summary>
/// Every rule by which money moves between accounts. The table of the README is printed from it, and the entries are
/// built from it.
/// </summary>
public static class PostingRules
{
    public static readonly PostingRule PaymentAuthorized = new(
        "payment_authorized", BookKind.Merchant, "An acquirer authorised a payment: a note, no money.",
        Debit(Authorized, Part.Hold), Credit(AuthorizedContra, Part.Hold));

    public static readonly PostingRule PaymentCaptured = new(
        "payment_captured", BookKind.Merchant, "An acquirer took a capture; the hold ends by as much, or wholly where it was the final one.",
        Debit(AcquirerCaptured), Credit(MerchantPending), Debit(AuthorizedContra, Part.Hold), Credit(Authorized, Part.Hold));

    public static readonly PostingRule CaptureUndone = new(
        "capture_undone", BookKind.Merchant, "An acquirer undid a capture that it had taken.",
        Debit(MerchantPending), Credit(AcquirerCaptured), Debit(Authorized, Part.Hold), Credit(AuthorizedContra, Part.Hold));

    public static readonly PostingRule PaymentRefunded = new(
        "payment_refunded", BookKind.Merchant, "An acquirer took a refund. It is no longer the merchant's at once, not only when it is settled.",
        Debit(MerchantAvailable), Credit(AcquirerCaptured));

    public static readonly PostingRule RefundUndone = new(
        "refund_undone", BookKind.Merchant, "An acquirer undid a refund that it had taken.",
        Debit(AcquirerCaptured), Credit(MerchantAvailable));

    public static readonly PostingRule PaymentVoided = new(
        "payment_voided", BookKind.Merchant, "An acquirer released what was not captured, for the merchant or because it had expired.",
        Debit(AuthorizedContra, Part.Hold), Credit(Authorized, Part.Hold));

    public static readonly PostingRule VoidUndone = new(
        "void_undone", BookKind.Merchant, "An acquirer did not release what it had said it would.",
        Debit(Authorized, Part.Hold), Credit(AuthorizedContra, Part.Hold));

    public static readonly PostingRule DisputeOpened = new(
        "dispute_opened", BookKind.Merchant, "A cardholder's bank took the money back, for the first time or again after a defence.",
        Debit(AccountKind.Disputes), Credit(AcquirerCaptured), Debit(MerchantAvailable), Credit(MerchantDisputed));

    public static readonly PostingRule DisputeWon = new(
        "dispute_won", BookKind.Merchant, "The merchant's defence was accepted.",
        Debit(AcquirerCaptured), Credit(AccountKind.Disputes), Debit(MerchantDisputed), Credit(MerchantAvailable));

    public static readonly PostingRule DisputeLost = new(
        "dispute_lost", BookKind.Merchant, "A dispute is over, and the money stays with the cardholder.",
        Debit(MerchantDisputed), Credit(AccountKind.Disputes));

    public static readonly PostingRule SettledPayment = new(
        "settled_payment", BookKind.Merchant, "Settlement lines of captures match; one entry for a merchant's lines of a group of shards.",
        Debit(BetweenBooks), Credit(AcquirerCaptured), Debit(MerchantPending), Credit(MerchantAvailable));

    public static readonly PostingRule SettledRefund = new(
        "settled_refund", BookKind.Merchant, "Settlement lines of refunds match.",
        Debit(AcquirerCaptured), Credit(BetweenBooks));

    public static readonly PostingRule SettledRefundReversal = new(
        "settled_refund_reversal", BookKind.Merchant, "Settlement lines of refunds that were undone match.",
        Debit(BetweenBooks), Credit(AcquirerCaptured));

    public static readonly PostingRule SettledChargeback = new(
        "settled_chargeback", BookKind.Merchant, "Settlement lines of first chargebacks match.",
        Debit(AcquirerCaptured), Credit(BetweenBooks));

    public static readonly PostingRule SettledSecondChargeback = new(
        "settled_second_chargeback", BookKind.Merchant, "Settlement lines of second chargebacks match.",
        Debit(AcquirerCaptured), Credit(BetweenBooks));

    public static readonly PostingRule SettledChargebackReversal = new(
        "settled_chargeback_reversal", BookKind.Merchant, "Settlement lines of disputes that were won match.",
        Debit(BetweenBooks), Credit(AcquirerCaptured));

    public static readonly PostingRule SettlementLines = new(
        "settlement_lines", BookKind.Acquirer,
        "A group of shards is joined: its lines of a batch, with the acquirer's fees; what nothing explains waits. In two currencies, by way of fx.",
        Debit(AcquirerSettled, Part.Net),
        Debit(AcquirerFees, Part.AcquirerFees),
        Debit(SchemeFees, Part.SchemeFees),
        Debit(Interchange, Part.Interchange),
        Debit(Unexplained, Part.FeeDifference),
        Debit(AcquirerReserve, Part.Reserved),
        Credit(BetweenBooks, Part.Matched),
        Credit(Rounding, Part.Rounded),
        Credit(Unexplained, Part.Unmatched),
        Debit(Fx, Part.Exchanged),
        Credit(Fx, Part.ExchangedTo));

    public static readonly PostingRule BatchFee = new(
        "batch_fee", BookKind.Acquirer, "The acquirer charged a fee to the batch, not to a payment.",
        Debit(AcquirerFees), Credit(AcquirerSettled));

    public static readonly PostingRule ReserveHeld = new(
        "acquirer_reserve_held", BookKind.Acquirer, "The acquirer holds a part of the batch back.",
        Debit(AcquirerReserve), Credit(AcquirerSettled));

    public static readonly PostingRule ReserveReleased = new(
        "acquirer_reserve_released", BookKind.Acquirer, "The acquirer gives back what it held.",
        Debit(AcquirerSettled), Credit(AcquirerReserve));

    public static readonly PostingRule BatchCarried = new(
        "batch_carried", BookKind.Acquirer, "What the batch came to is carried to another; from another, the sides change.",
        Debit(AcquirerCarried), Credit(AcquirerSettled));

    public static readonly PostingRule BatchConverted = new(
        "batch_converted", BookKind.Acquirer, "The acquirer exchanged a part of the balance: what came of it; for what was given, the sides change.",
        Debit(AcquirerSettled), Credit(Fx));

    public static readonly PostingRule BatchPaidOut = new(
        "batch_paid_out", BookKind.Acquirer, "The acquirer says that it has paid the batch to our bank.",
        Debit(AcquirerPaidOut), Credit(AcquirerSettled));

    public static readonly PostingRule PayoutReturned = new(
        "acquirer_payout_returned", BookKind.Acquirer, "What the acquirer paid came back to it, or we paid it in.",
        Debit(AcquirerSettled), Credit(AcquirerPaidOut));

    public static readonly PostingRule AcquirerBanked = new(
        "acquirer_banked", BookKind.Bank, "A line of the bank statement matches payouts of acquirers; for one that came back, the sides change.",
        Debit(Bank), Credit(BetweenBooks));

    public static readonly PostingRule PaidOutCleared = new(
        "acquirer_payout_cleared", BookKind.Acquirer, "The same line, in the acquirer's book, batch by batch.",
        Debit(BetweenBooks), Credit(AcquirerPaidOut));

    public static readonly PostingRule MerchantPayoutBanked = new(
        "merchant_payout_banked", BookKind.Bank, "A line of the bank statement matches a payout to a merchant; for one that came back, the sides change.",
        Debit(PayoutsInTransit), Credit(Bank));

    public static readonly PostingRule ExplainedLate = new(
        "explained_late", BookKind.Acquirer, "What a line was for became known later; the merchant's book follows by the rule of the line.",
        Debit(Unexplained), Credit(BetweenBooks, Part.Matched), Credit(Rounding, Part.Rounded),
        Debit(Unexplained, Part.FeeDifference), Credit(AcquirerFees, Part.FeeDifference),
        Debit(Fx, Part.Exchanged), Credit(Fx, Part.ExchangedTo));

    public static readonly PostingRule FeeAccepted = new(
        "fee_accepted", BookKind.Acquirer, "A person accepted another fee than was agreed.",
        Debit(AcquirerFees), Credit(Unexplained));

    public static readonly PostingRule WrittenOff = new(
        "written_off", BookKind.Acquirer, "A person ended a line that nothing explains, or wrote off a fee; what corrects it meets it there.",
        Debit(Unexplained), Credit(WriteOffs));

    public static readonly PostingRule MissingAccepted = new(
        "missing_accepted", BookKind.Merchant, "A person accepted that the acquirer never settles an operation: the merchant bears it.",
        Debit(MerchantPending), Credit(AcquirerCaptured));

    public static readonly PostingRule MissingRefundAccepted = new(
        "missing_refund_accepted", BookKind.Merchant, "A person accepted that the acquirer never takes a refund: it stays the merchant's.",
        Debit(AcquirerCaptured), Credit(MerchantAvailable));

    public static readonly PostingRule MissingWrittenOff = new(
        "missing_written_off", BookKind.Merchant, "A person wrote off a capture that the acquirer never settles: we bear it.",
        Debit(WriteOffs), Credit(AcquirerCaptured), Debit(MerchantPending), Credit(MerchantAvailable));

    public static readonly PostingRule MissingRefundWrittenOff = new(
        "missing_refund_written_off", BookKind.Merchant, "A person wrote off a refund that the acquirer never takes.",
        Debit(AcquirerCaptured), Credit(WriteOffs));

    public static readonly PostingRule MissingReversalAccepted = new(
        "missing_reversal_accepted", BookKind.Merchant, "A person accepted that the acquirer never gives back a refund or a chargeback: the merchant bears it.",
        Debit(MerchantAvailable), Credit(AcquirerCaptured));

    public static readonly PostingRule MissingReversalWrittenOff = new(
        "missing_reversal_written_off", BookKind.Merchant, "A person wrote off what the acquirer never gives back: it stays the merchant's.",
        Debit(WriteOffs), Credit(AcquirerCaptured));

    public static readonly PostingRule FoundAccepted = new(
        "found_accepted", BookKind.Merchant, "A person accepted another amount than was expected: the merchant has what was found.",
        Debit(BetweenBooks, Part.Found), Credit(AcquirerCaptured), Debit(MerchantPending), Credit(MerchantAvailable, Part.Found));

    public static readonly PostingRule FoundRefundAccepted = new(
        "found_refund_accepted", BookKind.Merchant, "A person accepted that another amount was refunded than was asked for.",
        Debit(AcquirerCaptured), Credit(BetweenBooks, Part.Found), Debit(MerchantAvailable, Part.Loss));

    public static readonly PostingRule FoundReversalAccepted = new(
        "found_reversal_accepted", BookKind.Merchant, "A person accepted that another amount was given back than was expected.",
        Debit(BetweenBooks, Part.Found), Credit(AcquirerCaptured), Credit(MerchantAvailable, Part.Loss));

    public static readonly PostingRule DifferenceWrittenOff = new(
        "difference_written_off", BookKind.Acquirer, "A person wrote off the difference between what was expected and found; in two currencies, by way of fx.",
        Debit(Unexplained, Part.Found), Credit(BetweenBooks), Debit(WriteOffs, Part.Loss),
        Debit(Fx, Part.ExchangedTo), Credit(Fx, Part.Exchanged));

    /// <summary>All of them, in the order in which money meets them.</summary>
    public static IReadOnlyList<PostingRule> All { get; } =
    [
        PaymentAuthorized, PaymentCaptured, CaptureUndone, PaymentRefunded, RefundUndone, PaymentVoided, VoidUndone,
        DisputeOpened, DisputeWon, DisputeLost,
        SettledPayment, SettledRefund, SettledRefundReversal, SettledChargeback, SettledSecondChargeback, SettledChargebackReversal,
        SettlementLines, BatchFee, ReserveHeld, ReserveReleased, BatchCarried, BatchConverted, BatchPaidOut, PayoutReturned,
        AcquirerBanked, PaidOutCleared, MerchantPayoutBanked,
        ExplainedLate, FeeAccepted, WrittenOff, MissingAccepted, MissingRefundAccepted, MissingWrittenOff, MissingRefundWrittenOff,
        MissingReversalAccepted, MissingReversalWrittenOff,
        FoundAccepted, FoundRefundAccepted, FoundReversalAccepted, DifferenceWrittenOff,
    ];
}
