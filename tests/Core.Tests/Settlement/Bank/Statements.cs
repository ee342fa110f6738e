using System.Text;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Tests.Settlement.Bank;

/// <summary>Bank statements as a test writes them.</summary>
static class Statements
{
    public static StatementFile Read(string text) => StatementReader.Read(Encoding.UTF8.GetBytes(text));

    public static string Camt(string entries, string more = "", string balances = "", string prologue = "") =>
        $"""
        {prologue}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
        <BkToCstmrStmt>
        <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-25T18:00:00Z</CreDtTm></GrpHdr>
        <Stmt>
        <Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-25T18:00:00Z</CreDtTm>
        <Acct><Id><IBAN>NL68INGB0000012345</IBAN></Id><Ccy>EUR</Ccy></Acct>
        {balances}{more}{entries}
        </Stmt>
        </BkToCstmrStmt>
        </Document>
        """;

    public static string Balance(string kind, string amount, string direction = "CRDT", string day = "2026-11-25") =>
        $"""<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>""";

    public static string Entry(string amount, string direction = "CRDT", string more = "", string status = "<Cd>BOOK</Cd>", string currency = "EUR") =>
        $"""
        <Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>
        <BookgDt><Dt>2026-11-25</Dt></BookgDt><ValDt><Dt>2026-11-26</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef>{more}</Ntry>
        """;

    public static string Detail(string amount, string id, string more = "") =>
        $"""<TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>{more}</TxDtls>""";

    public static string Swift(string opening, string closing, params string[] fields) =>
        string.Join("\r\n", [":20:T1", ":25:NL68INGB0000012345", ":28C:7/1", $":60F:{opening}", .. fields, $":62F:{closing}", "-", ""]);

    public static string Bai(params string[] records) => string.Join('\n',
        ["01,BANK,US,261125,1800,1,,,2/", "02,US,BANK,1,261125,2400,USD,2/", .. records]);
}
