namespace Railyard.Core.Settlement;

/// <summary>
/// Reads moments as acquirers print them: a date with dashes or slashes, a time after a T or a blank, a fraction of a second
/// that is dropped, and an offset; where there is no offset it is UTC.
/// </summary>
static class MomentText
{
    /// <summary>What is expected, in words.</summary>
    public const string Shape = "YYYY-MM-DD HH:MM:SS with an offset";

    const int DateLength = 10;
    const int TimeLength = 19;

    /// <summary>The moment, or null where the text is none. A date alone is its midnight.</summary>
    public static DateTimeOffset? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length != DateLength && text.Length < TimeLength) return null;
        Span<byte> plain = stackalloc byte[TimeLength];
        "0000-00-00 00:00:00"u8.CopyTo(plain);
        text[..Math.Min(text.Length, TimeLength)].CopyTo(plain);
        if (plain[4] == '/' && plain[7] == '/') plain[4] = plain[7] = (byte)'-';
        if (plain[10] == 'T') plain[10] = (byte)' ';
        var rest = text[Math.Min(text.Length, TimeLength)..];
        return ReadOffset(WithoutFraction(rest).Trim((byte)' ')) is { } offset ? ZonedTime.Read(plain, offset) : null;
    }

    /// <summary>Z, ±HH:MM or ±HHMM; nothing is UTC.</summary>
    public static TimeSpan? ReadOffset(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.SequenceEqual("Z"u8)) return TimeSpan.Zero;
        if (text.Length is not (5 or 6) || text[0] is not ((byte)'+' or (byte)'-')) return null;
        if (text.Length == 6 && text[3] != ':') return null;
        var (hours, minutes) = (ZonedTime.TwoDigits(text, 1), ZonedTime.TwoDigits(text, text.Length - 2));
        if (hours < 0 || minutes < 0) return null;
        if (hours > 14 || minutes > 59 || (hours == 14 && minutes > 0)) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }

    static ReadOnlySpan<byte> WithoutFraction(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("."u8)) return text;
        var end = 1;
        while (end < text.Length && text[end] is >= (byte)'0' and <= (byte)'9') end++;
        return end == 1 ? text : text[end..];
    }
}
