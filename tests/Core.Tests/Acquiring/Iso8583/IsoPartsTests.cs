using CsCheck;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

public sealed class IsoPartsTests
{
    [Theory]
    [InlineData("0100", "0110", "0101")]
    [InlineData("0101", "0110", "0101")]
    [InlineData("0200", "0210", "0201")]
    [InlineData("0220", "0230", "0221")]
    [InlineData("0400", "0410", "0401")]
    [InlineData("0421", "0430", "0421")]
    [InlineData("0800", "0810", "0801")]
    public void A_type_has_a_response_and_a_repeat(string request, string response, string repeat)
    {
        var type = MessageType.Find(request)!.Value;

        Assert.Equal((response, repeat), ($"{type.Response}", $"{type.Repeated}"));
        Assert.False(type.IsResponse);
        Assert.True(type.Response.IsResponse);
        Assert.Equal(type.First, type.Repeated.First);
    }

    [Fact]
    public void Original_data_elements_come_back()
    {
        var original = new IsoOriginal(MessageType.AuthorisationRequest, "000123", "1125034120", "00000123456");

        Assert.Equal(original, IsoOriginal.Read(original.Write()));
        Assert.Null(IsoOriginal.Read("0100"));
        Assert.Null(IsoOriginal.Read(null));
        Assert.Null(IsoOriginal.Read(new string('9', 42)));
    }

    [Fact]
    public void Subelements_come_back()
    {
        var text = IsoSubelements.Write((IsoSubelements.MerchantAdvice, "24"), (IsoSubelements.SecurityCode, null), (63, "REF000000001"));

        Assert.Equal("8402246312REF000000001", text);
        Assert.Equal("24", IsoSubelements.Read(text)![IsoSubelements.MerchantAdvice]);
        Assert.Equal("REF000000001", IsoSubelements.Read(text)![IsoSubelements.Trace]);
        Assert.Empty(IsoSubelements.Read(null)!);
        Assert.Null(IsoSubelements.Write((IsoSubelements.SecurityCode, null)));
    }

    [Fact]
    public void Whatever_text_subelements_are_read_from_nothing_is_thrown() =>
        Gen.String[Gen.Char["0123456789 A"], 0, 30].Sample(text => IsoSubelements.Read(text)?.Count is null or >= 0);

    [Fact]
    public void Every_currency_has_a_number_of_its_own()
    {
        Assert.Equal("978", Currency.Of("EUR").Number);
        Assert.All(Currency.All, currency => Assert.Equal(currency, Currency.FindByNumber(currency.Number)));
        Assert.Null(Currency.FindByNumber("000"));
    }
}
