using System.Globalization;

namespace Railyard.Local.Tests.Acquirers.Stripe;

public sealed class PayoutReportTests
{
    [Fact]
    public async Task Every_captured_and_refunded_amount_is_a_line_of_its_payout()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var paid = await bench.PayByStripeAsync();
        await bench.CaptureAsync(paid.Id());
        await bench.StripeAsync("/v1/refunds", $"payment_intent={paid.Id()}&amount=400");

        var closed = await bench.SettleAsync(AcquirerBench.Stripe);
        var rows = Rows(bench);

        Assert.Equal((201, 2), (closed.Status, rows.Count));
        Assert.Equal(["charge", "refund"], rows.Select(row => row["reporting_category"]));
        Assert.Equal(("10.00", "0.40", "9.60"), (rows[0]["gross"], rows[0]["fee"], rows[0]["net"]));
        Assert.Equal(("-4.00", "0.00", "-4.00"), (rows[1]["gross"], rows[1]["fee"], rows[1]["net"]));
        Assert.All(rows, row => Assert.Equal((paid.Id(), "eur", "order-1"), (row["payment_intent_id"], row["currency"], row["payment_metadata[payment]"])));
        Assert.StartsWith("ch_", rows[0]["source_id"], StringComparison.Ordinal);
        Assert.StartsWith("re_", rows[1]["source_id"], StringComparison.Ordinal);
        Assert.Single(rows.Select(row => row["automatic_payout_id"]).Distinct());
    }

    [Fact]
    public async Task A_capture_of_less_is_shown_whole_with_the_rest_taken_back()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var paid = await bench.PayByStripeAsync();
        await bench.CaptureAsync(paid.Id(), "amount_to_capture=400");

        await bench.SettleAsync(AcquirerBench.Stripe);
        var rows = Rows(bench);

        Assert.Equal([("charge", "10.00"), ("partial_capture_reversal", "-6.00")], rows.Select(row => (row["reporting_category"], row["gross"])));
        Assert.Equal(4.00m - 0.31m, rows.Sum(row => decimal.Parse(row["net"], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Captures_in_parts_are_charges_of_their_own()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var paid = await bench.PayByStripeAsync(inParts: true);
        await bench.CaptureAsync(paid.Id(), "amount_to_capture=400&final_capture=false");
        await bench.CaptureAsync(paid.Id(), "amount_to_capture=600");

        await bench.SettleAsync(AcquirerBench.Stripe);
        var rows = Rows(bench);

        Assert.Equal([("charge", "4.00"), ("charge", "6.00")], rows.Select(row => (row["reporting_category"], row["gross"])));
        Assert.Equal(2, rows.Select(row => row["balance_transaction_id"]).Distinct().Count());
    }

    static List<Dictionary<string, string>> Rows(AcquirerBench bench)
    {
        var lines = bench.Inbox["stripe/payout_reconciliation.itemized.5_1.csv"].TrimEnd('\n').Split('\n');
        var columns = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => columns.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second))];
    }
}
