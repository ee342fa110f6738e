using System.Globalization;
using System.Text.Json.Nodes;

namespace Railyard.Local.Tests.Acquirers;

public sealed class SettlementTests
{
    [Fact]
    public async Task A_batch_holds_every_captured_and_refunded_amount_and_pays_out_the_rest()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync(amount: 10_000);
        var capture = await bench.ModifyAsync(payment.Psp, "captures", 9_050);
        var refund = await bench.ModifyAsync(payment.Psp, "refunds", 1_000);

        var closed = await bench.SettleAsync();

        var rows = Report.Rows(bench, 1);
        Assert.Equal(201, closed.Status);
        Assert.Equal("settlement_detail_report_batch_1.csv", closed.Word("file_name"));
        Assert.Equal(3, closed.Json["lines"]!.GetValue<int>());
        Assert.Equal(["Settled", "Refunded", "MerchantPayout"], rows.Select(row => row["Type"]));
        Assert.Equal((payment.Psp, capture.Psp), (rows[0]["Psp Reference"], rows[0]["Modification Reference"]));
        Assert.Equal((payment.Psp, refund.Psp), (rows[1]["Psp Reference"], rows[1]["Modification Reference"]));
        // 90 basis points of 90.50 are 0.8145, so 0.81 and 0.10.
        Assert.Equal(("90.50", "0.91", "89.59"),
            (rows[0]["Gross Credit (GC)"], rows[0]["Commission (NC)"], rows[0]["Net Credit (NC)"]));
        Assert.Equal(("10.00", "", "10.00"),
            (rows[1]["Gross Debit (GC)"], rows[1]["Commission (NC)"], rows[1]["Net Debit (NC)"]));
        Assert.Equal("79.59", rows[2]["Net Debit (NC)"]);
    }

    [Fact]
    public async Task An_amount_is_in_one_batch_only()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);
        await bench.SettleAsync();

        var nothing = await bench.SettleAsync();
        await bench.PayAsync(reference: "order-2", isCapturedByHand: false);
        await bench.SettleAsync();

        Assert.Equal((409, "nothing_to_settle"), (nothing.Status, nothing.Word("error")));
        Assert.Equal(["order-2", ""], Report.Rows(bench, 2).Select(row => row["Merchant Reference"]));
    }

    [Fact]
    public async Task A_batch_closes_at_the_next_full_second_of_the_acquirers_clock()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);

        var closed = await bench.SettleAsync();

        Assert.Equal("2026-03-02T10:00:01+00:00", closed.Word("closed_at"));
        Assert.Equal("2026-03-02 10:00:00", Report.Rows(bench, 1)[0]["Creation Date"]);
        Assert.Equal("2026-03-02 10:00:01", Report.Rows(bench, 1)[1]["Creation Date"]);
    }

    [Fact]
    public async Task A_delayed_capture_is_settled_once_it_is_due()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false, change: body => body["captureDelayHours"] = 2);

        var early = await bench.SettleAsync();
        bench.Time.Advance(TimeSpan.FromHours(2));
        var due = await bench.SettleAsync();

        Assert.Equal((409, 201), (early.Status, due.Status));
        Assert.Equal("2026-03-02 12:00:00", Report.Rows(bench, 1)[0]["Creation Date"]);
    }

    [Fact]
    public async Task A_payment_cancelled_before_its_delayed_capture_is_never_settled()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync(
            isCapturedByHand: false, change: body => body["captureDelayHours"] = 2);
        await bench.ModifyAsync(payment.Psp, "cancels");
        bench.Time.Advance(TimeSpan.FromHours(3));

        Assert.Equal(409, (await bench.SettleAsync()).Status);
    }

    [Fact]
    public async Task Acquirers_number_their_batches_apart()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);
        await bench.PayAsync(isCapturedByHand: false, acquirer: AcquirerBench.South);

        await bench.SettleAsync();
        await bench.SettleAsync(AcquirerBench.South);

        Assert.Equal(
            ["northbank/settlement_detail_report_batch_1.csv", "southbank/settlement_detail_report_batch_1.csv"],
            bench.Inbox.Keys.Order());
    }

    [Fact]
    public async Task Scripted_discrepancies_are_in_the_file_and_the_file_still_balances()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var first = await bench.PayAsync(reference: "first", isCapturedByHand: false);
        await bench.PayAsync(reference: "second", isCapturedByHand: false);
        var third = await bench.PayAsync(reference: "third", isCapturedByHand: false);

        var closed = await bench.SettleAsync(AcquirerBench.North, "wrong_amount", "missing", "extra");

        var rows = Report.Rows(bench, 1);
        var wrong = closed.Json["discrepancies"]!.AsArray()
            .ToDictionary(
                one => one!["kind"]!.GetValue<string>(), one => one!["psp_reference"]!.GetValue<string>());
        Assert.Equal((first.Psp, third.Psp), (wrong["wrong_amount"], wrong["missing"]));
        Assert.Equal(
            ["first", "second", $"nobody-{wrong["extra"]}", ""],
            rows.Select(row => row["Merchant Reference"]));
        Assert.Equal("11.00", rows[0]["Gross Credit (GC)"]);
        Report.AssertBalanced(rows);
    }

    [Fact]
    public async Task What_is_missing_stays_out_until_it_is_asked_for()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(reference: "first", isCapturedByHand: false);
        await bench.PayAsync(reference: "second", isCapturedByHand: false);
        await bench.SettleAsync(AcquirerBench.North, "missing");
        await bench.PayAsync(reference: "third", isCapturedByHand: false);
        await bench.SettleAsync();

        await bench.SettleAsync(AcquirerBench.North, new JsonObject { ["include_missing"] = true });

        Assert.Equal(["third", ""], Report.Rows(bench, 2).Select(row => row["Merchant Reference"]));
        Assert.Equal(["second", ""], Report.Rows(bench, 3).Select(row => row["Merchant Reference"]));
    }

    [Fact]
    public async Task A_discrepancy_that_cannot_be_made_closes_nothing()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);

        var refused = await bench.SettleAsync(AcquirerBench.North, "wrong_amount", "missing");
        var closed = await bench.SettleAsync();

        Assert.Equal((409, "too_few_lines"), (refused.Status, refused.Word("error")));
        Assert.Equal(1, closed.Json["batch"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_unknown_discrepancy_is_refused()
    {
        await using var bench = await AcquirerBench.StartAsync();

        Assert.Equal(400, (await bench.SettleAsync(AcquirerBench.North, "late")).Status);
    }

    [Fact]
    public async Task A_negative_batch_is_carried_on_and_taken_over_by_the_next()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var payment = await bench.PayAsync(isCapturedByHand: false);
        await bench.SettleAsync();
        await bench.ModifyAsync(payment.Psp, "refunds", 1_000);
        await bench.SettleAsync();
        await bench.PayAsync(amount: 5_000, isCapturedByHand: false);

        await bench.SettleAsync();

        var (second, third) = (Report.Rows(bench, 2), Report.Rows(bench, 3));
        Assert.Equal(["Refunded", "Balancetransfer"], second.Select(row => row["Type"]));
        Assert.Equal("10.00", second[1]["Net Credit (NC)"]);
        Assert.Equal(["Settled", "Balancetransfer", "MerchantPayout"], third.Select(row => row["Type"]));
        Assert.Equal(("49.45", "10.00", "39.45"),
            (third[0]["Net Credit (NC)"], third[1]["Net Debit (NC)"], third[2]["Net Debit (NC)"]));
        Report.AssertBalanced(third);
    }

    [Fact]
    public async Task A_batch_whose_delivery_failed_is_delivered_by_the_next_call_unchanged()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);
        bench.IsInboxDown = true;
        var failed = await bench.SettleAsync(AcquirerBench.North, "extra");
        bench.IsInboxDown = false;
        await bench.PayAsync(reference: "order-2", isCapturedByHand: false);

        var repeated = await bench.SettleAsync();

        Assert.Equal(500, failed.Status);
        Assert.Equal((201, 1), (repeated.Status, repeated.Json["batch"]!.GetValue<int>()));
        Assert.Equal("extra", repeated.Json["discrepancies"]![0]!["kind"]!.GetValue<string>());
        Assert.DoesNotContain(Report.Rows(bench, 1), row => row["Merchant Reference"] == "order-2");
    }

    [Fact]
    public async Task A_batch_left_behind_by_a_crash_is_delivered_at_the_next_start()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(isCapturedByHand: false);
        bench.IsInboxDown = true;
        await bench.SettleAsync();
        await bench.RestartAsync();
        bench.IsInboxDown = false;

        await bench.RestartAsync();

        Assert.Equal(["Settled", "MerchantPayout"], Report.Rows(bench, 1).Select(row => row["Type"]));
    }

    [Fact]
    public async Task No_file_in_the_folder_holds_a_card_number()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(key: "attempt-1", isCapturedByHand: false);
        await bench.PayAsync("5555444433331111", key: "attempt-2");
        await bench.PayAsync("4212345678901237");
        await Assert.ThrowsAsync<HttpRequestException>(
            () => bench.PayAsync("4099000000000095", key: "attempt-3"));
        await bench.SettleAsync();

        await bench.RestartAsync();

        var files = Directory.GetFiles(bench.Folder, "acquirers.db*").Select(ReadShared).ToList();
        Assert.Contains(files, text => text.Contains("411111", StringComparison.Ordinal));
        string[] numbers = ["4111111111111111", "5555444433331111", "4212345678901237", "4099000000000095"];
        foreach (var number in numbers)
            Assert.DoesNotContain(files, text => text.Contains(number, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("JPY", 1000, "1000", "19", "981")]
    [InlineData("BHD", 1234, "1.234", "0.021", "1.213")]
    [InlineData("EUR", 5, "0.05", "0.10", "-0.05")]
    public async Task Amounts_have_the_decimals_of_their_currency(
        string currency, long amount, string gross, string commission, string net)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(amount: amount, currency: currency, isCapturedByHand: false);

        await bench.SettleAsync();

        var row = Report.Rows(bench, 1)[0];
        Assert.Equal((gross, commission), (row["Gross Credit (GC)"], row["Commission (NC)"]));
        Assert.Equal(net, net[0] == '-' ? "-" + row["Net Debit (NC)"] : row["Net Credit (NC)"]);
    }

    [Fact]
    public async Task Each_currency_is_paid_out_by_itself()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PayAsync(currency: "USD", isCapturedByHand: false);
        await bench.PayAsync(currency: "JPY", isCapturedByHand: false);

        await bench.SettleAsync();

        var payouts = Report.Rows(bench, 1).Where(row => row["Type"] == "MerchantPayout").ToList();
        Assert.Equal(
            [("JPY", "981"), ("USD", "9.81")],
            payouts.Select(row => (row["Net Currency"], row["Net Debit (NC)"])));
        Assert.Equal(2, payouts.Select(row => row["Modification Reference"]).Distinct().Count());
    }

    static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>A delivered report, read by column name.</summary>
    static class Report
    {
        public static List<Dictionary<string, string>> Rows(AcquirerBench bench, int batch)
        {
            var lines = bench.Inbox[$"northbank/settlement_detail_report_batch_{batch}.csv"].Split('\n')[..^1];
            var header = lines[0].Split(',');
            Assert.Equal(30, header.Length);
            return
            [
                .. lines[1..].Select(line =>
                    header.Zip(Fields(line)).ToDictionary(pair => pair.First, pair => pair.Second)),
            ];
        }

        public static void AssertBalanced(List<Dictionary<string, string>> rows)
        {
            Assert.Equal(0, rows.Sum(row => Number(row["Net Credit (NC)"]) - Number(row["Net Debit (NC)"])));
            foreach (var row in rows.Where(row => row["Psp Reference"].Length > 0))
                Assert.Equal(
                    Number(row["Gross Credit (GC)"]) - Number(row["Gross Debit (GC)"])
                        - Number(row["Commission (NC)"]),
                    Number(row["Net Credit (NC)"]) - Number(row["Net Debit (NC)"]));
        }

        static decimal Number(string text) =>
            text.Length == 0 ? 0 : decimal.Parse(text, CultureInfo.InvariantCulture);

        static List<string> Fields(string line)
        {
            var fields = new List<string> { "" };
            var isQuoted = false;
            foreach (var letter in line)
                if (letter == '"') isQuoted = !isQuoted;
                else if (letter == ',' && !isQuoted) fields.Add("");
                else fields[^1] += letter;
            Assert.Equal(30, fields.Count);
            return fields;
        }
    }
}
