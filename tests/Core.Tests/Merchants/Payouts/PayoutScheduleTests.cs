using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Routing;
using static Railyard.Core.Tests.Merchants.Payouts.Books;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class PayoutScheduleTests
{
    // Christmas of 2026: Friday 25 and, of TARGET2, Saturday 26 December; 1 January 2027 is a Friday.
    static readonly BusinessCalendar Christmas = BusinessCalendar.Target;

    [Theory]
    [InlineData("2026-11-24T15:59:59Z", 0, "2026-11-24")]   // 16:59:59 in Amsterdam.
    [InlineData("2026-11-24T16:00:00Z", 0, "2026-11-25")]   // The cut-off itself is late.
    [InlineData("2026-07-24T15:00:00Z", 0, "2026-07-27")]   // Summer: 17:00 on a Friday is Monday's.
    [InlineData("2026-11-24T12:00:00Z", 2, "2026-11-26")]
    [InlineData("2026-11-27T12:00:00Z", 1, "2026-11-30")]   // Friday + 1 is Monday.
    [InlineData("2026-11-28T12:00:00Z", 0, "2026-11-30")]   // Saturday is Monday's.
    [InlineData("2026-12-24T12:00:00Z", 1, "2026-12-28")]   // Over Christmas.
    [InlineData("2026-12-31T23:30:00Z", 1, "2027-01-05")]   // In Amsterdam it is New Year: Monday, and one more.
    public void What_is_settled_is_payable_after_so_many_business_days(string settledAt, int days, string payableOn) =>
        Assert.Equal(
            DateOnly.Parse(payableOn),
            (Daily with { DelayBusinessDays = days }).PayableOn(DateTimeOffset.Parse(settledAt), Christmas));

    [Theory]
    [InlineData("2026-11-27", true)]
    [InlineData("2026-11-28", false)]
    [InlineData("2026-12-25", false)]
    public void A_daily_schedule_pays_on_business_days(string day, bool isDue) =>
        Assert.Equal(isDue, Daily.IsDueOn(DateOnly.Parse(day), Christmas));

    [Theory]
    [InlineData("2026-12-18", true)]
    [InlineData("2026-12-21", false)]
    [InlineData("2026-12-25", false)]
    [InlineData("2026-12-28", true)]    // Friday was Christmas: Monday instead.
    [InlineData("2026-12-29", false)]
    public void A_weekly_schedule_gives_way_to_the_next_business_day(string day, bool isDue)
    {
        var weekly = Daily with { Interval = PayoutInterval.Weekly, Weekday = DayOfWeek.Friday };

        Assert.Equal(isDue, weekly.IsDueOn(DateOnly.Parse(day), Christmas));
    }

    [Theory]
    [InlineData(31, "2026-11-30", true)]
    [InlineData(31, "2026-12-31", true)]
    [InlineData(31, "2027-02-26", false)]
    [InlineData(31, "2027-03-01", true)]    // 28 February is a Sunday.
    [InlineData(1, "2027-01-04", true)]     // New Year and a weekend.
    [InlineData(1, "2027-01-05", false)]
    [InlineData(15, "2026-12-15", true)]
    public void A_monthly_schedule_knows_short_months(int dayOfMonth, string day, bool isDue)
    {
        var monthly = Daily with { Interval = PayoutInterval.Monthly, DayOfMonth = dayOfMonth };

        Assert.Equal(isDue, monthly.IsDueOn(DateOnly.Parse(day), Christmas));
    }

    [Fact]
    public void The_euro_is_paid_on_days_of_target_and_a_merchant_may_close_more()
    {
        var schedule = Daily with { Holidays = [new(2026, 12, 24)] };

        Assert.False(schedule.IsDueOn(new(2026, 12, 24), schedule.Calendar(Amounts.Euro)));
        Assert.False(schedule.IsDueOn(new(2026, 4, 3), schedule.Calendar(Amounts.Euro)));
        Assert.True(schedule.IsDueOn(new(2026, 4, 3), schedule.Calendar(Currency.Of("GBP"))));
    }

    [Theory]
    [InlineData(PayoutInterval.Weekly)]
    [InlineData(PayoutInterval.Monthly)]
    public void No_period_is_left_out_over_ten_years(PayoutInterval interval)
    {
        var schedule = Daily with { Interval = interval, Weekday = DayOfWeek.Friday, DayOfMonth = 31 };
        var first = new DateOnly(2026, 1, 1);
        var due = Enumerable.Range(0, 3653).Count(day => schedule.IsDueOn(first.AddDays(day), BusinessCalendar.Weekends));

        // 2026 to 2035 has 522 Fridays, and 120 months.
        Assert.Equal(interval == PayoutInterval.Weekly ? 522 : 120, due);
    }
}
