using System.Text;
using Railyard.Core.Acquiring.Iso8583;

namespace Railyard.Core.Tests.Acquiring.Iso8583;

/// <summary>Whole messages, put together by hand from the standard.</summary>
public sealed class IsoVectorsTests
{
    static readonly IsoMessage Authorisation = new IsoMessage(MessageType.AuthorisationRequest)
        .With(2, "4111111111111111").With(3, "000000").With(4, "000000001050").With(7, "1125034120")
        .With(11, "000123").With(12, "034120").With(13, "1125").With(14, "3003").With(22, "010").With(25, "59")
        .With(32, "123456").With(37, "REF000000001").With(41, "RAILYARD").With(42, "RAILYARDTIDE   ").With(49, "978");

    static readonly IsoMessage ReversalAdvice = new IsoMessage(MessageType.ReversalAdvice.Repeated)
        .With(3, "000000").With(4, "000000001050").With(7, "1125034120").With(11, "000124").With(37, "REF000000001")
        .With(49, "978").With(90, "010000012311250341200000012345600000000000");

    static readonly IsoMessage Refusal = new IsoMessage(MessageType.AuthorisationRequest.Response)
        .With(11, "000123").With(37, "REF000000001").With(39, "51").With(48, "840203").With(54, "0040978D000000001050");

    // Track 2 and a length that are odd, bytes of fixed and of variable length, a signed amount.
    static readonly IsoMessage Present = new IsoMessage(MessageType.FinancialRequest)
        .With(2, "371449635398431").With(11, "999999").With(23, "001").With(28, "D00000150")
        .With(35, "4111111111111111=30031010000012345678").With(52, "0123456789ABCDEF").With(55, "9F2701805A")
        .With(64, "FEDCBA9876543210");

    static readonly IsoMessage Echo = new IsoMessage(MessageType.NetworkManagementRequest)
        .With(7, "1125034120").With(11, "000001").With(70, "301");

    public static TheoryData<string, string> InAscii => new()
    {
        {
            "authorisation",
            "0100" + "723C048108C08000" + "164111111111111111" + "000000" + "000000001050" + "1125034120" + "000123" +
            "034120" + "1125" + "3003" + "010" + "59" + "06123456" + "REF000000001" + "RAILYARD" + "RAILYARDTIDE   " + "978"
        },
        {
            "reversal",
            "0421" + "B220000008008000" + "0000004000000000" + "000000" + "000000001050" + "1125034120" + "000124" +
            "REF000000001" + "978" + "0100" + "000123" + "1125034120" + "00000123456" + "00000000000"
        },
        { "refusal", "0110" + "00200000" + "0A010400" + "000123" + "REF000000001" + "51" + "006840203" + "0200040978D000000001050" },
        {
            "present",
            "0200" + "4020021020001201" + "15371449635398431" + "999999" + "001" + "D00000150" +
            "374111111111111111=30031010000012345678" + "0123456789ABCDEF" + "0059F2701805A" + "FEDCBA9876543210"
        },
        { "echo", "0800" + "8220000000000000" + "0400000000000000" + "1125034120" + "000001" + "301" },
    };

    public static TheoryData<string, string> InBinary => new()
    {
        {
            "authorisation",
            "0100 723C048108C08000 16 4111111111111111 000000 000000001050 1125034120 000123 " +
            "034120 1125 3003 0010 59 06 123456 524546303030303030303031 5241494C59415244 " +
            "5241494C5941524454494445202020 0978"
        },
        {
            "reversal",
            "0421 B220000008008000 0000004000000000 000000 000000001050 1125034120 000124 " +
            "524546303030303030303031 0978 0100 000123 1125034120 00000123456 00000000000"
        },
        {
            "refusal",
            "0110 002000000A010400 000123 524546303030303030303031 3531 0006 383430323033 " +
            "0020 3030343039373844303030303030303031303530"
        },
        {
            "present",
            "0200 4020021020001201 15 0371449635398431 999999 0001 44 00000150 " +
            "37 04111111111111111D30031010000012345678 0123456789ABCDEF 0005 9F2701805A FEDCBA9876543210"
        },
        { "echo", "0800 8220000000000000 0400000000000000 1125034120 000001 0301" },
    };

    [Theory]
    [MemberData(nameof(InAscii))]
    public void A_message_is_those_bytes_in_ASCII(string name, string text) =>
        IsThoseBytes(Named(name), Encoding.ASCII.GetBytes(text), IsoDialect.Ascii);

    [Theory]
    [MemberData(nameof(InBinary))]
    public void A_message_is_those_bytes_in_binary(string name, string hex) =>
        IsThoseBytes(Named(name), Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), IsoDialect.Binary);

    static void IsThoseBytes(IsoMessage message, byte[] bytes, IsoDialect dialect)
    {
        var packed = IsoCodec.Pack(message, dialect);
        var read = Assert.IsType<Unpacked.Read>(IsoCodec.Unpack(bytes, dialect));

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(packed));
        Assert.Equal(message, read.Message);
    }

    static IsoMessage Named(string name) => name switch
    {
        "authorisation" => Authorisation,
        "reversal" => ReversalAdvice,
        "refusal" => Refusal,
        "present" => Present,
        "echo" => Echo,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
