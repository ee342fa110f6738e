using System.Collections.Frozen;

namespace Railyard.Core;

/// <summary>An active ISO 4217 currency by its alphabetic code; only codes of the list can be built.</summary>
public readonly record struct Currency
{
    const int UsualExponent = 2;

    // ISO 4217 list one (active codes, funds and precious metals left out), as amended to 2026.
    const string Codes =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF " +
        "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL " +
        "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD " +
        "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG " +
        "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD " +
        "TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

    static readonly FrozenDictionary<string, int> UnusualExponents = new Dictionary<string, int>
    {
        ["BIF"] = 0, ["CLP"] = 0, ["DJF"] = 0, ["GNF"] = 0, ["ISK"] = 0, ["JPY"] = 0, ["KMF"] = 0, ["KRW"] = 0,
        ["PYG"] = 0, ["RWF"] = 0, ["UGX"] = 0, ["UYI"] = 0, ["VND"] = 0, ["VUV"] = 0, ["XAF"] = 0, ["XOF"] = 0,
        ["XPF"] = 0,
        ["BHD"] = 3, ["IQD"] = 3, ["JOD"] = 3, ["KWD"] = 3, ["LYD"] = 3, ["OMR"] = 3, ["TND"] = 3,
        ["CLF"] = 4, ["UYW"] = 4,
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, string> Known =
        Codes.Split(' ').ToFrozenDictionary(code => code, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> KnownBySpan =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    readonly string? code;

    Currency(string code) => this.code = code;

    /// <summary>Three capital letters, such as EUR.</summary>
    public string Code => code ?? throw new InvariantBroken("A currency was used before it was set.");

    /// <summary>How many decimal digits the minor unit has: 0, 2, 3 or 4 (ISO 4217).</summary>
    public int Exponent => UnusualExponents.GetValueOrDefault(Code, UsualExponent);

    /// <summary>All of them, in alphabetical order.</summary>
    public static IReadOnlyList<Currency> All { get; } = [.. Codes.Split(' ').Select(code => new Currency(code))];

    /// <summary>The currency of a code in capitals, or null where ISO 4217 has none.</summary>
    public static Currency? Find(ReadOnlySpan<char> code) =>
        KnownBySpan.TryGetValue(code, out var known) ? new Currency(known) : null;

    /// <summary>The currency of a code that our own data holds.</summary>
    /// <exception cref="InvariantBroken">There is no such currency.</exception>
    public static Currency Of(string code) =>
        Find(code) ?? throw new InvariantBroken($"'{code}' is no ISO 4217 currency.");

    /// <inheritdoc/>
    public override string ToString() => code ?? "(none)";
}
