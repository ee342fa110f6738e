using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Railyard.Local.Tests.Acquirers;

/// <summary>Listens on a free port as the app would, and keeps what it is notified of.</summary>
sealed class NotifiedApp : IAsyncDisposable
{
    const int MostKept = 1_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);

    readonly Channel<Notified> received = Channel.CreateBounded<Notified>(MostKept);
    WebApplication? app;

    NotifiedApp() { }

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public Uri Address => new(app!.Urls.First());

    public static async Task<NotifiedApp> StartAsync()
    {
        var notified = new NotifiedApp();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        notified.app = builder.Build();
        notified.app.Run(notified.ReceiveAsync);
        await notified.app.StartAsync(TestContext.Current.CancellationToken);
        return notified;
    }

    /// <summary>The next that comes in.</summary>
    public async Task<Notified> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return await received.Reader.ReadAsync(patience.Token);
    }

    public async Task HearsNothingAsync()
    {
        await Task.Delay(Silence, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(received.Reader.TryPeek(out var heard), heard?.Item.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await app!.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        http.Response.StatusCode = Status;
        await received.Writer.WriteAsync(new Notified(http.Request.Path, text, http.Request.Headers["Stripe-Signature"]), http.RequestAborted);
        await http.Response.WriteAsync("[accepted]", http.RequestAborted);
    }
}

/// <summary>One notification, as it came in.</summary>
sealed record Notified(string Path, string Text, string? StripeSignature)
{
    public JsonNode Body { get; } = JsonNode.Parse(Text)!;
    public JsonNode Item => Body["notificationItems"]![0]!["NotificationRequestItem"]!;
    public string Code => Word("eventCode")!;
    public bool IsSuccess => Word("success") == "true";
    public string? Word(string name) => Item[name]?.GetValue<string>();
    public string? Additional(string name) => Item["additionalData"]![name]?.GetValue<string>();

    /// <summary>Whether the signature is that of the key, by the rule as Adyen writes it down.</summary>
    public bool IsGenuine
    {
        get
        {
            var text = string.Join(
                ":", Word("pspReference"), Word("originalReference"), Word("merchantAccountCode"),
                Word("merchantReference"), $"{Item["amount"]!["value"]}", $"{Item["amount"]!["currency"]}", Code,
                Word("success"));
            var key = Convert.FromHexString(AcquirerBench.HmacKey);
            var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
            return signature == Additional("hmacSignature");
        }
    }
}
