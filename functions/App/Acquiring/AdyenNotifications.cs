using System.Globalization;
using System.Text.Json;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.App.Acquiring;

/// <summary>What an acquirer tells us by itself, checked and kept until it is acted on.</summary>
public sealed record AcquirerNotice
{
    /// <summary>Who says it.</summary>
    public required AcquirerName Acquirer { get; init; }

    /// <summary>What it is about, in the acquirer's own word, such as AUTHORISATION.</summary>
    public required string EventCode { get; init; }

    /// <summary>Whether that succeeded.</summary>
    public required bool IsSuccess { get; init; }

    /// <summary>The acquirer's reference of what happened.</summary>
    public required string Reference { get; init; }

    /// <summary>The acquirer's reference of the payment it happened to, where that is another.</summary>
    public string? OriginalReference { get; init; }

    /// <summary>Our own reference: a payment's id, if it is ours.</summary>
    public required string MerchantReference { get; init; }

    /// <summary>The amount, where it is one that we can count.</summary>
    public Money? Amount { get; init; }

    /// <summary>Why, in the acquirer's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The issuer's authorisation code, where there is one.</summary>
    public string? AuthorisationCode { get; init; }

    /// <summary>How often it was put off because its payment was not ready for it.</summary>
    public int TimesPutOff { get; init; }
}

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
        return new AcquirerNotice
        {
            Acquirer = acquirer,
            EventCode = code,
            IsSuccess = signed.Success == "true",
            Reference = reference,
            OriginalReference = signed.OriginalReference,
            MerchantReference = ours,
            Amount = AmountOf(signed),
            Reason = Text(item, "reason"),
            AuthorisationCode = Text(more, "authCode"),
        };
    }

    /// <summary>What a notice about an authorisation says of the attempt.</summary>
    public static AttemptOutcome OutcomeOf(AcquirerNotice notice, Money asked) => notice switch
    {
        { IsSuccess: false } =>
            new AttemptOutcome.Declined(AdyenCodes.DeclineByReason(notice.Reason), "notification", notice.Reason)
            {
                AcquirerReference = notice.Reference,
            },
        { Amount: { } amount } when amount == asked =>
            new AttemptOutcome.Approved(notice.Reference, notice.AuthorisationCode),
        _ => new AttemptOutcome.Contradicted(notice.Reference, $"Asked for {asked}, a notification says {notice.Amount}."),
    };

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
