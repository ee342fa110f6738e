using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Settlement;

/// <summary>A file that was read by a wrong layout and has a bad line, with all that had come of it until it was read right.</summary>
public sealed class RedriveTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    const string Files = "/ops/v1/settlement-files";
    const string Layout = "/ops/v1/settlement-layouts/redriven";
    const string Quarantined = "RDQ;VERKAUF;10,00;10,00;0,17;CZK;23.11.2026;88";

    // The last column counts: the other is what was paid before a discount.
    static readonly string Report = string.Join('\n',
        "Vorgang;Art;Betrag;Endbetrag;Gebühr;Währung;Datum;Abrechnung",
        "RDA;VERKAUF;10,00;10,00;0,17;CZK;23.11.2026;88",
        Quarantined.Replace("10,00", "1O,00", StringComparison.Ordinal),
        "RDW;VERKAUF;21,00;20,00;0,29;CZK;23.11.2026;88",
        "RDL;VERKAUF;5,00;5,00;0,11;CZK;23.11.2026;88",
        "RDV;VERKAUF;11,00;10,00;0,17;CZK;23.11.2026;88",
        "RDX;VERKAUF;3,00;3,00;0,00;CZK;23.11.2026;88",
        "");

    [Fact]
    public async Task What_a_file_had_come_to_by_a_wrong_layout_is_put_right_once_it_is_read_right_and_wrong_again_by_the_wrong_one()
    {
        foreach (var (name, amount) in new[] { ("RDA", 10_00), ("RDQ", 10_00), ("RDW", 20_00), ("RDV", 10_00) }) await CaptureAsync(name, amount);
        await PutLayoutAsync("Betrag");
        var first = await railyard.ReconcileAsync("redriven.csv", Report);
        var file = first["file_id"]!;
        await CaptureAsync("RDL", 5_00);
        var resolved = await railyard.Operator.PostAsync(
            $"/ops/v1/discrepancies/{(await FoundAsync(file, "RDV"))["id"]}/resolutions", new { kind = "written_off", reason = "They never pay right." });
        await OpenIsListedAsync(captured: 30_00, unexplained: 24_00, available: 25_00);

        await railyard.Operator.PostAsync($"{Files}/{file}/quarantined-lines/3/corrections", new { raw = Quarantined, reason = "A letter for a digit." });
        await PutLayoutAsync("Endbetrag");
        var right = await RedriveAsync(file, 2);
        await OpenIsListedAsync(captured: 0, unexplained: 3_00, available: 55_00);
        var found = (await railyard.DiscrepanciesAsync(file)).ToDictionary(one => one["acquirer_reference"]!);
        var payable = await PayablesAsync();

        Assert.Equal(HttpStatusCode.Created, resolved.Status);
        Assert.Equal(("1", "4", "1"), (first["matched"]!, first["discrepancies"]!, first["quarantined"]!));
        Assert.Equal(("5", "1", "0"), (right["matched"]!, right["discrepancies"]!, right["quarantined"]!));
        Assert.Equal(("superseded", "resolved", "open"), (found["RDW"]["status"]!, found["RDV"]["status"]!, found["RDX"]["status"]!));
        Assert.Equal("superseded", found["RDW"].Body.GetProperty("history")[0].GetProperty("act").GetString());
        Assert.Equal((5, 55_00), (payable.Count, payable.Sum(one => one.Item.Balance.MinorUnits)));

        var before = await DocumentsAsync();
        for (var run = 3; run < 13; run++) await RedriveAsync(file, run);
        Assert.Equal(before, await DocumentsAsync());

        await PutLayoutAsync("Betrag");
        var wrong = await RedriveAsync(file, 13);
        await OpenIsListedAsync(captured: 20_00, unexplained: 24_00, available: 35_00);
        Assert.Equal(("3", "3", "0"), (wrong["matched"]!, wrong["discrepancies"]!, wrong["quarantined"]!));
        Assert.Equal(("open", "resolved"), ((await FoundAsync(file, "RDW"))["status"]!, (await FoundAsync(file, "RDV"))["status"]!));
        // What a person has said of the fifth counts again, and is not the file's.
        var left = (await PayablesAsync()).FindAll(one => one.Item.Operation != new OperationId("cap_RDV"));
        Assert.Equal((5, 25_00), (left.Count, left.Sum(one => one.Item.Balance.MinorUnits)));
        Assert.True((await railyard.Operator.GetAsync("/ops/v1/ledger/trial-balance")).Body.GetProperty("is_balanced").GetBoolean());
    }

    async Task CaptureAsync(string name, long cents)
    {
        await railyard.PublishCaptureAsync(new ConfirmedOperation(
            new OperationId($"cap_{name}"), new Money(cents, Currency.Of("CZK")), new AcquirerName("southbank"), name, $"M{name}"));
        await railyard.RecordedAsync($"cap_{name}");
    }

    async Task PutLayoutAsync(string column)
    {
        var read = await railyard.Operator.GetAsync(Layout);
        var layout = JsonNode.Parse(Operations.Contract.Document.Operations
            .Single(one => one.Id == "PutSettlementLayout").Bodies[0].Examples[0].Value.GetRawText())!.AsObject();
        layout["signature"] = new JsonObject { ["columns"] = new JsonArray("Vorgang", "Endbetrag") };
        layout["fields"]!["gross"] = new JsonObject { ["signed"] = new JsonObject { ["column"] = column } };
        layout.Remove("records");
        layout.Remove("totals");
        var put = await railyard.Operator.SendRawAsync(
            HttpMethod.Put, Layout, new StringContent(layout.ToJsonString(), Encoding.UTF8, "application/json"),
            ("If-Match", read.Status == HttpStatusCode.OK ? read.Header("ETag")! : "*"));
        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
    }

    async Task<Reply> RedriveAsync(string file, int run)
    {
        var started = await railyard.Operator.PostAsync($"{Files}/{file}/redrives", new { reason = "Test." });
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        await Eventually.ThatAsync(
            () => Task.FromResult(railyard.Logs), text => text.Contains($"{file}, Id = file@{run}", StringComparison.Ordinal));
        return await railyard.ConcludedAsync(file);
    }

    async Task<Reply> FoundAsync(string file, string reference) =>
        (await railyard.DiscrepanciesAsync(file)).First(one => one["acquirer_reference"] == reference);

    // What the ledger holds, what the lists say, and what the merchant has of it.
    async Task OpenIsListedAsync(long captured, long unexplained, long available)
    {
        await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync("/ops/v1/ledger/open-items?acquirer=southbank"),
            open => Sum(open, "captured") == (captured, captured) && Sum(open, "unexplained") == (unexplained, unexplained));
        await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync("/v1/balances"),
            reply => reply.Body.GetProperty("balances").EnumerateArray()
                .Any(one => one.GetProperty("currency").GetString() == "CZK" && one.GetProperty("available").GetInt64() == available));
    }

    static (long, long) Sum(Reply open, string place) => open.Body.GetProperty("sums").EnumerateArray()
        .Where(one => one.GetProperty("place").GetString() == place && one.GetProperty("currency").GetString() == "CZK")
        .Select(one => (one.GetProperty("ledger").GetInt64(), one.GetProperty("listed").GetInt64()))
        .SingleOrDefault();

    async Task<List<PricedItem>> PayablesAsync()
    {
        var packets = await DocumentsAsync(Containers.Payables);
        return [.. packets.Where(document => document["items"] is not null)
            .SelectMany(document => document["items"].Deserialize<List<PricedItem>>(Json.Storage)!)
            .Where(one => one.Item.Gross.Amount.Currency == Currency.Of("CZK"))];
    }

    // All that the file has left anywhere, but how often it was read: that differs, and so does how often the bank was looked at.
    async Task<List<string>> DocumentsAsync()
    {
        var documents = new List<string>();
        foreach (var container in new[] { Containers.Settlements, Containers.Discrepancies, Containers.Expectations, Containers.Ledger, Containers.Payables })
            documents.AddRange((await DocumentsAsync(container)).Where(IsOfTheFile).Select(Without));
        return [.. documents.Order(StringComparer.Ordinal)];
    }

    // The watch writes what it last found, whenever it is its time.
    static bool IsOfTheFile(JsonObject document) => document["book"]?.GetValue<string>() != "checks";

    static string Without(JsonObject document)
    {
        foreach (var name in new[] { "run", "redrives", "shard_run" }) document.Remove(name);
        if (document["what"]?.GetValue<string>() == "bank_book") document.Remove("version");
        foreach (var name in document.Select(member => member.Key).Where(name => name.StartsWith('_')).ToList()) document.Remove(name);
        return document.ToJsonString();
    }

    static async Task<List<JsonObject>> DocumentsAsync(Container container)
    {
        var (documents, continuation) = (new List<JsonObject>(), (string?)null);
        do
        {
            var (rows, next) = await container.PageAsync<JsonObject>(
                new QueryDefinition("SELECT * FROM c"), null, 1_000, continuation, TestContext.Current.CancellationToken);
            documents.AddRange(rows);
            continuation = next;
        }
        while (continuation is not null);
        return documents;
    }

    Containers Containers => railyard.App.Services.GetRequiredService<Containers>();
}
