using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;
using Railyard.Local.Tests.Runtime;
using Fault = Railyard.Local.Runtime.Testing.Fault;

namespace Railyard.Local.Tests.Acquirers;

/// <summary>The acquirers' book under a fault plan: an acquirer that crashed knows exactly what it had committed.</summary>
public sealed class CrashedAcquirersTests(CrashedAcquirersTests.Fixture sample)
    : IClassFixture<CrashedAcquirersTests.Fixture>
{
    const int MostTries = 200;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public sealed class None;

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<None>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.CrashBeforeCommit)]
    [InlineData(Fault.CrashAfterCommit)]
    public async Task A_payment_and_its_capture_are_booked_once_whichever_commit_the_acquirers_crash_at(Fault crash)
    {
        for (var commit = 1; commit <= 2; commit++)
        {
            var plan = new FaultPlan(commit).At(crash, commit);
            var order = $"{crash}-{commit}";
            sample.App.Inject(plan);

            var payment = await UntilAnsweredAsync("/v71/payments", Payment(order), $"{order}-pay");
            var psp = payment["pspReference"]!.GetValue<string>();
            await UntilAnsweredAsync($"/v71/payments/{psp}/captures", Capture(), $"{order}-capture");
            sample.App.Inject(null);

            var book = await BookAsync(order);
            Assert.Equal(1, plan.Struck(crash));
            Assert.Equal(1, book["live_approvals"]!.GetValue<int>());
            var booked = Assert.Single(book["payments"]!.AsArray())!;
            Assert.Equal(psp, booked["psp_reference"]!.GetValue<string>());
            Assert.Equal(1050, booked["captured"]!.GetValue<long>());
        }
    }

    // As the app does it: the same call under the same key until there is an answer.
    async Task<JsonNode> UntilAnsweredAsync(string path, JsonNode body, string key)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await TryAsync(path, body, key) is { } answer) return answer;
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
        throw new TimeoutException($"{path} is never answered.");
    }

    async Task<JsonNode?> TryAsync(string path, JsonNode body, string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Of(path)) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-API-Key", "northbank-local");
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request, Cancellation);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created)) return null;
            return await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        }
        catch (HttpRequestException)
        {
            // It is down after the crash.
            return null;
        }
    }

    async Task<JsonNode> BookAsync(string order)
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<JsonNode>(Of($"/sim/book?reference={order}"), Cancellation))!;
    }

    Uri Of(string path) => new(sample.App.Acquirers[AcquirerBench.North], path);

    static JsonNode Payment(string order) => JsonNode.Parse($$"""
        { "amount": { "value": 1050, "currency": "EUR" }, "reference": "{{order}}",
          "merchantAccount": "RailyardNorth", "returnUrl": "https://merchant.example/",
          "paymentMethod": { "type": "scheme", "number": "{{AcquirerBench.Visa}}", "expiryMonth": "03", "expiryYear": "2030" },
          "additionalData": { "manualCapture": "true" } }
        """)!;

    static JsonNode Capture() => JsonNode.Parse("""
        { "amount": { "value": 1050, "currency": "EUR" }, "merchantAccount": "RailyardNorth", "reference": "capture" }
        """)!;
}
