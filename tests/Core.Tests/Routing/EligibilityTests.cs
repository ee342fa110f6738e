using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class EligibilityTests
{
    static readonly PaymentFacts Facts = PaymentFacts.Of(A.Payment(10_00, CaptureMode.Manual));

    static readonly AcquirerProfile Profile =
        new() { Name = A.Northbank, Brands = [CardBrand.Visa], Fee = new Fee(100, 0) };

    static string? Refusal(AcquirerProfile profile, PaymentFacts? facts = null, long taken = 0) =>
        Eligibility.Refusal(profile, facts ?? Facts, [new MonthVolume(A.Northbank, taken)]);

    [Fact]
    public void What_nothing_is_said_against_can_be_taken() => Assert.Null(Refusal(Profile));

    [Fact]
    public void The_facts_of_a_test_card_say_where_it_comes_from_and_of_others_nothing_is_known()
    {
        var unknown = PaymentFacts.Of(A.Payment() with { Card = A.Card with { Bin = "499999" } });

        Assert.Equal(("NL", CardType.Credit), (Facts.IssuerCountry, Facts.CardType!.Value));
        Assert.Equal((null, null), (unknown.IssuerCountry, unknown.CardType));
    }

    [Fact]
    public void The_ranges_of_issuers_are_in_order_and_apart() => Assert.All(
        IssuerRanges.All.Zip(IssuerRanges.All.Skip(1)),
        pair => Assert.True(string.CompareOrdinal(pair.First.To, pair.Second.From) < 0));

    [Fact]
    public void Cards_of_other_countries_or_of_none_that_is_known_are_refused_where_countries_are_listed()
    {
        var dutch = Profile with { IssuerCountries = ["NL"] };

        Assert.Null(Refusal(dutch));
        Assert.Equal("does not take cards issued in US", Refusal(dutch, Facts with { IssuerCountry = "US" }));
        Assert.Equal("takes only cards whose country is known", Refusal(dutch, Facts with { IssuerCountry = null }));
    }

    [Theory]
    [InlineData(9_99, false)]
    [InlineData(10_00, true)]
    [InlineData(20_00, true)]
    [InlineData(20_01, false)]
    public void Amounts_outside_of_the_limits_of_their_currency_are_refused(long amount, bool isTaken)
    {
        var limited = Profile with { Amounts = new Dictionary<string, AmountLimits> { ["EUR"] = new(10_00, 20_00) } };

        Assert.Equal(isTaken, Refusal(limited, Facts with { Amount = amount.Eur() }) is null);
        Assert.Null(Refusal(limited, Facts with { Amount = new Money(amount, Currency.Of("USD")) }));
    }

    [Fact]
    public void What_it_cannot_do_is_not_asked_of_it()
    {
        var simple = Profile with { Capabilities = [] };

        Assert.Equal("cannot capture later", Refusal(simple));
        Assert.Equal(
            "takes no payment without the cardholder",
            Refusal(simple, Facts with { Capture = CaptureMode.Automatic, Initiator = Initiator.Merchant }));
        Assert.Equal(
            "cannot verify a card without an amount",
            Refusal(simple, Facts with { Capture = CaptureMode.Automatic, Amount = 0.Eur() }));
        Assert.Null(Refusal(simple, Facts with { Capture = CaptureMode.Automatic }));
    }

    [Theory]
    [InlineData(22, 59, true)]
    [InlineData(23, 0, false)]
    [InlineData(0, 30, false)]
    [InlineData(1, 0, true)]
    public void In_its_closed_hours_it_takes_nothing(int hour, int minute, bool isTaken)
    {
        var closing = Profile with { Closed = new ClosedHours(new TimeOnly(23, 0), new TimeOnly(1, 0)) };

        Assert.Equal(isTaken, Refusal(closing, Facts with { At = new DateTimeOffset(2026, 11, 24, hour, minute, 0, TimeSpan.Zero) }) is null);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void A_month_is_full_at_its_cap(long taken, bool isTaken) =>
        Assert.Equal(isTaken, Refusal(Profile with { MostPaymentsPerMonth = 100 }, taken: taken) is null);

    [Theory]
    [InlineData(78, true)] // of 100 promised, 78.3 when 23 and a half of 30 days have gone
    [InlineData(79, false)]
    public void An_acquirer_is_behind_when_it_has_had_less_than_its_promise_comes_to_by_then(long taken, bool isBehind) =>
        Assert.Equal(isBehind, Eligibility.IsBehind(
            Profile with { PromisedPaymentsPerMonth = 100 }, A.Moment, [new MonthVolume(A.Northbank, taken)]));

    [Fact]
    public void Who_is_behind_its_promise_comes_first_where_the_program_says_to_optimise()
    {
        var south = Profile with { Name = A.Southbank, Fee = new Fee(900, 0), PromisedPaymentsPerMonth = 100 };
        var program = new RoutingProgram(1, [], new RouteOutcome.Optimise([]));
        var snapshot = new RoutingSnapshot(Facts, program, [Profile, south], []);

        var behind = Router.Plan(snapshot with { Volumes = [new MonthVolume(A.Southbank, 10)] });
        var ahead = Router.Plan(snapshot with { Volumes = [new MonthVolume(A.Southbank, 90)] });

        Assert.Equal([A.Southbank, A.Northbank], behind.Choices.Select(choice => choice.Acquirer));
        Assert.Equal(10, behind.Choices[0].MonthPayments);
        Assert.Equal([A.Northbank, A.Southbank], ahead.Choices.Select(choice => choice.Acquirer));
    }
}
