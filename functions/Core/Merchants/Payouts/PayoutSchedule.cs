using Railyard.Core.Routing;

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

    /// <summary>More days than these of a merchant's own are no holidays.</summary>
    public const int MostHolidays = 366;

    // Further back than a calendar can be closed, no nominal day is looked for.
    const int LongestClosed = 400;

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

    /// <summary>Days on which this merchant is not paid either.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    /// <summary>The days on which payouts of a currency may be made: of the euro, those of TARGET.</summary>
    public BusinessCalendar Calendar(Currency currency) =>
        new() { FollowsTarget = currency.Code == "EUR", Holidays = Holidays.ToHashSet() };

    /// <summary>Whether that is a day on which the merchant is paid.</summary>
    public bool IsDueOn(DateOnly day, BusinessCalendar calendar) => calendar.IsOpen(day) && Interval switch
    {
        PayoutInterval.Daily => true,
        PayoutInterval.Weekly => GivesWayTo(day, calendar, nominal => nominal.DayOfWeek == Weekday),
        PayoutInterval.Monthly => GivesWayTo(day, calendar, IsNominalDayOfMonth),
    };

    /// <summary>The first day on which what was settled then may be paid.</summary>
    public DateOnly PayableOn(DateTimeOffset settledAt, BusinessCalendar calendar)
    {
        var local = TimeZoneInfo.ConvertTime(settledAt, TimeZoneInfo.FindSystemTimeZoneById(Zone));
        var day = DateOnly.FromDateTime(local.DateTime);
        if (TimeOnly.FromDateTime(local.DateTime) >= CutOff) day = day.AddDays(1);
        return calendar.After(day, DelayBusinessDays);
    }

    // Whether a nominal day of the schedule is that day, or lies in the closed days just before it.
    static bool GivesWayTo(DateOnly day, BusinessCalendar calendar, Func<DateOnly, bool> isNominal)
    {
        for (var back = 0; back < LongestClosed; back++)
        {
            var nominal = day.AddDays(-back);
            if (back > 0 && calendar.IsOpen(nominal)) return false;
            if (isNominal(nominal)) return true;
        }
        return false;
    }

    bool IsNominalDayOfMonth(DateOnly day) =>
        day.Day == Math.Min(DayOfMonth, DateTime.DaysInMonth(day.Year, day.Month));
}
