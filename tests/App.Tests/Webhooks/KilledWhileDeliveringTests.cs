using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Railyard.App.Tests.Operations;

namespace Railyard.App.Tests.Webhooks;

/// <summary>Kills the app while an endpoint has a message that the app has not written down as delivered.</summary>
public sealed class KilledWhileDeliveringTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task What_was_posted_but_not_written_down_is_posted_again_under_the_same_id()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("railyard-webhooks-").FullName;
        using var app = new AppProcess(folder);
        var posted = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        var isKilled = false;
        await using var receiver = await Receiver.StartAsync(TimeProvider.System, async (_, _) =>
        {
            posted.TrySetResult();
            // The first is left without an answer until the app is gone.
            if (!isKilled) await gone.Task;
        });
        using var http = new HttpClient { BaseAddress = app.Address };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk_sandbox_local");

        app.Start();
        await app.WaitUntilItAnswersAsync(cancellation);
        var endpoint = await PostAsync(http, "/v1/webhook-endpoints", new { url = receiver.Url, events = (string[])["payment.authorized"] });
        await PostAsync(http, "/v1/payments", Client.Payment());
        await posted.Task.WaitAsync(Patience, TimeProvider.System, cancellation);
        await app.KillAsync(cancellation);
        isKilled = true;
        gone.SetResult();
        app.Start();
        await app.WaitUntilItAnswersAsync(cancellation);
        var log = await UntilDeliveredAsync(http, endpoint.GetProperty("id").GetString()!, cancellation);

        Assert.Equal(2, receiver.All.Count);
        Assert.Equal(receiver.All[0].Id, receiver.All[1].Id);
        Assert.Equal(receiver.All[0].Body, receiver.All[1].Body);
        Assert.Equal(1, log.GetProperty("tries").GetArrayLength());
        await app.KillAsync(cancellation);
        await DataFolder.RemoveAsync(folder, cancellation);
    }

    static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    static async Task<JsonElement> UntilDeliveredAsync(HttpClient http, string endpoint, CancellationToken cancellation)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/v1/webhook-endpoints/{endpoint}/deliveries?status=succeeded", cancellation);
            if (page.GetProperty("items") is var items && items.GetArrayLength() > 0) return items[0];
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, "It was not posted again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        }
    }
}
