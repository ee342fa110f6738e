using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class BusinessCalendarTests
{
    static readonly CutOff AtSixInAmsterdam = new(new TimeOnly(18, 0), TimeZoneInfo.CreateCustomTimeZone(
        "Amsterdam", TimeSpan.FromHours(1), "Amsterdam", "CET", "CEST",
        [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday))]));

    // As the churches' tables print them, with the earliest and the latest that there are.
    [Theory]
    [InlineData("1818-03-22")]
    [InlineData("1943-04-25")]
    [InlineData("1954-04-18")]
    [InlineData("1981-04-19")]
    [InlineData("2000-04-23")]
    [InlineData("2024-03-31")]
    [InlineData("2025-04-20")]
    [InlineData("2026-04-05")]
    [InlineData("2027-03-28")]
    [InlineData("2038-04-25")]
    [InlineData("2285-03-22")]
    public void Easter_is_when_the_tables_say(string day) =>
        Assert.Equal(DateOnly.Parse(day), BusinessCalendar.EasterOf(DateOnly.Parse(day).Year));

    [Theory]
    [InlineData("2026-01-01")]
    [InlineData("2026-04-03")]
    [InlineData("2026-04-06")]
    [InlineData("2026-05-01")]
    [InlineData("2025-12-25")]
    [InlineData("2025-12-26")]
    public void Target_is_closed_on_six_days_that_others_work(string text)
    {
        var day = DateOnly.Parse(text);

        Assert.False(BusinessCalendar.Target.IsOpen(day));
        Assert.True(BusinessCalendar.Weekends.IsOpen(day));
    }

    [Fact]
    public void Business_days_pass_over_weekends_and_holidays_alike()
    {
        var calendar = BusinessCalendar.Target with { Holidays = new HashSet<DateOnly> { new(2026, 4, 8) } };

        Assert.Equal(new DateOnly(2026, 4, 9), calendar.After(new DateOnly(2026, 4, 2), 2));
        Assert.Equal(new DateOnly(2026, 4, 7), calendar.After(new DateOnly(2026, 4, 4), 0));
    }

    [Theory]
    [InlineData("2026-11-27T16:59:59Z", "2026-12-01T17:00:00Z")]
    [InlineData("2026-11-27T17:00:00Z", "2026-12-02T17:00:00Z")]
    [InlineData("2026-11-28T09:00:00Z", "2026-12-02T17:00:00Z")]
    [InlineData("2026-03-26T09:00:00Z", "2026-03-30T16:00:00Z")]
    public void What_comes_after_the_cut_off_counts_to_the_next_business_day(string taken, string overdue)
    {
        var terms = new SettlementTerms { BusinessDays = 2, CutOff = AtSixInAmsterdam };

        Assert.Equal(DateTimeOffset.Parse(overdue), terms.OverdueAfter(DateTimeOffset.Parse(taken)));
    }

    [Fact]
    public void Without_terms_it_is_due_at_once() => Assert.Equal(A.Moment, SettlementTerms.Usual.OverdueAfter(A.Moment));

    [Fact]
    public void A_tolerance_is_the_wider_of_its_bounds() =>
        Assert.Equal((2, 10), (new Tolerance(2, 1).Of(100), new Tolerance(2, 1).Of(10_000)));
}
