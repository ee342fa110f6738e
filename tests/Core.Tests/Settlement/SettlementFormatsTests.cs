using System.Text;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

public sealed class SettlementFormatsTests
{
    static readonly Currency Euro = Currency.Of("EUR");
    static readonly Currency Dollar = Currency.Of("USD");

    [Fact]
    public void Rows_of_a_Stripe_payout_come_to_what_is_paid_out()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("stripe-payout.csv"));

        Assert.Equal(
            [LineKind.Payment, LineKind.CaptureReversal, LineKind.Refund, LineKind.Chargeback, LineKind.Fee, LineKind.Payment, LineKind.Payment],
            file.Lines.Select(line => line.Kind));
        Assert.Equal([("po_1", "1215 EUR", "TR1"), ("po_2", "1157 JPY", "TR2")], file.Parsed.Payouts.Select(Said));
        Assert.Equal(ControlStatus.None, file.Parsed.Control.Status);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), file.Parsed.ClosedAt);
    }

    [Theory]
    [InlineData(false, "ch_1")]
    [InlineData(true, "txn_1")]
    public void A_Stripe_capture_is_known_by_what_the_connector_keeps_of_it(bool capturesInParts, string modification)
    {
        var file = SettlementFile.Read(
            SettlementFile.Sample("stripe-payout.csv"), terms: new ReadingTerms { CapturesInParts = capturesInParts });

        Assert.Equal(("pi_1", modification, "pay_1"), Known(file.Lines[0]));
        Assert.Equal(("pi_1", "re_1", "pay_1"), Known(file.Lines[2]));
        Assert.Equal(("pi_2", "dp_1", "pay_2"), Known(file.Lines[3]));
    }

    [Fact]
    public void What_a_Stripe_capture_left_is_taken_off_its_payment()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("stripe-payout.csv"));

        var lines = CaptureReversals.TakeOff([.. file.Lines]);

        Assert.Equal(6, lines.Count);
        Assert.Equal(
            (new Money(60_00, Euro), new Money(58_25, Euro)), (lines[0].Gross!.Value.Amount, lines[0].Net.Amount));
        Assert.Equal(1, file.Parsed.Ignored[IgnoredReason.PartOfCapture]);
    }

    [Fact]
    public void A_Stripe_row_whose_net_is_not_its_gross_less_its_fee_is_a_finding()
    {
        var file = SettlementFile.Read(Edited("stripe-payout.csv", "-0.6,0,-0.6", "-0.6,0,-0.7"));

        Assert.Equal(ControlRule.RowArithmetic, Assert.Single(file.Parsed.Control.Findings).Rule);
    }

    [Fact]
    public void A_Stripe_line_in_quarantine_is_kept_without_personal_data()
    {
        var file = SettlementFile.Read(Edited("stripe-payout.csv", ",100,1.75", ",100.001,1.75"));

        var bad = Assert.Single(file.Quarantined);
        Assert.Equal((2, "gross", "100.001"), (bad.Number, bad.Fault.Field, bad.Fault.Found));
        Assert.Contains("pi_1", bad.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("someone@", bad.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("shirts", bad.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Checkout_breakdown_shows_fees_by_kind_and_what_is_held_back()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("checkout-breakdown.csv"));

        Assert.Equal(
            [LineKind.Payment, LineKind.Refund, LineKind.Payment, LineKind.ReserveRelease, LineKind.Fee], file.Lines.Select(line => line.Kind));
        Assert.Equal([FeeKind.Commission, FeeKind.SchemeFees, FeeKind.Interchange, FeeKind.Tax], file.Lines[0].Fees.Select(fee => fee.Kind));
        Assert.Equal((new Movement(new(10_00, Euro), Direction.Debit), new Money(100_00, Dollar)), (file.Lines[0].Reserve, file.Lines[2].Gross!.Value.Amount));
        Assert.Equal([("00000000CFJU", "15526 EUR", "00000000CFJU")], file.Parsed.Payouts.Select(Said));
        Assert.Empty(file.Parsed.Control.Findings);
    }

    [Theory]
    [InlineData("-11.75,88.25", "-11.75,88.26")]
    [InlineData("-0.50,91.21", "-0.50,91.99")]
    public void A_Checkout_row_that_does_not_add_up_is_a_finding(string right, string wrong)
    {
        var file = SettlementFile.Read(Edited("checkout-breakdown.csv", right, wrong));

        Assert.Equal(ControlRule.RowArithmetic, Assert.Single(file.Parsed.Control.Findings).Rule);
    }

    [Fact]
    public void A_PayPal_report_balances_against_its_footers()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("paypal-stl.csv"));

        Assert.Equal([LineKind.Payment, LineKind.Refund, LineKind.Payment, LineKind.Payout], file.Lines.Select(line => line.Kind));
        Assert.Equal((ControlStatus.Balanced, 0), (file.Parsed.Control.Status, file.Quarantined.Count));
        Assert.Equal(new Money(500, Currency.Of("JPY")), file.Lines[2].Gross!.Value.Amount);
        Assert.Equal(("T1", "T2", "pay_1"), Known(file.Lines[1]));
        Assert.Equal(new Movement(new(96_50, Dollar), Direction.Credit), file.Lines[0].Net);
        Assert.Equal([("MERCHANT1 2026/11/23", "5000 USD", "BANK1")], file.Parsed.Payouts.Select(Said));
        Assert.Equal((1L, 1L), (file.Parsed.Sequence!.Number, file.Parsed.Sequence.First));
    }

    [Fact]
    public void A_PayPal_footer_with_its_fees_in_the_other_order_balances() =>
        Assert.Equal(ControlStatus.Balanced, SettlementFile.Read(Edited("paypal-stl.csv", "\"116\",\"350\"", "\"350\",\"116\"")).Parsed.Control.Status);

    [Theory]
    [InlineData("\"SC\",\"4\"", "\"SC\",\"5\"", ControlRule.LineCount)]
    [InlineData("\"FF\",\"4\"", "\"FF\",\"3\"", ControlRule.LineCount)]
    [InlineData("\"SF\",\"USD\",\"10000\"", "\"SF\",\"USD\",\"10001\"", ControlRule.LineSum)]
    [InlineData("\"RF\",\"JPY\",\"50000\"", "\"RF\",\"JPY\",\"60000\"", ControlRule.LineSum)]
    [InlineData("\"SF\",\"USD\",\"10000\",\"9000\",\"116\",\"350\",\"CR\",\"20000\",\"CR\",\"20766\"", "\"SF\",\"USD\",\"10000\",\"9000\",\"116\",\"350\",\"CR\",\"20000\",\"CR\",\"20767\"", ControlRule.ClosingBalance)]
    [InlineData("\"FF\",\"4\"\n", "", ControlRule.Structure)]
    [InlineData("\"SC\",\"4\"\n", "", ControlRule.Structure)]
    public void A_PayPal_footer_that_disagrees_breaks_the_control(string right, string wrong, ControlRule rule)
    {
        var file = SettlementFile.Read(Edited("paypal-stl.csv", right, wrong));

        Assert.Equal(ControlStatus.Broken, file.Parsed.Control.Status);
        Assert.Equal(rule, Assert.Single(file.Parsed.Control.Findings).Rule);
    }

    [Fact]
    public void A_PayPal_row_that_cannot_be_read_is_counted_by_the_trailer_and_missed_by_the_sums()
    {
        var file = SettlementFile.Read(Edited("paypal-stl.csv", "\"CR\",\"10000\",\"USD\"", "\"CR\",\"1000x\",\"USD\""));

        Assert.Equal((4, 1), (file.Parsed.Lines, file.Parsed.Quarantined));
        Assert.DoesNotContain(file.Parsed.Control.Findings, finding => finding.Rule == ControlRule.LineCount);
        Assert.Contains(file.Parsed.Control.Findings, finding => finding.Rule == ControlRule.LineSum);
        Assert.DoesNotContain("shirt", file.Quarantined[0].Raw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layout_with_semicolons_reads_decimal_commas_and_holds_the_trailer()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("semicolons.csv"), terms: Layouts.Terms);

        Assert.Equal("semicolons", file.Format);
        Assert.Equal([1_222_26, 100_00, 9_00], file.Lines.Select(line => line.Net.Amount.MinorUnits));
        Assert.Equal((ControlStatus.Balanced, 1), (file.Parsed.Control.Status, file.Frames));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.FromHours(1)), file.Lines[0].BookedAt);
    }

    [Fact]
    public void A_layout_of_fixed_width_reads_by_position_and_holds_count_and_sum()
    {
        var file = SettlementFile.Read(SettlementFile.Sample("fixed-width.txt"), terms: Layouts.Terms);

        Assert.Equal(("fixed-width", 2), (file.Format, file.Frames));
        Assert.Equal([(LineKind.Payment, 97_50L), (LineKind.Refund, 40_00L), (LineKind.Payment, 6_70L)],
            file.Lines.Select(line => (line.Kind, line.Net.Amount.MinorUnits)));
        Assert.Equal(ControlStatus.Balanced, file.Parsed.Control.Status);
        Assert.Equal(1234, file.Parsed.Sequence!.Number);
    }

    [Theory]
    [InlineData("TRL00003", "TRL00004", ControlRule.LineCount)]
    [InlineData("00000014700", "00000014701", ControlRule.LineSum)]
    [InlineData("TRL0000300000014700\r\n", "", ControlRule.Structure)]
    public void A_trailer_of_a_layout_that_disagrees_breaks_the_control(string right, string wrong, ControlRule rule)
    {
        var file = SettlementFile.Read(Edited("fixed-width.txt", right, wrong), terms: Layouts.Terms);

        Assert.Equal((ControlStatus.Broken, rule), (file.Parsed.Control.Status, Assert.Single(file.Parsed.Control.Findings).Rule));
    }

    [Fact]
    public void A_corrected_record_stands_in_place_of_the_one_on_its_line()
    {
        var damaged = Edited("fixed-width.txt", "DTLREF0000000002SALE  0000000700C", "DTLREF0000000002SALE  00000X0700C");
        var correction = "DTLREF0000000002SALE  0000000700C00000030EUR20261123131500";

        var before = SettlementFile.Read(damaged, terms: Layouts.Terms);
        var after = SettlementFile.Read(
            damaged, terms: Layouts.Terms with { Corrections = new Dictionary<int, string> { [before.Quarantined[0].Number] = correction } });

        Assert.Equal((4, "gross"), (Assert.Single(before.Quarantined).Number, before.Quarantined[0].Fault.Field));
        Assert.Equal(ControlStatus.Broken, before.Parsed.Control.Status);
        Assert.Equal((ControlStatus.Balanced, 0, 3), (after.Parsed.Control.Status, after.Quarantined.Count, after.Lines.Count));
        Assert.Equal(before.Quarantined[0].Bytes, after.Lines[2].Bytes);
    }

    [Fact]
    public void A_correction_that_is_no_better_stays_in_quarantine()
    {
        var terms = Layouts.Terms with { Corrections = new Dictionary<int, string> { [4] = "DTLnothing", [3] = "a\nb" } };

        var file = SettlementFile.Read(SettlementFile.Sample("fixed-width.txt"), terms: terms);

        Assert.Equal([3, 4], file.Quarantined.Select(bad => bad.Number));
        Assert.Equal("DTLnothing", file.Quarantined[1].Raw);
    }

    [Fact]
    public void Latin_1_is_read_where_a_text_is_no_UTF_8()
    {
        var content = Encoding.Latin1.GetBytes(SettlementFile.Header + "P1,Café,2026-11-24 10:00:00,UTC,Settled,M1,EUR,,10.00,1,EUR,,10.00,,1\n");

        Assert.Equal("Café", Assert.Single(SettlementFile.Read(content).Lines).MerchantReference);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    public void UTF_16_is_refused_by_its_name(string name, bool withMark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] content = [.. withMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(SettlementFile.Header)];

        var file = SettlementFile.Read(content, pieceBytes: 1);

        Assert.Equal("UTF-16", file.Rejected!.Fault.Found);
    }

    [Fact]
    public void A_card_number_in_a_bad_line_is_masked_wherever_it_is_shown()
    {
        var file = SettlementFile.Read(
            SettlementFile.Header + "P1,,2026-11-24 10:00:00,UTC,Settled,M1,EUR,,4111111111111111,1,EUR,,10.00,,4111 1111 1111 1111\n");

        var bad = Assert.Single(file.Quarantined);
        Assert.Equal("************1111", bad.Fault.Found);
        Assert.DoesNotContain("4111111111", bad.Raw.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_number_at_the_end_of_what_is_kept_is_masked_before_it_is_cut()
    {
        var filling = new string('x', 1024 - 14);

        var file = SettlementFile.Read($"{SettlementFile.Header}{filling}4111111111111111,\n");

        Assert.EndsWith("x************11…", Assert.Single(file.Quarantined).Raw, StringComparison.Ordinal);
    }

    static (string, string?, string?) Known(SettlementLine line) =>
        (line.AcquirerReference, line.ModificationReference, line.MerchantReference);

    static (string, string, string?) Said(BatchPayout payout) =>
        (payout.Batch, payout.Paid.Direction == Direction.Credit ? $"{payout.Paid.Amount}" : $"-{payout.Paid.Amount}", payout.Reference);

    static byte[] Edited(string sample, string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(SettlementFile.Sample(sample));
        Assert.Contains(right, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal));
    }
}
