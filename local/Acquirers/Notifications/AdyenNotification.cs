using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>A notice in the shape of Adyen's standard webhooks, signed.</summary>
static class AdyenNotification
{
    const string EventDate = "yyyy-MM-dd'T'HH:mm:sszzz";

    static readonly JsonSerializerOptions Wire = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How an acquirer with that account and key notifies.</summary>
    public static WriteNotification Writer(string merchantAccount, byte[] key) => (to, notice, isSpoilt) =>
    {
        byte[] used = isSpoilt ? [.. key.Select(part => (byte)(part ^ byte.MaxValue))] : key;
        return new HttpRequestMessage(HttpMethod.Post, to)
        {
            Content = new StringContent(Write(notice, merchantAccount, used), Encoding.UTF8, "application/json"),
        };
    };

    public static string Write(Notice notice, string merchantAccount, ReadOnlySpan<byte> key)
    {
        var item = new
        {
            AdditionalData = new Dictionary<string, string>(notice.AdditionalData)
            {
                ["hmacSignature"] = Sign(notice, merchantAccount, key),
            },
            notice.Amount,
            EventCode = notice.Code.Word(),
            EventDate = notice.At.ToString(EventDate),
            MerchantAccountCode = merchantAccount,
            MerchantReference = notice.Reference,
            notice.Operations,
            OriginalReference = notice.OriginalPsp,
            notice.PaymentMethod,
            PspReference = notice.Psp,
            notice.Reason,
            Success = Word(notice.IsSuccess),
        };
        return JsonSerializer.Serialize(
            new { Live = "false", NotificationItems = new[] { new Wrapped(item) } }, Wire);
    }

    public static string Sign(Notice notice, string merchantAccount, ReadOnlySpan<byte> key)
    {
        string[] signed =
        [
            notice.Psp, notice.OriginalPsp ?? "", merchantAccount, notice.Reference, $"{notice.Amount.Value}",
            notice.Amount.Currency, notice.Code.Word(), Word(notice.IsSuccess),
        ];
        var text = string.Join(':', signed.Select(Escaped));
        return Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    static string Word(bool value) => value ? "true" : "false";

    // The one name on the wire with a capital letter.
    sealed record Wrapped([property: JsonPropertyName("NotificationRequestItem")] object Item);
}
