using Railyard.App.Merchants.Payouts;
using Railyard.Core;

namespace Railyard.App.Tests.Merchants.Payouts;

public sealed class StatementCsvTests
{
    [Theory]
    [InlineData("cap_1", "cap_1")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData(null, "")]
    public void A_text_is_never_a_formula_and_never_two_fields(string? text, string field) =>
        Assert.Equal(field, Csv.Text(text));

    [Theory]
    [InlineData("EUR", -5, "-0.05")]
    [InlineData("EUR", 1_234_56, "1234.56")]
    [InlineData("JPY", -1_234, "-1234")]
    [InlineData("KWD", 1, "0.001")]
    public void An_amount_is_in_major_units_with_its_sign(string currency, long minorUnits, string written) =>
        Assert.Equal(written, StatementCsv.Amount(new Balance(minorUnits, Currency.Of(currency))));
}
