using BenchmarkDotNet.Attributes;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Benchmarks.Rules;

/// <summary>The route of one payment among eight acquirers, of which two cannot take it.</summary>
[MemoryDiagnoser]
public class RouteDecision
{
    const int Acquirers = 8;
    const int WithoutVisa = 2;
    const int WithoutEuro = 5;

    readonly RoutingSnapshot snapshot = Snapshot();

    /// <summary>Plans it.</summary>
    [Benchmark]
    public RoutePlan Plan() => Router.Plan(snapshot);

    static RoutingSnapshot Snapshot()
    {
        var profiles = Enumerable.Range(0, Acquirers).Select(Profile).ToList();
        var amount = new Money(10_50, Currency.Of("EUR"));
        return new(amount, CardBrand.Visa, [.. profiles.Select(profile => profile.Name)], profiles);
    }

    static AcquirerProfile Profile(int number) => new()
    {
        Name = new AcquirerName($"acquirer-{number}"),
        Brands = number == WithoutVisa ? [CardBrand.Mastercard] : [CardBrand.Mastercard, CardBrand.Visa],
        Currencies = number == WithoutEuro ? ["USD"] : ["USD", "EUR"],
        Fee = new Fee(90, 10),
    };
}
