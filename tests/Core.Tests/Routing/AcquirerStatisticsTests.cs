using CsCheck;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class AcquirerStatisticsTests
{
    const double Precision = 1e-9;
    static readonly AcquirerStatistics Empty = new(A.Northbank, A.Moment);

    static readonly Gen<CountedOutcome> Outcome = Gen.Select(
        Gen.Bool,
        Gen.Int[0, 1].Select(one => one == 0 ? CardBrand.Visa : CardBrand.Mastercard),
        Gen.Int[0, 2].Select(one => one switch { 0 => "DE", 1 => "NL", _ => null }),
        Gen.Int[0, 48]).Select((isGood, brand, country, hours) =>
            new CountedOutcome(isGood, brand, country, Amounts.Euro, A.Moment.AddHours(hours)));

    // So few that neither the bound on the memory nor the test for a change has a say.
    static readonly Gen<CountedOutcome[]> Few = Outcome.Array[0, 20];

    [Theory]
    [InlineData(DeclineCode.InsufficientFunds, null)]
    [InlineData(DeclineCode.LostOrStolen, null)]
    [InlineData(DeclineCode.ExpiredCard, null)]
    [InlineData(DeclineCode.InvalidCvc, null)]
    [InlineData(DeclineCode.AuthenticationRequired, null)]
    [InlineData(DeclineCode.DoNotHonor, false)]
    [InlineData(DeclineCode.AcquirerUnavailable, false)]
    [InlineData(DeclineCode.AcquirerError, false)]
    [InlineData(DeclineCode.IssuerUnavailable, false)]
    [InlineData(DeclineCode.ConfigurationError, false)]
    public void A_decline_counts_against_the_acquirer_only_where_it_is_its_doing(DeclineCode code, bool? speaks) =>
        Assert.Equal(speaks, CountedOutcome.Speaks(new PaymentEvent.AttemptDeclined(1, code)));

    [Fact]
    public void An_approval_speaks_for_the_acquirer_and_no_answer_against_it()
    {
        Assert.True(CountedOutcome.Speaks(new PaymentEvent.Approved(1, A.Northbank, "psp1")));
        Assert.False(CountedOutcome.Speaks(new PaymentEvent.NoAnswer(1)));
        Assert.Null(CountedOutcome.Speaks(new PaymentEvent.AttemptStarted(1, A.Northbank)));
    }

    [Fact]
    public void An_outcome_weighs_half_after_the_half_life()
    {
        var known = Empty.With(Good(40));

        var estimate = known.For(Facts.Of("pay_1"), A.Moment + AcquirerStatistics.HalfLife);

        Assert.Equal(20, estimate.Successes, Precision);
    }

    [Fact]
    public void What_comes_late_weighs_as_if_it_had_come_in_time() => Few.Sample(outcomes =>
    {
        var inOrder = outcomes.OrderBy(outcome => outcome.At).Aggregate(Empty, (known, outcome) => known.With(outcome));
        var reversed = outcomes.OrderByDescending(outcome => outcome.At).Aggregate(Empty, (known, outcome) => known.With(outcome));

        AssertSame(inOrder, reversed);
    });

    [Fact]
    public void Counted_together_is_counted_one_by_one() => Few.Sample(outcomes =>
        AssertSame(outcomes.Aggregate(Empty, (known, outcome) => known.With(outcome)), Empty.With(outcomes)));

    [Fact]
    public void Two_halves_make_the_whole_in_either_order() => Gen.Select(Few, Few).Sample((left, right) =>
    {
        var (one, other) = (Empty.With(left), Empty.With(right));

        AssertSame(Empty.With([.. left, .. right]), AcquirerStatistics.Merge(one, other));
        AssertSame(AcquirerStatistics.Merge(other, one), AcquirerStatistics.Merge(one, other));
    });

    [Fact]
    public void The_most_specific_level_with_enough_outcomes_is_asked()
    {
        var known = Empty.With(Good(20, country: "DE")).With(Good(20, country: "NL")).With(Good(40, brand: CardBrand.Mastercard));

        Assert.Equal("visa|EUR", known.For(Facts.Of("pay_1"), A.Moment).Level);
        Assert.Equal("visa|DE|EUR", known.With(Good(20)).For(Facts.Of("pay_1"), A.Moment).Level);
        Assert.Equal("mastercard|EUR", known.For(Facts.Of("pay_1", brand: CardBrand.Mastercard, issuerCountry: null), A.Moment).Level);
        Assert.Equal("all", known.For(Facts.Of("pay_1", brand: CardBrand.Amex), A.Moment).Level);
    }

    [Fact]
    public void With_time_a_coarser_level_is_asked_again()
    {
        var known = Empty.With(Good(40)).With(Good(40, country: "NL"));

        Assert.Equal("visa|EUR", known.For(Facts.Of("pay_1"), A.Moment + AcquirerStatistics.HalfLife).Level);
    }

    [Fact]
    public void Of_an_acquirer_that_nobody_tried_nothing_is_known() =>
        Assert.Equal(Estimate.Untried, Empty.For(Facts.Of("pay_1"), A.Moment));

    [Fact]
    public void Never_more_levels_are_kept_than_the_bound_and_the_heaviest_stay()
    {
        var known = Empty.With(Good(10));

        foreach (var country in Enumerable.Range(0, 400)) known = known.With(Good(1, country: $"{country}"));

        Assert.Equal(AcquirerStatistics.MostLevels, known.Tallies.Count);
        Assert.Contains("visa|DE|EUR", known.Tallies.Keys);
        Assert.Contains("all", known.Tallies.Keys);
    }

    [Fact]
    public void No_more_outcomes_are_remembered_than_the_memory_holds() =>
        Assert.Equal(Tally.Memory, Empty.With(Good(1_000)).For(Facts.Of("pay_1"), A.Moment).Successes, Precision);

    [Fact]
    public void One_more_approval_never_lowers_what_is_known_and_one_more_failure_never_raises_it() => Few.Sample(outcomes =>
    {
        var known = Empty.With(outcomes);
        var now = known.AsOf;

        var before = known.For(Facts.Of("pay_1", issuerCountry: null), now);
        var better = known.With(new CountedOutcome(true, CardBrand.Visa, null, Amounts.Euro, now)).For(Facts.Of("pay_1", issuerCountry: null), now);
        var worse = known.With(new CountedOutcome(false, CardBrand.Visa, null, Amounts.Euro, now)).For(Facts.Of("pay_1", issuerCountry: null), now);

        if (better.Level == before.Level) Assert.True(better.Mean >= before.Mean);
        if (worse.Level == before.Level) Assert.True(worse.Mean <= before.Mean);
    });

    [Fact]
    public void An_interval_holds_the_mean_and_narrows_with_what_is_known()
    {
        var (little, much) = (new Estimate(9, 1, ""), new Estimate(360, 40, ""));

        Assert.InRange(little.Mean, little.Low, little.High);
        Assert.InRange(much.Mean, much.Low, much.High);
        Assert.True(much.High - much.Low < little.High - little.Low);
    }

    static CountedOutcome[] Good(int count, CardBrand brand = CardBrand.Visa, string country = "DE") =>
        [.. Enumerable.Repeat(new CountedOutcome(true, brand, country, Amounts.Euro, A.Moment), count)];

    static void AssertSame(AcquirerStatistics expected, AcquirerStatistics actual)
    {
        Assert.Equal(expected.Tallies.Keys.Order(), actual.Tallies.Keys.Order());
        foreach (var (level, tally) in expected.Tallies)
        {
            Assert.Equal(tally.Successes, actual.Tallies[level].Successes, Precision);
            Assert.Equal(tally.Failures, actual.Tallies[level].Failures, Precision);
        }
    }
}
