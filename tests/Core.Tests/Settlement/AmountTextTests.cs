using System.Text;
using CsCheck;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class AmountTextTests
{
    [Theory]
    [InlineData("26.2", "EUR", 2620)]
    [InlineData("26", "EUR", 2600)]
    [InlineData("0.76", "USD", 76)]
    [InlineData("1.500000", "EUR", 150)]
    [InlineData("", "EUR", 0)]
    [InlineData("1000", "JPY", 1000)]
    [InlineData("1000.00", "JPY", 1000)]
    [InlineData("1.234", "BHD", 1234)]
    [InlineData("0.1", "BHD", 100)]
    [InlineData("007.10", "EUR", 710)]
    [InlineData("9999999999999.99", "EUR", 999_999_999_999_999)]
    public void An_amount_in_major_units_is_read_by_its_currency(string text, string currency, long expected)
    {
        var read = AmountText.Read(Encoding.UTF8.GetBytes(text), Currency.Of(currency));

        Assert.Equal(new Money(expected, Currency.Of(currency)), read);
    }

    [Theory]
    [InlineData("10.005", "EUR")]
    [InlineData("0.5", "JPY")]
    [InlineData("1.2345", "BHD")]
    [InlineData("-1.00", "EUR")]
    [InlineData("+1.00", "EUR")]
    [InlineData("1,00", "EUR")]
    [InlineData("1.0.0", "EUR")]
    [InlineData("1.", "EUR")]
    [InlineData(".5", "EUR")]
    [InlineData(".", "EUR")]
    [InlineData(" 1", "EUR")]
    [InlineData("1e3", "EUR")]
    [InlineData("NaN", "EUR")]
    [InlineData("10000000000000.00", "EUR")]
    [InlineData("99999999999999999999999999", "JPY")]
    public void What_is_no_amount_of_the_currency_is_none(string text, string currency) =>
        Assert.Null(AmountText.Read(Encoding.UTF8.GetBytes(text), Currency.Of(currency)));

    [Fact]
    public void Any_amount_reads_back_however_many_zeros_the_file_drops_or_adds() =>
        Gen.Select(Gen.Long[0, 999_999_999_999_999], Gen.Int[0, 6]).Sample((cents, zeros) =>
        {
            var text = $"{cents / 100}.{cents % 100:00}";
            var shorter = text.TrimEnd('0').TrimEnd('.');
            var euro = Currency.Of("EUR");

            return AmountText.Read(Encoding.UTF8.GetBytes(text + new string('0', zeros)), euro) == new Money(cents, euro)
                && AmountText.Read(Encoding.UTF8.GetBytes(shorter), euro) == new Money(cents, euro);
        });
}
