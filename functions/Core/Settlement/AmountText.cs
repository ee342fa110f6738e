namespace Railyard.Core.Settlement;

/// <summary>Reads amounts written in major units ("26.2") into minor units, digit by digit.</summary>
public static class AmountText
{
    /// <summary>More digits than this is no amount of money: 10 trillion in a currency with cents.</summary>
    public const int MostDigits = 15;

    /// <summary>
    /// The amount, or null where it is not digits with at most one point, has more decimals than the currency has (zeros
    /// aside: files drop and add those), or is too large. An empty text is zero.
    /// </summary>
    public static Money? Read(ReadOnlySpan<byte> text, Currency currency)
    {
        if (text.IsEmpty) return Money.Zero(currency);
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? default : text[(point + 1)..].TrimEnd((byte)'0');
        if (whole.IsEmpty || point == text.Length - 1) return null;
        if (decimals.Length > currency.Exponent) return null;
        return Minor(whole, decimals, currency.Exponent) is { } minor ? new Money(minor, currency) : null;
    }

    static long? Minor(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> decimals, int exponent)
    {
        if (whole.TrimStart((byte)'0').Length + exponent > MostDigits) return null;
        long minor = 0;
        if (!TryAppend(whole, ref minor) || !TryAppend(decimals, ref minor)) return null;
        for (var i = decimals.Length; i < exponent; i++) minor *= 10;
        return minor;
    }

    static bool TryAppend(ReadOnlySpan<byte> digits, ref long value)
    {
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + (digit - '0');
        }
        return true;
    }
}
