using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using static Railyard.Core.Tests.Merchants.Payouts.Books;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class MerchantFeesTests
{
    [Theory]
    [InlineData(100_00, 150, 25, 1_75)]
    [InlineData(33, 150, 0, 0)]           // 0.495 of a cent.
    [InlineData(34, 150, 0, 1)]           // 0.51 of a cent.
    [InlineData(50, 100, 0, 1)]           // Half a cent goes up.
    [InlineData(49, 100, 0, 0)]
    [InlineData(0, 150, 25, 25)]
    [InlineData(999_999_999_999_999, 10_000, 0, 999_999_999_999_999)]
    public void A_share_is_rounded_half_up_and_then_the_fixed_part_is_added(long cents, int basisPoints, long fixedPart, long fee) =>
        Assert.Equal(fee, Fees(basisPoints, fixedPart).Of(Item(PayableKind.Sale, cents)).MinorUnits);

    [Theory]
    [InlineData(9_99, 10)]
    [InlineData(10_00, 10)]
    [InlineData(10_50, 11)]
    public void A_sale_is_not_charged_less_than_the_minimum(long cents, long fee) =>
        Assert.Equal(fee, Fees(100, 0, minimum: 10).Of(Item(PayableKind.Sale, cents)).MinorUnits);

    [Theory]
    [InlineData(PayableKind.Refund, 30)]
    [InlineData(PayableKind.Chargeback, 15_00)]
    [InlineData(PayableKind.ChargebackReversal, 0)]
    [InlineData(PayableKind.RefundReversal, 0)]
    [InlineData(PayableKind.Adjustment, 0)]
    public void Each_kind_has_its_own_fee(PayableKind kind, long fee) =>
        Assert.Equal(fee, Fees(150, 25, refund: 30, chargeback: 15_00, minimum: 10).Of(Item(kind, 80_00)).MinorUnits);

    [Fact]
    public void The_first_line_for_a_brand_and_region_counts()
    {
        var fees = new MerchantFees(
            new MerchantPricing.Blended([
                new(new Fee(290, 0)) { Brand = CardBrand.Amex },
                new(new Fee(90, 0)) { Region = Regions.Eea },
                new(new Fee(250, 0)),
            ]),
            0, 0, 0);

        long Of(CardBrand? brand, string? country) =>
            fees.Of(Item(PayableKind.Sale, 100_00, brand: brand) with { IssuerCountry = country }).MinorUnits;

        Assert.Equal(2_90, Of(CardBrand.Amex, "NL"));
        Assert.Equal(90, Of(CardBrand.Visa, "NL"));
        Assert.Equal(2_50, Of(CardBrand.Visa, "US"));
        Assert.Equal(2_50, Of(CardBrand.Visa, null));
        Assert.Equal(2_50, Of(null, null));
    }

    [Fact]
    public void Interchange_is_passed_on_to_the_cent_and_never_guessed()
    {
        var fees = new MerchantFees(
            new MerchantPricing.InterchangePlusPlus([new(new Fee(40, 5))], [new(new Fee(200, 10))]), RefundFee: 20, 0, 0);

        var known = Item(PayableKind.Sale, 100_00) with { PassedOn = new Balance(37, Amounts.Euro) };
        var givenBack = Item(PayableKind.Refund, 100_00) with { PassedOn = new Balance(-30, Amounts.Euro) };

        Assert.Equal(37 + 40 + 5, fees.Of(known).MinorUnits);
        Assert.Equal(2_10, fees.Of(known with { PassedOn = null }).MinorUnits);
        Assert.Equal(-10, fees.Of(givenBack).MinorUnits);
    }

    [Fact]
    public void Fees_are_complete_where_every_list_ends_with_a_line_for_all()
    {
        MerchantFeeLine forAll = new(new Fee(1, 0)), forVisa = forAll with { Brand = CardBrand.Visa };

        Assert.True(new MerchantFees(new MerchantPricing.Blended([forVisa, forAll]), 0, 0, 0).IsComplete);
        Assert.False(new MerchantFees(new MerchantPricing.Blended([forAll, forVisa]), 0, 0, 0).IsComplete);
        Assert.False(new MerchantFees(new MerchantPricing.InterchangePlusPlus([forAll], []), 0, 0, 0).IsComplete);
    }
}
