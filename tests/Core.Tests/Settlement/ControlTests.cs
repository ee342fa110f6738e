using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class ControlTests
{
    [Theory]
    [InlineData("EUR,,10.00,1,EUR,,9.70,0.30")]
    [InlineData("EUR,50.00,,1,EUR,54.00,,4.00")]
    [InlineData("EUR,,0.05,1,EUR,0.05,,0.10")]
    [InlineData("EUR,,10.00,,EUR,,9.70,0.30")]
    [InlineData("USD,,100.00,0.9171,EUR,,91.21,0.5")]
    [InlineData("USD,,100.00,0.9171,EUR,,91.22,0.5")]
    [InlineData("JPY,,1000,0.00612,EUR,,6.12,")]
    [InlineData("EUR,,6.12,163.3987,JPY,,1000,")]
    [InlineData("BHD,,1.234,2.41,EUR,,2.97,")]
    [InlineData("EUR,10.00,,1,EUR,9.95,,-0.05")]
    public void A_row_that_adds_up_is_no_finding(string amounts) => Assert.Empty(FindingsOf(amounts));

    [Theory]
    [InlineData("EUR,,10.00,1,EUR,,9.71,0.30", "970 EUR", "971 EUR")]
    [InlineData("EUR,50.00,,1,EUR,46.00,,4.00", "-5400 EUR", "-4600 EUR")]
    [InlineData("USD,,100.00,0.9171,EUR,,91.30,0.5", "9121 EUR", "9130 EUR")]
    [InlineData("USD,50.00,,0.9171,EUR,45.90,,", "-4586 EUR", "-4590 EUR")]
    public void A_row_that_does_not_add_up_is_a_finding_with_both_sides(string amounts, string expected, string found)
    {
        var finding = Assert.Single(FindingsOf(amounts));

        Assert.Equal((ControlRule.RowArithmetic, 2, expected, found), (finding.Rule, finding.Line, finding.Expected, finding.Found));
    }

    [Fact]
    public void A_row_that_converts_without_a_rate_is_a_finding() =>
        Assert.Equal(ControlRule.RatePresent, Assert.Single(FindingsOf("USD,,100.00,,EUR,,91.30,0.5")).Rule);

    [Fact]
    public void A_batch_without_payout_has_no_control() =>
        Assert.Equal(ControlStatus.None, Read(Payment("10.00", "1")).Status);

    [Fact]
    public void A_batch_that_is_carried_on_balances_without_payout() =>
        Assert.Equal(ControlStatus.Balanced, Read(Payment("10.00", "1"), Balance("Balancetransfer", "10.00", "1")).Status);

    [Fact]
    public void A_carry_and_a_payout_share_a_batch() => Assert.Equal(
        ControlStatus.Balanced,
        Read(Payment("10.00", "1"), Balance("Balancetransfer", "4.00", "1"), Balance("MerchantPayout", "6.00", "1")).Status);

    [Fact]
    public void Batches_are_held_each_against_its_own_payout()
    {
        var control = Read(
            Payment("10.00", "1"), Payment("20.00", "2"), Balance("MerchantPayout", "20.00", "1"), Balance("MerchantPayout", "10.00", "2"));

        Assert.Equal(ControlStatus.Broken, control.Status);
        Assert.Equal([("1", "1000 EUR", "2000 EUR"), ("2", "2000 EUR", "1000 EUR")],
            control.Findings.Select(finding => (finding.Batch, finding.Expected, finding.Found)));
    }

    [Fact]
    public void One_batch_that_is_still_open_leaves_the_file_without_control() => Assert.Equal(
        ControlStatus.None,
        Read(Payment("10.00", "1"), Payment("20.00", "2"), Balance("MerchantPayout", "10.00", "1")).Status);

    [Fact]
    public void A_million_absurd_amounts_are_a_finding_and_no_overflow()
    {
        var rows = Enumerable.Repeat(Payment("9999999999999.99", "1"), 10_000);

        var control = Read([.. rows]);

        Assert.Contains(control.Findings, finding => finding.Rule == ControlRule.Countable);
    }

    [Fact]
    public void Findings_beyond_the_bound_are_counted_but_not_listed()
    {
        var rows = Enumerable.Repeat("P1,,2026-11-24 10:00:00,UTC,Settled,M1,EUR,,10.00,1,EUR,,9.71,0.30,1", 150);

        var control = Read([.. rows]);

        Assert.Equal((FileTally.ListedFindings, 150), (control.Findings.Count, control.FindingsInAll));
    }

    static IReadOnlyList<ControlFinding> FindingsOf(string amounts) =>
        Read($"P1,,2026-11-24 10:00:00,UTC,Settled,M1,{amounts},1").Findings;

    static Control Read(params string[] rows)
    {
        var file = SettlementFile.Read(SettlementFile.Header + string.Join('\n', rows));
        Assert.Empty(file.Quarantined);
        return file.Parsed.Control;
    }

    static string Payment(string credit, string batch) =>
        $"P1,,2026-11-24 10:00:00,UTC,Settled,M1,EUR,,{credit},1,EUR,,{credit},,{batch}";

    static string Balance(string type, string debit, string batch) =>
        $",,2026-11-24 23:00:00,UTC,{type},note,EUR,,,,EUR,{debit},,,{batch}";
}
