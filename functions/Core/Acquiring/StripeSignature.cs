using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Railyard.Core.Acquiring;

/// <summary>
/// The <c>Stripe-Signature</c> of a webhook (docs.stripe.com, "Verify webhook signatures manually"): HMAC-SHA256 in
/// hexadecimal over the time and the body. While a secret is rolled there are several, and one has to be right.
/// </summary>
public static class StripeSignature
{
    const string Time = "t";
    const string Scheme = "v1";
    const int MostParts = 20;

    /// <summary>How old a notification may be, and how far ahead of us.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The signature that a body sent at that time must have.</summary>
    public static string Of(ReadOnlySpan<byte> body, long sentAtSeconds, string secret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sentAtSeconds}.")), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    /// <summary>Whether one of the signatures in the header is right and recent; all are compared, in constant time.</summary>
    public static bool IsRight(string header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        var parts = header.Split(',', MostParts + 1);
        if (parts.Length > MostParts || SentAt(parts) is not { } sentAt) return false;
        if (!IsRecent(sentAt, now)) return false;
        var expected = Encoding.UTF8.GetBytes(Of(body, sentAt, secret));
        var isRight = false;
        foreach (var given in parts.Select(part => ValueOf(part, Scheme)).OfType<string>())
            isRight |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected);
        return isRight;
    }

    static long? SentAt(string[] parts) =>
        parts.Select(part => ValueOf(part, Time)).OfType<string>().FirstOrDefault() is { } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? seconds
                : null;

    // Compared as numbers of seconds: what somebody sends need not be a time at all.
    static bool IsRecent(long sentAtSeconds, DateTimeOffset now)
    {
        var nowSeconds = now.ToUnixTimeSeconds();
        var tolerance = (long)Tolerance.TotalSeconds;
        return sentAtSeconds >= nowSeconds - tolerance && sentAtSeconds <= nowSeconds + tolerance;
    }

    static string? ValueOf(string part, string name)
    {
        var trimmed = part.Trim();
        return trimmed.StartsWith($"{name}=", StringComparison.Ordinal) ? trimmed[(name.Length + 1)..] : null;
    }
}
