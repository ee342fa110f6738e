using System.Text;

namespace Railyard.Core.Settlement.Bank;

/// <summary>Reads what all the formats write: amounts, dates and currencies, from text that may hold anything.</summary>
static class StatementFields
{
    /// <summary>The longest text that is kept of a line.</summary>
    public const int LongestText = 2_000;

    const int LongestAmount = 40;
    const int LongestShown = 64;

    /// <summary>An amount in major units with that decimal sign; null where it is none. Nothing at all is none either.</summary>
    public static Money? Amount(string text, Currency currency, char decimalSign = '.')
    {
        var written = text.AsSpan().Trim();
        // "6800," is how MT940 writes a whole amount.
        if (decimalSign == ',') written = written.TrimEnd(',');
        if (written.IsEmpty || written.Length > LongestAmount) return null;
        Span<byte> bytes = stackalloc byte[LongestAmount];
        for (var i = 0; i < written.Length; i++)
        {
            if (!char.IsAsciiDigit(written[i]) && written[i] != decimalSign) return null;
            bytes[i] = written[i] == decimalSign ? (byte)'.' : (byte)written[i];
        }
        return AmountText.Read(bytes[..written.Length], currency);
    }

    /// <summary>A date as YYYY-MM-DD, whatever follows it.</summary>
    public static DateOnly? IsoDate(string text)
    {
        var date = text.Trim();
        return date.Length >= 10 && date[4] == '-' && date[7] == '-'
            ? Date(date.AsSpan(0, 4), date.AsSpan(5, 2), date.AsSpan(8, 2))
            : null;
    }

    /// <summary>A date as YYMMDD, of this century.</summary>
    public static DateOnly? ShortDate(ReadOnlySpan<char> text) =>
        text.Length == 6 ? Date($"20{text[..2]}", text[2..4], text[4..6]) : null;

    /// <summary>A currency that is or was one.</summary>
    public static Currency? CurrencyOf(string code) => Currency.FindEver(code.Trim());

    /// <summary>The text, or null where it says nothing; NOTPROVIDED and NONREF are how banks say nothing.</summary>
    public static string? Reference(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed is "" or "NOTPROVIDED" or "NONREF") return null;
        return trimmed.Length > SettlementLine.LongestReference ? trimmed[..SettlementLine.LongestReference] : trimmed;
    }

    /// <summary>Pieces of text as one, each apart from the next, as much as is kept.</summary>
    public static string Text(IEnumerable<string> pieces)
    {
        var text = new StringBuilder();
        foreach (var piece in pieces.Select(piece => piece.Trim()).Where(piece => piece.Length > 0))
        {
            if (text.Length >= LongestText) break;
            if (text.Length > 0) text.Append(' ');
            text.Append(piece.AsSpan(0, Math.Min(piece.Length, LongestText - Math.Min(text.Length, LongestText))));
        }
        return text.ToString();
    }

    /// <summary>The beginning of what was found instead of what was expected.</summary>
    public static string Shown(string? text) =>
        text is null or "" ? "nothing" : text.Length > LongestShown ? text[..LongestShown] : text;

    static DateOnly? Date(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day)
    {
        if (!Digits(year, out var y) || !Digits(month, out var m) || !Digits(day, out var d)) return null;
        if (y < 1 || m is < 1 or > 12 || d < 1 || d > DateTime.DaysInMonth(y, m)) return null;
        return new DateOnly(y, m, d);
    }

    static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit)) return false;
            value = value * 10 + (digit - '0');
        }
        return true;
    }
}
