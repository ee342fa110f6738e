using System.Collections.Frozen;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>
/// An account by its IBAN (ISO 13616), without spaces and in capitals; only one whose country, length and check digits are
/// right can be built. It prints shortened.
/// </summary>
public readonly record struct Iban
{
    const int CheckedFrom = 4;
    const int Modulus = 97;
    const int ShownLast = 4;

    // The registry of SWIFT, release 99: how long each country's IBAN is.
    const string Lengths =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 " +
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 " +
        "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 " +
        "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    static readonly FrozenDictionary<string, int> LengthOf =
        Lengths.Split(' ').ToFrozenDictionary(entry => entry[..2], entry => int.Parse(entry.AsSpan(2)), StringComparer.Ordinal);

    readonly string? value;

    /// <exception cref="InvariantBroken">It is none: whoever read it from outside must have refused it.</exception>
    public Iban(string value) => this.value =
        Read(value)?.value ?? throw new InvariantBroken("An account number was not checked before it was used.");

    Iban(string value, bool _) => this.value = value;

    /// <summary>All of it, for the bank and for nobody else.</summary>
    public string Value => value ?? throw new InvariantBroken("An IBAN was used before it was set.");

    /// <summary>The country of the account (ISO 3166-1 alpha-2).</summary>
    public string Country => Value[..2];

    /// <summary>The country, and the last characters by which its owner knows it again.</summary>
    public string Shown => $"{Country}…{Value[^ShownLast..]}";

    /// <summary>The IBAN in a text, in groups or not; null where there is none or its check digits are wrong.</summary>
    public static Iban? Read(string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (plain.Length < CheckedFrom || !LengthOf.TryGetValue(plain[..2], out var length) || plain.Length != length) return null;
        if (!plain.All(char.IsAsciiLetterOrDigit) || !char.IsAsciiDigit(plain[2]) || !char.IsAsciiDigit(plain[3])) return null;
        return Remainder(plain[CheckedFrom..] + plain[..CheckedFrom]) == 1 ? new Iban(plain, false) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => value is null ? "(none)" : Shown;

    // ISO 7064 MOD 97-10: letters count as 10 to 35.
    static int Remainder(string text)
    {
        var remainder = 0;
        foreach (var one in text)
        {
            var number = char.IsAsciiDigit(one) ? one - '0' : one - 'A' + 10;
            remainder = (remainder * (number < 10 ? 10 : 100) + number) % Modulus;
        }
        return remainder;
    }
}

/// <summary>A bank by its BIC (ISO 9362): four letters or digits, a country, a place and perhaps a branch.</summary>
public readonly record struct Bic
{
    const int WithoutBranch = 8;
    const int WithBranch = 11;
    const int PartyLength = 4;
    const int PlaceFrom = 6;

    readonly string? value;

    /// <exception cref="InvariantBroken">It is none.</exception>
    public Bic(string value) => this.value =
        IsOne(value) ? value : throw new InvariantBroken("A bank's code was not checked before it was used.");

    /// <summary>8 or 11 capital letters and digits.</summary>
    public string Value => value ?? throw new InvariantBroken("A BIC was used before it was set.");

    /// <summary>The BIC in a text, or null.</summary>
    public static Bic? Read(string text) => IsOne(text.ToUpperInvariant()) ? new Bic(text.ToUpperInvariant()) : null;

    static bool IsOne(string text) =>
        text.Length is WithoutBranch or WithBranch
        && text.All(one => char.IsAsciiLetterUpper(one) || char.IsAsciiDigit(one))
        && text[PartyLength..PlaceFrom].All(char.IsAsciiLetterUpper);

    /// <inheritdoc/>
    public override string ToString() => value ?? "(none)";
}
