using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Railyard.App.Merchants;
using Railyard.App.Tests.Operations;
using Railyard.App.Webhooks;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Webhooks;

/// <summary>They share an app, and move its clock one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class WebhookTests : ICollectionFixture<WebhookRailyard>
{
    public const string Name = "webhooks";
}

/// <summary>An app on a clock that the tests move, with names that lead where the tests say.</summary>
public sealed class WebhookRailyard : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    readonly CapturedLogs logs = new();
    readonly ConcurrentDictionary<string, Func<IPAddress[]>> names = [];
    RunningApp? app;

    public RunningApp App => app ?? throw new InvalidOperationException("The app has not started.");

    public VirtualTime Time { get; } = new(Start) { Patience = TimeSpan.FromSeconds(3) };

    public string Logs => logs.Text;

    public async ValueTask InitializeAsync()
    {
        var options = new LocalOptions
        {
            Time = Time,
            // Messages that are gathered wait for the clock.
            Settings = new Dictionary<string, string?>(Timers.Off)
            {
                ["AzureFunctionsJobHost:extensions:serviceBus:minMessageBatchSize"] = "1",
            },
            Logging = logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug),
            Services = services => services.Replace(ServiceDescriptor.Singleton(new AddressGuard(ResolveAsync, allowsLoopback: true))),
        };
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    /// <summary>Lets a name lead somewhere, asked anew each time.</summary>
    public void Name(string host, Func<IPAddress[]> addresses) => names[host] = addresses;

    /// <summary>A merchant that nobody else has, so that tests do not hear each other's payments.</summary>
    internal async Task<WebhookMerchant> NewMerchantAsync()
    {
        var operators = new Client(App.Address, "ok_sandbox_local");
        var merchant = await operators.PostAsync("/ops/v1/merchants", new { name = "Webhooks" });
        string[] scopes = ["payments:write", "payments:read", "webhooks"];
        var key = await operators.PostAsync($"/ops/v1/merchants/{merchant["id"]}/keys", new { name = "Shop", scopes });
        return new WebhookMerchant(this, key["key"]!, new MerchantId(merchant["id"]!));
    }

    public Task AdvanceAsync(TimeSpan time) => Time.AdvanceAsync(time, TestContext.Current.CancellationToken);

    public Task SettleAsync() => Time.SettleAsync(TestContext.Current.CancellationToken);

    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses())
            : AddressGuard.SystemResolver(host, cancellation);
}

/// <summary>What a merchant does with webhooks.</summary>
sealed class WebhookMerchant(WebhookRailyard railyard, string key, MerchantId id)
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public const string Path = "/v1/webhook-endpoints";

    public MerchantId Id => id;

    public Client Client => new(railyard.App.Address, key);

    public async Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(railyard.App.Address, path));
        request.Headers.Add("Authorization", $"Bearer {key}");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (body is not null) request.Content = JsonContent.Create(body);
        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await Answered.AssertAsync(response, text);
        return new Reply(response.StatusCode, text, response);
    }

    /// <summary>A new endpoint for these events.</summary>
    public async Task<Reply> ListenAsync(string url, params string[] events)
    {
        var made = await Client.PostAsync(Path, new { url, events = events.Length == 0 ? ["*"] : events });
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        return made;
    }

    /// <summary>Pays, and lets everything happen that happens at once.</summary>
    public async Task<string> PayAsync(string capture = "manual")
    {
        var payment = await Client.PayAsync(capture: capture);
        await railyard.SettleAsync();
        return payment["id"]!;
    }

    public Task<Reply> GetAsync(string endpoint) => SendAsync(HttpMethod.Get, $"{Path}/{endpoint}");

    /// <summary>The delivery log, newest first.</summary>
    public async Task<IReadOnlyList<Reply>> LogAsync(string endpoint, string query = "?limit=100")
    {
        var page = await SendAsync(HttpMethod.Get, $"{Path}/{endpoint}/deliveries{query}");
        Assert.True(page.Status == HttpStatusCode.OK, page.Text);
        return [.. page.Body.GetProperty("items").EnumerateArray()
            .Select(item => new Reply(page.Status, item.GetRawText(), page.Response))];
    }

    public async Task<string> StatusAsync(string endpoint) => (await GetAsync(endpoint))["status"]!;
}
