using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Railyard.App.Tests.Operations;

namespace Railyard.App.Tests;

/// <summary>An answer: its status, its body and its headers.</summary>
public sealed record Reply(HttpStatusCode Status, string Text, HttpResponseMessage Response)
{
    JsonElement? body;

    /// <summary>The body as JSON.</summary>
    public JsonElement Body => body ??= JsonDocument.Parse(Text).RootElement;

    /// <summary>A member of the body as text; a path goes into objects.</summary>
    public string? this[string path] =>
        path.Split('.').Aggregate(Body, (element, name) => element.GetProperty(name)) is var found
        && found.ValueKind == JsonValueKind.Null ? null : path.Split('.').Aggregate(Body, (element, name) => element.GetProperty(name)).ToString();

    /// <summary>A header, or null.</summary>
    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The content type without its parameters.</summary>
    public string? ContentType => Response.Content.Headers.ContentType?.MediaType;
}

/// <summary>Calls an API over a real socket, and holds every answer to the contract.</summary>
/// <param name="http">Where the usual way is not wanted.</param>
public sealed class Client(Uri address, string? key, HttpClient? http = null)
{
    static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(60);
    static readonly HttpClient Http = new() { Timeout = AnswersWithin };

    /// <summary>Shows a redirect rather than follow it.</summary>
    public static readonly HttpClient Staying = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = AnswersWithin };

    /// <summary>A card that every acquirer approves.</summary>
    public const string GoodCard = "4111111111111111";

    public Task<Reply> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, path)));

    public Task<Reply> PostAsync(string path, object? body = null, string? idempotencyKey = null, string? prefer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path));
        request.Headers.Add("Idempotency-Key", idempotencyKey ?? Guid.CreateVersion7().ToString());
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        if (body is not null) request.Content = JsonContent.Create(body);
        return SendAsync(request);
    }

    public Task<Reply> PutAsync(string path, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, path)) { Content = new ByteArrayContent(body) };
        return SendAsync(request);
    }

    /// <summary>Sends whatever is wanted, with an Idempotency-Key of its own.</summary>
    public Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = JsonContent.Create(body);
        return SendAsync(request);
    }

    /// <summary>Sends a POST exactly as given, for what a well-behaved client never sends.</summary>
    public Task<Reply> PostRawAsync(string path, string body, string contentType = "application/json", params (string Name, string Value)[] headers) =>
        SendRawAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, contentType), headers);

    /// <summary>Sends a request exactly as given.</summary>
    public Task<Reply> SendRawAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return SendAsync(request);
    }

    /// <summary>The body of a payment.</summary>
    public static object Payment(
        long amount = 10_00, string capture = "manual", string number = GoodCard, string currency = "EUR", string? reference = null) => new
    {
        amount,
        currency,
        capture,
        payment_method = new { type = "card", card = new { number, exp_month = 3, exp_year = 2030, cvc = "737" } },
        reference,
    };

    /// <summary>A payment as it came out.</summary>
    public async Task<Reply> PayAsync(
        long amount = 10_00, string capture = "manual", string number = GoodCard, string currency = "EUR", string? reference = null)
    {
        var reply = await PostAsync("/v1/payments", Payment(amount, capture, number, currency, reference));
        Assert.True(reply.Status == HttpStatusCode.Created, reply.Text);
        return reply;
    }

    async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        var response = await (http ?? Http).SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await Answered.AssertAsync(response, text);
        return new Reply(response.StatusCode, text, response);
    }
}

/// <summary>Waits for what happens in its own time.</summary>
static class Eventually
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is as wanted; fails with the last answer.</summary>
    public static async Task<T> ThatAsync<T>(Func<Task<T>> ask, Func<T, bool> isWanted)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isWanted(answer)) return answer;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"It did not come in time. Last: {answer}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }
}
