using System.Text.Json;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>
/// Puts Stripe's events into our words (docs.stripe.com, "Types of events"). What an event carries is looked up by name, not
/// by the library's types: it comes in the version that the account is set to.
/// </summary>
static class StripeNotifications
{
    const string CapturePrefix = "cap_";
    const int MostCaptures = 50;

    /// <summary>The type and the object of an event, or null for what is none.</summary>
    public static StripeEvent? Read(JsonElement body)
    {
        if (Text(body, "object") != "event" || Text(body, "id") is not { } id || Text(body, "type") is not { } type) return null;
        var about = Member(Member(body, "data"), "object");
        return about.ValueKind == JsonValueKind.Object ? new StripeEvent(id, type, about) : null;
    }

    /// <summary>What the event says of that payment, if it is one of ours; more than one thing where it tells of several.</summary>
    public static IReadOnlyList<AcquirerNotice> Notices(StripeEvent told, PaymentId? payment, AcquirerProfile profile)
    {
        var nothing = new AcquirerNotice
        {
            Acquirer = profile.Name,
            Id = told.Id,
            RawType = told.Type,
            Payment = payment ?? new PaymentId(""),
            Attempt = Metadata(told.About, StripeRequests.Attempt) is { } attempt ? new AttemptId(attempt) : null,
            Operation = Metadata(told.About, StripeRequests.Operation) is { } operation ? new OperationId(operation) : null,
            Says = new NoticeSubject.Nothing(),
        };
        if (payment is null) return [nothing];
        var notice = nothing with { Says = Subject(told) };
        return told.Type is "payment_intent.succeeded" ? [notice, .. Captures(notice, told.About, profile)] : [notice];
    }

    static NoticeSubject Subject(StripeEvent told) => told.Type switch
    {
        "payment_intent.amount_capturable_updated" or "payment_intent.succeeded" => Authorised(told.About),
        "payment_intent.payment_failed" => Refused(told.About),
        "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" => Refund(told.About),
        "charge.dispute.created" when Text(told.About, "status") is "needs_response" or "under_review" => Dispute(DisputeStage.Opened, told.About),
        "charge.dispute.closed" when Text(told.About, "status") is "won" => Dispute(DisputeStage.Won, told.About),
        "charge.dispute.closed" when Text(told.About, "status") is "lost" => Dispute(DisputeStage.Lost, told.About),
        // Among them payment_intent.canceled: nobody cancels but us, or time, and charge.refunded: the refund itself tells more.
        _ => new NoticeSubject.Nothing(),
    };

    static NoticeSubject.Authorised Authorised(JsonElement intent)
    {
        var amount = Text(intent, "status") == "requires_capture"
            ? Number(intent, "amount_capturable") + Number(intent, "amount_received")
            : Number(intent, "amount");
        return new(Text(intent, "id") ?? "", AuthorisationCode: null, Count(amount, intent));
    }

    static NoticeSubject Refused(JsonElement intent)
    {
        var error = Member(intent, "last_payment_error");
        var code = Text(error, "decline_code") ?? Text(error, "code");
        if (error.ValueKind != JsonValueKind.Object) return new NoticeSubject.Nothing();
        var means = Text(error, "type") == "card_error" ? StripeCodes.Decline(code) : StripeCodes.Refusal(code);
        return new NoticeSubject.Refused(means, code ?? "payment_failed", Text(error, "message"), Text(intent, "id"));
    }

    static NoticeSubject Refund(JsonElement refund)
    {
        var id = Text(refund, "id") ?? "";
        return Text(refund, "status") switch
        {
            _ when Metadata(refund, StripeRequests.Operation) is null => new NoticeSubject.Nothing(),
            "succeeded" => new NoticeSubject.OperationTaken(OperationKind.Refund, id),
            "failed" or "canceled" => new NoticeSubject.OperationRefused(
                OperationKind.Refund, id, Text(refund, "failure_reason") ?? "refund_failed", "The refund has failed."),
            _ => new NoticeSubject.Nothing(),
        };
    }

    static NoticeSubject Dispute(DisputeStage stage, JsonElement dispute) =>
        Text(dispute, "id") is { } id && Count(Number(dispute, "amount"), dispute) is { } amount
            ? new NoticeSubject.Disputed(id, stage, amount, Text(dispute, "reason"))
            : new NoticeSubject.Nothing();

    // Our captures leave their mark on the intent. Where there may be several, the event does not name their references.
    static IEnumerable<AcquirerNotice> Captures(AcquirerNotice notice, JsonElement intent, AcquirerProfile profile)
    {
        if (profile.CapturesInParts || Text(intent, "latest_charge") is not { } charge) yield break;
        var metadata = Member(intent, "metadata");
        if (metadata.ValueKind != JsonValueKind.Object) yield break;
        foreach (var entry in metadata.EnumerateObject().Where(entry => IsCapture(entry.Name)).Take(MostCaptures))
            yield return notice with
            {
                Id = $"{notice.Id}:{entry.Name}",
                Operation = new OperationId(entry.Name),
                Says = new NoticeSubject.OperationTaken(OperationKind.Capture, charge),
            };
    }

    static bool IsCapture(string name) => name.StartsWith(CapturePrefix, StringComparison.Ordinal);

    static Money? Count(long? amount, JsonElement about) =>
        amount is { } value ? StripeCurrencies.FromStripe(value, Text(about, "currency")) : null;

    /// <summary>What our call wrote on the object, where it did.</summary>
    public static string? Metadata(JsonElement about, string name) => Text(Member(about, "metadata"), name);

    /// <summary>A member that is a text.</summary>
    public static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    static long? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}

/// <summary>An event: its id, its type, and the object that it is about.</summary>
sealed record StripeEvent(string Id, string Type, JsonElement About);
