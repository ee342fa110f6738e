using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Railyard.Core.Merchants;

/// <summary>An API key's public id, <c>key_…</c>. It tells nothing of the key.</summary>
public readonly record struct ApiKeyId(string Value)
{
    /// <summary>What a key's id starts with.</summary>
    public const string Prefix = "key_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Where a key stands.</summary>
public enum KeyStatus { Active, Expired, Revoked }

/// <summary>An API key as kept: its hash, never itself. Keys are long and random, so a plain hash is enough.</summary>
public sealed record ApiKey
{
    /// <summary>Its public id.</summary>
    public required ApiKeyId Id { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What it opens.</summary>
    public required IReadOnlyList<Scope> Scopes { get; init; }

    /// <summary>See <see cref="KeyText.Hash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>Its first characters, by which its owner knows it again.</summary>
    public required string First { get; init; }

    /// <summary>Its last characters.</summary>
    public required string Last { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it opens nothing; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked, if it was.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was last used, give or take some minutes.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The key that takes its place, where it was rolled.</summary>
    public ApiKeyId? RolledTo { get; init; }

    /// <summary>Where it stands at that moment.</summary>
    public KeyStatus StatusAt(DateTimeOffset now) =>
        RevokedAt is not null ? KeyStatus.Revoked
        : ExpiresAt <= now ? KeyStatus.Expired
        : KeyStatus.Active;

    /// <summary>Whether that text is this key, compared in constant time.</summary>
    public bool Fits(string text) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(KeyText.Hash(text)));
}

/// <summary>The text of a key: a prefix that says whose it is, and 32 random bytes in letters and digits.</summary>
public static class KeyText
{
    /// <summary>How many random bytes a key is made of.</summary>
    public const int SecretLength = 32;

    /// <summary>How many characters of its beginning may be shown.</summary>
    public const int ShownFirst = 8;

    /// <summary>How many characters of its end may be shown.</summary>
    public const int ShownLast = 4;

    const string MerchantPrefix = "sk_";
    const string OperatorPrefix = "ok_";
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // 62^43 is the first power of 62 above 2^256.
    const int Digits = 43;

    /// <summary>The text of the key that those bytes make.</summary>
    public static string Of(ReadOnlySpan<byte> secret, bool isOperators)
    {
        if (secret.Length != SecretLength) throw new InvariantBroken($"A key is made of {SecretLength} bytes.");
        var number = new BigInteger(secret, isUnsigned: true);
        var digits = new char[Digits];
        for (var i = Digits - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits[i] = Alphabet[(int)digit];
        }
        return (isOperators ? OperatorPrefix : MerchantPrefix) + new string(digits);
    }

    /// <summary>What the key of that text is found by: its SHA-256 in hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
