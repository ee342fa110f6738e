using System.Net;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Webhooks;

namespace Railyard.App.Tests.Webhooks;

[Collection(WebhookTests.Name)]
public sealed class DeliveryLogTests(WebhookRailyard railyard)
{
    const string Path = WebhookMerchant.Path;

    [Fact]
    public async Task A_test_event_comes_whatever_the_filters_are_and_is_sent_once_for_a_key()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var endpoint = await merchant.ListenAsync(receiver.Url, "payment.captured");
        var path = $"{Path}/{endpoint["id"]}/test-events";

        var sent = await merchant.Client.PostAsync(path, idempotencyKey: "once");
        var again = await merchant.Client.PostAsync(path, idempotencyKey: "once");
        await railyard.SettleAsync();

        Assert.Equal(HttpStatusCode.Accepted, sent.Status);
        Assert.Equal(sent.Text, again.Text);
        var told = receiver.All.Single();
        Assert.Equal("webhook_endpoint.test", told.Type);
        Assert.Equal(sent["id"], told.Id);
        Assert.True(told.IsSignedWith(endpoint["secret"]!));
    }

    [Fact]
    public async Task The_log_is_read_newest_first_page_by_page_and_by_status()
    {
        var count = 0;
        await using var receiver = await Receiver.StartAsync(railyard.Time, (_, http) =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref count) <= 5 ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        var payments = new List<string>();
        for (var number = 0; number < 7; number++)
        {
            payments.Add(await merchant.PayAsync());
            await railyard.AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }

        var first = await merchant.SendAsync(HttpMethod.Get, $"{Path}/{id}/deliveries?limit=4");
        var second = await merchant.SendAsync(HttpMethod.Get, $"{Path}/{id}/deliveries?limit=4&cursor={first["next_cursor"]}");
        var pending = await merchant.LogAsync(id, "?status=pending");
        var wrong = await merchant.SendAsync(HttpMethod.Get, $"{Path}/{id}/deliveries?status=lost&cursor=1&limit=0&more=1");

        var read = first.Body.GetProperty("items").EnumerateArray().Concat(second.Body.GetProperty("items").EnumerateArray());
        Assert.Equal(Enumerable.Reverse(payments), read.Select(one => one.GetProperty("payment").GetString()));
        Assert.Null(second["next_cursor"]);
        Assert.Equal([payments[6], payments[5]], pending.Select(one => one["payment"]));
        Assert.All(pending, one => Assert.NotNull(one["next_try_at"]));
        Assert.Equal("payment.authorized", pending[0]["event.type"]);
        Assert.Equal(4, wrong.Body.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task A_resend_posts_the_same_message_again_once_for_a_key()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        await merchant.PayAsync();
        var path = $"{Path}/{id}/deliveries/{receiver.All.Single().Id}/resends";

        var sent = await merchant.Client.PostAsync(path, idempotencyKey: "once");
        await merchant.Client.PostAsync(path, idempotencyKey: "once");
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.Accepted, sent.Status);
        Assert.Equal("pending", sent["status"]);
        Assert.Equal(2, receiver.All.Count);
        Assert.Equal(receiver.All[0].Id, receiver.All[1].Id);
        Assert.Equal(receiver.All[0].Body, receiver.All[1].Body);
        var delivery = (await merchant.LogAsync(id)).Single();
        Assert.Equal("succeeded", delivery["status"]);
        Assert.Equal(2, delivery.Body.GetProperty("tries").GetArrayLength());
    }

    [Fact]
    public async Task A_resend_overtakes_the_try_that_was_waiting()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, 500, 500, 200);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromSeconds(10));

        await merchant.Client.PostAsync($"{Path}/{id}/deliveries/{receiver.All[0].Id}/resends");
        await railyard.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(3, receiver.All.Count);
        Assert.Equal("succeeded", (await merchant.LogAsync(id)).Single()["status"]);
    }

    [Fact]
    public async Task A_delivery_that_was_tried_too_often_is_not_sent_again()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, 500);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url))["id"]!;
        var delivery = (await merchant.Client.PostAsync($"{Path}/{id}/test-events"))["id"]!;

        var replies = new List<Reply>();
        while (replies.Count < Delivery.MostTries && replies.All(reply => reply.Status == HttpStatusCode.Accepted))
            replies.Add(await merchant.Client.PostAsync($"{Path}/{id}/deliveries/{delivery}/resends"));

        Assert.Equal((HttpStatusCode.Conflict, "too_many_tries"), (replies[^1].Status, replies[^1]["code"]!));
        Assert.True(receiver.All.Count <= Delivery.MostTries);
    }

    [Fact]
    public async Task A_disabled_endpoint_is_sent_nothing_however_it_is_asked_for()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        await merchant.SendAsync(HttpMethod.Patch, $"{Path}/{id}", new { status = "disabled" }, "*");
        await merchant.PayAsync();
        var dropped = (await merchant.LogAsync(id)).Single();
        var now = railyard.Time.GetUtcNow();

        var test = await merchant.Client.PostAsync($"{Path}/{id}/test-events");
        var resend = await merchant.Client.PostAsync($"{Path}/{id}/deliveries/{dropped["id"]}/resends");
        var replay = await merchant.Client.PostAsync($"{Path}/{id}/replays", new { from = now - TimeSpan.FromHours(1), to = now });
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("dropped", dropped["status"]);
        Assert.All([test, resend, replay], reply => Assert.Equal("endpoint_disabled", reply["code"]));
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task A_replay_sends_what_happened_in_its_range_again()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        var payments = new List<string>();
        var moments = new List<DateTimeOffset>();
        for (var number = 0; number < 4; number++)
        {
            moments.Add(railyard.Time.GetUtcNow());
            payments.Add(await merchant.PayAsync());
            await railyard.AdvanceAsync(TimeSpan.FromHours(1));
        }

        var body = new { from = moments[1], to = moments[3] };
        var replay = await merchant.Client.PostAsync($"{Path}/{id}/replays", body, "once");
        var again = await merchant.Client.PostAsync($"{Path}/{id}/replays", body, "once");
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.Accepted, replay.Status);
        Assert.Equal(replay.Text, again.Text);
        var received = receiver.All.Select(one => one.Payment).ToList();
        Assert.Equal(payments, received.Take(payments.Count));
        // Events of different payments have no order among each other.
        Assert.Equal(payments[1..3].Order(), received.Skip(payments.Count).Order());
    }

    [Fact]
    public async Task A_long_replay_goes_page_by_page_and_misses_nothing()
    {
        const int Count = 120;
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url))["id"]!;
        var from = railyard.Time.GetUtcNow();
        for (var number = 0; number < Count; number++) await merchant.Client.PostAsync($"{Path}/{id}/test-events");
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));

        var replay = await merchant.Client.PostAsync($"{Path}/{id}/replays", new { from, to = railyard.Time.GetUtcNow() });
        // A page is a hundred calls to the database, which on a busy machine take longer than the clock is held back.
        await Eventually.ThatAsync(
            async () =>
            {
                await railyard.AdvanceAsync(TimeSpan.FromSeconds(1));
                return receiver.All.Count;
            },
            count => count >= 2 * Count);

        Assert.Equal(HttpStatusCode.Accepted, replay.Status);
        Assert.Equal(2 * Count, receiver.All.Count);
        Assert.All(receiver.All.CountBy(one => one.Id), one => Assert.Equal(2, one.Value));
        Assert.Equal(Count, receiver.All.DistinctBy(one => one.Id).Count());
    }

    [Theory]
    [InlineData("{}", "from", "to")]
    [InlineData("""{"from":"2026-07-01T00:00:00Z"}""", "to")]
    [InlineData("""{"from":"yesterday","to":"today"}""", "from", "to")]
    [InlineData("""{"from":"2025-01-01T00:00:00Z","to":"2025-01-02T00:00:00Z"}""", "from")]
    [InlineData("""{"from":"{now}","to":"{now}"}""", "to")]
    [InlineData("""{"from":"{now}","to":"2099-01-01T00:00:00Z"}""", "to")]
    [InlineData("""{"from":"{before}","to":"{now}","all":true}""", "all")]
    public async Task A_range_that_is_none_is_refused(string body, params string[] fields)
    {
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync("https://merchant.example/"))["id"]!;
        var now = railyard.Time.GetUtcNow();
        var text = body.Replace("{now}", now.ToString("O"), StringComparison.Ordinal)
            .Replace("{before}", (now - TimeSpan.FromHours(1)).ToString("O"), StringComparison.Ordinal);

        var refused = await merchant.Client.PostRawAsync($"{Path}/{id}/replays", text, headers: ("Idempotency-Key", "key"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(fields, refused.Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).Order());
    }

    [Fact]
    public async Task A_delivery_that_is_not_there_is_not_sent_again()
    {
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync("https://merchant.example/"))["id"]!;

        var unknown = await merchant.Client.PostAsync($"{Path}/{id}/deliveries/whd_019ab6f0000070008000000000000000/resends");
        var nonsense = await merchant.Client.PostAsync($"{Path}/{id}/deliveries/nonsense/resends");
        var body = await merchant.Client.PostAsync($"{Path}/{id}/test-events", new { type = "payment.captured" });

        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Equal(HttpStatusCode.NotFound, nonsense.Status);
        Assert.Equal(HttpStatusCode.BadRequest, body.Status);
    }
}
