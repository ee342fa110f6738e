namespace Railyard.Core.Routing;

/// <summary>
/// The days on which an acquirer settles: every day but weekends, those on which TARGET is closed where it settles in
/// euro, and further days that it has named.
/// </summary>
public sealed record BusinessCalendar
{
    // Ten years of settlement are further away than any acquirer settles; a calendar without a business day is a mistake.
    const int MostDaysAhead = 3_660;

    /// <summary>Weekends only.</summary>
    public static readonly BusinessCalendar Weekends = new();

    /// <summary>Weekends, and the six days a year on which TARGET (the euro's settlement system) is closed.</summary>
    public static readonly BusinessCalendar Target = new() { FollowsTarget = true };

    /// <summary>Whether the closing days of TARGET count.</summary>
    public bool FollowsTarget { get; init; }

    /// <summary>Days closed beside these.</summary>
    public IReadOnlySet<DateOnly> Holidays { get; init; } = new HashSet<DateOnly>();

    /// <summary>Whether there is settlement on that day.</summary>
    public bool IsOpen(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
        && !Holidays.Contains(day)
        && !(FollowsTarget && IsClosedInTarget(day));

    /// <summary>That day where it is open, else the next one that is.</summary>
    public DateOnly OnOrAfter(DateOnly day)
    {
        for (var ahead = 0; ahead < MostDaysAhead; ahead++)
            if (IsOpen(day.AddDays(ahead))) return day.AddDays(ahead);
        throw new InvariantBroken($"No day is open within {MostDaysAhead} days of {day:O}.");
    }

    /// <summary>So many business days later; none later is that day itself, or the next that is open.</summary>
    public DateOnly After(DateOnly day, int businessDays)
    {
        var at = OnOrAfter(day);
        for (var passed = 0; passed < businessDays; passed++) at = OnOrAfter(at.AddDays(1));
        return at;
    }

    /// <summary>
    /// Easter Sunday of a year of the Gregorian calendar, by the computation that its reform of 1582 prescribes: the first
    /// Sunday after the full moon of the 19-year cycle on or after 21 March.
    /// </summary>
    public static DateOnly EasterOf(int year)
    {
        var (golden, century) = (year % 19, year / 100);
        var moonShift = century - century / 4 - (8 * century + 13) / 25;
        var epact = (19 * golden + moonShift + 15) % 30;
        // The cycle's two latest moons are moved back a day, so that no two of its years share one.
        var fullMoon = epact - epact / 28 * (1 - epact / 28 * (29 / (epact + 1)) * ((21 - golden) / 11));
        var weekday = (year + year / 4 + fullMoon + 2 - century + century / 4) % 7;
        return new DateOnly(year, 3, 28).AddDays(fullMoon - weekday);
    }

    // New Year's Day, Good Friday, Easter Monday, Labour Day, Christmas Day and the day after it.
    static bool IsClosedInTarget(DateOnly day)
    {
        if ((day.Month, day.Day) is (1, 1) or (5, 1) or (12, 25) or (12, 26)) return true;
        var fromEaster = day.DayNumber - EasterOf(day.Year).DayNumber;
        return fromEaster is -2 or 1;
    }
}
