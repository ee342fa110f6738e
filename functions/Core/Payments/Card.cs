namespace Railyard.Core.Payments;

/// <summary>The scheme a card belongs to, by its first digits.</summary>
public enum CardBrand { Visa, Mastercard, Amex, Discover, Diners, Jcb, UnionPay, Maestro, Unknown }

/// <summary>What may be shown and stored of a card.</summary>
public sealed record CardSummary(CardBrand Brand, string Bin, string Last4, int ExpMonth, int ExpYear);

/// <summary>What may be wrong with a card number, in order of precedence.</summary>
public enum CardNumberFlaw { NotDigits, WrongLength, UnknownBrand, WrongLengthForBrand, WrongCheckDigit }

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

    /// <summary>How many digits a security code has, as a rule.</summary>
    public const int UsualSecurityCodeLength = 3;

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

    /// <summary>How many digits the security code of such a card has.</summary>
    public int SecurityCodeLength => Brand == CardBrand.Amex ? UsualSecurityCodeLength + 1 : UsualSecurityCodeLength;

    /// <summary>The number, where nothing is wrong with it.</summary>
    public static CardNumber? Read(string text) => FlawIn(text) is null ? new CardNumber(text) : null;

    /// <summary>What is wrong with a card number (ISO/IEC 7812), first things first; null for nothing.</summary>
    public static CardNumberFlaw? FlawIn(string text)
    {
        if (!text.All(char.IsAsciiDigit)) return CardNumberFlaw.NotDigits;
        if (text.Length is < ShortestNumber or > LongestNumber) return CardNumberFlaw.WrongLength;
        // No acquirer could take it, so it is refused here rather than declined later.
        if (CardBrands.Of(text) == CardBrand.Unknown) return CardNumberFlaw.UnknownBrand;
        if (!CardBrands.AllowsLengthOf(text)) return CardNumberFlaw.WrongLengthForBrand;
        if (!PassesLuhn(text)) return CardNumberFlaw.WrongCheckDigit;
        return null;
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
    /// <summary>A range of first four digits, and the lengths of the numbers in it.</summary>
    sealed record Range(CardBrand Brand, int From, int To, params int[] Lengths);

    const int PrefixLength = 4;

    // The first that fits is the one: Maestro has what the others leave of the fives and sixes.
    static readonly Range[] Ranges =
    [
        new(CardBrand.Visa, 4000, 4999, 13, 16, 19),
        new(CardBrand.Mastercard, 5100, 5599, 16),
        new(CardBrand.Mastercard, 2221, 2720, 16),
        new(CardBrand.Amex, 3400, 3499, 15),
        new(CardBrand.Amex, 3700, 3799, 15),
        new(CardBrand.Discover, 6011, 6011, 16, 17, 18, 19),
        new(CardBrand.Discover, 6440, 6599, 16, 17, 18, 19),
        new(CardBrand.Diners, 3000, 3059, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Diners, 3095, 3095, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Diners, 3600, 3699, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Diners, 3800, 3999, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Jcb, 3528, 3589, 16, 17, 18, 19),
        new(CardBrand.UnionPay, 6200, 6299, 16, 17, 18, 19),
        new(CardBrand.Maestro, 5000, 5099, 12, 13, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Maestro, 5600, 5899, 12, 13, 14, 15, 16, 17, 18, 19),
        new(CardBrand.Maestro, 6000, 6999, 12, 13, 14, 15, 16, 17, 18, 19),
    ];

    /// <summary>The scheme of a number by its first digits.</summary>
    public static CardBrand Of(string digits) => Find(digits)?.Brand ?? CardBrand.Unknown;

    /// <summary>Whether its scheme has numbers as long as this one.</summary>
    public static bool AllowsLengthOf(string digits) => Find(digits)?.Lengths.Contains(digits.Length) == true;

    static Range? Find(string digits)
    {
        var prefix = int.Parse(digits.AsSpan(0, PrefixLength));
        return Array.Find(Ranges, range => prefix >= range.From && prefix <= range.To);
    }
}
