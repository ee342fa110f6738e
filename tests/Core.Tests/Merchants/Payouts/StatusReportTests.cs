using CsCheck;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class StatusReportTests
{
    const string Rejected = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
          <GrpHdr><MsgId>BANK1</MsgId><CreDtTm>2026-11-24T12:00:00</CreDtTm></GrpHdr>
          <OrgnlGrpInfAndSts><OrgnlMsgId>RY1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
          <OrgnlPmtInfAndSts><OrgnlPmtInfId>RY1</OrgnlPmtInfId>
            <TxInfAndSts><OrgnlEndToEndId>a-1</OrgnlEndToEndId><TxSts>RJCT</TxSts>
              <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf></TxInfAndSts>
            <TxInfAndSts><OrgnlEndToEndId>b-1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
          </OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>
        """;

    [Fact]
    public void A_report_says_which_transfers_were_refused_and_why()
    {
        var (report, fault) = StatusReportReader.Read(Rejected);

        Assert.Null(fault);
        Assert.Equal(("RY1", BankStatus.PartlyAccepted), (report!.Message, report.Group!.Value));
        Assert.Equal(
            [new("a-1", BankStatus.Rejected, "AC04 Account closed"), new TransferStatus("b-1", BankStatus.Accepted, null)],
            report.Transfers);
    }

    [Theory]
    [InlineData("<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>DU01</Prtry></Rsn></StsRsnInf></OrgnlGrpInfAndSts>", "DU01")]
    [InlineData("</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>", "AM04")]
    public void A_file_may_be_refused_as_a_whole(string rest, string reason)
    {
        var (report, _) = StatusReportReader.Read(
            $"<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>RY1</OrgnlMsgId>{rest}</CstmrPmtStsRpt></Document>");

        Assert.True(report!.IsRefused);
        Assert.Equal(reason, report.GroupReason);
    }

    [Theory]
    [InlineData("ACCP", BankStatus.Accepted)]
    [InlineData("ACSP", BankStatus.Accepted)]
    [InlineData("ACSC", BankStatus.Accepted)]
    [InlineData("PART", BankStatus.PartlyAccepted)]
    [InlineData("PDNG", BankStatus.Pending)]
    [InlineData("RJCT", BankStatus.Rejected)]
    public void Every_status_has_a_meaning(string code, BankStatus status) => Assert.Equal(status, StatusReport.StatusOf(code));

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", "document")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>", "document")]
    [InlineData("not xml", "document")]
    [InlineData("", "document")]
    [InlineData("<Document><BkToCstmrStmt/></Document>", "document")]
    [InlineData("<Document><CstmrPmtStsRpt/></Document>", "OrgnlMsgId")]
    [InlineData("<CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>x</OrgnlMsgId><GrpSts>????</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt>", "status")]
    [InlineData("<CstmrPmtStsRpt><TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts></CstmrPmtStsRpt>", "OrgnlEndToEndId")]
    public void What_is_no_report_is_refused_without_quoting_it(string text, string field)
    {
        var (report, fault) = StatusReportReader.Read(text);

        Assert.Null(report);
        Assert.Equal(field, fault!.Field);
        Assert.DoesNotContain("passwd", $"{fault}", StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded() =>
        Assert.NotNull(StatusReportReader.Read(string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40))).Fault);

    [Fact]
    public void A_damaged_report_is_read_or_refused_and_never_throws() =>
        Gen.Select(Gen.Int[0, Rejected.Length - 1], Gen.Char[' ', '~']).Array[1, 5].Sample(changes =>
        {
            var text = Rejected.ToCharArray();
            foreach (var (place, one) in changes) text[place] = one;

            var (report, fault) = StatusReportReader.Read(new string(text));

            Assert.True(report is null != fault is null);
        });
}
