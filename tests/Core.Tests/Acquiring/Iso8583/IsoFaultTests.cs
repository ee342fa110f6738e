using System.Text;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

public sealed class IsoFaultTests
{
    const string Pan = "4111111111111111";

    [Theory]
    [InlineData("", null, 0, "4 bytes", "0 bytes")]
    [InlineData("01", null, 0, "4 bytes", "2 bytes")]
    [InlineData("0A00", null, 1, "a digit", "0x41")]
    [InlineData("11000000000000000000", null, 0, "a message type of the version of 1987", "1100")]
    [InlineData("010072zz", null, 4, "16 bytes", "4 bytes")]
    [InlineData("0100002000000000000g", null, 19, "a capital hexadecimal digit", "0x67")]
    [InlineData("01000020000000000000" + "00012", 11, 20, "6 bytes", "5 bytes")]
    [InlineData("01000020000000000000" + "00012X", 11, 25, "a digit", "0x58")]
    [InlineData("01000020000000000000" + "0001234", null, 26, "the end", "1 more bytes")]
    [InlineData("01004000000000000000" + "204111111111111111111", 2, 20, "a length of at most 19", "20")]
    [InlineData("01004000000000000000" + "1X4111111111111111111", 2, 21, "a digit of its length", "something else")]
    [InlineData("01004000000000000000" + "16411111111111111", 2, 22, "16 bytes", "15 bytes")]
    [InlineData("01000000001000000000" + "X00000150", 28, 20, "C or D", "0x58")]
    [InlineData("01000000000008000000" + "ABC\u007f56789012", 37, 23, "a letter, a digit or a space", "0x7F")]
    [InlineData("01008000000000000000" + "8000000000000000" + "00", 65, 36, "a data element of the version of 1987", "another")]
    public void A_fault_says_which_element_where_and_what(string text, int? element, int offset, string expected, string found) =>
        Assert.Equal(new IsoFault(element, offset, expected, found), FaultOf(Encoding.Latin1.GetBytes(text), IsoDialect.Ascii));

    [Theory]
    [InlineData("0100 0020000000000000 00012A", 11, 12, "a digit", "0x2A")]
    [InlineData("0100 0020000000000000 0001", 11, 10, "3 bytes", "2 bytes")]
    [InlineData("0100 0000040000000000 1010", 22, 10, "a zero before an odd number of digits", "0x10")]
    [InlineData("0100 4000000000000000 15 1371449635398431", 2, 11, "a zero before an odd number of digits", "something else")]
    [InlineData("0100 4000000000000000 16 411111111111111F", 2, 18, "a digit", "something else")]
    [InlineData("0100 0000000000010000 1000", 48, 10, "a zero before an odd number of digits", "something else")]
    public void A_fault_in_binary_does_so_too(string hex, int? element, int offset, string expected, string found) =>
        Assert.Equal(new IsoFault(element, offset, expected, found), FaultOf(Bytes(hex), IsoDialect.Binary));

    [Fact]
    public void A_message_that_is_too_long_is_refused_unread() =>
        Assert.Equal(
            new IsoFault(null, 0, "4096 bytes at most", "4097"), FaultOf(new byte[IsoCodec.LongestMessage + 1], IsoDialect.Binary));

    [Fact]
    public void No_text_of_a_message_or_of_a_fault_has_what_is_the_cardholders()
    {
        var message = new IsoMessage(MessageType.AuthorisationRequest)
            .With(2, Pan).With(14, "3003").With(35, $"{Pan}=3003101").With(48, "9203737").With(52, "0123456789ABCDEF");
        var faults = Enumerable.Range(0, 40).Select(length => IsoCodec.Unpack(
            IsoCodec.Pack(message, IsoDialect.Ascii).AsSpan(0, length + 20), IsoDialect.Ascii));

        Assert.Equal(
            "0100 { 2: (hidden), 14: (hidden), 35: (hidden), 48: (hidden), 52: (hidden) }", $"{message}");
        Assert.All(faults, fault => Assert.DoesNotContain("4111", $"{fault}", StringComparison.Ordinal));
        Assert.DoesNotContain("4111", Assert.Throws<InvariantBroken>(() => message.With(2, Pan + Pan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_does_not_fit_its_element_is_a_fault_of_ours()
    {
        var message = new IsoMessage(MessageType.AuthorisationRequest);

        Assert.Throws<InvariantBroken>(() => message.With(4, "1050"));
        Assert.Throws<InvariantBroken>(() => message.With(37, "REF-00000001"));
        Assert.Throws<InvariantBroken>(() => message.With(1, "0000000000000000"));
        Assert.Throws<InvariantBroken>(() => message.With(65, "00"));
        Assert.Throws<InvariantBroken>(() => message.With(129, "0"));
    }

    [Fact]
    public void The_elements_are_numbered_without_a_gap() =>
        Assert.Equal(Enumerable.Range(1, 128), IsoElements.All.Select(element => element.Number));

    static IsoFault FaultOf(byte[] bytes, IsoDialect dialect) =>
        Assert.IsType<Unpacked.Unreadable>(IsoCodec.Unpack(bytes, dialect)).Fault;

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
