using System.Security.Cryptography;
using System.Text;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>What is booked, in the words of Adyen's notifications.</summary>
static class Notices
{
    public const string NotFound = "Transaction not found";
    public const string NotReversible = "Transaction is not in a state that can be reversed";

    /// <summary>How long an outcome takes that no answer tells.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    // Long enough for a capture to be told first.
    static readonly TimeSpan OutOfOrder = TimeSpan.FromSeconds(10);
    static readonly string[] Possible = ["CANCEL", "CAPTURE", "REFUND"];

    public static Outgoing Authorisation(Payment payment, DateTimeOffset now)
    {
        var twist = Script.TwistOf(payment.Requested);
        return new Outgoing(AuthorisationNotice(payment, now))
        {
            IsScripted = twist is Twist.Repeated or Twist.OutOfOrder or Twist.BadSignature,
            After = twist == Twist.OutOfOrder ? OutOfOrder : TimeSpan.Zero,
            Times = twist == Twist.Repeated ? 2 : 1,
            IsSpoilt = twist == Twist.BadSignature,
        };
    }

    /// <summary>That a modification was done.</summary>
    public static Outgoing Done(EventCode code, Payment payment, Modification done) =>
        new(About(payment, code, isSuccess: true, done))
        {
            IsScripted = Script.TwistOf(done.Amount) == Twist.OutOfOrder,
        };

    /// <summary>That a modification came to nothing, when its answer had promised it.</summary>
    public static Outgoing Undone(EventCode code, Payment payment, Modification asked, string reason) =>
        new(About(payment, code, IsFailure(code), asked) with { Reason = reason })
        {
            IsNews = true,
            After = Lateness,
        };

    /// <summary>What became of a reversal, by payment or by the merchant's reference.</summary>
    public static Outgoing Reversed(EventCode code, Payment payment, Modification done, string? whyNot = null)
    {
        var notice = About(payment, code, whyNot is null, done) with { Reason = whyNot };
        if (code == EventCode.CancelOrRefund && whyNot is null)
            notice.AdditionalData["modification.action"] =
                done.Kind == ModificationKind.Refund ? "refund" : "cancel";
        return new Outgoing(notice) { IsNews = true };
    }

    /// <summary>That there was nothing to reverse.</summary>
    public static Outgoing NothingToReverse(
        EventCode code, string psp, string? paymentPsp, string reference, DateTimeOffset now) =>
        new(new Notice(code, false, psp, paymentPsp, reference, new Amount(0, "EUR"), now) { Reason = NotFound })
        {
            IsNews = true,
        };

    /// <summary>Any notice of a payment, as an operator asks for it.</summary>
    public static Notice ByHand(
        EventCode code, BookedPayment booked, bool isSuccess, Amount? amount, DateTimeOffset now)
    {
        var payment = booked.Payment;
        var notice = code == EventCode.Authorisation
            ? AuthorisationNotice(payment, now) with { IsSuccess = isSuccess }
            : About(payment, code, isSuccess, Subject(code, booked, now));
        return amount is null ? notice : notice with { Amount = amount };
    }

    static Notice AuthorisationNotice(Payment payment, DateTimeOffset now)
    {
        var why = payment.RefusalCode is { } code ? Script.Because(code) : null;
        var notice = new Notice(
            EventCode.Authorisation, payment.Authorised > 0, payment.Psp, null, payment.Reference,
            new Amount(payment.Authorised > 0 ? payment.Authorised : payment.Requested, payment.Currency), now)
        {
            Reason = why?.Reason ?? $"{payment.AuthCode}:{payment.Card.Last4}",
            PaymentMethod = payment.Card.Brand,
            Operations = payment.Authorised > 0 ? Possible : null,
        };
        notice.AdditionalData["cardSummary"] = payment.Card.Last4;
        if (payment.AuthCode is { } authCode) notice.AdditionalData["authCode"] = authCode;
        if (why is not null) notice.AdditionalData["refusalReasonRaw"] = $"{why.NetworkCode} : {why.NetworkText}";
        return notice;
    }

    static Notice About(Payment payment, EventCode code, bool isSuccess, Modification what) =>
        new(
            code, isSuccess, what.Psp, payment.Psp, what.Reference ?? payment.Reference,
            new Amount(what.Amount, payment.Currency), what.BookedAt)
        {
            PaymentMethod = payment.Card.Brand,
        };

    // A failure is told under the reference of what failed; a dispute has one of its own, the same every time.
    static Modification Subject(EventCode code, BookedPayment booked, DateTimeOffset now)
    {
        var kind = code switch
        {
            EventCode.Capture or EventCode.CaptureFailed => ModificationKind.Capture,
            EventCode.Refund or EventCode.RefundFailed or EventCode.RefundedReversed => ModificationKind.Refund,
            EventCode.Cancellation => ModificationKind.Cancel,
            _ => (ModificationKind?)null,
        };
        var found = booked.Modifications.LastOrDefault(one => one.Kind == kind);
        if (found is not null) return found with { BookedAt = now };
        var psp = code.IsDispute() ? DisputeOf(booked.Payment.Psp) : Entries.NewPsp();
        return new Modification(
            psp, booked.Payment.Psp, kind ?? ModificationKind.Refund, booked.Payment.Reference,
            booked.Payment.Requested, now);
    }

    static string DisputeOf(string psp) =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(psp)))[..psp.Length];

    // CAPTURE with success false says that it failed, and so does CAPTURE_FAILED with success true.
    static bool IsFailure(EventCode code) => code is EventCode.CaptureFailed or EventCode.RefundFailed;
}
