using CsCheck;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class OutageWatchTests
{
    const int MostBadOutcomes = 20;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Who_answers_nothing_is_out_within_10_outcomes()
    {
        var (watch, bad, _) = UntilOut("silent", answers: 0);

        Assert.Equal(OutageState.Out, watch.StateAt(watch.LastAt));
        Assert.Equal(OutageWatch.MostBad, bad);
    }

    [Fact]
    public void Who_answers_a_quarter_is_out_within_20_bad_outcomes_in_four_cases_of_five()
    {
        var bad = Enumerable.Range(0, 400).Select(seed => UntilOut($"quarter{seed}", answers: 0.25).Bad).Order().ToList();

        Assert.True(bad[(int)(bad.Count * 0.8)] <= MostBadOutcomes, $"four of five within {bad[(int)(bad.Count * 0.8)]}");
    }

    [Fact]
    public void Who_fails_in_one_of_ten_calls_stays_in()
    {
        var watch = OutageWatch.Healthy;
        for (var call = 0; call < 200_000; call++)
        {
            watch = watch.After(Draw.Of($"{call}", 1) < 0.1 ? HealthSignal.Failed : HealthSignal.Answered, A.Moment + (call * Tick));
            Assert.Null(watch.ProbedFrom);
        }
    }

    [Fact]
    public void Silence_of_ten_seconds_is_enough_where_few_payments_come()
    {
        var watch = OutageWatch.Healthy;
        for (var call = 0; call < OutageWatch.FewestBad; call++) watch = watch.After(HealthSignal.Failed, A.Moment.AddSeconds(call * 2.5));

        Assert.Equal(OutageState.Out, watch.StateAt(A.Moment.AddSeconds(10)));
    }

    [Fact]
    public void Bad_outcomes_of_long_ago_are_forgotten()
    {
        var watch = OutageWatch.Healthy;
        for (var call = 0; call < 40; call++) watch = watch.After(HealthSignal.Failed, A.Moment.AddMinutes(call * 6));

        Assert.Equal(OutageState.Healthy, watch.StateAt(watch.LastAt));
    }

    [Fact]
    public void A_slow_answer_is_as_bad_as_none()
    {
        Assert.Equal(HealthSignal.Slow, OutageWatch.Signal(hasAnswered: true, TimeSpan.FromSeconds(6)));
        Assert.Equal(HealthSignal.Answered, OutageWatch.Signal(hasAnswered: true, TimeSpan.FromSeconds(1)));
        Assert.Equal(HealthSignal.Failed, OutageWatch.Signal(hasAnswered: false, TimeSpan.Zero));
        Assert.NotNull(After(HealthSignal.Slow, OutageWatch.MostBad).ProbedFrom);
    }

    [Fact]
    public void After_a_pause_it_is_probed_and_good_answers_restore_it()
    {
        var watch = After(HealthSignal.Failed, OutageWatch.MostBad);
        var later = watch.LastAt + OutageWatch.FirstPause;

        Assert.Equal(OutageState.Probing, watch.StateAt(later));
        for (var probe = 1; probe < OutageWatch.GoodToRestore; probe++) watch = watch.After(HealthSignal.Answered, later);
        Assert.Equal(OutageState.Probing, watch.StateAt(later));
        Assert.Equal(OutageState.Healthy, watch.After(HealthSignal.Answered, later).StateAt(later));
    }

    [Fact]
    public void A_probe_that_fails_doubles_the_pause_up_to_the_longest()
    {
        var watch = After(HealthSignal.Failed, OutageWatch.MostBad);
        var pauses = new List<TimeSpan>();

        for (var probe = 0; probe < 6; probe++)
        {
            pauses.Add(watch.Pause);
            watch = watch.After(HealthSignal.Answered, watch.ProbedFrom!.Value).After(HealthSignal.Failed, watch.ProbedFrom!.Value);
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], pauses.Select(pause => (int)pause.TotalSeconds));
    }

    [Fact]
    public void What_was_under_way_when_it_went_out_is_no_probe()
    {
        var watch = After(HealthSignal.Failed, OutageWatch.MostBad);

        Assert.Equal(watch.ProbedFrom, watch.After(HealthSignal.Failed, watch.LastAt).ProbedFrom);
    }

    [Fact]
    public void A_bounded_share_of_payments_probes()
    {
        const int Payments = 20_000;
        var probing = Enumerable.Range(0, Payments)
            .Count(one => OutageWatch.For(OutageState.Probing, new PaymentId($"pay_{one}"), A.Northbank) == OutageState.Probing);

        Assert.InRange((double)probing / Payments, OutageWatch.ProbedBy * 0.9, OutageWatch.ProbedBy * 1.1);
    }

    [Theory]
    [InlineData(OutageState.Healthy)]
    [InlineData(OutageState.Out)]
    public void Only_a_probe_depends_on_the_payment(OutageState state) =>
        Assert.All(Enumerable.Range(0, 100), one => Assert.Equal(state, OutageWatch.For(state, new PaymentId($"pay_{one}"), A.Northbank)));

    [Fact]
    public void The_worse_of_two_views_counts()
    {
        Assert.Equal(OutageState.Out, OutageWatch.Worse(OutageState.Probing, OutageState.Out));
        Assert.Equal(OutageState.Probing, OutageWatch.Worse(OutageState.Probing, OutageState.Healthy));
        Assert.Equal(OutageState.Healthy, OutageWatch.Worse(OutageState.Healthy, OutageState.Healthy));
    }

    [Fact]
    public void Good_answers_alone_always_bring_it_back() => Gen.Int[0, 2].Array[0, 200].Sample(signals =>
    {
        var watch = signals.Select((signal, call) => ((HealthSignal)signal, A.Moment + (call * Tick)))
            .Aggregate(OutageWatch.Healthy, (state, one) => state.After(one.Item1, one.Item2));

        for (var answer = 0; answer < OutageWatch.GoodToRestore; answer++) watch = watch.After(HealthSignal.Answered, watch.LastAt + OutageWatch.LongestPause);

        Assert.Equal(OutageState.Healthy, watch.StateAt(watch.LastAt));
    });

    static OutageWatch After(HealthSignal signal, int times) =>
        Enumerable.Repeat(signal, times).Aggregate(OutageWatch.Healthy, (watch, one) => watch.After(one, A.Moment));

    static (OutageWatch Watch, int Bad, int Calls) UntilOut(string seed, double answers)
    {
        var (watch, bad, calls) = (OutageWatch.Healthy, 0, 0);
        for (; watch.ProbedFrom is null; calls++)
        {
            var isGood = Draw.Of($"{seed}/{calls}", 1) < answers;
            if (!isGood) bad++;
            watch = watch.After(isGood ? HealthSignal.Answered : HealthSignal.Failed, A.Moment + (calls * Tick));
        }
        return (watch, bad, calls);
    }
}
