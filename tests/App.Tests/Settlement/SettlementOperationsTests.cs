using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Settlement;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Tests.Settlement;

/// <summary>Packed files, layouts, quarantine and re-driving on the running app.</summary>
public sealed class SettlementOperationsTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    const string Files = "/ops/v1/settlement-files";
    const string LayoutPath = "/ops/v1/settlement-layouts";

    const int TooLargeToTry = 64 * 1024 + 1;

    static readonly string Semicolons = Sample("semicolons.csv");

    [Fact]
    public async Task A_report_of_the_Stripe_acquirer_reconciles_with_captures_and_refunds_made_there()
    {
        var stripe = new Client(railyard.App.Acquirers["stripe"], key: null);
        var program = new { note = "all", program = new { rules = Array.Empty<object>(), otherwise = new { priority = new[] { "stripe" } } } };
        await railyard.Merchant.SendRawAsync(
            HttpMethod.Put, "/v1/routing", new StringContent(JsonSerializer.Serialize(program), Encoding.UTF8, "application/json"), ("If-Match", "*"));
        var whole = await railyard.Merchant.PayAsync(20_00, "automatic");
        var part = await railyard.Merchant.PayAsync(30_00, "manual");
        var captured = await railyard.Merchant.PostAsync($"/v1/payments/{part["id"]}/captures", new { amount = 12_00, final = true });
        var refund = await railyard.Merchant.PostAsync($"/v1/payments/{whole["id"]}/refunds", new { amount = 5_00 });
        foreach (var operation in new[] { $"cap_{whole["id"]!["pay_".Length..]}", captured["id"]!, refund["id"]! })
            await railyard.RecordedAsync(operation);

        var report = await stripe.PostAsync("/sim/settlement-reports", new { discrepancies = Array.Empty<string>() });
        Assert.True(report.Status == HttpStatusCode.Created, report.Text);
        var logged = await Eventually.ThatAsync(
            () => Task.FromResult(railyard.Logs), text => text.Contains("of stripe: ", StringComparison.Ordinal));
        var start = logged.LastIndexOf("fil_", logged.LastIndexOf("of stripe: ", StringComparison.Ordinal), StringComparison.Ordinal);
        var file = await railyard.ConcludedAsync(logged[start..logged.IndexOf(' ', start)]);

        Assert.Equal(("stripe_payout_reconciliation", "reconciled"), (file["format"]!, file["status"]!));
        Assert.Equal(("3", "0"), (file["matched"]!, file["discrepancies"]!));
    }

    [Fact]
    public async Task A_gzip_file_is_told_by_its_content_and_read_as_if_it_were_plain()
    {
        var file = await ReconcileAsync("really.csv", Packed.Gzip(Sdr.File(Sdr.Settled("GZ1", "M1"), Sdr.Payout("10.00"))));

        Assert.Equal(("adyen_settlement_details", "2", "balanced"), (file["format"]!, file["lines"]!, file["control.status"]!));
    }

    [Fact]
    public async Task A_zip_file_with_several_files_of_one_format_is_read_as_one()
    {
        var one = Encoding.UTF8.GetBytes(Sdr.File(Sdr.Settled("ZIP1", "M1"), Sdr.Payout("10.00")));
        var two = Encoding.UTF8.GetBytes(Sdr.File(Sdr.Settled("ZIP2", "M2", batch: "2"), Sdr.Payout("10.00", "2")));

        var file = await ReconcileAsync("two.bin", Packed.Zip(("a.csv", one), ("b/b.csv", two)));

        Assert.Equal(("4", "2", "balanced"), (file["lines"]!, file["ignored"]!, file["control.status"]!));
        Assert.Equal([2, 5], (await railyard.DiscrepanciesAsync(file["file_id"]!)).Select(found => int.Parse(found["line"]!)).Order());
    }

    public static TheoryData<string, string> Hostile() => new()
    {
        { "climbing", "names inside the zip file" },
        { "rooted", "names inside the zip file" },
        { "encrypted", "files without a password" },
        { "nested", "a settlement file in it" },
        { "doubled", "a settlement file in it" },
        { "bomb", "at most 250 times its length unpacked" },
        { "truncated", "an intact packed file" },
        { "damaged", "an intact zip file" },
        { "empty", "a file in the zip file" },
        { "mixed", "files of one format: adyen_settlement_details" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_or_damaged_archive_is_refused_with_what_was_expected(string what, string expected)
    {
        var report = Sdr.File(Sdr.Settled($"HOSTILE{what}", "M1"), Sdr.Payout("10.00"));
        var bytes = Encoding.UTF8.GetBytes(report);
        var content = what switch
        {
            "climbing" => Packed.Zip("../up.csv", report),
            "rooted" => Packed.Zip("/etc/up.csv", report),
            "encrypted" => Packed.AsIfEncrypted(Packed.Zip("a.csv", report)),
            "nested" => Packed.Zip(("a.gz", Packed.Gzip(report))),
            "doubled" => Packed.Gzip(Packed.Zip("a.csv", report)),
            "bomb" => Packed.Gzip(new byte[64 * 1024 * 1024].Select((_, i) => i % 2 == 0 ? (byte)'a' : (byte)'\n').Prepend((byte)'x').ToArray()),
            "truncated" => Packed.Gzip(Sdr.File([.. Enumerable.Range(0, 500).Select(i => Sdr.Payout($"{i}.00"))]))[..^40],
            "damaged" => Packed.Zip("a.csv", report)[..^30],
            "empty" => Packed.Zip(),
            "mixed" => Packed.Zip(("a.csv", bytes), ("b.csv", Encoding.UTF8.GetBytes(Sample("checkout-breakdown.csv")))),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var file = await ReconcileAsync($"{what}.bin", content);

        Assert.Equal("rejected", file["status"]);
        Assert.Equal(what == "bomb" ? file["rejection.fault.expected"] : expected, file["rejection.fault.expected"]);
    }

    [Fact]
    public async Task A_bad_line_is_listed_corrected_and_read_again_and_ten_times_again_change_nothing()
    {
        await railyard.PublishCaptureAsync(Confirmed("RDV1", "RDVM1", 10_00));
        await railyard.RecordedAsync("cap_RDV1");
        var first = await railyard.ReconcileAsync("garbled.csv", Sdr.File(
            Sdr.Settled("RDV1", "RDVM1").Replace(",10.00,,1", ",9.83,0.17,1", StringComparison.Ordinal),
            Sdr.Settled("RDV2", "RDVM2", "1O.00"),
            "4111111111111111,short",
            Sdr.Payout("19.83")));
        var path = $"{Files}/{first["file_id"]}";
        var page = await railyard.Operator.GetAsync($"{path}/quarantined-lines?limit=1");
        var rest = await railyard.Operator.GetAsync($"{path}/quarantined-lines?cursor={page["next_cursor"]}");

        var correction = await railyard.Operator.PostAsync($"{path}/quarantined-lines/3/corrections", new { raw = Sdr.Settled("RDV2", "RDVM2"), reason = "A letter for a digit." });
        var fixedOne = await RedriveAsync(first["file_id"]!, 2);
        var before = await railyard.DiscrepanciesAsync(first["file_id"]!);
        var last = fixedOne;
        for (var run = 3; run < 13; run++) last = await RedriveAsync(first["file_id"]!, run);

        Assert.Equal(("4", "1", "0", "2", "1", "broken"), Counts(first));
        Assert.Equal(("3", "Net Credit (NC)", "1O.00"), (Item(page)["line"]!, Item(page)["field"]!, Item(page)["found"]!));
        Assert.StartsWith("************1111", Item(rest)["raw"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, correction.Status);
        Assert.Equal(("4", "1", "1", "1", "1", "balanced"), Counts(fixedOne));
        Assert.Equal(Counts(fixedOne), Counts(last));
        Assert.Equal((fixedOne["totals"], fixedOne["control"]), (last["totals"], last["control"]));
        Assert.Equal(before.Select(one => one.Text), (await railyard.DiscrepanciesAsync(first["file_id"]!)).Select(one => one.Text));
        Assert.Equal((12, 11), (last.Body.GetProperty("run").GetInt32(), last.Body.GetProperty("redrives").GetArrayLength()));
        Assert.Equal(1, last.Body.GetProperty("progress").GetProperty("shards_done").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_corrected_or_read_again_gets_its_status()
    {
        var file = await railyard.ReconcileAsync("uncorrectable.csv", Sdr.File(Sdr.Settled("UNC1", "M1"), "short,row"));
        var path = $"{Files}/{file["file_id"]}";
        var body = new { raw = "x", reason = "y" };

        Refused(await railyard.Operator.PostAsync($"{path}/quarantined-lines/2/corrections", body), HttpStatusCode.NotFound, "not_found");
        Refused(await railyard.Operator.PostAsync($"{path}/quarantined-lines/zero/corrections", body), HttpStatusCode.NotFound, "not_found");
        Refused(
            await railyard.Operator.PostAsync($"{path}/quarantined-lines/3/corrections", new { raw = "4111 1111 1111 1111,x", reason = "y" }),
            HttpStatusCode.BadRequest, "validation_failed");
        Refused(await railyard.Operator.GetAsync($"{path}/quarantined-lines?cursor=x"), HttpStatusCode.BadRequest, "validation_failed");
        await FillWithCorrectionsAsync(new FileId(file["file_id"]!));
        Refused(await railyard.Operator.PostAsync($"{path}/quarantined-lines/3/corrections", body), HttpStatusCode.Conflict, "too_many_corrections");
        var files = railyard.App.Services.GetRequiredService<SettlementFileStore>();
        await files.RegisterAsync(
            SettlementFileArrived.Received(new AcquirerName("southbank"), "waits.csv", new FileContent("hash of nothing", 1), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        var waiting = FileId.Of(new AcquirerName("southbank"), "hash of nothing");
        Refused(await railyard.Operator.PostAsync($"{Files}/{waiting}/redrives"), HttpStatusCode.Conflict, "file_in_progress");
    }

    [Fact]
    public async Task A_file_that_no_format_knew_is_read_once_its_layout_is_there()
    {
        // Under a header of its own: another test's layout would read it otherwise.
        var (content, layout) = (Semicolons.Replace("Vorgang", "Beleg", StringComparison.Ordinal), Example(0).Replace("Vorgang", "Beleg", StringComparison.Ordinal));
        var rejected = await railyard.ReconcileAsync("semicolons.csv", content);
        var saved = await PutLayoutAsync("semicolons", layout);
        var tried = await railyard.Operator.SendRawAsync(
            HttpMethod.Post, $"{LayoutPath}/semicolons/dry-runs", new ByteArrayContent(Encoding.UTF8.GetBytes(content)) { Headers = { ContentType = new("application/octet-stream") } },
            ("Idempotency-Key", $"{Guid.CreateVersion7()}"));
        var read = await RedriveAsync(rejected["file_id"]!, 2);

        Assert.Equal("rejected", rejected["status"]);
        Assert.Equal((HttpStatusCode.OK, "1"), (saved.Status, saved["version"]!));
        Assert.Equal((3, "true"), (tried.Body.GetProperty("lines").GetArrayLength(), tried["is_recognised"]!.ToLowerInvariant()));
        Assert.Equal(("semicolons", "3", "balanced"), (read["format"]!, read["lines"]!, read["control.status"]!));
        Assert.Contains((await railyard.Operator.GetAsync(LayoutPath)).Body.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "semicolons");
    }

    [Fact]
    public async Task A_numbered_file_that_skips_one_has_a_broken_control_until_the_other_has_come()
    {
        await PutLayoutAsync("numbered", Example(1));
        var first = await railyard.ReconcileAsync("n1.txt", Sample("fixed-width.txt"), "northbank");

        var third = await railyard.ReconcileAsync("n3.txt", Sample("fixed-width.txt").Replace("00001234", "00001236", StringComparison.Ordinal), "northbank");
        await railyard.ReconcileAsync("n2.txt", Sample("fixed-width.txt").Replace("00001234", "00001235", StringComparison.Ordinal), "northbank");
        var again = await RedriveAsync(third["file_id"]!, 2);

        Assert.Equal(("balanced", "broken", "balanced"), (first["control.status"]!, third["control.status"]!, again["control.status"]!));
        Assert.Equal("sequence", third.Body.GetProperty("control").GetProperty("findings")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_layout_is_changed_only_as_it_was_read_and_only_to_what_fits()
    {
        await PutLayoutAsync("guarded", Example(0));
        var path = $"{LayoutPath}/guarded";
        var read = await railyard.Operator.GetAsync(path);
        var unfit = Example(0).Replace("\"Betrag\"", "\"\"", StringComparison.Ordinal);

        Refused(await railyard.Operator.SendRawAsync(HttpMethod.Put, path, Body(Example(0))), HttpStatusCode.PreconditionRequired, "if_match_missing");
        Refused(await PutLayoutAsync("guarded", Example(0), "\"7\""), HttpStatusCode.PreconditionFailed, "if_match_failed");
        Refused(await PutLayoutAsync("Guarded", Example(0)), HttpStatusCode.BadRequest, "validation_failed");
        Refused(await PutLayoutAsync("guarded", unfit), HttpStatusCode.BadRequest, "validation_failed");
        Refused(await PutLayoutAsync("guarded", Example(0).Replace("southbank", "nobank", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "validation_failed");
        Refused(await PutLayoutAsync("guarded", Example(0).Replace("dd.MM.yyyy", "dd.MM", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "validation_failed");
        Assert.Equal("2", (await PutLayoutAsync("guarded", Example(0), read.Header("ETag")!))["version"]);
        Refused(
            await railyard.Operator.SendRawAsync(HttpMethod.Post, $"{path}/dry-runs", new ByteArrayContent([]), ("Idempotency-Key", "empty")),
            HttpStatusCode.BadRequest, "empty_body");
        Refused(
            await railyard.Operator.SendRawAsync(
                HttpMethod.Post, $"{path}/dry-runs", new ByteArrayContent(new byte[TooLargeToTry]) { Headers = { ContentType = new("application/octet-stream") } },
                ("Idempotency-Key", "large")),
            HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }

    [Fact]
    public async Task One_layout_more_than_there_can_be()
    {
        var settlements = railyard.App.Services.GetRequiredService<Containers>().Settlements;
        var cancellation = TestContext.Current.CancellationToken;
        var content = JsonDocument.Parse(Example(0)).RootElement;
        for (var i = 0; i < SettlementLayoutStore.MostLayouts; i++)
            await settlements.UpsertAsync(new StoredLayout($"z{i}", "layouts", 1, content, "test", DateTimeOffset.UnixEpoch), "layouts", cancellation);

        Refused(await PutLayoutAsync("one-more", Example(0)), HttpStatusCode.Conflict, "too_many_layouts");

        for (var i = 0; i < SettlementLayoutStore.MostLayouts; i++) await settlements.DeleteAsync($"z{i}", "layouts", cancellation);
    }

    async Task<Reply> ReconcileAsync(string name, byte[] content)
    {
        var put = await railyard.Operator.PutAsync($"{Files}/southbank/{name}", content);
        Assert.True(put.Status == HttpStatusCode.Accepted, put.Text);
        return await railyard.ConcludedAsync(put["file_id"]!);
    }

    async Task<Reply> RedriveAsync(string file, int run)
    {
        var started = await railyard.Operator.PostAsync($"{Files}/{file}/redrives", new { reason = "Test." });
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        Assert.Equal($"{run}", started["run"]);
        return await railyard.ConcludedAsync(file);
    }

    Task<Reply> PutLayoutAsync(string name, string content, string match = "*") =>
        railyard.Operator.SendRawAsync(HttpMethod.Put, $"{LayoutPath}/{name}", Body(content), ("If-Match", match));

    async Task FillWithCorrectionsAsync(FileId file)
    {
        var settlements = railyard.App.Services.GetRequiredService<Containers>().Settlements;
        for (var line = 1_000; line < 1_000 + QuarantineStore.MostCorrectedLines; line++)
            await settlements.UpsertAsync(
                new CorrectedLine($"correction-{line}", file, line, [new("cor_1", "x", "y", "z", DateTimeOffset.UnixEpoch)]), file.Value, TestContext.Current.CancellationToken);
    }

    static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    static string Example(int number) => Operations.Contract.Document.Operations
        .Single(one => one.Id == "PutSettlementLayout").Bodies[0].Examples[number].Value.GetRawText();

    static string Sample(string name) => System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "Samples", name));

    static Reply Item(Reply page) => new(page.Status, page.Body.GetProperty("items")[0].GetRawText(), page.Response);

    static ConfirmedOperation Confirmed(string psp, string modification, long cents) => new(
        new OperationId($"cap_{psp}"), new Money(cents, Currency.Of("EUR")), new AcquirerName("southbank"), psp, modification);

    static (string, string, string, string, string, string) Counts(Reply file) =>
        (file["lines"]!, file["matched"]!, file["discrepancies"]!, file["quarantined"]!, file["ignored"]!, file["control.status"]!);

    static void Refused(Reply reply, HttpStatusCode status, string code) =>
        Assert.True(reply.Status == status && reply["code"] == code, $"{reply.Status} {reply.Text}");
}
