using CsCheck;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class OptimiserTests
{
    const int Payments = 20_000;
    static readonly OptimiserSettings Settings = new();
    static readonly OptimiserSettings NoTrials = new() { MostExploration = 0, LeastExploration = 0 };
    static readonly AcquirerProfile[] Profiles = [Facts.Profile("a"), Facts.Profile("b"), Facts.Profile("c")];

    static readonly Gen<AcquirerStanding[]> Standings = Gen.Select(Gen.Int[0, 400], Gen.Int[0, 100]).Array[Profiles.Length]
        .Select(drawn => drawn.Select((one, i) => Standing(Profiles[i].Name.Value, one.Item1, one.Item2)).ToArray());

    [Fact]
    public void The_highest_expected_value_comes_first()
    {
        var ranking = Rank("pay_1", NoTrials, Standing("a", 80, 20), Standing("b", 95, 5), Standing("c", 90, 10));

        Assert.Equal(["b", "c", "a"], Names(ranking));
        Assert.Equal(ranking.Select(ranked => ranked.ExpectedValue).OrderDescending(), ranking.Select(ranked => ranked.ExpectedValue));
    }

    [Fact]
    public void The_cheaper_of_two_that_approve_alike_comes_first()
    {
        AcquirerProfile[] profiles = [Facts.Profile("a") with { Fee = new Fee(120, 0) }, Facts.Profile("b") with { Fee = new Fee(80, 0) }];

        var ranking = Optimiser.Rank(Facts.Of("pay_1"), 1, profiles, [Standing("a", 90, 10), Standing("b", 90, 10)], NoTrials);

        Assert.Equal(["b", "a"], Names(ranking));
        Assert.Equal(40.Eur(), ranking[0].Cost);
    }

    [Fact]
    public void More_approvals_outweigh_a_dearer_fee_as_the_margin_says()
    {
        AcquirerProfile[] profiles = [Facts.Profile("dear") with { Fee = new Fee(200, 0) }, Facts.Profile("cheap")];
        AcquirerStanding[] standings = [Standing("dear", 380, 20), Standing("cheap", 360, 40)];

        var thin = Optimiser.Rank(Facts.Of("pay_1"), 1, profiles, standings, NoTrials with { MarginBasisPoints = 1_000 });
        var thick = Optimiser.Rank(Facts.Of("pay_1"), 1, profiles, standings, NoTrials with { MarginBasisPoints = 4_000 });

        Assert.Equal("cheap", Names(thin)[0]);
        Assert.Equal("dear", Names(thick)[0]);
    }

    [Fact]
    public void An_unknown_cost_is_taken_for_the_dearest()
    {
        AcquirerProfile[] profiles =
            [Facts.Profile("a") with { Fee = new Fee(0, 0) }, Facts.Profile("b") with { Fee = new Fee(150, 0) }, Facts.Profile("c")];

        var ranking = Optimiser.Rank(
            Facts.Of("pay_1"), 1, profiles, [Standing("a", 90, 10), Standing("b", 90, 10), Standing("c", 90, 10)], NoTrials);

        Assert.Equal(["c", "a", "b"], Names(ranking));
        Assert.Equal(75.Eur(), ranking[1].Cost);
        Assert.Contains("not known", ranking[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_cost_is_known_approvals_alone_decide()
    {
        AcquirerProfile[] profiles = [Facts.Profile("a") with { Fee = new Fee(0, 0) }, Facts.Profile("b") with { Fee = new Fee(0, 0) }];

        var ranking = Optimiser.Rank(Facts.Of("pay_1"), 1, profiles, [Standing("a", 80, 20), Standing("b", 90, 10)], NoTrials);

        Assert.Equal(["b", "a"], Names(ranking));
    }

    [Fact]
    public void What_settlement_showed_corrects_the_cost()
    {
        var ranking = Rank("pay_1", NoTrials, Standing("a", 90, 10) with { CostFactor = 1.5 }, Standing("b", 90, 10), Standing("c", 90, 10));

        Assert.Equal(["b", "c", "a"], Names(ranking));
        Assert.Equal(75.Eur(), ranking[2].Cost);
    }

    [Fact]
    public void The_same_payment_and_version_rank_the_same_in_whatever_order_they_are_given() =>
        Gen.Select(Standings, Gen.Int[0, 100_000], Gen.Int[0, 5]).Sample((standings, payment, version) =>
        {
            var facts = Facts.Of($"pay_{payment}");

            var once = Optimiser.Rank(facts, version, Profiles, standings, Settings);
            var again = Optimiser.Rank(facts, version, [.. Profiles.Reverse()], [.. standings.Reverse()], Settings);

            Assert.Equal(once, again);
        });

    [Fact]
    public void Everyone_is_ranked_once() => Gen.Select(Standings, Gen.Int[0, 100_000]).Sample((standings, payment) =>
        Assert.Equal(["a", "b", "c"], Names(Optimiser.Rank(Facts.Of($"pay_{payment}"), 1, Profiles, standings, Settings)).Order()));

    [Fact]
    public void More_approvals_never_rank_lower() => Gen.Select(Standings, Gen.Int[0, 2], Gen.Int[1, 50]).Sample((standings, which, more) =>
    {
        var better = standings.ToArray();
        better[which] = Standing(standings[which].Acquirer.Value, standings[which].Approval.Successes + more, standings[which].Approval.Failures);

        Assert.True(PlaceOf(which, better) <= PlaceOf(which, standings));
    });

    [Fact]
    public void A_higher_cost_never_ranks_higher() => Gen.Select(Standings, Gen.Int[0, 2], Gen.Double[1, 4]).Sample((standings, which, factor) =>
    {
        var dearer = standings.ToArray();
        dearer[which] = standings[which] with { CostFactor = factor };

        Assert.True(PlaceOf(which, dearer) >= PlaceOf(which, standings));
    });

    [Fact]
    public void Who_looks_worse_is_tried_by_no_more_payments_than_the_bound_and_no_fewer_than_the_least()
    {
        var firsts = Firsts(Settings, Standing("a", 360, 40), Standing("b", 300, 100), Standing("c", 0, 0));

        Assert.InRange(firsts["b"], 0.9 * Settings.LeastExploration, 1.1 * Settings.MostExploration);
        Assert.InRange(firsts["c"], 0.9 * Settings.LeastExploration, 1.1 * Settings.MostExploration);
        Assert.InRange(firsts["b"], 0.9 * Settings.LeastExploration, 1.1 * Settings.LeastExploration);
    }

    [Fact]
    public void Who_might_be_better_is_tried_more_often_than_who_cannot_be()
    {
        var firsts = Firsts(Settings, Standing("a", 360, 40), Standing("b", 17, 2), Standing("c", 200, 200));

        Assert.True(firsts["b"] > 1.25 * firsts["c"], $"{firsts["b"]} and {firsts["c"]}");
    }

    [Fact]
    public void All_trials_together_stay_within_their_bound()
    {
        AcquirerProfile[] many = [.. Enumerable.Range(0, 8).Select(one => Facts.Profile($"{one}"))];
        var best = Standing("0", 390, 10);

        var tried = Enumerable.Range(0, Payments)
            .Count(one => Optimiser.Rank(Facts.Of($"pay_{one}"), 1, many, [best], Settings)[0].IsExploration);

        Assert.InRange((double)tried / Payments, 0.02 * 7 * 0.9, Settings.MostExplorationInAll * 1.05);
    }

    [Fact]
    public void Who_is_out_is_never_tried_and_comes_last()
    {
        AcquirerStanding[] standings =
            [Standing("a", 360, 40), Standing("b", 390, 10) with { Outage = OutageState.Out }, Standing("c", 300, 100)];

        for (var payment = 0; payment < 2_000; payment++)
            Assert.Equal("b", Names(Optimiser.Rank(Facts.Of($"pay_{payment}"), 1, Profiles, standings, Settings))[^1]);
    }

    [Fact]
    public void Who_is_probed_comes_first_for_the_payments_that_probe_it()
    {
        var ranking = Rank("pay_1", Settings, Standing("a", 360, 40), Standing("b", 10, 100) with { Outage = OutageState.Probing });

        Assert.Equal("b", Names(ranking)[0]);
        Assert.True(ranking[0].IsExploration);
    }

    [Fact]
    public void Another_version_of_the_program_draws_other_payments()
    {
        var (one, other) = (Tried(1), Tried(2));

        Assert.NotEqual(one, other);
    }

    static List<int> Tried(int version) => [.. Enumerable.Range(0, 2_000).Where(one => Optimiser.Rank(
        Facts.Of($"pay_{one}"), version, Profiles, [Standing("a", 360, 40)], Settings)[0].IsExploration)];

    static Dictionary<string, double> Firsts(OptimiserSettings settings, params AcquirerStanding[] standings) => Enumerable.Range(0, Payments)
        .Select(one => Optimiser.Rank(Facts.Of($"pay_{one}"), 1, Profiles, standings, settings)[0].Acquirer.Value)
        .CountBy(name => name)
        .ToDictionary(one => one.Key, one => (double)one.Value / Payments);

    static int PlaceOf(int which, AcquirerStanding[] standings) =>
        Array.IndexOf(Names(Optimiser.Rank(Facts.Of("pay_1"), 1, Profiles, standings, NoTrials)), Profiles[which].Name.Value);

    static IReadOnlyList<Ranked> Rank(string payment, OptimiserSettings settings, params AcquirerStanding[] standings) =>
        Optimiser.Rank(Facts.Of(payment), 1, Profiles, standings, settings);

    static AcquirerStanding Standing(string name, double successes, double failures) =>
        new(new AcquirerName(name), new Estimate(successes, failures, "all"), OutageState.Healthy);

    static string[] Names(IReadOnlyList<Ranked> ranking) => [.. ranking.Select(ranked => ranked.Acquirer.Value)];
}
