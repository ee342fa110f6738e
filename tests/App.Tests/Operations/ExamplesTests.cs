using System.Globalization;
using System.Text;
using System.Text.Json;
using Railyard.App.Operations;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Operations;

/// <summary>What the document shows as a request is one: sent as it stands, it is answered as the document says.</summary>
public sealed class ExamplesTests(RunningRailyard railyard)
{
    // What others call proves who it is by a signature that no example can have.
    const string CalledByOthers = "Acquirers and cardholders";

    public static TheoryData<string> Operations() =>
        [.. Contract.Document.Operations.Where(one => one.Tag != CalledByOthers).Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_examples_of_an_operation_are_answered_with_its_success(string id)
    {
        var operation = Contract.Document.Operations.Single(one => one.Id == id);
        var examples = operation.Bodies.SelectMany(body => body.Examples).Cast<ApiExample?>().DefaultIfEmpty();

        foreach (var example in examples)
        {
            var reply = await SendAsync(operation, example);

            Assert.True($"{(int)reply.Status}" == operation.Answers[0].Status, $"{example?.Name}: {reply.Status} {reply.Text}");
        }
    }

    // Everything that the example names is made first, by a merchant of its own.
    async Task<Reply> SendAsync(ApiOperation operation, ApiExample? example)
    {
        var merchant = await railyard.OnboardAsync();
        var client = operation.Path.StartsWith("/v1/", StringComparison.Ordinal) ? merchant.Client : railyard.Operator;
        var text = $"{operation.ExamplePath}{Query(operation)}\n{example?.Value.GetRawText()}";
        var setting = new Setting(railyard, merchant, operation.Id);
        foreach (var (shown, make) in Named)
            if (text.Contains(shown, StringComparison.Ordinal))
                text = text.Replace(shown, await make(setting), StringComparison.Ordinal);
        var (path, body) = (text.Split('\n', 2)[0], text.Split('\n', 2)[1]);
        if (example?.Value.ValueKind == JsonValueKind.String)
            return await client.PutAsync(path, Encoding.UTF8.GetBytes(JsonElement.Parse(body).GetString()!));
        return await client.SendAsync(
            new HttpMethod(operation.Method), path, body.Length == 0 ? null : JsonElement.Parse(body), ("If-Match", "*"));
    }

    static string Query(ApiOperation operation)
    {
        var all = operation.Parameters
            .Where(one => one.GetProperty("in").GetString() == "query" && one.TryGetProperty("example", out _))
            .Select(one => $"{one.GetProperty("name").GetString()}={one.GetProperty("example").GetString()}");
        return operation.Method == "GET" && all.Any() ? $"?{string.Join('&', all)}" : "";
    }

    sealed record Setting(RunningRailyard Railyard, Onboarded Merchant, string Operation)
    {
        public string? Endpoint { get; set; }
    }

    // What the examples name, each followed by what makes it.
    static readonly (string Shown, Func<Setting, Task<string>> Make)[] Named =
    [
        (Example("Payment"), PaymentAsync),
        (Example("Token"), async at => (await at.Merchant.Client.PostAsync("/v1/card-tokens", new { card = Card }))["id"]!),
        (Example("Delivery"), DeliveryAsync),
        (Example("Endpoint"), EndpointAsync),
        (Example("Key"), at => Task.FromResult(at.Merchant.KeyId)),
        (Example("Merchant"), at => Task.FromResult(at.Merchant.Id)),
        ("fil_019abc0e8f7a8c3e9d21c0ffee000008", FileAsync),
        ("rwr_019abc0e8f7a7c3e9d21c0ffee000009", async at => (await at.Railyard.Operator.PostAsync("/ops/v1/vault/rewraps"))["id"]!),
        ("2026-11-24T11:00:00Z", _ => Task.FromResult(HoursAgo(1))),
        ("2026-11-24T12:00:00Z", _ => Task.FromResult(HoursAgo(0))),
    ];

    static object Card => new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 };

    static async Task<string> PaymentAsync(Setting at)
    {
        var id = (await at.Merchant.Client.PayAsync(100_00))["id"]!;
        if (at.Operation == "RefundPayment") await at.Merchant.Client.PostAsync($"/v1/payments/{id}/captures");
        return id;
    }

    static async Task<string> EndpointAsync(Setting at) => at.Endpoint ??= (await at.Merchant.Client.PostAsync(
        "/v1/webhook-endpoints", new { url = "https://shop.example/hooks", events = new[] { "*" } }))["id"]!;

    static async Task<string> DeliveryAsync(Setting at) => (await at.Merchant.Client.PostAsync(
        $"/v1/webhook-endpoints/{await EndpointAsync(at)}/test-events"))["id"]!;

    static async Task<string> FileAsync(Setting at) => (await at.Railyard.Operator.PutAsync(
        "/ops/v1/settlement-files/northbank/example.csv", Encoding.UTF8.GetBytes("Psp Reference\n")))["file_id"]!;

    static string HoursAgo(int hours) => TimeProvider.System.GetUtcNow().AddHours(-hours)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string Example(string parameter) => Contract.Document.Root.GetProperty("components").GetProperty("parameters")
        .GetProperty(parameter).GetProperty("example").GetString()!;
}
