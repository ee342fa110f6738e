using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Railyard.Local.Acquirers;
using Railyard.Local.Acquirers.Settlement;

namespace Railyard.Local.Tests.Acquirers;

/// <summary>The acquirers on free ports over a folder of their own, with an inbox in memory.</summary>
sealed class AcquirerBench : IAsyncDisposable
{
    public const string Visa = "4111111111111111";
    public const string North = "northbank";
    public const string South = "southbank";
    public const string Stripe = "stripe";
    public const string Tide = "tidebank";
    public const string HmacKey = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    const int MostRepeats = 5_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan OneLook = TimeSpan.FromMilliseconds(10);

    readonly string folder = Directory.CreateTempSubdirectory("railyard-acquirers-").FullName;
    readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = Patience };
    SimulatedAcquirers? acquirers;

    AcquirerBench() { }

    /// <summary>The acquirers' clock, which stands still unless a test moves it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 10, 0, 0, 250, TimeSpan.Zero));

    /// <summary>The reports that were delivered, by acquirer/name.</summary>
    public ConcurrentDictionary<string, string> Inbox { get; } = new();

    /// <summary>The inbox cannot be reached.</summary>
    public bool IsInboxDown { get; set; }

    public string Folder => folder;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Which notifications the acquirers send; their own default where nothing is said.</summary>
    NotificationsSent? Sent { get; init; }

    public static async Task<AcquirerBench> StartAsync(NotificationsSent? sent = null, string dialect = "binary")
    {
        var bench = new AcquirerBench { Sent = sent, Dialect = dialect };
        await bench.RestartAsync();
        return bench;
    }

    public async Task RestartAsync()
    {
        if (acquirers is not null) await acquirers.DisposeAsync();
        var options = new AcquirersOptions
        {
            ResourcesPath = WriteProfiles(),
            DatabasePath = Path.Combine(folder, "acquirers.db"),
            BlobConnectionString = "UseDevelopmentStorage=true",
            FirstPort = 0,
            HmacKeys = new Dictionary<string, string> { [North] = HmacKey, [South] = HmacKey, [Stripe] = HmacKey },
            Notifications = Sent is { } sent
                ? new Dictionary<string, NotificationsSent> { [North] = sent, [South] = sent, [Stripe] = sent }
                : new Dictionary<string, NotificationsSent>(),
            Time = Time,
            Logging = NullLoggerFactory.Instance,
        };
        acquirers = await SimulatedAcquirers.StartAsync(options, DeliverAsync, (_, _, _, _) => Task.CompletedTask, (_, _) => Task.CompletedTask, Cancellation);
        await acquirers.DeliverLeftBehindAsync(Cancellation);
    }

    public void NotifyAt(Uri app) => acquirers!.NotifyAt(app);

    public Uri Address(string acquirer) => acquirers!.Addresses[acquirer];

    /// <summary>Where the acquirer is called in its own protocol.</summary>
    public Uri Endpoint(string acquirer) => acquirers!.Endpoints[acquirer];

    /// <summary>How tidebank writes.</summary>
    public string Dialect { get; init; } = "binary";

    public Task<Reply> PayAsync(
        string card = Visa, long amount = 1000, string currency = "EUR", string reference = "order-1",
        string acquirer = North, string? key = null, bool isCapturedByHand = true,
        Action<JsonObject>? change = null, CancellationToken? cancellation = null)
    {
        var body = PaymentBody(card, amount, currency, reference, acquirer, isCapturedByHand);
        change?.Invoke(body);
        return PostAsync(acquirer, "/v71/payments", body, key, cancellation: cancellation);
    }

    public Task<Reply> ModifyAsync(
        string psp, string kind, long? amount = null, string currency = "EUR",
        string acquirer = North, string? key = null)
    {
        var body = new JsonObject { ["merchantAccount"] = Account(acquirer), ["reference"] = $"{kind}-1" };
        if (amount is { } value) body["amount"] = new JsonObject { ["value"] = value, ["currency"] = currency };
        return PostAsync(acquirer, $"/v71/payments/{psp}/{kind}", body, key);
    }

    public async Task<Reply> PostAsync(
        string acquirer, string path, JsonNode? body, string? key = null, string? apiKey = null,
        CancellationToken? cancellation = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address(acquirer), path));
        request.Headers.Add("X-API-Key", apiKey ?? $"{acquirer}-local");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancellation ?? Cancellation);
        return await Reply.ReadAsync(response);
    }

    /// <summary>
    /// Makes a call again under its key. The book shows a commit a moment before the call that made it is over, and
    /// until then its repeat is turned away.
    /// </summary>
    public static async Task<Reply> RepeatAsync(Func<Task<Reply>> call)
    {
        for (var i = 0; i < MostRepeats; i++)
            if (await call() is { Status: not 409 } reply) return reply;
        throw new TimeoutException("The first call is never over.");
    }

    /// <summary>Answers the page of a payment as its cardholder.</summary>
    public Task<Reply> AnswerPageAsync(string psp, string result, string acquirer = North) =>
        SubmitFormAsync($"/sim/authenticate/{psp}", "result", result, acquirer);

    public async Task<Reply> SubmitFormAsync(string path, string field, string value, string acquirer = North)
    {
        using var form = new FormUrlEncodedContent([new(field, value)]);
        using var response = await http.PostAsync(new Uri(Address(acquirer), path), form, Cancellation);
        return await Reply.ReadAsync(response);
    }

    public async Task PutScriptAsync(string rules, string acquirer = North) =>
        Assert.Equal(200, (await SendAsync(HttpMethod.Put, "/sim/script", rules, acquirer: acquirer)).Status);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? text, string? accept = null, string acquirer = North)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address(acquirer), path));
        if (accept is not null) request.Headers.Add("Accept", accept);
        request.Content = text is null ? null : new StringContent(text, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, Cancellation);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Hands on what the page sent back with the cardholder.</summary>
    public Task<Reply> SubmitDetailsAsync(
        string? redirectResult, string? key = null, string acquirer = North,
        CancellationToken? cancellation = null) =>
        PostAsync(
            acquirer, "/v71/payments/details",
            new JsonObject { ["details"] = new JsonObject { ["redirectResult"] = redirectResult } }, key,
            cancellation: cancellation);

    /// <summary>A call to the acquirer that speaks Stripe: form-encoded where there is a form, else a GET.</summary>
    public async Task<Reply> StripeAsync(
        string path, string? form = null, string? key = null, string? apiKey = null, CancellationToken? cancellation = null)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, new Uri(Address(Stripe), path));
        request.Headers.Add("Authorization", $"Bearer {apiKey ?? "stripe-local"}");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (form is not null) request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await http.SendAsync(request, cancellation ?? Cancellation);
        return await Reply.ReadAsync(response);
    }

    public async Task<Reply> GetAsync(string path, string acquirer = North)
    {
        using var response = await http.GetAsync(new Uri(Address(acquirer), path), Cancellation);
        return await Reply.ReadAsync(response);
    }

    /// <summary>What the acquirer has to notify of, oldest first.</summary>
    public async Task<List<JsonNode>> NotificationsAsync(string reference = "order-1", string acquirer = North)
    {
        var shown = await GetAsync($"/sim/notifications?reference={Uri.EscapeDataString(reference)}", acquirer);
        return [.. shown.Json["notifications"]!.AsArray().Reverse().Select(each => each!)];
    }

    public async Task<JsonNode> BookAsync(string reference = "order-1", string acquirer = North) =>
        (await GetAsync($"/sim/book?reference={Uri.EscapeDataString(reference)}", acquirer)).Json;

    public Task<Reply> SettleAsync(string acquirer = North, params string[] wrong) =>
        SettleAsync(acquirer, new JsonObject
        {
            ["discrepancies"] = new JsonArray([.. wrong.Select(one => (JsonNode)one)]),
        });

    public Task<Reply> SettleAsync(string acquirer, JsonObject wishes) =>
        WhileTimePassesAsync(PostAsync(acquirer, "/sim/settlement-reports", wishes));

    /// <summary>Lets seconds pass until the answer is there: the acquirer waits for one of them.</summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, Task.Delay(OneLook, TimeProvider.System, Cancellation));
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        return await call;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (acquirers is not null) await acquirers.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static string Account(string acquirer) => acquirer == North ? "RailyardNorth" : "RailyardSouth";

    static JsonObject PaymentBody(
        string card, long amount, string currency, string reference, string acquirer,
        bool isCapturedByHand) => new()
    {
        ["amount"] = new JsonObject { ["value"] = amount, ["currency"] = currency },
        ["reference"] = reference,
        ["merchantAccount"] = Account(acquirer),
        ["paymentMethod"] = new JsonObject
        {
            ["type"] = "scheme",
            ["number"] = card,
            ["expiryMonth"] = "03",
            ["expiryYear"] = "2030",
            ["cvc"] = "737",
        },
        ["returnUrl"] = "https://merchant.example/return?order=1",
        ["additionalData"] = new JsonObject { ["manualCapture"] = isCapturedByHand ? "true" : "false" },
    };

    Task DeliverAsync(string acquirer, string fileName, string content, CancellationToken cancellation)
    {
        if (IsInboxDown) throw new IOException("The inbox cannot be reached.");
        if (Inbox.TryAdd($"{acquirer}/{fileName}", content)) return Task.CompletedTask;
        Assert.Equal(content, Inbox[$"{acquirer}/{fileName}"]);
        return Task.CompletedTask;
    }

    string WriteProfiles()
    {
        var path = Path.Combine(folder, "acquirers.json");
        File.WriteAllText(path, $$"""
            { "acquirers": [
              { "name": "northbank", "port": 7081, "merchantAccount": "RailyardNorth",
                "apiKey": "northbank-local",
                "fee": { "basisPoints": 90, "fixedMinorUnits": 10 } },
              { "name": "southbank", "port": 7082, "merchantAccount": "RailyardSouth",
                "apiKey": "southbank-local",
                "fee": { "basisPoints": 120, "fixedMinorUnits": 5 } },
              { "name": "stripe", "protocol": "stripe", "port": 7083, "merchantAccount": "acct_railyard",
                "apiKey": "stripe-local",
                "fee": { "basisPoints": 150, "fixedMinorUnits": 25 } },
              { "name": "tidebank", "protocol": "iso8583", "dialect": "{{Dialect}}", "port": 7084, "isoPort": 7085,
                "merchantAccount": "RailyardTide", "apiKey": "",
                "fee": { "basisPoints": 80, "fixedMinorUnits": 12 } } ] }
            """);
        return path;
    }
}

/// <summary>What came back.</summary>
sealed record Reply(int Status, string Text, string? ContentType, string? RepeatKey, Uri? Location)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
    public string Psp => Json["pspReference"]!.GetValue<string>();

    // The pages are written so that an XML reader takes them too, but for the element that is never closed.
    public XElement Html => XElement.Parse(
        Text.Replace("<!doctype html>", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal).Trim());

    public string? RedirectResult => QueryHelpers.ParseQuery(Location!.Query)["redirectResult"];
    public string? Word(string name) => Json[name]?.GetValue<string>();
    public string? Additional(string name) => Json["additionalData"]?[name]?.GetValue<string>();

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null,
        response.Headers.Location);
}
