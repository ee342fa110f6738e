using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

/// <summary>How soon the choice follows a fall, and how seldom it moves without one. Both are published with <see cref="Tally"/>.</summary>
public sealed class ChangeDetectionTests(ITestOutputHelper output)
{
    const int Seeds = 200;
    const int Settling = 1_500;
    const double SettledShare = 0.85;
    const int FollowsWithin = 55;
    const double MostFalseAlarms = 1.5;
    const double MostAstray = 250;
    static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    static readonly Fee Fee = new(100, 0);

    [Fact]
    public void The_choice_follows_a_fall_from_90_to_60_percent_within_the_published_number_of_payments()
    {
        var fall = A.Moment + (Settling * Between);
        var delays = Enumerable.Range(0, Seeds)
            .Select(seed => Market($"fall{seed}", now => now < fall ? 0.9 : 0.6))
            .Select(Delay).OfType<int>().Order().ToList();

        var (half, most) = (delays[delays.Count / 2], delays[(int)(delays.Count * 0.95)]);
        output.WriteLine($"A fall from 90 % to 60 %: half of {delays.Count} seeds within {half} payments, 95 % within {most}.");
        Assert.True(delays.Count > Seeds * SettledShare, $"Only {delays.Count} of {Seeds} had settled on the better one.");
        Assert.True(most <= FollowsWithin, $"95 % within {most}");
    }

    [Fact]
    public void On_steady_traffic_the_choice_moves_as_rarely_as_published()
    {
        const int Runs = 20;
        const int Payments = 10_000;
        var (alarms, astray) = (0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var market = Market($"steady{seed}", _ => 0.9);
            var before = Settle(market);
            for (var payment = 0; payment < Payments; payment++)
            {
                var best = market.Next().Best;
                if (best == 1) astray++;
                if (best == 1 && before == 0) alarms++;
                before = best;
            }
        }

        output.WriteLine($"Steady at 90 % beside 85 %: {(double)alarms / Runs} false alarms and {(double)astray / Runs} payments astray in 10,000.");
        Assert.True((double)alarms / Runs <= MostFalseAlarms, $"{alarms} in {Runs} runs");
        Assert.True((double)astray / Runs <= MostAstray, $"{astray} in {Runs} runs");
    }

    static Market Market(string seed, Func<DateTimeOffset, double> first) =>
        new(seed, Between, new Competitor("first", Fee, first), new Competitor("second", Fee, _ => 0.85));

    // Null where the better one had not been found before it fell.
    static int? Delay(Market market)
    {
        if (Settle(market) != 0) return null;
        var delay = 0;
        while (market.Next().Best == 0) delay++;
        return delay;
    }

    static int Settle(Market market)
    {
        var best = 0;
        while (market.Payments < Settling) best = market.Next().Best;
        return best;
    }
}
