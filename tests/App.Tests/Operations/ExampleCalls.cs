using System.Globalization;
using System.Text;
using System.Text.Json;
using Railyard.App.Operations;
using Railyard.App.Tests.Merchants;
using Railyard.App.Tests.Merchants.Payouts;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

/// <summary>Calls an operation as its examples show, with everything that they name made first, by one merchant.</summary>
sealed class ExampleCalls(RunningApp app, Client operators, Onboarded merchant, ApiOperation operation)
{
    readonly Dictionary<string, string> made = [];

    FoundDiscrepancies Found => new(app);

    public bool IsMerchants => operation.Path.StartsWith("/v1/", StringComparison.Ordinal);

    public Client Client => IsMerchants ? merchant.Client : operators;

    /// <summary>Sends an example of its body, or none.</summary>
    public async Task<Reply> SendAsync(ApiExample? example, string? idempotencyKey = null)
    {
        var value = example?.Value;
        var text = value?.ValueKind == JsonValueKind.String ? value.Value.GetString()! : value?.GetRawText();
        return await SendAsync(text is null ? null : await FillAsync(text), idempotencyKey ?? $"{Guid.CreateVersion7()}");
    }

    /// <summary>Sends a body as it is, with everything else in order but what is left out.</summary>
    public async Task<Reply> SendAsync(string? body, string? idempotencyKey, string? contentType = null)
    {
        var content = body is null ? null : new StringContent(body, Encoding.UTF8, contentType ?? operation.Bodies[0].ContentType);
        var headers = new List<(string, string)> { ("If-Match", "*") };
        if (idempotencyKey is not null) headers.Add(("Idempotency-Key", idempotencyKey));
        return await Client.SendRawAsync(
            new HttpMethod(operation.Method), await FillAsync(operation.ExamplePath + Query()), content, [.. headers]);
    }

    string Query()
    {
        var all = operation.Parameters
            .Where(one => one.GetProperty("in").GetString() == "query" && one.TryGetProperty("example", out _))
            .Select(one => $"{one.GetProperty("name").GetString()}={one.GetProperty("example").GetString()}");
        return all.Any() ? $"?{string.Join('&', all)}" : "";
    }

    async Task<string> FillAsync(string text)
    {
        foreach (var (shown, make) in Named)
        {
            if (!text.Contains(shown, StringComparison.Ordinal)) continue;
            text = text.Replace(shown, await MadeAsync(shown, make), StringComparison.Ordinal);
        }
        return text;
    }

    async Task<string> MadeAsync(string shown, Func<ExampleCalls, Task<string>> make) =>
        made.TryGetValue(shown, out var known) ? known : made[shown] = await make(this);

    // What the examples name, each followed by what makes it.
    static readonly (string Shown, Func<ExampleCalls, Task<string>> Make)[] Named =
    [
        (Example("Payment"), call => call.PaymentAsync()),
        (Example("Token"), call => call.PostedAsync("/v1/card-tokens", new { card = Card })),
        (Example("Delivery"), call => call.DeliveryAsync()),
        (Example("Endpoint"), call => call.EndpointAsync()),
        (Example("Key"), call => Task.FromResult(call.Key)),
        (Example("Merchant"), call => Task.FromResult(call.Merchant)),
        ("fil_019abc0e8f7a8c3e9d21c0ffee000008", call => call.FileAsync()),
        ("fil_019abc0e8f7a8c3e9d21c0ffee00001b", call => call.RejectedFileAsync()),
        ("fil_019abc0e8f7a8c3e9d21c0ffee00000c", call => call.QuarantiningFileAsync()),
        ("example-layout", call => call.LayoutAsync()),
        ("mer_019abc0e8f7a7c3e9d21c0ffee0000b0|2026-11|3", call => call.BookAsync()),
        ("fil_019abc0e8f7a8c3e9d21c0ffee00000b", call => call.StatementAsync()),
        ("dsc_019abc0e8f7a8c3e9d21c0ffee00000a", call => call.Found.MakeAsync()),
        ("dsc_019abc0e8f7a8c3e9d21c0ffee00000b", call => call.Found.ProposedAsync()),
        (ReconciledFile, call => call.Found.FileAsync()),
        ("xpt_019abc0e8f7a7c3e9d21c0ffee00000f", call => call.ExportAsync()),
        ("blk_019abc0e8f7a7c3e9d21c0ffee000010", call => call.Found.BulkAsync()),
        ("rwr_019abc0e8f7a7c3e9d21c0ffee000009", call => call.PostedAsync("/ops/v1/vault/rewraps", null)),
        (Example("Experiment"), call => call.PostedAsync("/v1/routing/experiments", Experiment)),
        (Example("Simulation"), call => call.PostedAsync("/v1/routing/simulations", new { from = MinutesAgo(10), to = MinutesAgo(0) })),
        (Example("Payout"), call => call.Paying.PayoutAsync(call.Merchant)),
        (Example("PayoutRun"), call => call.Paying.WaitingRunAsync(call.Merchant)),
        ("RY019abc0e8f7a8c3e9d21c0ffee000013", call => call.Paying.SentMessageAsync(call.Merchant)),
        ("2026-11-25", _ => Task.FromResult(DaysAgo(20))),
        ("2026-11-26", _ => Task.FromResult(DaysAgo(21))),
        (Unresolved, call => call.UnresolvedPaymentAsync()),
        (Unresolved.Replace("pay_", "att_", StringComparison.Ordinal), call => call.UnresolvedAttemptAsync()),
        ("2026-11-24T11:00:00Z", _ => Task.FromResult(MinutesAgo(60))),
        ("2026-11-24T11:30:00Z", _ => Task.FromResult(MinutesAgo(30))),
        ("2026-11-24T12:00:00Z", _ => Task.FromResult(MinutesAgo(0))),
    ];

    const string ReconciledFile = "fil_019abc0e8f7a8c3e9d21c0ffee00000e";

    async Task<string> ExportAsync()
    {
        var file = await MadeAsync(ReconciledFile, call => call.Found.FileAsync());
        return await PostedAsync($"/ops/v1/settlement-files/{file}/exports", new { format = "csv" });
    }

    const string Unresolved = "pay_019abc0e8f7a7c3e9d21c0ffee00000a";

    Task<string> UnresolvedPaymentAsync() => new UnresolvedPayments(app).MakeAsync();

    async Task<string> UnresolvedAttemptAsync() =>
        (await MadeAsync(Unresolved, call => call.UnresolvedPaymentAsync())).Replace("pay_", "att_", StringComparison.Ordinal);

    static object Experiment => new
    {
        program = new { rules = Array.Empty<object>(), otherwise = new { optimise = new { } } },
        share_percent = 10,
        guardrail_percentage_points = 3,
        minimum_sample = 500,
    };

    static object Card => new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 };

    Paying Paying => new(app);

    static string DaysAgo(int days) => $"{TimeProvider.System.GetUtcNow().AddDays(-days):yyyy-MM-dd}";

    string Key => merchant.KeyId;

    string Merchant => merchant.Id;

    async Task<string> PostedAsync(string path, object? body) => (await Client.PostAsync(path, body))["id"]!;

    async Task<string> PaymentAsync()
    {
        var id = (await Client.PayAsync(100_00))["id"]!;
        if (operation.Id == "RefundPayment") await Client.PostAsync($"/v1/payments/{id}/captures");
        return id;
    }

    async Task<string> BookAsync()
    {
        await merchant.Client.PayAsync();
        var books = await Eventually.ThatAsync(
            () => operators.GetAsync($"/ops/v1/ledger/books?owner={merchant.Id}"),
            page => page.Body.GetProperty("items").GetArrayLength() > 0);
        return books.Body.GetProperty("items")[0].GetProperty("book").GetString()!;
    }

    Task<string> EndpointAsync() =>
        PostedAsync("/v1/webhook-endpoints", new { url = "https://shop.example/hooks", events = new[] { "*" } });

    async Task<string> DeliveryAsync()
    {
        var endpoint = await MadeAsync(Example("Endpoint"), call => call.EndpointAsync());
        return await PostedAsync($"/v1/webhook-endpoints/{endpoint}/test-events", null);
    }

    async Task<string> FileAsync() => (await Client.PutAsync(
        "/ops/v1/settlement-files/northbank/example.csv", Encoding.UTF8.GetBytes("Psp Reference\n")))["file_id"]!;

    // Read again is only what is done with.
    async Task<string> RejectedFileAsync()
    {
        var put = await operators.PutAsync(
            $"/ops/v1/settlement-files/northbank/rejected-{Guid.CreateVersion7():N}.csv", Encoding.UTF8.GetBytes($"no format {Guid.CreateVersion7()}\n"));
        return await EndedAsync(put["file_id"]!);
    }

    async Task<string> QuarantiningFileAsync()
    {
        var text = $"{Settlement.Sdr.File(Settlement.Sdr.Settled("EXAMPLE", "M1", "1O.00"))}\n{Guid.CreateVersion7()}\n";
        var put = await operators.PutAsync($"/ops/v1/settlement-files/southbank/bad-{Guid.CreateVersion7():N}.csv", Encoding.UTF8.GetBytes(text));
        return await EndedAsync(put["file_id"]!);
    }

    async Task<string> EndedAsync(string file)
    {
        await Eventually.ThatAsync(
            () => operators.GetAsync($"/ops/v1/settlement-files/{file}"),
            reply => reply["status"] is "rejected" or "reconciled" or "reconciled_with_discrepancies");
        return file;
    }

    async Task<string> LayoutAsync()
    {
        var example = Contract.Document.Operations.Single(one => one.Id == "PutSettlementLayout").Bodies[0].Examples[0].Value;
        var name = $"layout-{Guid.CreateVersion7():N}";
        await operators.SendRawAsync(
            HttpMethod.Put, $"/ops/v1/settlement-layouts/{name}", new StringContent(example.GetRawText(), Encoding.UTF8, "application/json"), ("If-Match", "*"));
        return name;
    }
    async Task<string> StatementAsync() => (await Client.PutAsync(
        "/ops/v1/bank-statements/main/example.sta", Encoding.UTF8.GetBytes(":20:EXAMPLE\n")))["file_id"]!;

    static string MinutesAgo(int minutes) => TimeProvider.System.GetUtcNow().AddMinutes(-minutes)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string Example(string parameter) => Contract.Document.Root.GetProperty("components").GetProperty("parameters")
        .GetProperty(parameter).GetProperty("example").GetString()!;
}
