using System.Collections.Frozen;

namespace Railyard.Core;

/// <summary>An active ISO 4217 currency by its alphabetic code; only codes of the list can be built.</summary>
public readonly record struct Currency
{
    const int UsualExponent = 2;

    const int CodeLength = 3;

    const int Letters = 26;

    // ISO 4217 list one (active codes, funds and precious metals left out), as amended to 2026: letters and digits.
    const string List =
        "AED784 AFN971 ALL008 AMD051 AOA973 ARS032 AUD036 AWG533 AZN944 BAM977 BBD052 BDT050 " +
        "BHD048 BIF108 BMD060 BND096 BOB068 BRL986 BSD044 BTN064 BWP072 BYN933 BZD084 CAD124 " +
        "CDF976 CHF756 CLF990 CLP152 CNY156 COP170 CRC188 CUP192 CVE132 CZK203 DJF262 DKK208 " +
        "DOP214 DZD012 EGP818 ERN232 ETB230 EUR978 FJD242 FKP238 GBP826 GEL981 GHS936 GIP292 " +
        "GMD270 GNF324 GTQ320 GYD328 HKD344 HNL340 HTG332 HUF348 IDR360 ILS376 INR356 IQD368 " +
        "IRR364 ISK352 JMD388 JOD400 JPY392 KES404 KGS417 KHR116 KMF174 KPW408 KRW410 KWD414 " +
        "KYD136 KZT398 LAK418 LBP422 LKR144 LRD430 LSL426 LYD434 MAD504 MDL498 MGA969 MKD807 " +
        "MMK104 MNT496 MOP446 MRU929 MUR480 MVR462 MWK454 MXN484 MYR458 MZN943 NAD516 NGN566 " +
        "NIO558 NOK578 NPR524 NZD554 OMR512 PAB590 PEN604 PGK598 PHP608 PKR586 PLN985 PYG600 " +
        "QAR634 RON946 RSD941 RUB643 RWF646 SAR682 SBD090 SCR690 SDG938 SEK752 SGD702 SHP654 " +
        "SLE925 SOS706 SRD968 SSP728 STN930 SVC222 SYP760 SZL748 THB764 TJS972 TMT934 TND788 " +
        "TOP776 TRY949 TTD780 TWD901 TZS834 UAH980 UGX800 USD840 UYI940 UYU858 UYW927 UZS860 " +
        "VED926 VES928 VND704 VUV548 WST882 XAF950 XCD951 XCG532 XOF952 XPF953 YER886 ZAR710 " +
        "ZMW967 ZWG924";

    // Withdrawn codes that statements of their time have (ISO 4217 list three); nothing is paid in them any more.
    const string WithdrawnList =
        "ATS040 BEF056 BGN975 CYP196 DEM276 EEK233 ESP724 FIM246 FRF250 GRD300 HRK191 IEP372 ITL380 LTL440 LUF442 LVL428 " +
        "MTL470 NLG528 PTE620 SIT705 SKK703";

    static readonly IReadOnlyList<string> Codes = [.. List.Split(' ').Select(entry => entry[..CodeLength])];

    static readonly FrozenDictionary<string, string> Numbers =
        List.Split(' ').ToFrozenDictionary(entry => entry[..CodeLength], entry => entry[CodeLength..]);

    static readonly FrozenDictionary<string, string> CodesByNumber =
        Numbers.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);

    static readonly FrozenDictionary<string, int> UnusualExponents = new Dictionary<string, int>
    {
        ["BIF"] = 0, ["CLP"] = 0, ["DJF"] = 0, ["GNF"] = 0, ["ISK"] = 0, ["JPY"] = 0, ["KMF"] = 0, ["KRW"] = 0,
        ["PYG"] = 0, ["RWF"] = 0, ["UGX"] = 0, ["UYI"] = 0, ["VND"] = 0, ["VUV"] = 0, ["XAF"] = 0, ["XOF"] = 0,
        ["XPF"] = 0, ["BEF"] = 0, ["ESP"] = 0, ["ITL"] = 0, ["LUF"] = 0, ["PTE"] = 0,
        ["BHD"] = 3, ["IQD"] = 3, ["JOD"] = 3, ["KWD"] = 3, ["LYD"] = 3, ["OMR"] = 3, ["TND"] = 3,
        ["CLF"] = 4, ["UYW"] = 4,
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, string> Withdrawn =
        WithdrawnList.Split(' ').ToFrozenDictionary(entry => entry[..CodeLength], entry => entry[CodeLength..]);

    // Every line of a settlement file names currencies: a place in a table is faster found than a key in a dictionary.
    static readonly Entry[] ByLetters = Table();

    readonly string? code;

    Currency(string code) => this.code = code;

    /// <summary>Three capital letters, such as EUR.</summary>
    public string Code => code ?? throw new InvariantBroken("A currency was used before it was set.");

    /// <summary>Three digits, such as 978 for EUR.</summary>
    public string Number => Numbers.GetValueOrDefault(Code) ?? Withdrawn[Code];

    /// <summary>How many decimal digits the minor unit has: 0, 2, 3 or 4 (ISO 4217).</summary>
    public int Exponent => ByLetters[PlaceOf(Code)].Exponent;

    /// <summary>All of them, in alphabetical order.</summary>
    public static IReadOnlyList<Currency> All { get; } = [.. Codes.Select(code => new Currency(code))];

    /// <summary>The currency of a code in capitals, or null where ISO 4217 has none.</summary>
    public static Currency? Find(ReadOnlySpan<char> code) =>
        code.Length == CodeLength && PlaceOf(code) is >= 0 and var place && ByLetters[place].Code is { } known ? new Currency(known) : null;

    /// <summary>The currency of a code in capitals, in ASCII, or null where ISO 4217 has none.</summary>
    public static Currency? Find(ReadOnlySpan<byte> code)
    {
        if (code.Length != CodeLength) return null;
        Span<char> chars = [(char)code[0], (char)code[1], (char)code[2]];
        return Find(chars);
    }

    /// <summary>The currency of a code in capitals, active or withdrawn, as old bank statements have it; null where it never was.</summary>
    public static Currency? FindEver(string code) =>
        Find(code) ?? (Withdrawn.ContainsKey(code) ? new Currency(code) : null);

    /// <summary>The currency of three digits, or null where ISO 4217 has none.</summary>
    public static Currency? FindByNumber(string number) =>
        CodesByNumber.TryGetValue(number, out var code) ? new Currency(code) : null;

    /// <summary>The currency of a code that our own data holds.</summary>
    /// <exception cref="InvariantBroken">There is no such currency.</exception>
    public static Currency Of(string code) =>
        Find(code) ?? throw new InvariantBroken($"'{code}' is no ISO 4217 currency.");

    static Entry[] Table()
    {
        var table = new Entry[Letters * Letters * Letters];
        foreach (var each in Withdrawn.Keys) table[PlaceOf(each)] = new(null, UnusualExponents.GetValueOrDefault(each, UsualExponent));
        foreach (var each in Codes) table[PlaceOf(each)] = new(each, UnusualExponents.GetValueOrDefault(each, UsualExponent));
        return table;
    }

    // Below zero where it is not three capital letters.
    static int PlaceOf(ReadOnlySpan<char> letters)
    {
        var place = 0;
        foreach (var letter in letters)
        {
            if (letter is < 'A' or > 'Z') return -1;
            place = place * Letters + (letter - 'A');
        }
        return place;
    }

    readonly record struct Entry(string? Code, int Exponent);

    /// <inheritdoc/>
    public override string ToString() => code ?? "(none)";
}
