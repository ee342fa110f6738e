using System.Collections.Frozen;

namespace Railyard.Core.Acquiring;

/// <summary>
/// The currencies that Adyen counts in another minor unit than ISO 4217 (docs.adyen.com, "Currency codes and minor
/// units"), and amounts from one count to the other. An amount that the other side cannot express is no amount there.
/// </summary>
public static class AdyenCurrencies
{
    static readonly FrozenDictionary<string, int> Exponents = new Dictionary<string, int>
    {
        ["CLP"] = 2, ["CVE"] = 0, ["IDR"] = 0, ["ISK"] = 2,
    }.ToFrozenDictionary();

    /// <summary>Where Adyen's minor unit is coarser: how many of ours it holds.</summary>
    public static IReadOnlyDictionary<string, int> Multiples { get; } =
        new Dictionary<string, int> { ["CVE"] = 100, ["IDR"] = 100 };

    /// <summary>How many decimal digits Adyen's minor unit of that currency has.</summary>
    public static int Exponent(Currency currency) => Exponents.GetValueOrDefault(currency.Code, currency.Exponent);

    /// <summary>The amount in Adyen's minor unit, or null where that is too coarse for it.</summary>
    public static long? ToAdyen(Money amount) =>
        MinorUnitScale.Rescale(amount.MinorUnits, amount.Currency.Exponent, Exponent(amount.Currency));

    /// <summary>What Adyen means by that value and code, or null where it is no amount of ours.</summary>
    public static Money? FromAdyen(long value, string code) =>
        value >= 0 && Currency.Find(code) is { } currency && MinorUnitScale.Rescale(value, Exponent(currency), currency.Exponent) is { } minorUnits
            ? new Money(minorUnits, currency)
            : null;
}
