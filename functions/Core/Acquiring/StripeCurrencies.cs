using System.Collections.Frozen;

namespace Railyard.Core.Acquiring;

/// <summary>
/// How Stripe counts each currency (docs.stripe.com, "Supported currencies"), and amounts from one count to the other.
/// An amount that the other side cannot express is no amount there.
/// </summary>
public static class StripeCurrencies
{
    // ISK and UGX have no decimals any more, and are still written with two that are always 00.
    static readonly FrozenDictionary<string, int> Exponents = new Dictionary<string, int>
    {
        ["ISK"] = 2, ["UGX"] = 2, ["MGA"] = 0,
    }.ToFrozenDictionary();

    /// <summary>
    /// Where Stripe takes only a multiple of our minor units: the ariary has no smaller unit there, and of three decimals
    /// the last must be 0.
    /// </summary>
    public static IReadOnlyDictionary<string, int> Multiples { get; } = new Dictionary<string, int>
    {
        ["MGA"] = 100, ["BHD"] = 10, ["JOD"] = 10, ["KWD"] = 10, ["OMR"] = 10, ["TND"] = 10,
    };

    /// <summary>The currencies in which a card can be charged.</summary>
    public static IReadOnlyList<string> Taken { get; } =
    [
        .. (
            "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP " +
            "CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR " +
            "ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP " +
            "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR " +
            "SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF " +
            "XCD XCG XOF XPF YER ZAR ZMW").Split(' '),
    ];

    /// <summary>How many decimal digits Stripe's minor unit of that currency has.</summary>
    public static int Exponent(Currency currency) => Exponents.GetValueOrDefault(currency.Code, currency.Exponent);

    /// <summary>The amount in Stripe's minor unit, or null where that is too coarse for it.</summary>
    public static long? ToStripe(Money amount) =>
        amount.MinorUnits % Multiples.GetValueOrDefault(amount.Currency.Code, 1) != 0
            ? null
            : MinorUnitScale.Rescale(amount.MinorUnits, amount.Currency.Exponent, Exponent(amount.Currency));

    /// <summary>What Stripe means by that value and code, which it writes in small letters; null where it is no amount of ours.</summary>
    public static Money? FromStripe(long value, string? code) =>
        value >= 0 && Currency.Find(code?.ToUpperInvariant()) is { } currency
            && MinorUnitScale.Rescale(value, Exponent(currency), currency.Exponent) is { } minorUnits
                ? new Money(minorUnits, currency)
                : null;
}
