using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class CardActivityTests
{
    static readonly MerchantId Merchant = new("mer_1");
    static readonly TimeSpan Month = TimeSpan.FromDays(30);
    static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public void A_decline_that_comes_twice_is_counted_once()
    {
        var once = CardActivity.Empty.With(Declined(1, A.Moment));

        Assert.Same(once, once.With(Declined(1, A.Moment)));
    }

    [Fact]
    public void Only_the_same_merchant_and_amount_are_alike()
    {
        var activity = CardActivity.Empty
            .With(Declined(1, A.Moment))
            .With(Declined(2, A.Moment) with { Merchant = new MerchantId("mer_2") })
            .With(Declined(3, A.Moment) with { Amount = 11_00.Eur() })
            .With(Declined(4, A.Moment) with { Amount = new Money(10_00, Currency.Of("USD")) });

        Assert.Single(activity.Alike(Merchant, 10_00.Eur(), Month, A.Moment));
        Assert.Equal(4, activity.All(Day, A.Moment).Count);
    }

    [Fact]
    public void A_decline_leaves_the_window_when_it_is_as_old_as_the_window_is_long()
    {
        var activity = CardActivity.Empty.With(Declined(1, A.Moment));

        Assert.Single(activity.All(Day, A.Moment + Day - TimeSpan.FromTicks(1)));
        Assert.Empty(activity.All(Day, A.Moment + Day));
    }

    [Fact]
    public void Declines_that_come_out_of_order_are_kept_in_order()
    {
        var activity = CardActivity.Empty.With(Declined(1, A.Moment)).With(Declined(2, A.Moment.AddHours(-1)));

        Assert.Equal([A.Moment.AddHours(-1), A.Moment], activity.All(Day, A.Moment));
    }

    [Fact]
    public void What_is_older_than_any_limit_is_forgotten()
    {
        var activity = CardActivity.Empty.With(Declined(1, A.Moment)).With(Declined(2, A.Moment.AddDays(32)));

        Assert.Equal(new AttemptId("att_2"), Assert.Single(activity.Declines).Attempt);
        Assert.Null(activity.LeftOutAt);
    }

    [Fact]
    public void However_many_there_are_it_stays_bounded_and_no_limit_is_undercounted()
    {
        var activity = CardActivity.Empty;
        var all = new List<CountedDecline>();
        for (var number = 0; number < 3_000; number++)
        {
            var decline = Declined(number, A.Moment.AddMinutes(number * 20)) with { Amount = (10_00 + (int)(Draw.Of($"{number}", 20261124) * (number % 7 + 1))).Eur() };
            all.Add(decline);
            activity = activity.With(decline);

            Assert.InRange(activity.Declines.Count, 1, CardActivity.Most);
            AssertNotUndercounted(activity, all, decline);
        }
    }

    [Fact]
    public void For_want_of_room_the_oldest_is_left_out_and_that_is_said_until_it_no_longer_matters()
    {
        var activity = CardActivity.Empty;
        for (var number = 0; number <= CardActivity.Most; number++)
            activity = activity.With(Declined(number, A.Moment.AddSeconds(number)) with { Amount = (number + 1).Eur() });

        Assert.Equal(CardActivity.Most, activity.Declines.Count);
        Assert.True(activity.IsIncomplete(Day, A.Moment + Day - TimeSpan.FromSeconds(1)));
        Assert.False(activity.IsIncomplete(Day, A.Moment + Day));
    }

    // What a limit needs to know: the number, or that it is beyond every limit.
    static void AssertNotUndercounted(CardActivity activity, List<CountedDecline> all, CountedDecline decline)
    {
        var now = decline.At;
        if (activity.IsIncomplete(Month, now)) return;
        var alike = all.Count(one => one.Amount == decline.Amount && one.At > now - Month);
        Assert.Equal(Math.Min(alike, CardActivity.MostAlike), activity.Alike(Merchant, decline.Amount, Month, now).Count);
        var daily = all.Count(one => one.At > now - Day);
        Assert.InRange(activity.All(Day, now).Count, Math.Min(daily, SchemeLimits.MostTries(LimitWindow.CardIn24Hours)), daily);
    }

    static CountedDecline Declined(int number, DateTimeOffset at) => new(new AttemptId($"att_{number}"), Merchant, 10_00.Eur(), at);
}
