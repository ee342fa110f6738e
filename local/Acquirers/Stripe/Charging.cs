using Microsoft.AspNetCore.Http;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>What an intent is confirmed with.</summary>
sealed record Means(StripeCard Card, Scene Scene, string? ReturnUrl);

/// <summary>A capture as it is asked for: of all that is left where no amount is named.</summary>
sealed record CaptureAsked(long? Amount, bool IsFinal, IReadOnlyDictionary<string, string> Metadata);

/// <summary>How an intent is shown to whoever called.</summary>
sealed record Showing(Uri Page, bool WithCharge)
{
    public Answer Show(IntentView view) =>
        new(StatusCodes.Status200OK, StripeError.Write(view.Shown(Page, WithCharge)));
}

/// <summary>What can be done with an intent, entered in the book and answered in Stripe's words.</summary>
static class Charging
{
    public static Answer Charge(Entries entries, Intent intent, Means means, Showing showing)
    {
        var before = IntentView.Of(entries, intent);
        if (before.Status != IntentView.NoPaymentMethod)
            return StripeError.WrongState("confirmed", before.Status).ToAnswer();
        var payment = entries.Enter(ToPayment(intent, means, entries.Now));
        if (means.Scene.Decision is Decision.AuthenticationWanted wanted)
            entries.Authentications.Ask(new Authentication(payment.Psp, wanted.ThenRefused?.Code, wanted.AtDetails));
        var charged = entries.Intents.Save(intent with
        {
            Charge = payment.Psp,
            IsMute = means.Scene.Fault == Fault.SilentForGood,
        });
        var advice = (means.Scene.Decision as Decision.Declined)?.Advice;
        var view = IntentView.Of(entries, charged) with { Advice = advice };
        if (view.Error() is not { } error) return showing.Show(view);
        // A refused card is an error to Stripe's callers, and was charged in vain all the same.
        var refused = error with { PaymentIntent = view.Shown(showing.Page, withCharge: false) };
        return refused.ToAnswer() with { IsBooked = true };
    }

    public static Answer Capture(Entries entries, IntentView view, CaptureAsked wanted, Showing showing)
    {
        if (view.Status != IntentView.Capture) return StripeError.WrongState("captured", view.Status).ToAnswer();
        var left = view.Charge!.Authorised - view.Totals.Captured;
        var amount = wanted.Amount ?? left;
        // A capture is done at once at Stripe, so one that fails is refused.
        if (Script.TwistOf(amount) is Twist.CaptureRefused or Twist.CaptureFails)
            return StripeError.CaptureExpired.ToAnswer();
        var asked = new Amount(amount, view.Intent.Currency);
        if (entries.Capture(view.Charge.Psp, asked, wanted.Metadata.Keys.LastOrDefault()) is Modified.Refused refused)
            return StripeError.For(refused.Why).ToAnswer();
        var metadata = new Dictionary<string, string>(view.Intent.Metadata);
        foreach (var (name, value) in wanted.Metadata) metadata[name] = value;
        var captured = view.Intent with
        {
            Metadata = metadata,
            IsClosed = wanted.IsFinal || amount == left || !view.Intent.IsCapturedInParts,
        };
        return showing.Show(IntentView.Of(entries, entries.Intents.Save(captured)));
    }

    public static Answer Refund(
        Entries entries, string id, long? amount, IReadOnlyDictionary<string, string> metadata)
    {
        var view = IntentView.Of(entries, entries.Intents.Find(id)!);
        if (view.Charge is null) return StripeError.For(WhyNot.NotAuthorised).ToAnswer();
        var left = view.Totals.Captured - view.Totals.Refunded;
        if (view.Totals.Captured > 0 && left == 0)
            return StripeError.AlreadyRefunded.ToAnswer();
        var asked = new Amount(amount ?? left, view.Intent.Currency);
        var modified = entries.Refund(view.Charge.Psp, asked, metadata.GetValueOrDefault("operation"));
        if (modified is not Modified.Booked booked) return StripeError.For(((Modified.Refused)modified).Why).ToAnswer();
        var isInDoubt = Script.TwistOf(asked.Value) is Twist.RefundRefused or Twist.RefundFails;
        return new Answer(StatusCodes.Status200OK, StripeError.Write(
            IntentView.ShownRefund(view.Intent, booked.Modification, isInDoubt ? "pending" : IntentView.Succeeded)));
    }

    public static Answer Cancel(Entries entries, IntentView view, Showing showing) =>
        view.Status is IntentView.Canceled or IntentView.Succeeded
            ? StripeError.WrongState("canceled", view.Status).ToAnswer()
            : showing.Show(IntentView.Of(entries, Release(entries, view)));

    /// <summary>The refunds of an intent, the latest first.</summary>
    public static List<object> RefundsOf(Entries entries, string id)
    {
        if (entries.Intents.Find(id) is not { Charge: { } charge } intent) return [];
        return entries.Modifications(charge)
            .Where(one => one.Kind == ModificationKind.Refund)
            .Select(refund => IntentView.ShownRefund(intent, refund, IntentView.Succeeded))
            .Reverse().ToList();
    }

    static Intent Release(Entries entries, IntentView view)
    {
        if (view.Charge is { IsAuthorised: true } charge && entries.IsCancellable(charge))
            entries.Cancel(charge.Psp, null);
        if (view.Charge is { Standing: Standing.AwaitingCardholder } waiting) entries.Withdraw(waiting);
        // Of what was captured in part, only the rest is let go.
        return entries.Intents.Save(view.Totals.Captured > 0
            ? view.Intent with { IsClosed = true }
            : view.Intent with { IsCancelled = true });
    }

    static Payment ToPayment(Intent intent, Means means, DateTimeOffset now)
    {
        var verdict = Verdict.Of(means.Scene.Decision, intent.Amount);
        return new Payment
        {
            Psp = Entries.NewPsp(),
            Reference = intent.Reference,
            Currency = intent.Currency,
            Requested = intent.Amount,
            Authorised = verdict.Authorised,
            Standing = verdict.Standing,
            RefusalCode = verdict.Refusal,
            AuthCode = verdict.IsApproval ? Entries.NewAuthCode() : null,
            Card = CardNumber.Summary(means.Card.Number!),
            ReturnUrl = means.ReturnUrl,
            CaptureDelayHours = intent.IsCapturedByHand ? null : 0,
            CreatedAt = now,
        };
    }
}
