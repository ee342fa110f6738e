using CsCheck;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class SepaTextTests
{
    [Theory]
    [InlineData("Tea & Co", "Tea + Co")]
    [InlineData("Müller & Söhne Straße", "Mueller + Soehne Strasse")]
    [InlineData("Café Zażółć gęślą", "Cafe Zazolc gesla")]
    [InlineData("Smørrebrød Ångström", "Smorrebrod Angstroem")]
    [InlineData("Čokoláda Žižkov", "Cokolada Zizkov")]
    [InlineData("España, s.l.", "Espana, s.l.")]
    [InlineData("София", "Sofiya")]
    [InlineData("Αθήνα", "Athina")]
    [InlineData("東京", "..")]
    [InlineData("tea 🍵 shop", "tea . shop")]
    [InlineData("<b>\"x\"</b>", ".b.'x'./b.")]
    [InlineData("/x//y/", "x/y")]
    [InlineData(" a\tb\n", "a b")]
    public void A_text_is_written_in_the_characters_of_every_bank(string text, string written) =>
        Assert.Equal(written, SepaText.Of(text, 70));

    [Fact]
    public void Whatever_comes_what_goes_is_short_and_plain() => Gen.String.Sample(text =>
    {
        var written = SepaText.Of(text, 20);

        Assert.True(SepaText.Has(written) && written.Length <= 20, written);
        Assert.DoesNotContain("//", written, StringComparison.Ordinal);
        Assert.Equal(written.Trim(' ', '/'), written);
    });
}
