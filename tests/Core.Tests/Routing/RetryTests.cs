using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class RetryTests
{
    static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>The question after a first attempt of 10 EUR with a card from Germany, when another acquirer is left.</summary>
    internal static RetryQuestion Asked(CardBrand brand, AttemptOutcome.Declined declined) => new(
        new PaymentFacts
        {
            Payment = new PaymentId("pay_1"),
            Merchant = new MerchantId("mer_1"),
            Amount = 10_00.Eur(),
            Brand = brand,
            Bin = "411111",
            IssuerCountry = "DE",
            Capture = CaptureMode.Manual,
            At = A.Moment,
        },
        declined,
        new Cascading(Made: 0, AfterGeneric: 0, Retry.MostCascades, IsAnotherLeft: true),
        CardActivity.Empty,
        RetryLimits.None,
        A.Moment);

    [Fact]
    public void A_generic_decline_goes_on_to_another_acquirer_once()
    {
        var first = Asked(CardBrand.Visa, Declined(DeclineCode.DoNotHonor, "05"));
        var second = first with { Cascading = first.Cascading with { Made = 1, AfterGeneric = 1 } };

        Assert.IsType<RetryDecision.NextAcquirer>(Retry.Decide(first));
        Assert.True(Assert.IsType<RetryDecision.Stop>(Retry.Decide(second)).MerchantMayRetry);
    }

    [Theory]
    [InlineData(DeclineCode.IssuerUnavailable, "91")]
    [InlineData(DeclineCode.AcquirerError, "96")]
    [InlineData(DeclineCode.ConfigurationError, null)]
    public void A_technical_decline_goes_on_as_long_as_it_may(DeclineCode code, string? network)
    {
        var asked = Asked(CardBrand.Visa, Declined(code, network));

        for (var made = 0; made < Retry.MostCascades; made++)
            Assert.IsType<RetryDecision.NextAcquirer>(Retry.Decide(asked with { Cascading = asked.Cascading with { Made = made } }));
        Assert.IsType<RetryDecision.Stop>(
            Retry.Decide(asked with { Cascading = asked.Cascading with { Made = Retry.MostCascades } }));
    }

    [Fact]
    public void With_nobody_left_to_try_it_stops_and_says_so()
    {
        var asked = Asked(CardBrand.Visa, Declined(DeclineCode.DoNotHonor, "05"));

        var stop = Assert.IsType<RetryDecision.Stop>(
            Retry.Decide(asked with { Cascading = asked.Cascading with { IsAnotherLeft = false } }));

        Assert.Contains("no other acquirer is left", stop.Why, StringComparison.Ordinal);
        Assert.True(stop.MerchantMayRetry);
    }

    [Fact]
    public void The_merchant_may_forbid_cascades()
    {
        var asked = Asked(CardBrand.Visa, Declined(DeclineCode.DoNotHonor, "05"));
        var forbidden = Cascading.After(new RetryLimits(Cascades: 0), [asked.Declined], isAnotherLeft: true);

        Assert.IsType<RetryDecision.Stop>(Retry.Decide(asked with { Cascading = forbidden }));
    }

    [Fact]
    public void Only_generic_declines_before_this_one_count_as_generic_cascades()
    {
        var (generic, technical) = (A.Decline(DeclineCode.DoNotHonor), A.Decline(DeclineCode.AcquirerError));

        Assert.Equal((1, 0), Made(technical, generic));
        Assert.Equal((2, 1), Made(generic, technical, generic));

        static (int, int) Made(params AttemptOutcome[] outcomes)
        {
            var made = Cascading.After(RetryLimits.None, outcomes, isAnotherLeft: true);
            return (made.Made, made.AfterGeneric);
        }
    }

    [Fact]
    public void The_schemes_word_comes_before_our_reading_of_the_acquirers_code()
    {
        var stop = Assert.IsType<RetryDecision.Stop>(Retry.Decide(Asked(CardBrand.Visa, Declined(DeclineCode.DoNotHonor, "43"))));

        Assert.False(stop.MerchantMayRetry);
        Assert.Equal(new SchemeFee("Visa excessive reattempts", new Money(10, Currency.Of("USD"))), stop.Avoided);
    }

    [Fact]
    public void What_is_for_good_by_our_own_reading_is_not_softened_by_the_scheme()
    {
        var stop = Assert.IsType<RetryDecision.Stop>(Retry.Decide(Asked(CardBrand.Visa, Declined(DeclineCode.SuspectedFraud, "59"))));

        Assert.False(stop.MerchantMayRetry);
        Assert.Null(stop.Avoided);
    }

    [Fact]
    public void Without_advice_an_issuers_decline_is_the_merchants_to_retry_and_not_ours()
    {
        var stop = Assert.IsType<RetryDecision.Stop>(
            Retry.Decide(Asked(CardBrand.Mastercard, Declined(DeclineCode.InsufficientFunds, "51"))));

        Assert.True(stop.MerchantMayRetry);
        Assert.Null(stop.NotBefore);
    }

    [Fact]
    public void An_advice_to_wait_says_from_when()
    {
        var wait = Retry.Decide(Asked(CardBrand.Mastercard, Declined(DeclineCode.InsufficientFunds, "51", "26")));

        Assert.Equal(TimeSpan.FromDays(2), Assert.IsType<RetryDecision.Wait>(wait).For);
        Assert.Equal(A.Moment.AddDays(2), wait.AllowedFrom(A.Moment));
        Assert.True(wait.AllowsMerchant);
    }

    [Fact]
    public void What_was_never_sent_is_no_try_of_the_schemes()
    {
        var notSent = (AttemptOutcome.Declined)AttemptOutcome.NotSent("no connection");
        var asked = Asked(CardBrand.Visa, notSent) with { Activity = Counted(21) };

        Assert.IsType<RetryDecision.NextAcquirer>(Retry.Decide(asked));
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(20, false)]
    public void Visas_tries_of_a_card_and_amount_end_at_our_usual_number(int declines, bool mayGoOn) =>
        Assert.Equal(mayGoOn, MayGoOn(CardBrand.Visa, Counted(declines), RetryLimits.None));

    [Theory]
    [InlineData(20, 21, true)]
    [InlineData(21, 21, false)]
    [InlineData(21, 35, false)]
    [InlineData(3, 3, false)]
    [InlineData(2, 3, true)]
    [InlineData(1, 1, false)]
    public void A_merchants_limit_holds_below_the_schemes(int declines, int limit, bool mayGoOn) =>
        Assert.Equal(mayGoOn, MayGoOn(CardBrand.Visa, Counted(declines), new RetryLimits(TriesIn30Days: limit)));

    [Fact]
    public void A_limit_of_the_schemes_names_the_fee_and_a_lower_one_of_ours_does_not()
    {
        var asked = Asked(CardBrand.Visa, Declined(DeclineCode.DoNotHonor, "05"));

        Assert.Null(Stopped(asked with { Activity = Counted(16) }).Avoided);
        Assert.Equal(new Money(10, Currency.Of("USD")), Stopped(asked with { Activity = Counted(21) }).Avoided!.Amount);
    }

    [Fact]
    public void Mastercards_ten_declines_in_a_day_end_the_tries_of_a_card_whatever_the_amount()
    {
        var activity = CardActivity.Empty;
        for (var number = 1; number <= 10; number++)
            activity = activity.With(Decline(number, A.Moment.AddHours(-number)) with { Amount = number.Eur() });
        var asked = Asked(CardBrand.Mastercard, Declined(DeclineCode.DoNotHonor, "05")) with { Activity = activity };

        var stop = Stopped(asked);

        Assert.False(stop.MerchantMayRetry);
        Assert.Equal(new Money(55, Currency.Of("EUR")), stop.Avoided!.Amount);
        // The oldest is ten hours old: in fourteen it is too old to count.
        Assert.Equal(A.Moment.AddHours(14), stop.NotBefore);
        Assert.IsType<RetryDecision.NextAcquirer>(Retry.Decide(asked with { Now = stop.NotBefore!.Value }));
        Assert.IsType<RetryDecision.Stop>(Retry.Decide(asked with { Now = stop.NotBefore!.Value.AddTicks(-1) }));
    }

    [Fact]
    public void A_limit_that_has_room_again_before_the_advised_wait_is_over_does_not_forbid_it()
    {
        var activity = CardActivity.Empty;
        for (var number = 1; number <= 10; number++) activity = activity.With(Decline(number, A.Moment.AddHours(-number)));
        var asked = Asked(CardBrand.Mastercard, Declined(DeclineCode.InsufficientFunds, "51", "26")) with { Activity = activity };

        Assert.IsType<RetryDecision.Wait>(Retry.Decide(asked));
        Assert.IsType<RetryDecision.Stop>(
            Retry.Decide(asked with { Declined = Declined(DeclineCode.InsufficientFunds, "51", "24") }));
    }

    [Fact]
    public void What_the_issuer_said_for_good_holds_for_thirty_days_whatever_comes_after()
    {
        var asked = Asked(CardBrand.Mastercard, Declined(DeclineCode.AcquirerError, "96")) with
        {
            Activity = CardActivity.Empty.With(Decline(1, A.Moment.AddDays(-29)) with { IsForGood = true }),
        };

        var stop = Stopped(asked);

        Assert.Equal(new SchemeFee("Mastercard merchant advice code", new Money(3, Currency.Of("USD"))), stop.Avoided);
        Assert.Equal(A.Moment.AddDays(1), stop.NotBefore);
        Assert.IsType<RetryDecision.NextAcquirer>(Retry.Decide(asked with { Now = A.Moment.AddDays(1) }));
    }

    [Fact]
    public void A_card_with_more_declines_than_can_be_kept_is_not_tried()
    {
        var activity = new CardActivity([], A.Moment.AddDays(-1));

        Assert.False(MayGoOn(CardBrand.Amex, activity, RetryLimits.None));
    }

    [Fact]
    public void More_declines_never_allow_more()
    {
        foreach (var brand in Enum.GetValues<CardBrand>())
            foreach (var code in Enum.GetValues<DeclineCode>())
                for (var (declines, was) = (1, true); declines <= CardActivity.MostAlike; declines++)
                {
                    var decided = Retry.Decide(Asked(brand, Declined(code, null)) with { Activity = Counted(declines) });
                    Assert.False(decided.AllowsMerchant && !was, $"{brand} {code} after {declines}");
                    was = decided.AllowsMerchant;
                }
    }

    [Fact]
    public void Whatever_the_merchant_asks_for_no_try_is_made_that_a_scheme_charges_for()
    {
        var drawn = 0;
        int Next(int least, int below) => least + (int)(Draw.Of($"{drawn++}", 4711) * (below - least));
        for (var round = 0; round < 2_000; round++)
        {
            var brand = round % 2 == 0 ? CardBrand.Visa : CardBrand.Mastercard;
            var limits = new RetryLimits(Next(1, 100), Next(1, 100), Next(0, 10));
            var activity = Counted(Next(1, 60), TimeSpan.FromMinutes(Next(1, 3_000)));
            var asked = Asked(brand, Declined(DeclineCode.DoNotHonor, "05")) with { Activity = activity, MerchantLimits = limits };
            if (Retry.Decide(asked) is not RetryDecision.NextAcquirer) continue;

            Assert.InRange(activity.Alike(new("mer_1"), 10_00.Eur(), Month, A.Moment).Count, 0, brand == CardBrand.Visa ? 20 : 34);
            if (brand == CardBrand.Mastercard) Assert.InRange(activity.All(TimeSpan.FromHours(24), A.Moment).Count, 0, 9);
        }
    }

    static bool MayGoOn(CardBrand brand, CardActivity activity, RetryLimits limits) =>
        Retry.Decide(Asked(brand, Declined(DeclineCode.DoNotHonor, "05")) with { Activity = activity, MerchantLimits = limits })
            is RetryDecision.NextAcquirer;

    static RetryDecision.Stop Stopped(RetryQuestion asked) => Assert.IsType<RetryDecision.Stop>(Retry.Decide(asked));

    static CardActivity Counted(int declines, TimeSpan? apart = null)
    {
        var activity = CardActivity.Empty;
        for (var number = declines - 1; number >= 0; number--)
            activity = activity.With(Decline(number, A.Moment - ((apart ?? TimeSpan.FromHours(1)) * number)));
        return activity;
    }

    static CountedDecline Decline(int number, DateTimeOffset at) =>
        new(new AttemptId($"att_{number}"), new MerchantId("mer_1"), 10_00.Eur(), at);

    static AttemptOutcome.Declined Declined(DeclineCode code, string? network, string? advice = null) =>
        new(code, "2", "Refused") { NetworkCode = network, AdviceCode = advice };
}
