using System.Security.Cryptography;
using System.Text;

namespace Railyard.Core.Acquiring;

/// <summary>What of a notification is signed (docs.adyen.com, "Verify HMAC signatures"), each as it was sent.</summary>
public sealed record SignedNotification(
    string? PspReference,
    string? OriginalReference,
    string? MerchantAccount,
    string? MerchantReference,
    string? Value,
    string? Currency,
    string? EventCode,
    string? Success);

/// <summary>The signature of Adyen's standard notifications: HMAC-SHA256 in base64 under a key that is written in hexadecimal.</summary>
public static class AdyenNotificationSignature
{
    /// <summary>The signature that it must have.</summary>
    /// <exception cref="FormatException">The key is not hexadecimal.</exception>
    public static string Of(SignedNotification notification, string hexKey)
    {
        string?[] parts =
        [
            notification.PspReference, notification.OriginalReference, notification.MerchantAccount,
            notification.MerchantReference, notification.Value, notification.Currency, notification.EventCode, notification.Success,
        ];
        var signed = string.Join(':', parts.Select(Escape));
        return Convert.ToBase64String(HMACSHA256.HashData(Convert.FromHexString(hexKey), Encoding.UTF8.GetBytes(signed)));
    }

    /// <summary>Whether a signature is the right one, compared in constant time.</summary>
    public static bool IsRight(SignedNotification notification, string signature, string hexKey) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Of(notification, hexKey)));

    static string Escape(string? part) =>
        (part ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
