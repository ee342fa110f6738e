using Railyard.Core.Payments;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>An event of a payment, with what the ledger has to know of the payment.</summary>
public sealed record PaymentHappening(PaymentId Payment, MerchantId Merchant, Money Asked, RecordedEvent Recorded)
{
    /// <summary>An event as the payment's own log has it.</summary>
    public static PaymentHappening Of(Payment payment, RecordedEvent recorded) =>
        new(payment.Id, payment.Merchant, payment.Amount, recorded);
}

/// <summary>The entries that follow from what happened to a payment. Their cause is the operation, however often it is told.</summary>
public static class PaymentPostings
{
    /// <summary>The names of all events from which entries follow.</summary>
    public static IReadOnlyList<string> Events { get; } =
    [
        "payment.authorized", "payment.captured", "payment.refunded", "payment.voided",
        "payment.capture_failed", "payment.refund_failed", "payment.void_failed",
        "payment.dispute_opened", "payment.dispute_won", "payment.dispute_reopened", "payment.dispute_lost",
    ];

    /// <summary>Whether the event alone does not say enough: then the whole payment is wanted.</summary>
    public static bool NeedsPayment(PaymentHappening happening) => happening.Recorded.Event switch
    {
        PaymentEvent.CaptureConfirmed captured => captured.Operation.Amount != happening.Asked,
        PaymentEvent.CaptureUndone or PaymentEvent.NothingCaptured or PaymentEvent.NothingLeft => true,
        PaymentEvent.VoidConfirmed or PaymentEvent.VoidUndone or PaymentEvent.DisputeMoved => true,
        _ => false,
    };

    /// <summary>The entries of an event; none where it moves nothing.</summary>
    /// <param name="happening">The event.</param>
    /// <param name="payment">The payment, which knows the event; it may be null unless <see cref="NeedsPayment"/>.</param>
    public static IReadOnlyList<JournalEntry> Of(PaymentHappening happening, Payment? payment)
    {
        if (NeedsPayment(happening) && payment is null)
            throw new InvariantBroken($"{happening.Recorded.Event.Name} of {happening.Payment} cannot be posted without the payment.");
        if (happening.Recorded.Event is PaymentEvent.DisputeMoved moved) return DisputePostings.Of(happening, moved, payment!);
        return EntryOf(happening, payment) is { } entry ? [entry] : [];
    }

    static JournalEntry? EntryOf(PaymentHappening happening, Payment? payment) => happening.Recorded.Event switch
    {
        PaymentEvent.Approved approved => PaymentAuthorized.Post(
            BookOf(happening),
            happening.Payment.Attempt(approved.Attempt).Value,
            happening.Recorded.At,
            new PartAmounts((Part.Hold, Value(happening.Asked))),
            about: happening.Payment.Value),
        PaymentEvent.CaptureConfirmed captured => Post(PaymentCaptured, happening, captured.Operation, Released(happening, payment)),
        PaymentEvent.RefundConfirmed refunded => Post(PaymentRefunded, happening, refunded.Operation),
        PaymentEvent.FullyRefunded refunded => Post(PaymentRefunded, happening, refunded.Operation),
        PaymentEvent.VoidConfirmed voided => Post(PaymentVoided, happening, voided.Operation, Released(happening, payment)),
        PaymentEvent.CaptureUndone undone => Post(CaptureUndone, happening, undone.Operation, HeldAgain(happening, payment), PaymentCaptured),
        PaymentEvent.NothingCaptured undone => Post(CaptureUndone, happening, undone.Operation, HeldAgain(happening, payment), PaymentCaptured),
        PaymentEvent.NothingLeft undone => Post(CaptureUndone, happening, undone.Operation, HeldAgain(happening, payment), PaymentCaptured),
        PaymentEvent.RefundUndone undone => Post(RefundUndone, happening, undone.Operation, hold: null, PaymentRefunded),
        PaymentEvent.VoidUndone undone => Post(VoidUndone, happening, undone.Operation, HeldAgain(happening, payment), PaymentVoided),
        _ => null,
    };

    static JournalEntry? Post(
        PostingRule rule, PaymentHappening happening, ConfirmedOperation operation, Balance? hold = null, PostingRule? undoes = null) =>
        rule.Post(
            BookOf(happening),
            operation.Id.Value,
            happening.Recorded.At,
            new PartAmounts((Part.Amount, Value(operation.Amount)), (Part.Hold, hold ?? Balance.Zero(operation.Amount.Currency))),
            operation.Acquirer.Value,
            about: happening.Payment.Value,
            reverses: undoes is null ? null : EntryId.Of(operation.Id.Value, undoes.Name));

    // The whole amount at once ends the hold; of a part, the log has to say.
    static Balance Released(PaymentHappening happening, Payment? payment) => payment is null
        ? Value(happening.Asked)
        : Balance.Zero(happening.Asked.Currency) - HeldAgain(happening, payment);

    static Balance HeldAgain(PaymentHappening happening, Payment? payment) => Hold.ChangedBy(payment!, happening.Recorded.Sequence);

    static Balance Value(Money amount) => Balance.Zero(amount.Currency).Credit(amount);

    internal static BookId BookOf(PaymentHappening happening) =>
        BookId.Of(BookOwner.Of(happening.Merchant), happening.Recorded.At, happening.Payment.Value);
}
