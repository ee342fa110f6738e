using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.Core.Tests.Webhooks;

public sealed class DeliveryTests
{
    static readonly DateTimeOffset Now = A.Moment;
    static readonly EndpointId Endpoint = new("whe_1");
    static readonly Verdict Again = new Verdict.Again(Now + TimeSpan.FromSeconds(5));

    static Delivery New() => new()
    {
        Id = DeliveryId.Of(Endpoint, new PaymentId("pay_1"), 1, Now),
        Endpoint = Endpoint,
        Merchant = new MerchantId("mer_1"),
        Type = "payment.created",
        Body = "{}",
        Round = new DeliveryRound("event", 1),
        NextTryAt = Now,
    };

    static DeliveryTry Try(int number, int status = 500) => new(number, Now, 12, status, null, $"said {number}");

    [Fact]
    public void A_failed_try_is_followed_by_the_next()
    {
        var tried = New().After(Try(1), Again);

        Assert.Equal(DeliveryStatus.Pending, tried.Status);
        Assert.Equal(2, tried.NextTry);
        Assert.Equal(Now + TimeSpan.FromSeconds(5), tried.NextTryAt);
        Assert.Equal(Turn.AnnounceNext, tried.TurnOf(1));
        Assert.Equal(Turn.Try, tried.TurnOf(2));
    }

    [Fact]
    public void A_try_recorded_twice_is_recorded_once()
    {
        var tried = New().After(Try(1), Again);

        Assert.Same(tried, tried.After(Try(1, 200), new Verdict.Delivered()));
    }

    [Fact]
    public void Only_the_last_response_is_kept()
    {
        var tried = New().After(Try(1), Again).After(Try(2), Again);

        Assert.Equal([null, "said 2"], tried.Tries.Select(one => one.Response));
    }

    [Fact]
    public void A_delivery_that_is_over_has_no_turn_left()
    {
        var delivered = New().After(Try(1, 200), new Verdict.Delivered());
        var failed = New().After(Try(1), new Verdict.GiveUp());
        var dropped = New().Dropped();

        Assert.Equal(DeliveryStatus.Succeeded, delivered.Status);
        Assert.Equal(DeliveryStatus.Failed, failed.Status);
        Assert.All([delivered, failed, dropped], one => Assert.Equal(Turn.Nothing, one.TurnOf(2)));
        Assert.Same(delivered, delivered.Dropped());
    }

    [Fact]
    public void A_resend_begins_a_whole_schedule_once_for_each_wish()
    {
        var failed = New().After(Try(1), new Verdict.GiveUp());

        var again = failed.Again("whr_1", Now)!;

        Assert.Equal(DeliveryStatus.Pending, again.Status);
        Assert.Equal(new DeliveryRound("whr_1", 2), again.Round);
        Assert.Equal(2, again.NextTry);
        Assert.Same(again, again.Again("whr_1", Now));
    }

    [Fact]
    public void A_resend_overtakes_a_try_that_waits()
    {
        var waiting = New().After(Try(1), Again);

        var again = waiting.Again("whr_1", Now)!;

        Assert.Equal(3, again.NextTry);
        Assert.Equal(Turn.AnnounceNext, again.TurnOf(2));
        Assert.Equal(Turn.Try, again.TurnOf(3));
        // The try was under way when it was overtaken: it does not count as the resent one.
        Assert.Same(again, again.After(Try(2, 200), new Verdict.Delivered()));
    }

    [Fact]
    public void Resends_come_to_an_end()
    {
        var delivery = New();
        var resends = 0;
        while (delivery.After(Try(delivery.NextTry), new Verdict.GiveUp()).Again($"whr_{resends}", Now) is { } again)
        {
            delivery = again;
            resends++;
        }

        Assert.InRange(resends, 50, Delivery.MostTries);
    }

    [Fact]
    public void An_id_follows_from_its_cause_and_sorts_by_time()
    {
        var id = DeliveryId.Of(Endpoint, new PaymentId("pay_1"), 1, Now);
        var later = DeliveryId.Of(Endpoint, new PaymentId("pay_1"), 1, Now + TimeSpan.FromMilliseconds(1));

        Assert.Equal(id, DeliveryId.Of(Endpoint, new PaymentId("pay_1"), 1, Now));
        Assert.NotEqual(id, DeliveryId.Of(Endpoint, new PaymentId("pay_1"), 2, Now));
        Assert.NotEqual(id, DeliveryId.Of(new EndpointId("whe_2"), new PaymentId("pay_1"), 1, Now));
        Assert.True(string.CompareOrdinal(id.Value, later.Value) < 0);
        Assert.Equal(Now, id.At);
    }

    [Fact]
    public void An_id_is_a_prefix_and_a_UUIDv7()
    {
        foreach (var sequence in Enumerable.Range(1, 100))
        {
            var id = DeliveryId.Of(Endpoint, new PaymentId("pay_1"), sequence, Now);
            var uuid = Guid.ParseExact(id.Value[DeliveryId.Prefix.Length..], "N");

            Assert.Equal(7, uuid.Version);
            Assert.InRange(uuid.Variant, 8, 11);
            Assert.Equal(id, DeliveryId.Read(id.Value));
        }
    }

    [Fact]
    public void The_floor_of_a_moment_lies_before_what_happened_then_and_after_what_happened_before()
    {
        var floor = DeliveryId.Floor(Now);

        Assert.True(string.CompareOrdinal(floor.Value, DeliveryId.Of(Endpoint, "it", Now).Value) < 0);
        Assert.True(string.CompareOrdinal(floor.Value, DeliveryId.Of(Endpoint, "it", Now - TimeSpan.FromMilliseconds(1)).Value) > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("whd_")]
    [InlineData("pay_019ab6f0000070008000000000000000")]
    [InlineData("whd_019ab6f000007000800000000000000")]
    [InlineData("whd_019ab6f0000070008000000000000000a")]
    [InlineData("whd_019AB6F0000070008000000000000000")]
    [InlineData("whd_ffffffffffff70008000000000000000")]
    [InlineData("whd_019ab6f000007000800000000000000|")]
    public void What_is_no_id_is_not_read_as_one(string text) => Assert.Null(DeliveryId.Read(text));
}
