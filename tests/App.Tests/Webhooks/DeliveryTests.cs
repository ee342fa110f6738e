using System.Net;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Webhooks;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Webhooks;

[Collection(WebhookTests.Name)]
public sealed class DeliveryTests(WebhookRailyard railyard)
{
    static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    [Fact]
    public async Task An_endpoint_is_told_of_every_event_of_a_payment_signed_and_numbered()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var endpoint = await merchant.ListenAsync(receiver.Url, "payment.*");

        var payment = await merchant.PayAsync("automatic");

        var told = receiver.All.OrderBy(one => one.Sequence).ToList();
        Assert.Equal(
            ["payment.created", "payment.attempt_started", "payment.authorized", "payment.capture_requested", "payment.captured"],
            told.Select(one => one.Type));
        Assert.Equal([1, 2, 3, 4, 5], told.Select(one => one.Sequence));
        Assert.All(told, one => Assert.Equal(payment, one.Payment));
        Assert.All(told, one => Assert.True(one.IsSignedWith(endpoint["secret"]!)));
        Assert.All(told, one => Assert.Equal("Railyard-Webhooks/1", one.UserAgent));
        Assert.Equal(5, told.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_message_shows_the_payment_as_it_stood_after_the_event()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        await merchant.ListenAsync(receiver.Url);

        await merchant.PayAsync("automatic");

        var authorized = receiver.Of("payment.authorized").Single().Json.GetProperty("data").GetProperty("payment");
        var captured = receiver.Of("payment.captured").Single().Json.GetProperty("data").GetProperty("payment");
        Assert.Equal("authorized", authorized.GetProperty("status").GetString());
        Assert.Equal(0, authorized.GetProperty("amount_captured").GetInt64());
        Assert.Equal("captured", captured.GetProperty("status").GetString());
        Assert.Equal(10_00, captured.GetProperty("amount_captured").GetInt64());
        Assert.Equal("1111", captured.GetProperty("card").GetProperty("last4").GetString());
    }

    [Fact]
    public async Task Metadata_that_makes_a_message_too_long_is_left_out_and_named()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        await merchant.ListenAsync(receiver.Url, "payment.authorized");
        var long500 = new string('ü', 500);
        var metadata = Enumerable.Range(0, 20).ToDictionary(number => $"note {number}", _ => long500);
        var card = new { number = Client.GoodCard, exp_month = 3, exp_year = 2030 };

        var paid = await merchant.Client.PostAsync(
            "/v1/payments", new { amount = 1, currency = "EUR", metadata, payment_method = new { type = "card", card } });
        await railyard.SettleAsync();

        Assert.Equal(HttpStatusCode.Created, paid.Status);
        var told = receiver.All.Single();
        Assert.InRange(told.Body.Length, 1, 20_000);
        Assert.Equal("metadata", told.Json.GetProperty("data").GetProperty("omitted").EnumerateArray().Single().GetString());
    }

    [Fact]
    public async Task An_endpoint_hears_only_of_what_it_asked_for()
    {
        await using var one = await Receiver.StartAsync(railyard.Time);
        await using var other = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        await merchant.ListenAsync(one.Url, "payment.authorized", "payment.captured");
        await merchant.ListenAsync(other.Url, "webhook_endpoint.*");

        await merchant.PayAsync("automatic");

        Assert.Equal(["payment.authorized", "payment.captured"], one.All.Select(told => told.Type).Order());
        Assert.Empty(other.All);
    }

    [Fact]
    public async Task After_a_rotation_messages_have_two_signatures_until_the_overlap_ends()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var endpoint = await merchant.ListenAsync(receiver.Url, "payment.authorized");
        var rotated = await merchant.Client.PostAsync(
            $"{WebhookMerchant.Path}/{endpoint["id"]}/secret-rotations", new { overlap_seconds = 3_600 });

        await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromHours(1));
        await merchant.PayAsync();

        var (during, after) = (receiver.All[0], receiver.All[1]);
        Assert.Equal(HttpStatusCode.Created, rotated.Status);
        Assert.Equal(2, during.Signatures.Split(' ').Length);
        Assert.True(during.IsSignedWith(endpoint["secret"]!));
        Assert.True(during.IsSignedWith(rotated["secret"]!));
        Assert.Single(after.Signatures.Split(' '));
        Assert.False(after.IsSignedWith(endpoint["secret"]!));
        Assert.True(after.IsSignedWith(rotated["secret"]!));
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_tried_ten_times_at_the_times_of_the_schedule()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, 500);
        var merchant = await railyard.NewMerchantAsync();
        var endpoint = await merchant.ListenAsync(receiver.Url, "payment.authorized");

        await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromHours(90));

        var told = receiver.All;
        Assert.Equal(10, told.Count);
        Assert.Single(told.Select(one => one.Id).Distinct());
        Assert.Single(told.Select(one => Convert.ToHexString(one.Body)).Distinct());
        Assert.All(told, one => Assert.Equal(Signature.Timestamp(one.At), one.Timestamp));
        Assert.All(told, one => Assert.True(one.IsSignedWith(endpoint["secret"]!)));
        foreach (var (before, next, delay) in told.Zip(told.Skip(1), Delays))
            Assert.InRange(next.At - before.At, delay * 0.9, delay * 1.1);
        var delivery = (await merchant.LogAsync(endpoint["id"]!)).Single(one => one["type"] == "payment.authorized");
        Assert.Equal("failed", delivery["status"]);
        Assert.Equal(Enumerable.Range(1, 10), delivery.Body.GetProperty("tries").EnumerateArray().Select(one => one.GetProperty("number").GetInt32()));
        Assert.All(delivery.Body.GetProperty("tries").EnumerateArray(), one => Assert.Equal(500, one.GetProperty("status_code").GetInt32()));
    }

    [Theory]
    [InlineData("120")]
    [InlineData(null)]
    public async Task Retry_After_is_honoured_as_seconds_and_as_a_date(string? seconds)
    {
        var isFirst = true;
        await using var receiver = await Receiver.StartAsync(railyard.Time, (_, http) =>
        {
            if (!isFirst) return Task.CompletedTask;
            isFirst = false;
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = seconds ?? (railyard.Time.GetUtcNow() + TimeSpan.FromSeconds(120)).ToString("r");
            return Task.CompletedTask;
        });
        var merchant = await railyard.NewMerchantAsync();
        await merchant.ListenAsync(receiver.Url, "payment.authorized");

        await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(2, receiver.All.Count);
        Assert.InRange(receiver.All[1].At - receiver.All[0].At, TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_disabled_at_once_and_the_others_are_told()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time, 410);
        await using var other = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        var gone = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        await merchant.ListenAsync(other.Url, "webhook_endpoint.disabled");

        await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Single(receiver.All);
        var endpoint = await merchant.GetAsync(gone);
        Assert.Equal("disabled", endpoint["status"]);
        Assert.Equal("gone", endpoint["disabled_reason"]);
        var log = await merchant.LogAsync(gone);
        Assert.Contains(log, one => one["type"] == "webhook_endpoint.disabled" && one["status"] == "dropped");
        Assert.Contains(log, one => one["type"] == "payment.authorized" && one["status"] == "failed");
        var notice = other.Of("webhook_endpoint.disabled").Single();
        Assert.Equal(gone, notice.Json.GetProperty("data").GetProperty("endpoint").GetString());
        Assert.Contains($"{gone} of {merchant.Id} is disabled: Gone", railyard.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_days_of_failure_disable_an_endpoint_and_what_it_missed_can_be_replayed()
    {
        var isUp = false;
        await using var receiver = await Receiver.StartAsync(railyard.Time, (_, http) =>
        {
            http.Response.StatusCode = isUp ? StatusCodes.Status200OK : StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        });
        var merchant = await railyard.NewMerchantAsync();
        var id = (await merchant.ListenAsync(receiver.Url, "payment.authorized"))["id"]!;
        var begin = railyard.Time.GetUtcNow();

        var first = await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromHours(71));
        var beforeTheEnd = await merchant.StatusAsync(id);
        await railyard.AdvanceAsync(TimeSpan.FromHours(2));
        var second = await merchant.PayAsync();
        var endpoint = await merchant.GetAsync(id);
        var third = await merchant.PayAsync();
        await railyard.AdvanceAsync(TimeSpan.FromSeconds(1));
        isUp = true;
        await merchant.SendAsync(HttpMethod.Patch, $"{WebhookMerchant.Path}/{id}", new { status = "enabled" }, "*");
        var replay = await merchant.Client.PostAsync(
            $"{WebhookMerchant.Path}/{id}/replays", new { from = begin, to = railyard.Time.GetUtcNow() });
        await railyard.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("enabled", beforeTheEnd);
        Assert.Equal("disabled", endpoint["status"]);
        Assert.Equal("failing", endpoint["disabled_reason"]);
        Assert.True(replay.Status == HttpStatusCode.Accepted, replay.Text);
        var log = await merchant.LogAsync(id);
        foreach (var payment in (string[])[first, second, third])
            Assert.Equal("succeeded", log.Single(one => one["payment"] == payment)["status"]);
        Assert.Single(log, one => one["type"] == "webhook_endpoint.disabled");
        Assert.Single(receiver.All, one => one.Type == "payment.authorized" && one.Payment == third);
    }

    [Fact]
    public async Task A_message_that_is_delivered_twice_by_the_queue_is_posted_once()
    {
        await using var receiver = await Receiver.StartAsync(railyard.Time);
        var merchant = await railyard.NewMerchantAsync();
        await merchant.ListenAsync(receiver.Url);
        var plan = new FaultPlan(1).With(Fault.RedeliverMessage, 1).With(Fault.DuplicateMessage, 1);
        railyard.App.Inject(plan);
        try
        {
            await merchant.PayAsync("automatic");
            await railyard.AdvanceAsync(TimeSpan.FromMinutes(2));
        }
        finally
        {
            railyard.App.Inject(null);
        }

        Assert.True(plan.Struck(Fault.RedeliverMessage) > 0);
        Assert.Equal([1, 2, 3, 4, 5], receiver.All.Select(one => one.Sequence).Order());
    }
}
