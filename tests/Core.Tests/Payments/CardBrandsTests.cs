using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Payments;

/// <summary>The edges of the schemes' ranges and the lengths of their numbers.</summary>
public sealed class CardBrandsTests
{
    public static TheoryData<CardBrand, string, int[]> Edges() => new()
    {
        { CardBrand.Visa, "4000", [13, 16, 19] },
        { CardBrand.Visa, "4999", [13, 16, 19] },
        { CardBrand.Mastercard, "5100", [16] },
        { CardBrand.Mastercard, "5599", [16] },
        { CardBrand.Mastercard, "2221", [16] },
        { CardBrand.Mastercard, "2720", [16] },
        { CardBrand.Amex, "3400", [15] },
        { CardBrand.Amex, "3799", [15] },
        { CardBrand.Discover, "6011", [16, 17, 18, 19] },
        { CardBrand.Discover, "6440", [16, 17, 18, 19] },
        { CardBrand.Discover, "6599", [16, 17, 18, 19] },
        { CardBrand.Diners, "3000", [14, 15, 16, 17, 18, 19] },
        { CardBrand.Diners, "3059", [14, 15, 16, 17, 18, 19] },
        { CardBrand.Diners, "3800", [14, 15, 16, 17, 18, 19] },
        { CardBrand.Jcb, "3528", [16, 17, 18, 19] },
        { CardBrand.Jcb, "3589", [16, 17, 18, 19] },
        { CardBrand.UnionPay, "6200", [16, 17, 18, 19] },
        { CardBrand.UnionPay, "6299", [16, 17, 18, 19] },
        { CardBrand.Maestro, "5000", [12, 13, 14, 15, 16, 17, 18, 19] },
        { CardBrand.Maestro, "5600", [12, 13, 14, 15, 16, 17, 18, 19] },
        { CardBrand.Maestro, "6300", [12, 13, 14, 15, 16, 17, 18, 19] },
    };

    [Theory]
    [MemberData(nameof(Edges))]
    public void A_scheme_has_numbers_of_its_lengths_only(CardBrand brand, string prefix, int[] lengths)
    {
        for (var length = 12; length <= 19; length++)
        {
            var digits = WithCheckDigit(prefix, length);

            if (lengths.Contains(length)) Assert.Equal(brand, CardNumber.Read(digits)?.Brand);
            else Assert.Equal(CardNumberFlaw.WrongLengthForBrand, CardNumber.FlawIn(digits));
        }
    }

    [Theory]
    [InlineData("2220")]
    [InlineData("2721")]
    [InlineData("3527")]
    [InlineData("3590")]
    [InlineData("3060")]
    [InlineData("5900")]
    [InlineData("1000")]
    [InlineData("9000")]
    public void A_number_of_no_scheme_is_refused(string prefix) =>
        Assert.Equal(CardNumberFlaw.UnknownBrand, CardNumber.FlawIn(WithCheckDigit(prefix, 16)));

    [Theory]
    [InlineData("4111 1111 1111 1111", CardNumberFlaw.NotDigits)]
    [InlineData("٤١١١", CardNumberFlaw.NotDigits)]
    [InlineData("41111111111", CardNumberFlaw.WrongLength)]
    [InlineData("9111111111111111", CardNumberFlaw.UnknownBrand)]
    [InlineData("411111111111111", CardNumberFlaw.WrongLengthForBrand)]
    [InlineData("4111111111111112", CardNumberFlaw.WrongCheckDigit)]
    [InlineData("4111111111111111", null)]
    public void What_is_wrong_is_said_first_things_first(string text, CardNumberFlaw? flaw) =>
        Assert.Equal(flaw, CardNumber.FlawIn(text));

    [Fact]
    public void The_security_code_of_an_Amex_card_has_a_digit_more()
    {
        Assert.Equal(4, CardNumber.Read("370000000000002")!.Value.SecurityCodeLength);
        Assert.Equal(3, CardNumber.Read("4111111111111111")!.Value.SecurityCodeLength);
    }

    [Fact]
    public void One_mistyped_digit_never_passes()
    {
        const string Right = "4111111145551142";
        Assert.Null(CardNumber.FlawIn(Right));
        for (var place = 1; place < Right.Length; place++)
            for (var digit = '0'; digit <= '9'; digit++)
                if (digit != Right[place])
                    Assert.Equal(CardNumberFlaw.WrongCheckDigit, CardNumber.FlawIn(Right.Remove(place, 1).Insert(place, $"{digit}")));
    }

    static string WithCheckDigit(string prefix, int length)
    {
        var digits = prefix.PadRight(length - 1, '0');
        return Enumerable.Range(0, 10).Select(check => $"{digits}{check}").First(IsRight);
    }

    static bool IsRight(string text) => text.Reverse()
        .Select((one, place) => (one - '0') * (place % 2 == 1 ? 2 : 1)).Sum(value => value > 9 ? value - 9 : value) % 10 == 0;
}
