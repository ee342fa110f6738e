using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Railyard.Core.Webhooks;

namespace Railyard.App.Tests.Webhooks;

/// <summary>A message as it came in.</summary>
sealed record Received(string Path, string Id, string Timestamp, string Signatures, string UserAgent, byte[] Body, DateTimeOffset At)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public int Sequence => Json.GetProperty("data").GetProperty("sequence").GetInt32();

    public string Payment => Json.GetProperty("data").GetProperty("payment").GetProperty("id").GetString()!;

    /// <summary>Whether it was signed with that secret, at about the moment it came.</summary>
    public bool IsSignedWith(string secret) => Signature.Verify(
        new SignedMessage(Id, Timestamp, Signatures), Body, Signature.Read(secret)!, TimeSpan.FromMinutes(5), At);
}

/// <summary>A merchant's server: a real listener that answers as it is told.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly ConcurrentQueue<Received> received = [];
    readonly WebApplication server;

    Receiver(TimeProvider time, Func<Received, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.Run(async http =>
        {
            var message = await ReadAsync(http.Request, time.GetUtcNow());
            received.Enqueue(message);
            await answer(message, http);
        });
    }

    public string Url => $"{server.Urls.Single()}/hooks";

    public IReadOnlyList<Received> All => [.. received];

    /// <summary>The messages of that type.</summary>
    public IReadOnlyList<Received> Of(string type) => [.. received.Where(one => one.Type == type)];

    public static async Task<Receiver> StartAsync(TimeProvider time, Func<Received, HttpContext, Task>? answer = null)
    {
        var receiver = new Receiver(time, answer ?? ((_, _) => Task.CompletedTask));
        await receiver.server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers with these statuses one after the other, and with the last of them for ever after.</summary>
    public static Task<Receiver> StartAsync(TimeProvider time, params int[] statuses)
    {
        var next = -1;
        return StartAsync(time, (_, http) =>
        {
            http.Response.StatusCode = statuses[Math.Min(Interlocked.Increment(ref next), statuses.Length - 1)];
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static async Task<Received> ReadAsync(HttpRequest request, DateTimeOffset at)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        string Header(string name) => request.Headers[name].ToString();
        return new Received(
            request.Path, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), Header("User-Agent"), body.ToArray(), at);
    }
}
