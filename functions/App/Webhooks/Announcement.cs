using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>Something that happened and that endpoints want to know.</summary>
/// <param name="Cause">What tells it from everything else that happens to the merchant.</param>
sealed record Announcement(
    MerchantId Merchant, string Cause, string Type, DateTimeOffset At, string Body, PaymentId? Payment = null, int? Sequence = null)
{
    const string TheEventItself = "event";

    /// <summary>Its delivery to an endpoint, always of the same id.</summary>
    public Delivery To(WebhookEndpoint endpoint) => To(endpoint, DeliveryId.Of(endpoint.Id, Cause, At));

    /// <summary>Its delivery to an endpoint under that id.</summary>
    public Delivery To(WebhookEndpoint endpoint, DeliveryId id) => new()
    {
        Id = id,
        Endpoint = endpoint.Id,
        Merchant = Merchant,
        Type = Type,
        Payment = Payment,
        Sequence = Sequence,
        Body = Body,
        Status = endpoint.IsEnabled ? DeliveryStatus.Pending : DeliveryStatus.Dropped,
        Round = new DeliveryRound(TheEventItself, FirstTry: 1),
        NextTryAt = At,
    };
}

/// <summary>Writes a delivery down for each endpoint that is to know, then sends the messages that start them.</summary>
public sealed class Announcements(DeliveryStore deliveries, DeliveryQueue queue)
{
    /// <summary>Tells these endpoints; told again, they are told once. Whether any of it was new.</summary>
    internal async Task<bool> TellAsync(
        Announcement news, IEnumerable<WebhookEndpoint> endpoints, CancellationToken cancellation)
    {
        var all = endpoints.Select(news.To).ToList();
        var isNew = false;
        foreach (var delivery in all) isNew |= await deliveries.CreateAsync(delivery, cancellation);
        await queue.AnnounceAsync(all, cancellation);
        return isNew;
    }
}
