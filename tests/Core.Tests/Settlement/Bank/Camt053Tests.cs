using System.Text;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using static Railyard.Core.Tests.Settlement.Bank.Statements;

namespace Railyard.Core.Tests.Settlement.Bank;

public sealed class Camt053Tests
{
    [Fact]
    public void A_statement_says_whose_it_is_and_what_came_and_went()
    {
        var file = Read(Camt(
            Entry("000000000000149.87", more: "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>") + Entry("49.87000", "DBIT"),
            balances: Balance("OPBD", "0.00") + Balance("CLBD", "100")));

        var statement = Assert.Single(file.Statements);
        Assert.Equal(
            ("NL68INGB0000012345", "S1", 7L, ControlStatus.Balanced),
            (statement.Account, statement.Id, statement.Sequence, statement.Control));
        Assert.Equal([new Movement(149_87.Eur(), Direction.Credit), new Movement(49_87.Eur(), Direction.Debit)], file.Lines.Select(line => line.Amount));
        Assert.Equal(
            ("PMNT/RCDT/ESCT", "B1", new DateOnly(2026, 11, 26)),
            (file.Lines[0].TransactionCode, file.Lines[0].BankReference, file.Lines[0].ValueOn));
    }

    [Fact]
    public void A_collective_entry_has_a_line_for_each_payment_and_their_sum_is_the_entry()
    {
        var right = Read(Camt(Entry("6.00", more: $"<NtryDtls>{Detail("3.50", "E1")}{Detail("2.50", "E2")}</NtryDtls>")));
        var wrong = Read(Camt(Entry("6.00", more: $"<NtryDtls>{Detail("3.50", "E1")}{Detail("2.00", "E1")}</NtryDtls>")));

        Assert.Equal(["E1", "E2"], right.Lines.Select(line => line.EndToEndId));
        Assert.Equal([350L, 250L], right.Lines.Select(line => line.Amount.Amount.MinorUnits));
        Assert.Empty(right.Findings);
        var finding = Assert.Single(wrong.Findings);
        Assert.Equal((StatementRule.Details, "600 EUR", "550 EUR"), (finding.Rule, finding.Expected, finding.Found));
        Assert.Equal(2, wrong.Lines.Count);
    }

    [Fact]
    public void Charges_may_explain_what_the_payments_lack()
    {
        const string charges = """<Chrgs><Rcrd><Amt Ccy="EUR">0.50</Amt></Rcrd></Chrgs>""";

        var file = Read(Camt(Entry("5.50", more: $"{charges}<NtryDtls>{Detail("3.50", "E1")}{Detail("2.50", "E2")}</NtryDtls>")));

        Assert.Empty(file.Findings);
    }

    [Fact]
    public void Payments_of_another_currency_leave_the_entry_one_line()
    {
        var file = Read(Camt(Entry("6.00", more: $"<NtryDtls>{Detail("3.50", "E1").Replace("EUR", "USD")}{Detail("2.50", "E2")}</NtryDtls>")));

        Assert.Equal(600, Assert.Single(file.Lines).Amount.Amount.MinorUnits);
    }

    [Theory]
    [InlineData("PDNG")]
    [InlineData("<Cd>PDNG</Cd>")]
    [InlineData("<Cd>INFO</Cd>")]
    public void Only_what_is_booked_counts_to_the_balance(string status)
    {
        var file = Read(Camt(
            Entry("1.00", status: "BOOK") + Entry("5.00", status: status), balances: Balance("OPBD", "0.00") + Balance("CLBD", "1.00")));

        Assert.Equal(ControlStatus.Balanced, Assert.Single(file.Statements).Control);
        Assert.Equal([EntryStatus.Booked, EntryStatus.Pending], file.Lines.Select(line => line.Status));
    }

    [Fact]
    public void A_payment_that_came_back_says_so()
    {
        var file = Read(Camt(
            Entry("1.00", more: "<RvslInd>true</RvslInd>")
            + Entry("1.00", more: "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>")
            + Entry("1.00", more: "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>")
            + Entry("1.00", more: "<RvslInd>false</RvslInd>")));

        Assert.Equal([true, true, true, false], file.Lines.Select(line => line.IsReturn));
    }

    [Theory]
    [InlineData("<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>1.00</Sum></TtlNtries>", StatementRule.Count)]
    [InlineData("<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>2.00</Sum></TtlCdtNtries>", StatementRule.Sum)]
    [InlineData("<TtlDbtNtries><NbOfNtries>1</NbOfNtries></TtlDbtNtries>", StatementRule.Count)]
    public void A_summary_that_is_not_what_the_entries_come_to_is_found(string totals, StatementRule rule)
    {
        var file = Read(Camt(Entry("1.00"), more: $"<TxsSummry>{totals}</TxsSummry>"));

        Assert.Equal(rule, Assert.Single(file.Findings).Rule);
        Assert.Equal(ControlStatus.Broken, Assert.Single(file.Statements).Control);
    }

    [Theory]
    [InlineData("CdtDbtInd", "CRDT</CdtDbtInd>", "KREDIT</CdtDbtInd>")]
    [InlineData("Amt/@Ccy", "Ccy=\"EUR\">1.00", "Ccy=\"EUX\">1.00")]
    [InlineData("Amt", "1.00", "-1.00")]
    [InlineData("Sts", "<Cd>BOOK</Cd>", "<Cd>DONE</Cd>")]
    [InlineData("BookgDt", "<BookgDt><Dt>2026-11-25", "<BookgDt><Dt>2026-11-31")]
    public void An_entry_that_cannot_be_read_is_quarantined_and_the_next_one_is_not(string field, string good, string bad)
    {
        var file = Read(Camt(Entry("1.00").Replace(good, bad, StringComparison.Ordinal) + Entry("2.00"), balances: Balance("OPBD", "0.00") + Balance("CLBD", "3.00")));

        Assert.Equal(field, Assert.Single(file.Quarantined).Fault.Field);
        Assert.Equal(2, Assert.Single(file.Lines).Number);
        Assert.Equal(ControlStatus.Broken, Assert.Single(file.Statements).Control);
    }

    [Theory]
    [InlineData("<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]>\n", "")]
    [InlineData("<!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n", "")]
    [InlineData("", "<AddtlNtryInf>&unknown;</AddtlNtryInf>")]
    [InlineData("", "<AddtlNtryInf>")]
    [InlineData("", "</Stmt>")]
    public void Document_types_entities_and_broken_nesting_reject_the_file(string prologue, string inside)
    {
        var file = Read(Camt(Entry("1.00", more: inside), prologue: prologue));

        Assert.Equal("xml", file.Rejection!.Fault.Field);
        Assert.Empty(file.Lines);
    }

    [Fact]
    public void The_five_entities_numbers_and_characters_are_read()
    {
        var text = Assert.Single(Read(Camt(Entry("1.00", more: "<AddtlNtryInf>a &lt;&amp;&gt; &quot;&apos; &#65;&#x42; <![CDATA[<c>]]></AddtlNtryInf>"))).Lines).Text;

        Assert.Equal("a <&> \"' AB <c>", text);
    }

    [Theory]
    [InlineData("UTF-8", true)]
    [InlineData("UTF-8", false)]
    [InlineData("ISO-8859-1", false)]
    public void Any_of_the_usual_encodings_and_line_ends_is_read(string encoding, bool hasMark)
    {
        var text = Camt(Entry("1.00", more: "<AddtlNtryInf>Überweisung</AddtlNtryInf>"), prologue: $"<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n")
            .ReplaceLineEndings("\r\n");
        byte[] content = [.. hasMark ? Encoding.UTF8.Preamble : [], .. Encoding.GetEncoding(encoding).GetBytes(text)];

        Assert.Equal("Überweisung", Assert.Single(StatementReader.Read(content).Lines).Text);
    }

    [Fact]
    public void Prefixes_and_a_missing_namespace_make_no_difference()
    {
        var plain = Read(Camt(Entry("1.00")));
        var prefixed = Read(Camt(Entry("1.00")).Replace("<", "<n:", StringComparison.Ordinal).Replace("<n:/", "</n:", StringComparison.Ordinal));
        var bare = Read(Camt(Entry("1.00")).Replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"", "", StringComparison.Ordinal));

        Assert.Equal(plain.Lines, prefixed.Lines);
        Assert.Equal(plain.Lines, bare.Lines);
    }

    [Fact]
    public void An_intraday_report_is_no_statement()
    {
        var file = Read(Camt(Entry("1.00")).Replace("BkToCstmrStmt", "BkToCstmrAcctRpt", StringComparison.Ordinal));

        Assert.Equal(("BkToCstmrStmt", "BkToCstmrAcctRpt"), (file.Rejection!.Fault.Expected, file.Rejection.Fault.Found));
    }

    [Fact]
    public void A_page_ends_with_an_intermediate_balance_and_the_next_begins_with_it()
    {
        var file = Read(Camt(Entry("1.00"), balances: Balance("ITBD", "5.00") + Balance("ITBD", "6.00")));

        var statement = Assert.Single(file.Statements);
        Assert.Equal((500, 600), (statement.Opening!.Amount.MinorUnits, statement.Closing!.Amount.MinorUnits));
        Assert.Equal(ControlStatus.Balanced, statement.Control);
    }
}
