using System.Security.Cryptography;
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
    const int HashedBytes = 1_024;

    readonly RoutingSnapshot snapshot = Snapshot();
    readonly byte[] hashed = new byte[HashedBytes];

    /// <summary>Plans it.</summary>
    [Benchmark]
    public RoutePlan Plan() => Router.Plan(snapshot);

    /// <summary>What it is compared with: work of a like size that no allocation or branch of ours changes.</summary>
    [Benchmark(Baseline = true)]
    public byte[] Hash() => SHA256.HashData(hashed);

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
