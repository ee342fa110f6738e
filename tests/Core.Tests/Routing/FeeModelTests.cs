using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class FeeModelTests
{
    static readonly FeeModel PlusPlus = new FeeModel.InterchangePlusPlus(
        Interchange:
        [
            new FeeLine(new Fee(20, 0)) { Region = "EEA", CardType = CardType.Debit },
            new FeeLine(new Fee(30, 0)) { Region = "EEA" },
            new FeeLine(new Fee(180, 10)),
        ],
        SchemeFees: [new FeeLine(new Fee(5, 2)) { Brand = CardBrand.Visa }, new FeeLine(new Fee(8, 3))],
        Markup: [new FeeLine(new Fee(25, 8)) { Currency = "EUR" }]);

    [Theory]
    [InlineData("DE", CardType.Debit, 35)]
    [InlineData("DE", CardType.Credit, 40)]
    [InlineData("US", CardType.Credit, 125)]
    [InlineData(null, null, 125)]
    public void Interchange_scheme_fees_and_markup_add_up(string? country, CardType? cardType, int cents) =>
        Assert.Equal(cents.Eur(), PlusPlus.Of(Facts.Of("pay_1", issuerCountry: country) with { CardType = cardType }));

    [Fact]
    public void A_brand_has_its_own_line_where_there_is_one() =>
        Assert.Equal(43.Eur(), PlusPlus.Of(Facts.Of("pay_1", brand: CardBrand.Mastercard) with { CardType = CardType.Credit }));

    [Fact]
    public void Where_a_list_has_no_line_the_cost_is_not_known() =>
        Assert.Null(PlusPlus.Of(Facts.Of("pay_1") with { Amount = new Money(50_00, Currency.Of("USD")) }));

    [Fact]
    public void A_blended_price_takes_the_first_line_that_fits()
    {
        var blended = new FeeModel.Blended([new FeeLine(new Fee(250, 0)) { Region = "US" }, new FeeLine(new Fee(90, 10))]);

        Assert.Equal(125.Eur(), blended.Of(Facts.Of("pay_1", issuerCountry: "US")));
        Assert.Equal(55.Eur(), blended.Of(Facts.Of("pay_1", issuerCountry: "DE")));
    }

    [Fact]
    public void The_one_fee_counts_where_there_is_no_model_and_nothing_at_all_is_no_price()
    {
        var profile = Facts.Profile("a");

        Assert.Equal(50.Eur(), profile.CostOf(Facts.Of("pay_1")));
        Assert.Equal(40.Eur(), (profile with { Fees = PlusPlus }).CostOf(Facts.Of("pay_1") with { CardType = CardType.Credit }));
        Assert.Null((profile with { Fee = new Fee(0, 0) }).CostOf(Facts.Of("pay_1")));
    }

    [Fact]
    public void Nothing_seen_corrects_nothing() =>
        Assert.Equal(1, new FeesSeen(0, 0, 0, A.Moment).Factor);

    [Theory]
    [InlineData(20, 1.25)]
    [InlineData(380, 1.475)]
    public void The_more_lines_were_seen_the_more_they_are_believed(int lines, double factor) =>
        Assert.Equal(factor, new FeesSeen(100 * lines, 150 * lines, lines, A.Moment).Factor, 1e-9);

    [Theory]
    [InlineData(1_000_000, 4)]
    [InlineData(-1_000_000, 0.25)]
    public void A_mistake_in_a_file_moves_the_cost_no_further_than_the_bound(double charged, double bound) =>
        Assert.Equal(bound, new FeesSeen(100, charged, 1e9, A.Moment).Factor, 1e-6);

    [Fact]
    public void Fees_of_long_ago_give_way_to_those_of_today()
    {
        var old = new FeesSeen(10_000, 20_000, 100, A.Moment);
        var recent = new FeesSeen(10_000, 10_000, 100, A.Moment + (FeesSeen.HalfLife * 4));

        var merged = FeesSeen.Merge(old, recent);

        Assert.Equal(FeesSeen.Merge(recent, old), merged);
        Assert.Equal(106.25, merged.Lines, 1e-9);
        Assert.InRange(merged.Factor, 1.04, 1.06);
    }
}
