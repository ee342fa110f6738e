namespace Railyard.Core.Payments;

/// <summary>The scheme a card belongs to, by its first digits.</summary>
public enum CardBrand { Visa, Mastercard, Amex, Discover, Diners, Jcb, UnionPay, Maestro, Unknown }

/// <summary>What may be shown and stored of a card.</summary>
public sealed record CardSummary(CardBrand Brand, string Bin, string Last4, int ExpMonth, int ExpYear);

/// <summary>
/// A primary account number that passed its checks. It prints as its last four digits only, so that no string made
/// of it by accident carries the number (PCI DSS 3.4.1).
/// </summary>
public readonly record struct CardNumber
{
    const int ShortestNumber = 12;
    const int LongestNumber = 19;
    const int BinLength = 6;
    const int ShownDigits = 4;

    readonly string digits;

    CardNumber(string digits) => this.digits = digits;

    /// <summary>The issuer identification number: the first six digits.</summary>
    public string Bin => digits[..BinLength];

    /// <summary>The last four digits.</summary>
    public string Last4 => digits[^ShownDigits..];

    /// <summary>The scheme.</summary>
    public CardBrand Brand => CardBrands.Of(digits);

    /// <summary>The digits themselves, for the vault and an acquirer, and for nothing else.</summary>
    public string Reveal() => digits;

    /// <summary>The number, where it has 12 to 19 digits, a length its scheme knows and a right check digit (ISO/IEC 7812).</summary>
    public static CardNumber? Read(string text)
    {
        if (text.Length is < ShortestNumber or > LongestNumber) return null;
        if (!text.All(char.IsAsciiDigit)) return null;
        if (!CardBrands.AllowsLength(CardBrands.Of(text), text.Length)) return null;
        return PassesLuhn(text) ? new CardNumber(text) : null;
    }

    /// <summary>Whether a text holds this number, also with spaces or dashes in it.</summary>
    public bool IsIn(string text) =>
        string.Concat(text.Where(one => one is not (' ' or '-'))).Contains(digits, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => digits is null ? "(none)" : $"…{Last4}";

    static bool PassesLuhn(string text)
    {
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[^(i + 1)] - '0';
            var doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}

/// <summary>Which scheme issues which ranges, and how long its numbers are (the schemes' published BIN ranges).</summary>
static class CardBrands
{
    /// <summary>The scheme of a number by its first digits.</summary>
    public static CardBrand Of(string digits)
    {
        var first4 = int.Parse(digits.AsSpan(0, 4));
        return first4 switch
        {
            >= 4000 and <= 4999 => CardBrand.Visa,
            >= 5100 and <= 5599 or >= 2221 and <= 2720 => CardBrand.Mastercard,
            >= 3400 and <= 3499 or >= 3700 and <= 3799 => CardBrand.Amex,
            6011 or >= 6440 and <= 6599 => CardBrand.Discover,
            >= 3000 and <= 3059 or >= 3600 and <= 3699 or >= 3800 and <= 3999 => CardBrand.Diners,
            >= 3528 and <= 3589 => CardBrand.Jcb,
            >= 6200 and <= 6299 => CardBrand.UnionPay,
            >= 5000 and <= 5099 or >= 5600 and <= 5899 or >= 6000 and <= 6999 => CardBrand.Maestro,
            _ => CardBrand.Unknown,
        };
    }

    /// <summary>Whether the scheme has numbers of that many digits.</summary>
    public static bool AllowsLength(CardBrand brand, int length) => brand switch
    {
        CardBrand.Visa => length is 13 or 16 or 19,
        CardBrand.Mastercard => length == 16,
        CardBrand.Amex => length == 15,
        CardBrand.Discover => length is >= 16 and <= 19,
        CardBrand.Diners => length is >= 14 and <= 19,
        CardBrand.Jcb => length is >= 16 and <= 19,
        CardBrand.UnionPay => length is >= 16 and <= 19,
        CardBrand.Maestro => length is >= 12 and <= 19,
        CardBrand.Unknown => true,
    };
}
