namespace Railyard.Core.Settlement;

/// <summary>Reads the numbers of a layout.</summary>
static class LayoutNumber
{
    const int LongestText = 64;

    /// <summary>
    /// The amount and whether it has a minus, before or after it; null where the text is none. An empty text is zero.
    /// </summary>
    public static (Money Amount, bool IsNegative)? Read(ReadOnlySpan<byte> text, LayoutNumbers numbers, Currency currency)
    {
        var isNegative = text is [(byte)'-', ..] or [.., (byte)'-'];
        text = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text is [.., (byte)'-' or (byte)'+'] ? text[..^1] : text;
        if (text.Length > LongestText || (isNegative && text.IsEmpty)) return null;
        Span<byte> plain = stackalloc byte[LongestText + 1];
        var length = 0;
        foreach (var letter in text.Trim((byte)' '))
        {
            if (letter == numbers.GroupMark) continue;
            if (letter == (byte)'.' && numbers.DecimalMark != '.') return null;
            plain[length++] = letter == numbers.DecimalMark ? (byte)'.' : letter;
        }
        var amount = numbers.ImpliedDecimals is { } decimals && length > 0
            ? WithDecimals(plain[..length], decimals, currency)
            : AmountText.Read(plain[..length], currency);
        return amount is { } found ? (found, isNegative && !found.IsZero) : null;
    }

    static Money? WithDecimals(ReadOnlySpan<byte> digits, int decimals, Currency currency)
    {
        if (digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return null;
        Span<byte> written = stackalloc byte[LongestText + SettlementLayouts.MostDecimals + 2];
        var missing = Math.Max(0, decimals + 1 - digits.Length);
        written[..missing].Fill((byte)'0');
        digits.CopyTo(written[missing..]);
        var length = missing + digits.Length;
        if (decimals == 0) return AmountText.Read(written[..length], currency);
        var whole = length - decimals;
        written[whole..length].CopyTo(written[(whole + 1)..]);
        written[whole] = (byte)'.';
        return AmountText.Read(written[..(length + 1)], currency);
    }
}
