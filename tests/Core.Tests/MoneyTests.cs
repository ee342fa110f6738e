using CsCheck;

namespace Railyard.Core.Tests;

public sealed class MoneyTests
{
    static readonly Gen<Money> AnyAmount = Gen.Long[0, 1_000_000_000_000].Select(cents => cents.Eur());

    [Fact]
    public void What_is_added_can_be_taken_away_again() =>
        Gen.Select(AnyAmount, AnyAmount).Sample((one, other) => one + other - other == one);

    [Fact]
    public void Order_follows_the_minor_units() =>
        Gen.Select(AnyAmount, AnyAmount).Sample((one, other) => one < other == one.MinorUnits < other.MinorUnits);

    [Fact]
    public void A_negative_amount_cannot_be_built() =>
        Assert.Throws<InvariantBroken>(() => new Money(-1, Amounts.Euro));

    [Fact]
    public void Taking_away_more_than_there_is_throws() =>
        Assert.Throws<InvariantBroken>(() => 1.Eur() - 2.Eur());

    [Fact]
    public void Two_currencies_cannot_be_mixed()
    {
        var yen = new Money(1, Currency.Of("JPY"));

        Assert.Throws<InvariantBroken>(() => 1.Eur() + yen);
        Assert.Throws<InvariantBroken>(() => 1.Eur() < yen);
    }

    [Fact]
    public void An_overflow_throws_rather_than_wraps() =>
        Assert.Throws<OverflowException>(() => long.MaxValue.Eur() + 1.Eur());

    [Fact]
    public void A_currency_that_was_never_set_is_found_out() =>
        Assert.Throws<InvariantBroken>(() => default(Money).Currency.Code);
}

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("JPY", 0)]
    [InlineData("EUR", 2)]
    [InlineData("BHD", 3)]
    [InlineData("CLF", 4)]
    public void The_exponent_is_that_of_ISO_4217(string code, int exponent) =>
        Assert.Equal(exponent, Currency.Of(code).Exponent);

    [Theory]
    [InlineData("eur")]
    [InlineData("XXX")]
    [InlineData("EURO")]
    [InlineData("")]
    public void What_is_not_in_the_list_is_no_currency(string code) => Assert.Null(Currency.Find(code));

    [Fact]
    public void Every_code_is_there_once() =>
        Assert.Equal(Currency.All.Count, Currency.All.Select(currency => currency.Code).Distinct().Count());
}
