using System.Collections.Frozen;

namespace Railyard.Core.Settlement;

/// <summary>Reads local times and the zone abbreviations that acquirers print beside them.</summary>
public static class ZonedTime
{
    const string Shape = "0000-00-00 00:00:00";

    // The abbreviations that card acquirers use in their reports. IST is India's: no report names Israel or Ireland so.
    static readonly FrozenDictionary<string, TimeSpan> Offsets = new Dictionary<string, TimeSpan>
    {
        ["UTC"] = Hours(0), ["GMT"] = Hours(0), ["BST"] = Hours(1), ["WET"] = Hours(0), ["WEST"] = Hours(1),
        ["CET"] = Hours(1), ["CEST"] = Hours(2), ["EET"] = Hours(2), ["EEST"] = Hours(3), ["MSK"] = Hours(3),
        ["EST"] = Hours(-5), ["EDT"] = Hours(-4), ["CST"] = Hours(-6), ["CDT"] = Hours(-5),
        ["MST"] = Hours(-7), ["MDT"] = Hours(-6), ["PST"] = Hours(-8), ["PDT"] = Hours(-7),
        ["AKST"] = Hours(-9), ["AKDT"] = Hours(-8), ["HST"] = Hours(-10), ["BRT"] = Hours(-3), ["ART"] = Hours(-3),
        ["SAST"] = Hours(2), ["GST"] = Hours(4), ["IST"] = new(5, 30, 0), ["ICT"] = Hours(7), ["WIB"] = Hours(7),
        ["SGT"] = Hours(8), ["HKT"] = Hours(8), ["AWST"] = Hours(8), ["JST"] = Hours(9), ["KST"] = Hours(9),
        ["ACST"] = new(9, 30, 0), ["ACDT"] = new(10, 30, 0), ["AEST"] = Hours(10), ["AEDT"] = Hours(11),
        ["NZST"] = Hours(12), ["NZDT"] = Hours(13),
    }.ToFrozenDictionary();

    /// <summary>
    /// How far a zone is ahead of UTC, or null where we do not know it: a guess would move the cut-off.
    /// </summary>
    public static TimeSpan? Offset(string zone) => Offsets.TryGetValue(zone, out var offset) ? offset : null;

    /// <summary>A time written as YYYY-MM-DD HH:MM:SS.</summary>
    public static DateTimeOffset? Read(ReadOnlySpan<byte> text, TimeSpan offset)
    {
        if (!HasShape(text)) return null;
        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]));
        if (year < 1900 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        if (hour > 23 || minute > 59 || second > 59) return null;
        return new DateTimeOffset(year, month, day, hour, minute, second, offset);
    }

    static bool HasShape(ReadOnlySpan<byte> text)
    {
        if (text.Length != Shape.Length) return false;
        for (var i = 0; i < text.Length; i++)
            if (Shape[i] == '0' ? text[i] is < (byte)'0' or > (byte)'9' : text[i] != Shape[i]) return false;
        return true;
    }

    static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = value * 10 + (digit - '0');
        return value;
    }

    static TimeSpan Hours(int hours) => new(hours, 0, 0);
}
