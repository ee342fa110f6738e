using Railyard.Core.Merchants.Payouts;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class IbanTests
{
    // The examples of the IBAN registry.
    [Theory]
    [InlineData("NL91 ABNA 0417 1643 00")]
    [InlineData("DE89370400440532013000")]
    [InlineData("gb29 nwbk 6016 1331 9268 19")]
    [InlineData("MT84MALT011000012345MTLCAST001S")]
    [InlineData("NO9386011117947")]
    [InlineData("LC55HEMM000100010012001200023015")]
    public void An_iban_is_read_with_or_without_spaces(string text) =>
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(), Iban.Read(text)!.Value.Value);

    [Theory]
    [InlineData("NL92ABNA0417164300")]      // Wrong check digits.
    [InlineData("NL91ABNA0417164030")]      // Two digits swapped.
    [InlineData("DE8937040044053201300")]   // Too short for Germany.
    [InlineData("NL91ABNA04171643000")]
    [InlineData("US64SVBKUS6S3300958879")]  // No IBANs there.
    [InlineData("NLA1ABNA0417164300")]
    [InlineData("NL91ABNA04171643é0")]
    [InlineData("N")]
    [InlineData("")]
    public void What_is_none_is_not_read(string text) => Assert.Null(Iban.Read(text));

    [Fact]
    public void An_iban_prints_shortened() => Assert.Equal("NL…4300", $"{new Iban("NL91ABNA0417164300")}");

    [Theory]
    [InlineData("ABNANL2A", true)]
    [InlineData("deutdeff500", true)]
    [InlineData("ABNANL2", false)]
    [InlineData("ABNA112A", false)]
    [InlineData("ABNANL2A5", false)]
    public void A_bic_has_eight_or_eleven_characters(string text, bool isOne) => Assert.Equal(isOne, Bic.Read(text) is not null);
}
