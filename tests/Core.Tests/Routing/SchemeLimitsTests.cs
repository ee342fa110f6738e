using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class SchemeLimitsTests
{
    [Theory]
    [InlineData(CardBrand.Visa, LimitWindow.CardAndAmountIn30Days, "2025-05-24", 16, 16)]
    [InlineData(CardBrand.Visa, LimitWindow.CardAndAmountIn30Days, "2025-05-25", 21, 16)]
    [InlineData(CardBrand.Mastercard, LimitWindow.CardAndAmountIn30Days, "2023-10-31", null, null)]
    [InlineData(CardBrand.Mastercard, LimitWindow.CardAndAmountIn30Days, "2023-11-01", 35, 35)]
    [InlineData(CardBrand.Maestro, LimitWindow.CardAndAmountIn30Days, "2026-11-24", 35, 35)]
    [InlineData(CardBrand.Mastercard, LimitWindow.CardIn24Hours, "2022-12-31", 20, 20)]
    [InlineData(CardBrand.Mastercard, LimitWindow.CardIn24Hours, "2023-01-01", 10, 10)]
    [InlineData(CardBrand.Visa, LimitWindow.CardIn24Hours, "2026-11-24", null, null)]
    [InlineData(CardBrand.Amex, LimitWindow.CardAndAmountIn30Days, "2026-11-24", 16, 16)]
    public void A_limit_is_that_of_its_day(CardBrand brand, LimitWindow window, string day, int? tries, int? usual)
    {
        var limit = SchemeLimits.For(brand, DateOnly.Parse(day)).SingleOrDefault(one => one.Window == window);

        Assert.Equal((tries, usual), (limit?.Tries, limit?.UsualTries));
    }

    [Theory]
    [InlineData(CardBrand.Visa, Breach.AfterNever, "EUR", "2021-03-31", false, null)]
    [InlineData(CardBrand.Visa, Breach.AfterNever, "EUR", "2021-04-01", false, "10 USD")]
    [InlineData(CardBrand.Visa, Breach.TooManyTries, "USD", "2026-11-24", false, "10 USD")]
    [InlineData(CardBrand.Visa, Breach.TooManyTries, "USD", "2026-04-24", true, "15 USD")]
    [InlineData(CardBrand.Visa, Breach.TooManyTries, "USD", "2026-04-25", true, "25 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "USD", "2022-12-31", false, "10 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "USD", "2023-12-31", false, "15 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "USD", "2024-12-31", false, "30 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "EUR", "2024-12-31", false, "30 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "USD", "2025-01-01", false, "50 USD")]
    [InlineData(CardBrand.Mastercard, Breach.TooManyTries, "EUR", "2025-01-01", false, "55 EUR")]
    [InlineData(CardBrand.Maestro, Breach.AfterNever, "EUR", "2026-11-24", false, "3 USD")]
    [InlineData(CardBrand.Amex, Breach.AfterNever, "EUR", "2026-11-24", false, null)]
    public void A_fee_is_that_of_its_day(CardBrand brand, Breach breach, string currency, string day, bool isCrossBorder, string? fee) =>
        Assert.Equal(
            fee, SchemeFees.Of(brand, breach, Currency.Of(currency), DateOnly.Parse(day), isCrossBorder)?.Amount.ToString());

    [Fact]
    public void No_limit_and_no_fee_has_two_rows_on_one_day()
    {
        foreach (var rows in SchemeLimits.All.GroupBy(row => (row.Scheme, row.Window)))
            AssertInOrder(rows.Select(row => (row.From, row.Until)));
        foreach (var rows in SchemeFees.All.GroupBy(row => (row.Scheme, row.Breach, row.IsCrossBorder, row.Amount.Currency)))
            AssertInOrder(rows.Select(row => (row.From, row.Until)));
    }

    [Fact]
    public void Every_row_says_where_it_is_printed()
    {
        Assert.All(SchemeLimits.All, row => Assert.NotEmpty(row.Source));
        Assert.All(SchemeFees.All, row => Assert.Matches("20[12][0-9]", row.Source));
    }

    [Fact]
    public void We_never_make_more_tries_than_a_scheme_allows() =>
        Assert.All(SchemeLimits.All, row => Assert.InRange(row.UsualTries, 1, row.Tries));

    [Theory]
    [InlineData(null, 16)]
    [InlineData(5, 5)]
    [InlineData(18, 18)]
    [InlineData(21, 21)]
    [InlineData(35, 21)]
    [InlineData(1_000, 21)]
    public void A_merchant_lowers_a_limit_and_raises_none_past_the_schemes(int? wanted, int tries)
    {
        var visa = SchemeLimits.For(CardBrand.Visa, new DateOnly(2026, 11, 24)).Single();

        Assert.Equal(tries, new RetryLimits(TriesIn30Days: wanted).TriesWithin(visa));
    }

    [Fact]
    public void Limits_that_no_scheme_has_are_refused_one_by_one()
    {
        Assert.Empty(RetryLimits.None.Flaws());
        Assert.Empty(new RetryLimits(35, 20, 3).Flaws());
        Assert.Equal(
            ["TriesIn30Days", "TriesIn24Hours", "Cascades"], new RetryLimits(36, 0, -1).Flaws().Select(flaw => flaw.Member));
        Assert.Equal(["TriesIn24Hours", "Cascades"], new RetryLimits(1, 21, 4).Flaws().Select(flaw => flaw.Member));
    }

    static void AssertInOrder(IEnumerable<(DateOnly From, DateOnly? Until)> rows)
    {
        var inOrder = rows.OrderBy(row => row.From).ToList();
        Assert.All(inOrder.Zip(inOrder.Skip(1)), pair => Assert.True(pair.First.Until <= pair.Second.From));
    }
}
