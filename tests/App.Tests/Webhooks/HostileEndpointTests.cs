using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Railyard.App.Tests.Webhooks;

[Collection(WebhookTests.Name)]
public sealed class HostileEndpointTests(WebhookRailyard railyard)
{
    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var target = await Receiver.StartAsync(railyard.Time);
        await using var receiver = await Receiver.StartAsync(railyard.Time, (_, http) =>
        {
            http.Response.Redirect(target.Url);
            return Task.CompletedTask;
        });

        var tried = await FirstTryAsync(receiver.Url);

        Assert.Equal("302", tried["status_code"]);
        Assert.Empty(target.All);
    }

    [Fact]
    public async Task An_answer_that_does_not_end_is_read_no_further_than_the_log_keeps_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var flooding = FloodAsync(listener, TestContext.Current.CancellationToken);

        var tried = await FirstTryAsync($"http://{listener.LocalEndpoint}/hooks");
        var written = await flooding;

        Assert.Equal("200", tried["status_code"]);
        Assert.Equal(new string('x', 4 * 1024), tried["response"]);
        Assert.InRange(written, 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_given_up_on_after_fifteen_seconds()
    {
        await using var receiver = await Receiver.StartAsync(
            railyard.Time, (_, http) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));

        var tried = await FirstTryAsync(receiver.Url, wait: TimeSpan.FromSeconds(16));

        Assert.Equal("timed_out", tried["error"]);
        Assert.Equal("15000", tried["duration_ms"]);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_up_is_tried_again()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, (_, http) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });

        var tried = await FirstTryAsync(receiver.Url);

        Assert.Equal("connection_lost", tried["error"]);
    }

    [Fact]
    public async Task An_endpoint_where_nobody_listens_is_tried_again()
    {
        string url;
        await using (var receiver = await Receiver.StartAsync(railyard.Time)) url = receiver.Url;

        var tried = await FirstTryAsync(url);

        Assert.Equal("connection_failed", tried["error"]);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused()
    {
        railyard.Name("private.example", () => [IPAddress.Parse("10.0.0.1")]);

        var tried = await FirstTryAsync("https://private.example/hooks");

        Assert.Equal("address_refused", tried["error"]);
    }

    [Fact]
    public async Task A_name_of_which_one_address_is_private_is_refused()
    {
        railyard.Name("mixed.example", () => [IPAddress.Parse("1.1.1.1"), IPAddress.Parse("169.254.169.254")]);

        var tried = await FirstTryAsync("https://mixed.example/hooks");

        Assert.Equal("address_refused", tried["error"]);
    }

    [Fact]
    public async Task A_name_without_an_address_is_tried_again()
    {
        railyard.Name("nowhere.example", () => []);

        var tried = await FirstTryAsync("https://nowhere.example/hooks");

        Assert.Equal("name_not_found", tried["error"]);
    }

    [Fact]
    public async Task What_does_not_speak_TLS_is_not_told()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);

        var tried = await FirstTryAsync(receiver.Url.Replace("http:", "https:", StringComparison.Ordinal));

        Assert.Equal("tls_failed", tried["error"]);
        Assert.Empty(receiver.All);
    }

    /// <summary>What the log says of the first try to send an endpoint a test event.</summary>
    async Task<Reply> FirstTryAsync(string url, TimeSpan wait = default)
    {
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(url))["id"]!;
        var sent = await merchant.Client.PostAsync($"{WebhookMerchant.Path}/{id}/test-events");
        Assert.True(sent.Status == HttpStatusCode.Accepted, sent.Text);
        await railyard.SettleAsync();
        await railyard.AdvanceAsync(wait);
        var delivery = (await merchant.LogAsync(id)).Single();
        var first = delivery.Body.GetProperty("tries")[0];
        return new Reply(delivery.Status, first.GetRawText(), delivery.Response);
    }

    // On a bare socket: a web server would go on counting what it throws away after the caller has gone.
    static async Task<long> FloodAsync(TcpListener listener, CancellationToken cancellation)
    {
        using var caller = await listener.AcceptSocketAsync(cancellation);
        await caller.ReceiveAsync(new byte[1024], cancellation);
        await caller.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
        var much = new byte[64 * 1024];
        Array.Fill(much, (byte)'x');
        var written = 0L;
        try
        {
            while (true) written += await caller.SendAsync(much, cancellation);
        }
        catch (SocketException)
        {
            // The caller has heard enough.
            return written;
        }
    }
}
