using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class RealSettlementFilesTests
{
    const string Name = "adyen-sdr/wikimedia-wikimedia-fundraising-SmashPig__settlement_detail_report_";
    static readonly Currency Dollar = Currency.Of("USD");

    [Fact]
    public void The_donation_has_one_payment_and_its_payout_and_balances()
    {
        var file = SettlementFile.Read(SettlementFile.RealSample(Name + "donation.csv"));

        Assert.Equal([LineKind.Payment, LineKind.Payout], file.Lines.Select(line => line.Kind));
        Assert.Equal(ControlStatus.Balanced, file.Parsed.Control.Status);
        Assert.Equal(
            new CurrencyTotals(new(100, Dollar), new(24, Dollar), new(76, Dollar), new(76, Dollar)),
            Assert.Single(file.Parsed.Totals));
    }

    [Fact]
    public void The_reordered_donation_gives_the_identical_result()
    {
        var plain = SettlementFile.Read(SettlementFile.RealSample(Name + "donation.csv"));

        var reordered = SettlementFile.Read(SettlementFile.RealSample(Name + "donation_reordered.csv"));

        Assert.Equivalent(WithoutPlace(plain), WithoutPlace(reordered), strict: true);
        Assert.Equivalent(plain.Parsed, reordered.Parsed, strict: true);
    }

    [Fact]
    public void The_chargeback_is_read_and_its_control_is_broken()
    {
        var file = SettlementFile.Read(SettlementFile.RealSample(Name + "chargeback.csv"));

        var finding = Assert.Single(file.Parsed.Control.Findings);
        Assert.Equal([LineKind.Chargeback, LineKind.Fee, LineKind.Payout], file.Lines.Select(line => line.Kind));
        Assert.Equal(
            (ControlRule.BatchNet, "3", "-480 USD", "403 USD"),
            (finding.Rule, finding.Batch, finding.Expected, finding.Found));
    }

    [Fact]
    public void The_payout_reconciliation_is_read_without_its_personal_data_and_comes_to_its_payout()
    {
        var content = SettlementFile.RealSample("stripe/wikimedia-wikimedia-fundraising-SmashPig__settlement_report_with_customer_data.csv");

        var file = SettlementFile.Read(content);

        var payout = Assert.Single(file.Parsed.Payouts);
        Assert.Equal([LineKind.Payment, LineKind.Payment, LineKind.Fee], file.Lines.Select(line => line.Kind));
        Assert.Equal(("po_test123", new Movement(new(33_55, Dollar), Direction.Credit)), (payout.Batch, payout.Paid));
        Assert.Equal(33_55, Assert.Single(file.Parsed.Totals).Net.MinorUnits);
        Assert.Empty(file.Parsed.Control.Findings);
        Assert.DoesNotContain("Simpson", string.Join(' ', file.Lines), StringComparison.Ordinal);
    }

    static IEnumerable<SettlementLine> WithoutPlace(SettlementFile file) =>
        file.Lines.Select(line => line with { Bytes = default });
}
