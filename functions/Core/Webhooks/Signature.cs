using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Railyard.Core.Webhooks;

/// <summary>
/// Signs messages as Standard Webhooks 1.0 says: HMAC-SHA256 over <c>id.timestamp.body</c>, under every secret that is
/// valid, so that a receiver can change to a new secret at any time of the overlap.
/// </summary>
public static class Signature
{
    /// <summary>The length of a secret, in bytes.</summary>
    public const int SecretLength = 32;

    const int ShortestSecret = 24;
    const int LongestSecret = 64;
    const string SecretPrefix = "whsec_";
    const string VersionPrefix = "v1,";

    /// <summary>A secret as its owner sees it.</summary>
    public static string Write(ReadOnlySpan<byte> secret) => SecretPrefix + Convert.ToBase64String(secret);

    /// <summary>The secret of that text, or null where it is none.</summary>
    public static byte[]? Read(string text)
    {
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal)) return null;
        var secret = new byte[LongestSecret];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], secret, out var length) && length >= ShortestSecret
            ? secret[..length]
            : null;
    }

    /// <summary>The value of the header webhook-signature.</summary>
    public static string Sign(string id, DateTimeOffset at, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> secrets)
    {
        var content = Content(id, Timestamp(at), body);
        return string.Join(' ', secrets.Select(secret => VersionPrefix + Convert.ToBase64String(Hash(secret, content))));
    }

    /// <summary>The value of the header webhook-timestamp: seconds of the Unix clock.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// What a receiver does: whether one of the signatures was made with the secret, and not longer ago, or further
    /// ahead, than tolerated.
    /// </summary>
    public static bool Verify(
        SignedMessage message, ReadOnlySpan<byte> body, byte[] secret, TimeSpan tolerance, DateTimeOffset now)
    {
        if (!long.TryParse(message.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        var age = (double)now.ToUnixTimeSeconds() - seconds;
        if (Math.Abs(age) > tolerance.TotalSeconds) return false;
        var expected = Encoding.ASCII.GetBytes(
            VersionPrefix + Convert.ToBase64String(Hash(secret, Content(message.Id, message.Timestamp, body))));
        var isSigned = false;
        // All of them are looked at, in constant time: how long it takes tells nothing of which one fits, and where not.
        foreach (var signature in message.Signatures.Split(' '))
            isSigned |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        return isSigned;
    }

    static byte[] Content(string id, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];

    static byte[] Hash(byte[] secret, byte[] content) => HMACSHA256.HashData(secret, content);
}

/// <summary>The three headers of a message.</summary>
public sealed record SignedMessage(string Id, string Timestamp, string Signatures);
