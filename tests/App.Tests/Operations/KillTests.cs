using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// Kills the app at random moments during a stream of payments, of whose calls to acquirers one in ten is done and never
/// answered, and starts it again with the same command: every payment comes to its end, no acquirer holds two approvals for
/// one, every idempotency key still answers.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    const int UsualKills = 50;
    const int Streams = 4;
    const int LongestWorkMilliseconds = 1_000;
    const int LongestStartMilliseconds = 2_500;
    const double ShareOfTimeouts = 0.1;
    static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(4);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentQueue<Paid> paid = [];
    readonly CancellationTokenSource enough = new();
    volatile TaskCompletionSource answered = new();

    /// <summary>What a merchant sent and was told.</summary>
    sealed record Paid(string Key, object Body, string Id, bool IsCapturedByHand);

    public void Dispose() => enough.Dispose();

    [Fact]
    public async Task Killed_at_random_moments_it_loses_nothing_and_does_nothing_twice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seed = Setting("RAILYARD_SEED", (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % int.MaxValue));
        var kills = Setting("RAILYARD_KILLS", UsualKills);
        output.WriteLine($"RAILYARD_SEED={seed} RAILYARD_KILLS={kills}");
        var folder = Directory.CreateTempSubdirectory("railyard-kills-").FullName;
        using var app = new AppProcess(folder);
        using var http = new HttpClient { BaseAddress = app.Address, Timeout = TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk_sandbox_local");

        app.Start();
        var streams = Enumerable.Range(0, Streams).Select(stream => Task.Run(() => PayAsync(http, stream, cancellation), cancellation)).ToList();
        var chance = (uint)seed;
        for (var kill = 0; kill < kills; kill++)
        {
            // Every other time it is killed while it works; in between, while it starts and picks up what was left.
            var isAtWork = kill % 2 == 0;
            if (isAtWork) await UntilAtWorkAsync(http, app, seed + kill, cancellation);
            chance = unchecked((chance * 1_664_525) + 1_013_904_223);
            var moment = TimeSpan.FromMilliseconds(chance % (isAtWork ? LongestWorkMilliseconds : LongestStartMilliseconds));
            await Task.Delay(moment, TimeProvider.System, cancellation);
            await app.KillAsync(cancellation);
            app.Start();
        }
        await app.WaitUntilItAnswersAsync(cancellation);
        await enough.CancelAsync();
        await Task.WhenAll(streams).WaitAsync(EndsWithin, TimeProvider.System, cancellation);

        output.WriteLine($"{paid.Count} payments");
        Assert.True(paid.Count >= kills / 4, $"Only {paid.Count} payments were made: nothing was put to the test.");
        foreach (var one in paid) await AuditAsync(http, app, one, cancellation);
        await app.KillAsync(cancellation);
        await DataFolder.RemoveAsync(folder, cancellation);
    }

    // However slow the machine is: a payment has been answered since the start, and others are under way.
    async Task UntilAtWorkAsync(HttpClient http, AppProcess app, int seed, CancellationToken cancellation)
    {
        answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await app.WaitUntilItAnswersAsync(cancellation);
        await TimeOutAsync(http, app, seed, cancellation);
        await answered.Task.WaitAsync(EndsWithin, TimeProvider.System, cancellation);
    }

    // What an acquirer plays beside its fixed script is forgotten when it stops.
    static async Task TimeOutAsync(HttpClient http, AppProcess app, int seed, CancellationToken cancellation)
    {
        var sheet = new { rules = new[] { new { behaviour = "timeout_after_commit", share = ShareOfTimeouts } }, seed };
        foreach (var acquirer in app.Acquirers)
        {
            using var laid = await http.PutAsJsonAsync(new Uri(acquirer, "/sim/script"), sheet, cancellation);
            Assert.True(laid.IsSuccessStatusCode, await laid.Content.ReadAsStringAsync(cancellation));
        }
    }

    async Task PayAsync(HttpClient http, int stream, CancellationToken cancellation)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var isByHand = number % 3 == 0;
            var body = Body(stream, number, isByHand);
            var key = $"kill {stream} {number}";
            var payment = await UntilAnsweredAsync(http, "/v1/payments", body, key, cancellation);
            answered.TrySetResult();
            var id = payment.GetProperty("id").GetString()!;
            if (isByHand && payment.GetProperty("status").GetString() == "authorized")
                await UntilAnsweredAsync(http, $"/v1/payments/{id}/captures", new { amount = 4_00 }, key, cancellation);
            paid.Enqueue(new Paid(key, body, id, isByHand));
        }
    }

    // Every fifth is declined by the first acquirer and approved by the second.
    static object Body(int stream, int number, bool isByHand) => new
    {
        amount = 10_00 + number,
        currency = "EUR",
        capture = isByHand ? "manual" : "automatic",
        payment_method = new
        {
            type = "card",
            card = new { number = number % 5 == 4 ? "4099000000000012" : "4111111111111111", exp_month = 3, exp_year = 2030, cvc = "737" },
        },
        reference = $"kill {stream} {number}",
    };

    // As a merchant does: the same request with the same key until there is an answer.
    static async Task<JsonElement> UntilAnsweredAsync(HttpClient http, string path, object body, string key, CancellationToken cancellation)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < EndsWithin, $"{path} with key '{key}' is never answered.");
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await http.SendAsync(request, cancellation);
                var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                if (response.StatusCode is HttpStatusCode.Created) return answer;
                Assert.True(
                    response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Conflict or HttpStatusCode.InternalServerError,
                    $"{path} is answered with {response.StatusCode}: {answer}");
            }
            catch (Exception fault) when (fault
                is HttpRequestException or SocketException or IOException or TaskCanceledException or JsonException)
            {
                // It was killed while it worked on this.
                cancellation.ThrowIfCancellationRequested();
            }
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    static async Task AuditAsync(HttpClient http, AppProcess app, Paid paid, CancellationToken cancellation)
    {
        var again = await UntilAnsweredAsync(http, "/v1/payments", paid.Body, paid.Key, cancellation);
        Assert.Equal(paid.Id, again.GetProperty("id").GetString());

        var payment = await http.GetFromJsonAsync<JsonElement>($"/v1/payments/{paid.Id}", cancellation);
        Assert.Equal("captured", payment.GetProperty("status").GetString());

        var approvals = 0;
        var captured = 0L;
        foreach (var acquirer in app.Acquirers)
        {
            var book = await http.GetFromJsonAsync<JsonElement>(new Uri(acquirer, $"/sim/book?reference={paid.Id}"), cancellation);
            approvals += book.GetProperty("live_approvals").GetInt32();
            captured += book.GetProperty("payments").EnumerateArray().Sum(one => one.GetProperty("captured").GetInt64());
        }
        Assert.Equal(1, approvals);
        Assert.Equal(captured, payment.GetProperty("amount_captured").GetInt64());
        Assert.Equal(paid.IsCapturedByHand ? 4_00 : payment.GetProperty("amount").GetInt64(), captured);
    }

    static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : usual;
}
