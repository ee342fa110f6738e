using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Railyard.Core.Payments;

namespace Railyard.Core.Webhooks;

/// <summary>A place that a merchant wants to be told at, <c>whe_…</c>.</summary>
public readonly record struct EndpointId(string Value)
{
    /// <summary>What an endpoint's id starts with.</summary>
    public const string Prefix = "whe_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A secret that an endpoint's messages are signed with, <c>whk_…</c>: its id, never itself.</summary>
public readonly record struct SecretId(string Value)
{
    /// <summary>What a secret's id starts with.</summary>
    public const string Prefix = "whk_";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// An event on its way to an endpoint, <c>whd_…</c>, which is the receiver's key against duplicates. It is derived from
/// its cause and yet a UUIDv7 by form: the same event is the same delivery, and ids sort by when the event happened.
/// </summary>
public readonly record struct DeliveryId(string Value)
{
    /// <summary>What a delivery's id starts with.</summary>
    public const string Prefix = "whd_";

    const int TimeDigits = 12;
    const int HashDigits = 20;
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    static readonly long MostMilliseconds = DateTimeOffset.MaxValue.AddMonths(-1).ToUnixTimeMilliseconds();

    /// <summary>The delivery of a payment's event to an endpoint.</summary>
    public static DeliveryId Of(EndpointId endpoint, PaymentId payment, int sequence, DateTimeOffset at) =>
        Of(endpoint, $"{payment}:{sequence}", at);

    /// <summary>The delivery to an endpoint of what that cause brought about at that moment.</summary>
    public static DeliveryId Of(EndpointId endpoint, string cause, DateTimeOffset at)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{cause}")));
        // The version and the variant of a UUIDv7 (RFC 9562) take the place of one digit of the hash and of two bits.
        var variant = 8 | (HexDigit(hash[3]) & 3);
        return new($"{Prefix}{Milliseconds(at):x12}7{hash.AsSpan(0, 3)}{variant:x1}{hash.AsSpan(4, 15)}");
    }

    /// <summary>The id of that text, where it is one of ours.</summary>
    public static DeliveryId? Read(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var digits = text.AsSpan(Prefix.Length);
        if (digits.Length != TimeDigits + HashDigits || digits.ContainsAnyExcept(HexDigits)) return null;
        return MillisecondsOf(text) > MostMilliseconds ? null : new DeliveryId(text);
    }

    /// <summary>What sorts before every delivery of an event of that moment or later, and after all earlier ones.</summary>
    public static DeliveryId Floor(DateTimeOffset at) => new($"{Prefix}{Milliseconds(at):x12}{new string('0', HashDigits)}");

    /// <summary>When the event happened, to the millisecond.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(MillisecondsOf(Value));

    /// <inheritdoc/>
    public override string ToString() => Value;

    static long Milliseconds(DateTimeOffset at) => Math.Max(at.ToUnixTimeMilliseconds(), 0);

    static long MillisecondsOf(string text) =>
        long.Parse(text.AsSpan(Prefix.Length, TimeDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    static int HexDigit(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : digit - 'a' + 10;
}
