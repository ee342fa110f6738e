using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class RouterTests
{
    static readonly AcquirerName Eastbank = new("eastbank");

    static AcquirerProfile Profile(AcquirerName name, params CardBrand[] brands) =>
        new() { Name = name, Brands = brands.Length == 0 ? [CardBrand.Visa] : brands, Fee = new Fee(100, 0) };

    static RoutingSnapshot Snapshot(RouteOutcome otherwise, params AcquirerProfile[] profiles) =>
        new(PaymentFacts.Of(A.Payment(10_00)), new RoutingProgram(3, [], otherwise), profiles, []);

    static AcquirerStanding Standing(AcquirerName name, OutageState outage) => new(name, new Estimate(9, 1, "visa"), outage);

    [Fact]
    public void The_merchants_order_is_kept_and_each_place_has_its_reason()
    {
        var plan = Router.Plan(Snapshot(
            new RouteOutcome.Priority([A.Southbank, A.Northbank]), Profile(A.Northbank), Profile(A.Southbank)));

        Assert.Equal([A.Southbank, A.Northbank], plan.Choices.Select(choice => choice.Acquirer));
        Assert.Equal(
            [
                "first in the priority list for payments that no rule matches",
                "next in the priority list for payments that no rule matches",
            ],
            plan.Choices.Select(choice => choice.Why));
        Assert.Equal(3, plan.ProgramVersion);
    }

    [Fact]
    public void Every_acquirer_is_listed_as_kept_or_left_out_with_the_reason()
    {
        var plan = Router.Plan(Snapshot(
            new RouteOutcome.Priority([A.Northbank, A.Southbank, new AcquirerName("gone")]),
            Profile(A.Northbank, CardBrand.Amex), Profile(A.Southbank), Profile(Eastbank)));

        Assert.Equal([A.Southbank], plan.Choices.Select(choice => choice.Acquirer));
        Assert.Equal(
            [
                (A.Northbank, "does not take Visa"),
                (new AcquirerName("gone"), "is not configured"),
                (Eastbank, "The program does not name it"),
            ],
            plan.Excluded.Select(left => (left.Acquirer, left.Why)));
    }

    [Fact]
    public void The_rule_that_matches_first_decides_and_is_named()
    {
        var program = new RoutingProgram(
            7,
            [
                new("dollars", new Condition.CurrencyIn([Currency.Of("USD")]), new RouteOutcome.Priority([A.Northbank])),
                new("euros", new Condition.CurrencyIn([Amounts.Euro]), new RouteOutcome.Priority([A.Southbank])),
                new("visa", new Condition.BrandIn([CardBrand.Visa]), new RouteOutcome.Priority([A.Northbank])),
            ],
            new RouteOutcome.Priority([A.Northbank]));

        var plan = Router.Plan(Snapshot(program.Otherwise, Profile(A.Northbank), Profile(A.Southbank)) with { Program = program });

        Assert.Equal(("euros", A.Southbank), (plan.Rule, Assert.Single(plan.Choices).Acquirer));
        Assert.Equal("The rule 'euros' does not name it", Assert.Single(plan.Excluded).Why);
    }

    [Fact]
    public void An_acquirer_that_does_not_answer_is_left_out_where_another_does()
    {
        var snapshot = Snapshot(
            new RouteOutcome.Priority([A.Northbank, A.Southbank, Eastbank]),
            Profile(A.Northbank), Profile(A.Southbank), Profile(Eastbank));

        var plan = Router.Plan(snapshot with
        {
            Standings = [Standing(A.Northbank, OutageState.Out), Standing(A.Southbank, OutageState.Probing), Standing(Eastbank, OutageState.Out)],
        });

        Assert.Equal([A.Southbank], plan.Choices.Select(choice => choice.Acquirer));
        Assert.Equal([A.Northbank, Eastbank], plan.Excluded.Select(left => left.Acquirer));
    }

    [Fact]
    public void Where_none_answers_all_are_kept_and_that_is_said()
    {
        var snapshot = Snapshot(new RouteOutcome.Priority([A.Northbank, A.Southbank]), Profile(A.Northbank), Profile(A.Southbank));

        var plan = Router.Plan(snapshot with
        {
            Standings = [Standing(A.Northbank, OutageState.Out), Standing(A.Southbank, OutageState.Out)],
        });

        Assert.Equal([A.Northbank, A.Southbank], plan.Choices.Select(choice => choice.Acquirer));
        Assert.All(plan.Choices, choice => Assert.EndsWith("and nor does any other", choice.Why));
    }

    [Theory]
    [InlineData(10_00, 90, 10, 19)]
    [InlineData(50, 100, 0, 1)] // 0.5 is rounded up
    [InlineData(49, 100, 0, 0)]
    public void A_fee_is_a_rounded_share_and_a_fixed_part(long amount, int basisPoints, long fixedPart, long fee) =>
        Assert.Equal(fee.Eur(), new Fee(basisPoints, fixedPart).Of(amount.Eur()));
}
