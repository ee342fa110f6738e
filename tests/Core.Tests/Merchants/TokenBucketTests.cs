using CsCheck;
using Railyard.Core.Merchants;

namespace Railyard.Core.Tests.Merchants;

public sealed class TokenBucketTests
{
    static readonly DateTimeOffset Now = A.Moment;
    static readonly RateLimit Limit = new(PerSecond: 2, Burst: 3);

    [Fact]
    public void A_rested_key_may_call_as_often_at_once_as_the_burst()
    {
        var answers = Take(Limit, [Now, Now, Now, Now]);

        Assert.Equal([true, true, true, false], answers.Select(answer => answer.IsAllowed));
        Assert.Equal([2L, 1L, 0L, 0L], answers.Select(answer => answer.Remaining));
    }

    [Fact]
    public void Who_is_refused_is_told_when_the_next_one_passes()
    {
        var refused = Take(Limit, [Now, Now, Now, Now])[^1];

        Assert.Equal(TimeSpan.FromSeconds(0.5), refused.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(1.5), refused.UntilFull);
        Assert.True(Take(Limit, [Now, Now, Now, Now, Now + refused.RetryAfter])[^1].IsAllowed);
        Assert.False(Take(Limit, [Now, Now, Now, Now, Now + refused.RetryAfter - TimeSpan.FromTicks(1)])[^1].IsAllowed);
    }

    [Fact]
    public void A_clock_set_back_gives_nothing_and_takes_nothing()
    {
        var answers = Take(Limit, [Now, Now.AddHours(-1), Now]);

        Assert.Equal([2L, 1L, 0L], answers.Select(answer => answer.Remaining));
    }

    [Fact]
    public void A_smaller_limit_holds_from_the_next_request_on()
    {
        var (bucket, _) = TokenBucket.Full(new RateLimit(100, 100), Now).Take(Limit, Now);

        Assert.Equal(2 * TimeSpan.TicksPerSecond, bucket.Level);
    }

    [Fact]
    public void A_bucket_is_full_again_after_its_window()
    {
        var bucket = Enumerable.Range(0, 3).Aggregate(
            TokenBucket.Full(Limit, Now), (state, _) => state.Take(Limit, Now).Bucket);

        Assert.False(bucket.IsFull(Limit, Now + Limit.Window - TimeSpan.FromTicks(1)));
        Assert.True(bucket.IsFull(Limit, Now + Limit.Window));
        Assert.True(bucket.IsFull(Limit, DateTimeOffset.MaxValue));
    }

    [Fact]
    public void In_any_time_no_more_pass_than_the_burst_and_what_flows_in() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 1000], Gen.Int[0, 50_000].List[1, 200]).Sample((perSecond, burst, pauses) =>
        {
            var limit = new RateLimit(perSecond, burst);
            var bucket = TokenBucket.Full(limit, Now);
            var (moment, passed) = (Now, 0L);
            foreach (var pause in pauses)
            {
                moment += TimeSpan.FromTicks(pause);
                (bucket, var verdict) = bucket.Take(limit, moment);
                if (verdict.IsAllowed) passed++;
            }
            var most = burst + ((moment - Now).Ticks * perSecond / TimeSpan.TicksPerSecond);
            return passed <= most;
        });

    static List<RateVerdict> Take(RateLimit limit, DateTimeOffset[] moments)
    {
        var bucket = TokenBucket.Full(limit, moments[0]);
        var answers = new List<RateVerdict>();
        foreach (var moment in moments)
        {
            (bucket, var verdict) = bucket.Take(limit, moment);
            answers.Add(verdict);
        }
        return answers;
    }
}
