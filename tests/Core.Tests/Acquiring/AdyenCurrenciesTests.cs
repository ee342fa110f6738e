using CsCheck;
using Railyard.Core.Acquiring;

namespace Railyard.Core.Tests.Acquiring;

public sealed class AdyenCurrenciesTests
{
    [Theory]
    [InlineData("EUR", 10_00, 10_00L)]
    [InlineData("JPY", 500, 500L)]
    [InlineData("BHD", 1_234, 1_234L)]
    [InlineData("CLP", 5_000, 500_000L)]
    [InlineData("ISK", 1_000, 100_000L)]
    [InlineData("CVE", 12_00, 12L)]
    [InlineData("IDR", 5_000_00, 5_000L)]
    [InlineData("CVE", 12_50, null)]
    public void An_amount_is_counted_as_Adyen_counts_it(string currency, long minorUnits, long? there) =>
        Assert.Equal(there, AdyenCurrencies.ToAdyen(new Money(minorUnits, Currency.Of(currency))));

    [Fact]
    public void Whatever_can_be_sent_comes_back_as_it_was() =>
        Gen.Select(Gen.Long[0, 999_999_999_999], Gen.Int[0, Currency.All.Count - 1].Select(index => Currency.All[index])).Sample((minorUnits, currency) =>
        {
            var amount = new Money(minorUnits, currency);
            return AdyenCurrencies.ToAdyen(amount) is not { } sent || AdyenCurrencies.FromAdyen(sent, currency.Code) == amount;
        });

    [Fact]
    public void An_amount_that_would_overflow_is_none() =>
        Assert.Null(AdyenCurrencies.ToAdyen(new Money(long.MaxValue / 50, Currency.Of("CLP"))));

    [Fact]
    public void What_the_routing_leaves_out_is_what_cannot_be_counted() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, Currency.All.Count - 1].Select(index => Currency.All[index])).Sample((minorUnits, currency) =>
        {
            var isMultiple = minorUnits % AdyenCurrencies.Multiples.GetValueOrDefault(currency.Code, 1) == 0;
            return isMultiple == (AdyenCurrencies.ToAdyen(new Money(minorUnits, currency)) is not null);
        });
}
