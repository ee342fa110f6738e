using System.Diagnostics;
using Railyard.Core.Routing;

namespace Railyard.Benchmarks.Rules;

/// <summary>The yardstick of compiled programs: conditions walked as the tree that they are, one after the other.</summary>
static class InterpretedProgram
{
    const int BinDigits = 8;

    public static bool Holds(Condition condition, PaymentFacts facts) => condition switch
    {
        Condition.All one => one.Of.All(each => Holds(each, facts)),
        Condition.Any one => one.Of.Any(each => Holds(each, facts)),
        Condition.Not one => !Holds(one.Of, facts),
        Condition.AmountWithin one =>
            facts.Amount.Currency == one.Currency && facts.Amount.MinorUnits >= one.Least && facts.Amount.MinorUnits <= one.Most,
        Condition.CurrencyIn one => one.Currencies.Contains(facts.Amount.Currency),
        Condition.BrandIn one => one.Brands.Contains(facts.Brand),
        Condition.BinWithin one => one.Ranges.Any(range => IsWithin(range, facts.Bin)),
        Condition.MetadataIn one => facts.Metadata.TryGetValue(one.Name, out var noted) && one.Values.Contains(noted),
        _ => throw new UnreachableException(),
    };

    static bool IsWithin(BinRange range, string bin) =>
        string.CompareOrdinal(bin.PadRight(BinDigits, '0'), range.From.PadRight(BinDigits, '0')) >= 0
        && string.CompareOrdinal(bin.PadRight(BinDigits, '9'), range.To.PadRight(BinDigits, '9')) <= 0;
}
