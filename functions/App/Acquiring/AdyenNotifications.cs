using System.Globalization;
using System.Text.Json;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring;

/// <summary>Reads Adyen's standard notifications (docs.adyen.com, "Webhook structure").</summary>
static class AdyenNotifications
{
    const int MostItems = 100;

    /// <summary>
    /// Every notice in the body, or null where it is none of Adyen's or one of its signatures is not right: then none of
    /// it is believed.
    /// </summary>
    public static IReadOnlyList<AcquirerNotice>? Read(JsonElement body, AcquirerName acquirer, string hexKey)
    {
        if (!body.TryGetProperty("notificationItems", out var items) || items.ValueKind != JsonValueKind.Array) return null;
        if (items.GetArrayLength() is 0 or > MostItems) return null;
        var notices = new List<AcquirerNotice>();
        foreach (var wrapped in items.EnumerateArray())
        {
            if (!wrapped.TryGetProperty("NotificationRequestItem", out var item)) return null;
            if (ReadItem(item, acquirer, hexKey) is not { } notice) return null;
            notices.Add(notice);
        }
        return notices;
    }

    static AcquirerNotice? ReadItem(JsonElement item, AcquirerName acquirer, string hexKey)
    {
        var amount = item.TryGetProperty("amount", out var found) ? found : default;
        var signed = new SignedNotification(
            Text(item, "pspReference"),
            Text(item, "originalReference"),
            Text(item, "merchantAccountCode"),
            Text(item, "merchantReference"),
            Text(amount, "value"),
            Text(amount, "currency"),
            Text(item, "eventCode"),
            Text(item, "success"));
        var more = item.TryGetProperty("additionalData", out var additional) ? additional : default;
        if (Text(more, "hmacSignature") is not { } signature) return null;
        if (!AdyenNotificationSignature.IsRight(signed, signature, hexKey)) return null;
        if (signed is not { PspReference: { } reference, EventCode: { } code, MerchantReference: { } ours }) return null;
        var (payment, operation) = OwnReference.Read(ours);
        var told = new Told(code, signed.Success == "true", reference, AmountOf(signed), Text(item, "reason"), Text(more, "authCode"));
        return new AcquirerNotice
        {
            Acquirer = acquirer,
            Id = $"{reference}:{code}:{told.IsSuccess}",
            RawType = code,
            Payment = payment,
            Operation = operation,
            Says = Subject(told),
        };
    }

    readonly record struct Told(
        string EventCode, bool IsSuccess, string Reference, Money? Amount, string? Reason, string? AuthorisationCode)
    {
        public string Why => Reason ?? "no reason given";
    }

    // docs.adyen.com, "Webhook event types". CAPTURE without success and CAPTURE_FAILED with it say the same.
    static NoticeSubject Subject(Told told) => told switch
    {
        { EventCode: "AUTHORISATION", IsSuccess: true } =>
            new NoticeSubject.Authorised(told.Reference, told.AuthorisationCode, told.Amount),
        { EventCode: "AUTHORISATION" } =>
            new NoticeSubject.Refused(AdyenCodes.DeclineByReason(told.Reason), "notification", told.Reason, told.Reference),
        { EventCode: "CAPTURE", IsSuccess: true } => new NoticeSubject.OperationTaken(OperationKind.Capture, told.Reference),
        { EventCode: "CAPTURE" } or { EventCode: "CAPTURE_FAILED", IsSuccess: true } => Failed(OperationKind.Capture, told),
        { EventCode: "REFUND", IsSuccess: true } => new NoticeSubject.OperationTaken(OperationKind.Refund, told.Reference),
        { EventCode: "REFUND" } or { EventCode: "REFUND_FAILED" or "REFUNDED_REVERSED", IsSuccess: true } =>
            Failed(OperationKind.Refund, told),
        { EventCode: "CANCELLATION", IsSuccess: true } => new NoticeSubject.OperationTaken(OperationKind.Void, told.Reference),
        { EventCode: "CANCELLATION" } => Failed(OperationKind.Void, told),
        // A reversal of ours that was received and then not made: nobody but a person can say what lives.
        { EventCode: "CANCEL_OR_REFUND", IsSuccess: false } => Failed(OperationKind.Void, told),
        { EventCode: "CHARGEBACK", Amount: { } amount } => Dispute(DisputeStage.Opened, amount, told),
        { EventCode: "CHARGEBACK_REVERSED" or "PREARBITRATION_WON", Amount: { } amount } => Dispute(DisputeStage.Won, amount, told),
        { EventCode: "SECOND_CHARGEBACK", Amount: { } amount } => Dispute(DisputeStage.SecondChargeback, amount, told),
        { EventCode: "PREARBITRATION_LOST", Amount: { } amount } => Dispute(DisputeStage.Lost, amount, told),
        _ => new NoticeSubject.Nothing(),
    };

    static NoticeSubject.OperationRefused Failed(OperationKind kind, Told told) =>
        new(kind, told.Reference, told.EventCode, told.Why);

    static NoticeSubject.Disputed Dispute(DisputeStage stage, Money amount, Told told) =>
        new(told.Reference, stage, amount, told.Reason);

    static Money? AmountOf(SignedNotification signed) =>
        long.TryParse(signed.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && signed.Currency is { } code
            ? AdyenCurrencies.FromAdyen(value, code)
            : null;

    static string? Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }
}
