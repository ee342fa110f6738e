using System.Globalization;
using System.Security;
using System.Text;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>A camt.053 file: a statement for each currency, with what was there before and after.</summary>
sealed class StatementPaper(int number, DateTimeOffset now)
{
    // The check digits are right, and no bank has this number.
    const string Account = "NL21RAIL0000000001";

    const string AccountClosed = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";

    readonly string day = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    readonly StringBuilder text = new();
    int entryNumber;

    /// <summary>Adds the statement of a currency.</summary>
    public void Write(string currency, long opening, int sequence, IReadOnlyList<StatementEntry> entries)
    {
        text.Append(
            $"""
                <Stmt>
                  <Id>RAILBANK-{currency}-{sequence}</Id>
                  <ElctrncSeqNb>{sequence}</ElctrncSeqNb>
                  <CreDtTm>{Moment}</CreDtTm>
                  <Acct><Id><Othr><Id>{Account}{currency}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>

            """);
        WriteBalance("OPBD", opening, currency);
        WriteBalance("CLBD", opening + entries.Sum(one => one.Amount), currency);
        foreach (var entry in entries) Write(entry);
        text.Append("    </Stmt>\n");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
          <BkToCstmrStmt>
            <GrpHdr><MsgId>RAILBANK-{number}</MsgId><CreDtTm>{Moment}</CreDtTm></GrpHdr>
        {text}  </BkToCstmrStmt>
        </Document>

        """;

    string Moment => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    void WriteBalance(string kind, long amount, string currency) => text.Append(
        $"""
              <Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{Amount(amount, currency)}<Dt><Dt>{day}</Dt></Dt></Bal>

        """);

    void Write(StatementEntry entry) => text.Append(
        $"""
              <Ntry>
                {Amount(entry.Amount, entry.Currency)}<Sts><Cd>BOOK</Cd></Sts>
                <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
                <AcctSvcrRef>RB{number:D6}{++entryNumber:D5}</AcctSvcrRef>
                <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{(entry.EndToEndId is not null ? "ICDT" : entry.Amount < 0 ? "IDDT" : "RCDT")}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
                <NtryDtls><TxDtls>
                  <Refs><EndToEndId>{SecurityElement.Escape(entry.EndToEndId) ?? "NOTPROVIDED"}</EndToEndId></Refs>
                  <RltdPties>{Party(entry)}</RltdPties>
                  <RmtInf><Ustrd>{SecurityElement.Escape(entry.Text)}</Ustrd></RmtInf>{(entry.IsReturn ? AccountClosed : "")}
                </TxDtls></NtryDtls>
              </Ntry>

        """);

    static string Party(StatementEntry entry)
    {
        var role = entry.EndToEndId is null ? "Dbtr" : "Cdtr";
        return $"<{role}><Pty><Nm>{SecurityElement.Escape(entry.Party)}</Nm></Pty></{role}>";
    }

    static string Amount(long amount, string currency) =>
        $"""<Amt Ccy="{currency}">{MinorUnits.Text(Math.Abs(amount), currency)}</Amt><CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>""";
}
