namespace Railyard.Core.Merchants.Payouts;

/// <summary>How often a merchant is paid.</summary>
public enum PayoutInterval { Daily, Weekly, Monthly }

/// <summary>
/// When a merchant is paid: on business days only. A day on which banks are closed gives way to the next one on which
/// they are open.
/// </summary>
public sealed record PayoutSchedule
{
    /// <summary>The longest delay: more is a reserve.</summary>
    public const int LongestDelay = 30;

    // Banks are never closed that long; further back nothing is looked for.
    const int LongestRoll = 14;
    const int DaysOfWeek = 7;

    /// <summary>How often.</summary>
    public required PayoutInterval Interval { get; init; }

    /// <summary>The day of the week, of a weekly schedule.</summary>
    public DayOfWeek Weekday { get; init; } = DayOfWeek.Monday;

    /// <summary>The day of the month, 1 to 31, of a monthly one; in a shorter month its last day.</summary>
    public int DayOfMonth { get; init; } = 1;

    /// <summary>After how many business days what was settled is paid: the n of T+n.</summary>
    public required int DelayBusinessDays { get; init; }

    /// <summary>From this time of day on, in <see cref="Zone"/>, what is settled counts for the next day.</summary>
    public required TimeOnly CutOff { get; init; }

    /// <summary>The zone of the cut-off (IANA), such as Europe/Amsterdam.</summary>
    public required string Zone { get; init; }

    /// <summary>Whether that is a day on which the merchant is paid.</summary>
    public bool IsDueOn(DateOnly day, IReadOnlySet<DateOnly> holidays) => IsBusinessDay(day, holidays) && Interval switch
    {
        PayoutInterval.Daily => true,
        PayoutInterval.Weekly => GivesWayTo(day, holidays, nominal => nominal.DayOfWeek == Weekday),
        PayoutInterval.Monthly => GivesWayTo(day, holidays, IsNominalDayOfMonth),
    };

    /// <summary>The first day on which what was settled then may be paid.</summary>
    public DateOnly PayableOn(DateTimeOffset settledAt, IReadOnlySet<DateOnly> holidays)
    {
        var local = TimeZoneInfo.ConvertTime(settledAt, TimeZoneInfo.FindSystemTimeZoneById(Zone));
        var day = DateOnly.FromDateTime(local.DateTime);
        if (TimeOnly.FromDateTime(local.DateTime) >= CutOff) day = day.AddDays(1);
        return After(day, DelayBusinessDays, holidays);
    }

    /// <summary>That many business days after a day, itself rolled to a business day first.</summary>
    public static DateOnly After(DateOnly day, int businessDays, IReadOnlySet<DateOnly> holidays)
    {
        day = Roll(day, holidays);
        for (var i = 0; i < businessDays; i++) day = Roll(day.AddDays(1), holidays);
        return day;
    }

    /// <summary>Whether banks are open: no Saturday, no Sunday, no holiday.</summary>
    public static bool IsBusinessDay(DateOnly day, IReadOnlySet<DateOnly> holidays) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day);

    // Whether a nominal day of the schedule is that day, or lies in the closed days just before it.
    static bool GivesWayTo(DateOnly day, IReadOnlySet<DateOnly> holidays, Func<DateOnly, bool> isNominal)
    {
        for (var back = 0; back < LongestRoll; back++)
        {
            var nominal = day.AddDays(-back);
            if (back > 0 && IsBusinessDay(nominal, holidays)) return false;
            if (isNominal(nominal)) return true;
        }
        return false;
    }

    bool IsNominalDayOfMonth(DateOnly day) =>
        day.Day == Math.Min(DayOfMonth, DateTime.DaysInMonth(day.Year, day.Month));

    static DateOnly Roll(DateOnly day, IReadOnlySet<DateOnly> holidays)
    {
        for (var i = 0; i < LongestRoll * DaysOfWeek; i++)
        {
            if (IsBusinessDay(day, holidays)) return day;
            day = day.AddDays(1);
        }
        throw new InvariantBroken($"There is no business day in the {LongestRoll} weeks before {day}.");
    }
}
