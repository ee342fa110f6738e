using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.Core.Tests.Settlement.Bank;

public sealed class RealStatementFilesTests
{
    [Fact]
    public void The_example_has_five_payments_in_four_entries_and_balances()
    {
        var file = Read("camt053/viafintech-sepa_file_parser__valid_example.xml");

        var statement = Assert.Single(file.Statements);
        Assert.Equal((4, 5), (statement.Entries, file.Lines.Count));
        Assert.Equal((3306L, 2306L), (statement.Opening!.Amount.MinorUnits, statement.Closing!.Amount.MinorUnits));
        Assert.Equal((ControlStatus.Balanced, "DE14740618130000033626"), (statement.Control, statement.Account));
        Assert.Equal([350L, 250L], file.Lines.Skip(3).Select(line => line.Amount.Amount.MinorUnits));
        Assert.Equal((2, 2, "STZV-EtE27122013-11:02-2"), (file.Lines[4].Detail, file.Lines[4].Details, file.Lines[4].EndToEndId));
    }

    [Fact]
    public void The_example_of_version_eight_has_three_entries_and_does_not_add_up()
    {
        var file = Read("camt053/viafintech-sepa_file_parser__valid_example_v8.xml");

        var statement = Assert.Single(file.Statements);
        Assert.Equal((3, ControlStatus.Broken), (statement.Entries, statement.Control));
        Assert.Contains(file.Findings, finding => finding.Rule == StatementRule.ClosingBalance && finding.Expected == "8451525 CHF");
        Assert.Empty(file.Quarantined);
    }

    [Fact]
    public void Two_statements_in_one_file_both_balance()
    {
        var file = Read("camt053/genkgo-camt__camt053.v2.multi.statement.xml");

        Assert.Equal([1815L, 2700L], file.Statements.Select(one => one.Opening!.Amount.MinorUnits));
        Assert.Equal([2700L, 2000L], file.Statements.Select(one => one.Closing!.Amount.MinorUnits));
        Assert.All(file.Statements, one => Assert.Equal(ControlStatus.Balanced, one.Control));
        Assert.Equal((2, 0), (file.Lines.Count, file.FindingsInAll));
    }

    [Fact]
    public void Two_identical_entries_are_both_kept()
    {
        var file = Read("camt053/sebastienrousseau-bankstatementparser__camt053_duplicate_same_day.xml");

        Assert.Equal([1, 2], file.Lines.Select(line => line.Number));
        Assert.All(file.Lines, line => Assert.Equal(new Movement(450.Eur(), Direction.Debit), line.Amount));
        Assert.Equal(ControlStatus.None, Assert.Single(file.Statements).Control);
    }

    [Fact]
    public void An_unreadable_amount_is_quarantined_with_what_was_expected()
    {
        var file = Read("camt053/sebastienrousseau-bankstatementparser__camt053_garbled_amount.xml");

        var bad = Assert.Single(file.Quarantined);
        Assert.Empty(file.Lines);
        Assert.Equal((16, "Amt", "12..34"), (bad.FileLine, bad.Fault.Field, bad.Fault.Found));
        Assert.StartsWith("<Ntry>", bad.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("railslove-cmxl__mt940-deutsche_bank.txt", 3, 16)]
    [InlineData("zilverline-mt940__ing_mt940_iban.txt", 1, 21)]
    public void Statements_of_MT940_balance(string name, int statements, int lines)
    {
        var file = Read($"mt940/{name}");

        Assert.Equal((statements, lines), (file.Statements.Count, file.Lines.Count));
        Assert.All(file.Statements, one => Assert.Equal(ControlStatus.Balanced, one.Control));
        Assert.Empty(file.Quarantined);
    }

    [Fact]
    public void A_shortened_statement_does_not_add_up()
    {
        var file = Read("mt940/sandermarechal-jejik-mt940__commerzbank.txt");

        var finding = Assert.Single(file.Findings);
        Assert.Equal((StatementRule.ClosingBalance, "0 EUR", "-1235 EUR"), (finding.Rule, finding.Expected, finding.Found));
        Assert.Equal("A1.200080779.400143254.4961336", Assert.Single(file.Lines).EndToEndId);
    }

    [Fact]
    public void What_is_no_statement_is_rejected_with_its_line()
    {
        var file = Read("mt940/wolph-mt940__self-provided_invalid_statement.sta");

        Assert.Equal((1, "1"), (file.Rejection!.Line, file.Rejection.Fault.Found));
        Assert.Null(file.Format);
    }

    [Theory]
    [InlineData("moov-io-bai2__sample1.txt", 2, 17)]
    [InlineData("ministryofjustice-bai2__nwb_example.bai2", 1, 5)]
    public void Accounts_of_BAI2_agree_with_their_trailers(string name, int accounts, int details)
    {
        var file = Read($"bai2/{name}");

        Assert.Equal((accounts, details, 0), (file.Statements.Count, file.Lines.Count, file.FindingsInAll));
        Assert.All(file.Statements, one => Assert.Equal(ControlStatus.Balanced, one.Control));
    }

    [Fact]
    public void Nine_accounts_have_a_trailer_and_one_of_them_does_not_agree_with_it()
    {
        var file = Read("bai2/moov-io-bai2__sample3.txt");

        var cut = file.Findings.Where(finding => finding is { Rule: StatementRule.Trailer, Expected: "49" }).Select(finding => finding.Statement);
        var ended = file.Statements.Where(one => !cut.Contains(one.Number)).ToList();
        Assert.Equal((9, 24), (ended.Count, file.Lines.Count));
        Assert.Equal(1, ended.Count(one => one.Control == ControlStatus.Broken));
        Assert.Equal("record", Assert.Single(file.Quarantined).Fault.Field);
        Assert.Contains(file.Findings, finding => finding is { Rule: StatementRule.Trailer, Expected: "02" });
    }

    static StatementFile Read(string name) => StatementReader.Read(SettlementFile.RealSample(name));
}
