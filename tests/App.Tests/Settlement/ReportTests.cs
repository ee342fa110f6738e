using System.Net;
using System.Text;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Reconciliation;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Settlement;

/// <summary>What files came to, as people and programs read it.</summary>
public sealed class ReportTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    [Fact]
    public async Task A_report_says_what_matched_differs_and_was_charged_against_the_contract()
    {
        var file = await ReconciledAsync("REP1");

        var report = await railyard.Operator.GetAsync($"/ops/v1/settlement-files/{file}/report");

        var row = report.Body.GetProperty("by_kind").EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "payment");
        long Value(string name) => row.GetProperty(name).GetInt64();
        Assert.Equal((2, 2_000, 1, 1_000, 1, 1_000), (Value("lines"), Value("gross"), Value("matched"), Value("matched_value"), Value("differing"), Value("differing_value")));
        Assert.Equal((17, 17), (Value("fees_agreed"), Value("fees_charged")));
        // The batch's payout of long ago is overdue at the bank as soon as it is told.
        var open = report.Body.GetProperty("open").EnumerateArray().Select(one => one.GetProperty("kind").GetString());
        Assert.Equal("missing_here", Assert.Single(open, kind => kind != "missing_at_bank"));
    }

    [Fact]
    public async Task A_report_can_be_had_as_CSV_and_as_a_page_without_script()
    {
        var file = await ReconciledAsync("REP2");
        var path = $"/ops/v1/settlement-files/{file}/report";

        var csv = await railyard.Operator.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/csv"));
        var page = await railyard.Operator.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/html"));
        var other = await railyard.Operator.SendAsync(HttpMethod.Get, path, headers: ("Accept", "image/png"));

        Assert.StartsWith("kind,currency,lines,", csv.Text, StringComparison.Ordinal);
        Assert.Contains("\r\npayment,EUR,2,2000,", csv.Text, StringComparison.Ordinal);
        Assert.Contains("<svg", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((HttpStatusCode.NotAcceptable, "not_acceptable"), (other.Status, other["code"]));
    }

    [Fact]
    public async Task The_report_of_a_day_sums_the_files_that_came_on_it()
    {
        var file = await ReconciledAsync("REP3");
        var today = $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}";

        var report = await railyard.Operator.GetAsync($"/ops/v1/acquirers/southbank/reconciliation/{today}");
        var none = await railyard.Operator.GetAsync("/ops/v1/acquirers/southbank/reconciliation/2020-01-01");
        var wrong = await railyard.Operator.GetAsync("/ops/v1/acquirers/southbank/reconciliation/yesterday");
        var other = await railyard.Operator.SendAsync(
            HttpMethod.Get, $"/ops/v1/acquirers/southbank/reconciliation/{today}", headers: ("Accept", "image/png"));

        Assert.Contains(report.Body.GetProperty("files").EnumerateArray(), one => one.GetProperty("file_id").GetString() == file);
        Assert.Equal("0", none["lines"]);
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (wrong.Status, wrong["code"]));
        Assert.Equal("not_acceptable", other["code"]);
    }

    [Theory]
    [InlineData("csv", "'=2+5")]
    [InlineData("json_lines", "\"merchant_reference\":\"=2+5\"")]
    public async Task An_export_has_a_row_for_each_line_and_no_formula(string format, string written)
    {
        var file = await ReconciledAsync($"EXP{format[0]}", "=2+5");
        var path = $"/ops/v1/settlement-files/{file}/exports";

        var begun = await railyard.Operator.PostAsync(path, new { format }, $"export {format}");
        var other = await railyard.Operator.PostAsync(path, new { format = format == "csv" ? "json_lines" : "csv" }, $"export {format}");
        var done = await Eventually.ThatAsync(() => railyard.Operator.GetAsync($"{path}/{begun["id"]}"), one => one["status"] == "done");
        var text = await BlobAsync(done["blob"]!);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.UnprocessableEntity), (begun.Status, other.Status));
        Assert.Equal("2", done["rows"]);
        Assert.Contains("missing_here", text, StringComparison.Ordinal);
        Assert.Contains("matched", text, StringComparison.Ordinal);
        Assert.Contains(written, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_rejected_cannot_be_exported()
    {
        var file = await railyard.ReconcileAsync("no.csv", "Psp Reference\n");

        var reply = await railyard.Operator.PostAsync($"/ops/v1/settlement-files/{file["file_id"]}/exports", new { format = "csv" });

        Assert.Equal((HttpStatusCode.Conflict, "not_reconciled"), (reply.Status, reply["code"]));
    }

    [Fact]
    public async Task Joining_a_file_ten_times_over_changes_nothing()
    {
        var file = await ReconciledAsync("TEN1");
        var before = await ShownAsync(file);

        for (var time = 0; time < 10; time++)
        {
            await railyard.JoinAgainAsync(file);
            await railyard.DeliverAgainAsync(file, 2_000 + time);
        }

        Assert.Equal(before, await ShownAsync(file));
    }

    [Fact]
    public async Task What_is_due_and_in_no_file_at_all_is_missing_and_its_late_line_closes_that_once()
    {
        await railyard.PublishCaptureAsync(Confirmed("OVER1", 10_00));
        await railyard.RecordedAsync("cap_OVER1");
        var overdue = railyard.App.Services.GetRequiredService<OverdueExpectations>();
        var later = TimeProvider.System.GetUtcNow().AddDays(400);

        await overdue.FindAsync(later, TestContext.Current.CancellationToken);
        await overdue.FindAsync(later, TestContext.Current.CancellationToken);
        var found = await MissingAsync("OVER1");
        await railyard.ReconcileAsync("over.csv", Sdr.File(
            Sdr.Settled("OVER1", "OVER1M", "10.00").Replace(",10.00,,1", ",9.83,0.17,1", StringComparison.Ordinal), Sdr.Payout("9.83")));
        var closed = await MissingAsync("OVER1");

        Assert.Equal(("open", null), (Assert.Single(found)["status"], found[0]["file_id"]));
        Assert.Equal("closed", Assert.Single(closed)["status"]);
    }

    async Task<IReadOnlyList<Reply>> MissingAsync(string reference)
    {
        var page = await railyard.Operator.GetAsync("/ops/v1/discrepancies?acquirer=southbank&kind=missing_at_acquirer&limit=100");
        return [.. page.Body.GetProperty("items").EnumerateArray()
            .Where(one => one.GetProperty("acquirer_reference").GetString() == reference)
            .Select(one => new Reply(page.Status, one.GetRawText(), page.Response))];
    }

    // One line that is expected at the agreed fee (120 basis points and 5 cents), and one that nobody knows of.
    async Task<string> ReconciledAsync(string reference, string order = "order")
    {
        await railyard.PublishCaptureAsync(Confirmed(reference, 10_00));
        await railyard.RecordedAsync($"cap_{reference}");
        var file = await railyard.ReconcileAsync($"{reference}.csv", Sdr.File(
            Sdr.Settled(reference, $"{reference}M").Replace(",10.00,,1", ",9.83,0.17,1", StringComparison.Ordinal).Replace("order", order, StringComparison.Ordinal),
            Sdr.Settled($"{reference}X", "M2"),
            Sdr.Payout("19.83")));
        return file["file_id"]!;
    }

    async Task<string> ShownAsync(string file)
    {
        var report = await railyard.Operator.GetAsync($"/ops/v1/settlement-files/{file}/report");
        var found = await railyard.DiscrepanciesAsync(file);
        // What the bank lacks is found out beside the join.
        var shown = System.Text.RegularExpressions.Regex.Replace(
            report.Text, ",?\\{[^{}]*\"missing_at_bank\"[^{}]*\\}", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        return $"{shown}\n{string.Join('\n', found.Select(one => one.Text))}";
    }

    async Task<string> BlobAsync(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var blob = railyard.App.Services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(path[..slash]).GetBlobClient(path[(slash + 1)..]);
        return Encoding.UTF8.GetString((await blob.DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content);
    }

    static ConfirmedOperation Confirmed(string reference, long cents) => new(
        new OperationId($"cap_{reference}"), new Money(cents, Currency.Of("EUR")), new AcquirerName("southbank"), reference, $"{reference}M");
}
