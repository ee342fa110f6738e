using CsCheck;
using Railyard.Core.Acquiring;

namespace Railyard.Core.Tests.Acquiring;

public sealed class StripeCurrenciesTests
{
    static readonly Gen<Money> Amounts = Gen.Select(
        Gen.Long[0, 999_999_999_999], Gen.Int[0, Currency.All.Count - 1],
        (minorUnits, index) => new Money(minorUnits, Currency.All[index]));

    [Theory]
    [InlineData("EUR", 10_00, 10_00L)]
    [InlineData("JPY", 500, 500L)]
    [InlineData("CLP", 5_000, 5_000L)]
    [InlineData("HUF", 175_50, 175_50L)]
    [InlineData("TWD", 800_45, 800_45L)]
    [InlineData("ISK", 5, 500L)]
    [InlineData("UGX", 5, 500L)]
    [InlineData("MGA", 40_00, 40L)]
    [InlineData("MGA", 40_20, null)]
    [InlineData("KWD", 5_120, 5_120L)]
    [InlineData("KWD", 5_124, null)]
    [InlineData("BHD", 1_001, null)]
    [InlineData("JOD", 1_005, null)]
    [InlineData("OMR", 1_010, 1_010L)]
    [InlineData("TND", 1_009, null)]
    public void An_amount_is_counted_as_Stripe_counts_it(string currency, long minorUnits, long? there) =>
        Assert.Equal(there, StripeCurrencies.ToStripe(new Money(minorUnits, Currency.Of(currency))));

    [Theory]
    [InlineData("ZAR", true)]
    [InlineData("CLF", false)]
    [InlineData("KPW", false)]
    [InlineData("IRR", false)]
    public void What_Stripe_charges_in_is_a_list(string currency, bool isTaken) =>
        Assert.Equal(isTaken, StripeCurrencies.Taken.Contains(currency));

    [Fact]
    public void Every_currency_of_the_list_and_every_multiple_is_a_currency() =>
        Assert.All(
            StripeCurrencies.Taken.Concat(StripeCurrencies.Multiples.Keys), code => Assert.NotNull(Currency.Find(code)));

    [Theory]
    [InlineData(500, "isk", 5L)]
    [InlineData(550, "isk", null)]
    [InlineData(1000, "eur", 1000L)]
    [InlineData(-1, "eur", null)]
    [InlineData(1000, "xyz", null)]
    [InlineData(1000, null, null)]
    public void What_Stripe_answers_is_read_back(long value, string? code, long? minorUnits) =>
        Assert.Equal(minorUnits, StripeCurrencies.FromStripe(value, code)?.MinorUnits);

    [Fact]
    public void Whatever_can_be_sent_comes_back_as_it_was() => Amounts.Sample(amount =>
        StripeCurrencies.ToStripe(amount) is not { } sent
            || StripeCurrencies.FromStripe(sent, amount.Currency.Code.ToLowerInvariant()) == amount);

    [Fact]
    public void What_the_routing_leaves_out_is_what_cannot_be_counted() => Amounts.Sample(amount =>
    {
        var isMultiple = amount.MinorUnits % StripeCurrencies.Multiples.GetValueOrDefault(amount.Currency.Code, 1) == 0;
        return isMultiple == (StripeCurrencies.ToStripe(amount) is not null);
    });

    [Fact]
    public void An_amount_that_would_overflow_is_none() =>
        Assert.Null(StripeCurrencies.ToStripe(new Money(long.MaxValue / 50, Currency.Of("ISK"))));
}
