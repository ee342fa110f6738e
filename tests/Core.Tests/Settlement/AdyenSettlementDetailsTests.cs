using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class AdyenSettlementDetailsTests
{
    [Fact]
    public void A_row_becomes_a_line_in_our_own_words()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("settlement-details-31.csv"));

        var line = file.Lines[1];
        Assert.Equal("adyen_settlement_details", file.Format);
        Assert.Equal((3, LineKind.Payment, "Settled"), (line.Number, line.Kind, line.Type));
        Assert.Equal(
            ("PSP0000000000002", "MOD0000000000002", "order, 2"),
            (line.AcquirerReference, line.ModificationReference, line.MerchantReference));
        Assert.Equal(new Movement(100_00.Eur(), Direction.Credit), line.Gross);
        Assert.Equal(new Movement(98_90.Eur(), Direction.Credit), line.Net);
        Assert.Equal(
            [(FeeKind.Markup, 60L), (FeeKind.SchemeFees, 20L), (FeeKind.Interchange, 30L)],
            line.Fees.Select(fee => (fee.Kind, fee.Amount.MinorUnits)));
        Assert.Equal(("7", "CET", ExchangeRate.One), (line.Batch, line.Zone, line.Rate));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 10, 1, 0, TimeSpan.FromHours(1)), line.BookedAt);
    }

    [Fact]
    public void The_older_layout_balances()
    {
        var parsed = SettlementFile.Read(SettlementFile.Sample("settlement-details-31.csv")).Parsed;

        Assert.Equal((5, 0, ControlStatus.Balanced), (parsed.Lines, parsed.Quarantined, parsed.Control.Status));
        Assert.Equal(new CurrencyTotals(Euro(116_20), Euro(6_20), Euro(110_00), Euro(110_00)), Assert.Single(parsed.Totals));
        Assert.Equal(1, parsed.Ignored[IgnoredReason.BatchFee]);
        Assert.Equal(1, parsed.Ignored[IgnoredReason.BalanceRow]);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 22, 0, 0, TimeSpan.Zero), parsed.ClosedAt);
    }

    [Fact]
    public void The_newer_layout_with_its_columns_elsewhere_and_a_converted_row_balances()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("settlement-details-49.csv"), pieceBytes: 100);

        Assert.Equal([2, 4, 5], file.Lines.Select(line => line.Number));
        Assert.Equal((0, ControlStatus.Balanced), (file.Parsed.Quarantined, file.Parsed.Control.Status));
        Assert.Equal(["EUR", "JPY"], file.Parsed.Totals.Select(total => total.Gross.Currency.Code));
    }

    [Fact]
    public void A_damaged_file_gives_up_its_bad_lines_only_and_says_of_each_what_is_wrong()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("settlement-details-damaged.csv"));

        Assert.Equal([2, 9, 10], file.Lines.Select(line => line.Number));
        Assert.Equal(
            [(3, "record", "text"), (4, "record", "29 fields"), (5, "Gross Credit (GC)", "10.005"), (6, "Gross Currency", "EUX"),
             (7, "TimeZone", "XYZ"), (8, "Net Debit (NC)", "10.00")],
            file.Quarantined.Select(bad => (bad.Number, bad.Fault.Field, bad.Fault.Found)));
        Assert.All(file.Quarantined, bad => Assert.StartsWith("Railyard,", bad.Raw, StringComparison.Ordinal));
        Assert.Equal(ControlStatus.Broken, file.Parsed.Control.Status);
        Assert.Equal((9, 6), (file.Parsed.Lines, file.Parsed.Quarantined));
    }

    [Fact]
    public void The_byte_range_of_a_bad_line_is_the_line()
    {
        var content = SettlementFile.Sample("settlement-details-damaged.csv");

        var file = SettlementFile.Read(content);

        Assert.All(file.Quarantined, bad => Assert.Equal(
            bad.Raw, System.Text.Encoding.UTF8.GetString(content, (int)bad.Bytes.Start, bad.Bytes.Length)));
    }

    [Fact]
    public void Pieces_of_any_size_give_the_same_file()
    {
        var content = SettlementFile.Sample("settlement-details-damaged.csv");
        var whole = SettlementFile.Read(content);

        for (var piece = 1; piece < 64; piece++)
        {
            var pieces = SettlementFile.Read(content, piece);
            Assert.Equivalent(whole.Lines, pieces.Lines, strict: true);
            Assert.Equal(whole.Quarantined, pieces.Quarantined);
        }
    }

    [Theory]
    [InlineData("", 1, "an empty file")]
    [InlineData("\n\n", 1, "an empty file")]
    [InlineData("just some text", 1, "just some text")]
    [InlineData("\"never closed", 1, "the end of the file")]
    [InlineData("Type,Type\n", 1, "Type,Type")]
    public void What_is_no_known_format_is_rejected_with_the_line_and_what_was_there(string text, int line, string found)
    {
        var rejected = SettlementFile.Read(text).Rejected!;

        Assert.Equal((line, found), (rejected.LineNumber, rejected.Fault.Found));
    }

    [Fact]
    public void A_report_that_lacks_a_column_is_rejected_by_the_name_of_the_column()
    {
        var rejected = SettlementFile.Read(SettlementFile.Header.Replace(",Batch Number", "")).Rejected!;

        Assert.Contains("'Batch Number'", rejected.Fault.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_without_rows_is_a_day_without_movements()
    {
        var file = SettlementFile.Read(SettlementFile.Header);

        Assert.Null(file.Rejected);
        Assert.Equal((0, ControlStatus.None), (file.Parsed.Lines, file.Parsed.Control.Status));
    }

    [Theory]
    [InlineData("DepositCorrection", "1.00", "", LineKind.ReserveHold)]
    [InlineData("DepositCorrection", "", "1.00", LineKind.ReserveRelease)]
    [InlineData("Balancetransfer", "1.00", "", LineKind.Carry)]
    [InlineData("InvoiceDeduction", "1.00", "", LineKind.Fee)]
    [InlineData("SomethingNew", "1.00", "", LineKind.Unknown)]
    public void Types_of_the_balance_have_their_kinds(string type, string debit, string credit, LineKind expected)
    {
        var text = $"{SettlementFile.Header},,2026-11-24 10:00:00,UTC,{type},note,EUR,,,,EUR,{debit},{credit},,1\n";

        Assert.Equal(expected, Assert.Single(SettlementFile.Read(text).Lines).Kind);
    }

    [Fact]
    public void A_payment_row_that_names_no_payment_is_quarantined()
    {
        var text = $"{SettlementFile.Header},,2026-11-24 10:00:00,UTC,Settled,M1,EUR,,1.00,1,EUR,,1.00,,1\n";

        Assert.Equal("Psp Reference", Assert.Single(SettlementFile.Read(text).Quarantined).Fault.Field);
    }

    [Theory]
    [InlineData("2026-02-29 10:00:00")]
    [InlineData("2026-13-01 10:00:00")]
    [InlineData("2026-11-24 24:00:00")]
    [InlineData("24-11-2026 10:00:00")]
    [InlineData("2026-11-24")]
    [InlineData("")]
    public void A_time_that_is_none_is_quarantined(string time)
    {
        var text = $"{SettlementFile.Header}P1,,{time},UTC,Settled,M1,EUR,,1.00,1,EUR,,1.00,,1\n";

        Assert.Equal("Creation Date", Assert.Single(SettlementFile.Read(text).Quarantined).Fault.Field);
    }

    static Balance Euro(long cents) => new(cents, Amounts.Euro);
}
