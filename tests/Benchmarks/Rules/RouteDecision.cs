using BenchmarkDotNet.Attributes;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Benchmarks.Rules;

/// <summary>
/// The route of one payment by a program of twenty rules, of which the last matches, among eight acquirers, of which two
/// cannot take it.
/// </summary>
[MemoryDiagnoser]
public class RouteDecision
{
    const int Acquirers = 8;
    const int Rules = 20;
    const int WithoutVisa = 2;
    const int WithoutEuro = 5;

    static readonly DateTimeOffset Moment = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    readonly RoutingSnapshot byPriority = Snapshot(profiles => new RouteOutcome.Priority([.. profiles.Select(profile => profile.Name)]));
    readonly RoutingSnapshot byWorth = Snapshot(_ => new RouteOutcome.Optimise([]));
    readonly CompiledProgram compiled;

    public RouteDecision() => compiled = CompiledProgram.Of(byPriority.Program);

    /// <summary>Plans it by a priority list.</summary>
    [Benchmark]
    public RoutePlan Plan() => Router.Plan(byPriority);

    /// <summary>Plans it by what each acquirer is worth.</summary>
    [Benchmark]
    public RoutePlan Optimise() => Router.Plan(byWorth);

    /// <summary>Only finds the rule.</summary>
    [Benchmark]
    public int Match() => compiled.Match(byPriority.Facts);

    /// <summary>What that is compared with: the tree of the same program, walked as it stands.</summary>
    [Benchmark(Baseline = true)]
    public int Walk()
    {
        var rules = byPriority.Program.Rules;
        for (var place = 0; place < rules.Count; place++)
            if (InterpretedProgram.Holds(rules[place].When, byPriority.Facts)) return place;
        return rules.Count;
    }

    static RoutingSnapshot Snapshot(Func<IReadOnlyList<AcquirerProfile>, RouteOutcome> outcome)
    {
        var profiles = Enumerable.Range(0, Acquirers).Select(Profile).ToList();
        var facts = new PaymentFacts
        {
            Payment = new PaymentId("pay_019abc0e8f7a7c3e9d21c0ffee000001"),
            Merchant = new MerchantId("mer_1"),
            Amount = new Money(10_50, Currency.Of("EUR")),
            Brand = CardBrand.Visa,
            Bin = "411111",
            IssuerCountry = "NL",
            CardType = CardType.Credit,
            Capture = CaptureMode.Automatic,
            Metadata = new Dictionary<string, string> { ["channel"] = "web" },
            At = Moment,
        };
        var rules = Enumerable.Range(1, Rules).Select(number => Rule(number, outcome(profiles))).ToList();
        return new(facts, new RoutingProgram(1, rules, outcome(profiles)), profiles, [.. profiles.Select(Standing)]);
    }

    // Each but the last fails by its last comparison, so that every one of them is looked at to its end.
    static RoutingRule Rule(int number, RouteOutcome then) => new(
        $"rule {number}",
        new Condition.All(
        [
            new Condition.CurrencyIn([Currency.Of("USD"), Currency.Of("EUR")]),
            new Condition.Any([new Condition.BrandIn([CardBrand.Amex]), new Condition.BinWithin([new BinRange("400000", "499999")])]),
            new Condition.Not(new Condition.MetadataIn("channel", ["store", "phone"])),
            new Condition.AmountWithin(Currency.Of("EUR"), number == Rules ? 0 : 100_000 * number, 100_000 * (number + 1)),
        ]),
        then);

    static AcquirerStanding Standing(AcquirerProfile profile) =>
        new(profile.Name, new Estimate(90, 10, "visa|NL|EUR"), OutageState.Healthy);

    static AcquirerProfile Profile(int number) => new()
    {
        Name = new AcquirerName($"acquirer-{number}"),
        Brands = number == WithoutVisa ? [CardBrand.Mastercard] : [CardBrand.Mastercard, CardBrand.Visa],
        Currencies = number == WithoutEuro ? ["USD"] : ["USD", "EUR"],
        Fee = new Fee(90, 10),
    };
}
