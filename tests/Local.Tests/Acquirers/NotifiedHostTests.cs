using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Local.Acquirers;
using Railyard.Local.Acquirers.Notifications;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;
using Railyard.Local.Tests.Runtime;

namespace Railyard.Local.Tests.Acquirers;

public sealed class NotifiedHostTests
{
    static readonly DateTimeOffset Start = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    // Nothing here sleeps on the virtual clock, so it may stand still for as long as a busy machine needs.
    static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(30);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public sealed class Receiver(TimeProvider time, ConcurrentQueue<(DateTimeOffset At, JsonNode Body)> received)
    {
        [Function("Receive")]
        public async Task<IResult> ReceiveAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notifications/adyen/{account}")]
            HttpRequest request,
            string account)
        {
            var body = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            body!["account"] = account;
            received.Enqueue((time.GetUtcNow(), body));
            return received.Count == 1 ? Results.StatusCode(503) : Results.Text("[accepted]");
        }
    }

    [Fact]
    public async Task The_app_is_notified_under_the_key_in_its_configuration_at_the_virtual_time_it_is_due()
    {
        var time = new VirtualTime(Start) { Patience = LongPatience };
        var received = new ConcurrentQueue<(DateTimeOffset At, JsonNode Body)>();
        await using var app = await StartAsync(time, received, []);
        var settings = app.Services.GetRequiredService<IConfiguration>();

        await PayAsync(app, "4099000000000087");
        await time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        Assert.Equal(
            [Start.AddSeconds(5), Start.AddSeconds(7)], received.Select(each => each.At));
        Assert.All(received, each => Assert.Equal("northbank", each.Body["account"]!.GetValue<string>()));
        var item = received.Last().Body["notificationItems"]![0]!["NotificationRequestItem"]!;
        var expected = AdyenNotification.Sign(
            new Notice(
                EventCode.Authorisation, true, item["pspReference"]!.GetValue<string>(), null, "order-1",
                new Amount(1050, "EUR"), Start),
            "RailyardNorth", Convert.FromHexString(settings["Acquirers:northbank:hmacKey"]!));
        Assert.Equal(expected, item["additionalData"]!["hmacSignature"]!.GetValue<string>());
        Assert.NotEqual(settings["Acquirers:northbank:hmacKey"], settings["Acquirers:southbank:hmacKey"]);
    }

    [Fact]
    public async Task The_settings_say_which_notifications_are_sent()
    {
        var time = new VirtualTime(Start) { Patience = LongPatience };
        var received = new ConcurrentQueue<(DateTimeOffset At, JsonNode Body)>();
        await using var app = await StartAsync(
            time, received, new() { ["Local:Acquirers:northbank:notifications"] = "all" });

        await PayAsync(app, AcquirerBench.Visa);
        await time.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal([Start, Start.AddSeconds(2)], received.Select(each => each.At));
    }

    [Fact]
    public async Task A_setting_that_is_none_of_them_stops_the_start()
    {
        var refusal = await Assert.ThrowsAsync<StartRefused>(() => StartAsync(
            new VirtualTime(Start), new(), new() { ["Local:Acquirers:northbank:notifications"] = "some" }));

        Assert.Equal(
            "Local:Acquirers:northbank:notifications cannot be \"some\"; it is none, late or all.", refusal.Message);
    }

    static Task<RunningApp> StartAsync(
        VirtualTime time, ConcurrentQueue<(DateTimeOffset At, JsonNode Body)> received,
        Dictionary<string, string?> settings) =>
        Sample.StartAsync<Receiver>(
            new LocalOptions { Time = time, Settings = settings },
            builder => builder.Services.AddSingleton(received));

    static async Task PayAsync(RunningApp app, string card)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(app.Acquirers[AcquirerBench.North], "/v71/payments"));
        request.Headers.Add("X-API-Key", "northbank-local");
        request.Content = new StringContent(
            $$"""
            { "amount": { "value": 1050, "currency": "EUR" }, "reference": "order-1",
              "merchantAccount": "RailyardNorth", "returnUrl": "https://merchant.example/",
              "paymentMethod": { "type": "scheme", "number": "{{card}}", "expiryMonth": "03", "expiryYear": "2030" },
              "additionalData": { "manualCapture": "true" } }
            """,
            Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, Cancellation);
    }
}
