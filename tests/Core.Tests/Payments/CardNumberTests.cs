using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Payments;

public sealed class CardNumberTests
{
    [Theory]
    [InlineData("4111111111111111", CardBrand.Visa)]
    [InlineData("5555444433331111", CardBrand.Mastercard)]
    [InlineData("2222400070000005", CardBrand.Mastercard)]
    [InlineData("370000000000002", CardBrand.Amex)]
    [InlineData("6011601160116611", CardBrand.Discover)]
    [InlineData("36006666333344", CardBrand.Diners)]
    [InlineData("3569990010095841", CardBrand.Jcb)]
    [InlineData("6243030000000001", CardBrand.UnionPay)]
    [InlineData("6771798021000008", CardBrand.Maestro)]
    public void A_test_number_of_a_scheme_is_that_schemes(string digits, CardBrand brand) =>
        Assert.Equal(brand, CardNumber.Read(digits)!.Value.Brand);

    [Theory]
    [InlineData("4111111111111112")] // the check digit is wrong
    [InlineData("411111111111111")] // no Visa has 15 digits
    [InlineData("4111 1111 1111 1111")]
    [InlineData("41111111111")]
    [InlineData("٤١١١١١١١١١١١١١١١")]
    public void What_is_no_card_number_is_refused(string text) => Assert.Null(CardNumber.Read(text));

    [Fact]
    public void It_prints_as_its_last_four_digits()
    {
        var number = CardNumber.Read("4111111111111111")!.Value;

        Assert.Equal("…1111", $"{number}");
        Assert.Equal("411111", number.Bin);
    }

    [Theory]
    [InlineData("order 4111111111111111", true)]
    [InlineData("4111-1111 1111-1111 please", true)]
    [InlineData("order 4111111111111112", false)]
    public void It_is_found_in_a_text_that_holds_it(string text, bool isThere) =>
        Assert.Equal(isThere, CardNumber.Read("4111111111111111")!.Value.IsIn(text));
}
