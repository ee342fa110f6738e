using System.Net;

namespace Railyard.App.Tests.Webhooks;

public sealed class DeliveryTests(WebhookRailyard railyard) : IClassFixture<WebhookRailyard>
{
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
}
