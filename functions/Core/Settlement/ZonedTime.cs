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
        if (text.Length != Shape.Length || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':') return null;
        var (century, years, month, day) = (TwoDigits(text, 0), TwoDigits(text, 2), TwoDigits(text, 5), TwoDigits(text, 8));
        var (hour, minute, second) = (TwoDigits(text, 11), TwoDigits(text, 14), TwoDigits(text, 17));
        if (century < 19 || years < 0 || month is < 1 or > 12 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59) return null;
        var year = century * 100 + years;
        if (day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        return new DateTimeOffset(year, month, day, hour, minute, second, offset);
    }

    // The number that two digits make; below zero where one is none.
    internal static int TwoDigits(ReadOnlySpan<byte> text, int at)
    {
        var (tens, ones) = (text[at] - '0', text[at + 1] - '0');
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9 ? tens * 10 + ones : -1;
    }

    static TimeSpan Hours(int hours) => new(hours, 0, 0);
}
