using System.Security.Cryptography;
using System.Text;
using Railyard.Local.Acquirers.Bookkeeping;
using Railyard.Local.Acquirers.Notifications;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>A notice in the shape of Stripe's events, signed.</summary>
sealed class StripeNotification(Book book, string secret, TimeProvider time)
{
    // The version of the API in which the app speaks; an account's events have the account's own.
    const string ApiVersion = "2026-10-28.endive";
    const int IdLength = 24;

    // An event shows no page: nothing that waits for its cardholder is told of.
    static readonly Uri NoPage = new("https://stripe.invalid/");

    public HttpRequestMessage Write(Uri to, Notice notice, bool isSpoilt)
    {
        var body = Body(notice);
        var sentAt = time.GetUtcNow().ToUnixTimeSeconds();
        var signature = Sign(body, sentAt, isSpoilt ? $"{secret}-spoilt" : secret);
        var request = new HttpRequestMessage(HttpMethod.Post, to)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Stripe-Signature", $"t={sentAt},v1={signature}");
        return request;
    }

    public static string Sign(string body, long sentAtSeconds, string secret) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{sentAtSeconds}.{body}")));

    string Body(Notice notice)
    {
        var (type, subject) = book.Read(entries => Event(entries, notice));
        return StripeError.Write(new
        {
            Id = Id(type, notice),
            Object = "event",
            ApiVersion,
            Created = notice.At.ToUnixTimeSeconds(),
            Data = new { Object = subject },
            Livemode = false,
            PendingWebhooks = 1,
            Type = type,
        });
    }

    static (string Type, object Subject) Event(Entries entries, Notice notice)
    {
        if (entries.Intents.OfCharge(notice.PaymentPsp) is not { } intent)
            return ("charge.failed", new { Id = IntentView.ChargeId(notice.PaymentPsp), Object = "charge" });
        var view = IntentView.Of(entries, intent);
        return notice.Code switch
        {
            EventCode.Authorisation => Authorisation(view, notice),
            EventCode.CaptureFailed => ("charge.expired", view.ShownCharge()),
            EventCode.Capture when !notice.IsSuccess => ("charge.expired", view.ShownCharge()),
            EventCode.Capture when view.Status == IntentView.Succeeded =>
                ("payment_intent.succeeded", view.Shown(NoPage, withCharge: false)),
            EventCode.Capture => ("charge.captured", view.ShownCharge()),
            EventCode.Refund when notice.IsSuccess =>
                ("refund.updated", IntentView.ShownRefund(intent, RefundOf(notice), IntentView.Succeeded)),
            EventCode.Refund or EventCode.RefundFailed or EventCode.RefundedReversed =>
                ("refund.failed", IntentView.ShownRefund(intent, RefundOf(notice), "failed", "declined")),
            EventCode.Cancellation or EventCode.CancelOrRefund or EventCode.TechnicalCancel =>
                ("payment_intent.canceled", view.Shown(NoPage, withCharge: false)),
            EventCode.NotificationOfFraud =>
                ("radar.early_fraud_warning.created", new
                {
                    Id = $"issfr_{notice.Psp}",
                    Object = "radar.early_fraud_warning",
                    PaymentIntent = IntentView.IntentId(intent),
                }),
            EventCode.RequestForInformation => Dispute("created", "warning_needs_response", intent, notice),
            EventCode.NotificationOfChargeback or EventCode.Chargeback =>
                Dispute("created", "needs_response", intent, notice),
            EventCode.ChargebackReversed or EventCode.PrearbitrationWon =>
                Dispute("closed", "won", intent, notice),
            EventCode.SecondChargeback or EventCode.PrearbitrationLost =>
                Dispute("closed", "lost", intent, notice),
        };
    }

    // What is told by hand is told as if it had been decided so.
    static (string, object) Authorisation(IntentView view, Notice notice)
    {
        var charge = view.Charge!;
        if (notice.IsSuccess && !charge.IsAuthorised)
            charge = charge with { Standing = Standing.Authorised, Authorised = notice.Amount.Value, RefusalCode = null };
        if (!notice.IsSuccess && charge.RefusalCode is null)
            charge = charge with { Standing = Standing.Refused, Authorised = 0, RefusalCode = Script.Because(2).Code };
        var told = view with { Charge = charge };
        var type = notice.IsSuccess ? "amount_capturable_updated" : "payment_failed";
        var happened = told.Status == IntentView.Succeeded ? "succeeded" : type;
        return ($"payment_intent.{happened}", told.Shown(NoPage, withCharge: false));
    }

    static (string, object) Dispute(string what, string status, Intent intent, Notice notice) =>
        ($"charge.dispute.{what}", new
        {
            Id = $"dp_{notice.Psp}",
            Object = "dispute",
            Amount = notice.Amount.Value,
            Charge = IntentView.ChargeId(notice.PaymentPsp),
            Created = notice.At.ToUnixTimeSeconds(),
            Currency = notice.Amount.Currency.ToLowerInvariant(),
            PaymentIntent = IntentView.IntentId(intent),
            Reason = notice.Reason ?? "fraudulent",
            Status = status,
        });

    static Modification RefundOf(Notice notice) =>
        new(notice.Psp, notice.PaymentPsp, ModificationKind.Refund, notice.Reference, notice.Amount.Value, notice.At);

    // The same for the same event, however often it is sent.
    static string Id(string type, Notice notice)
    {
        var told = $"{type}|{notice.Code}|{notice.IsSuccess}|{notice.Psp}|{notice.Amount}|{notice.At.UtcTicks}";
        return $"evt_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)))[..IdLength]}";
    }
}
