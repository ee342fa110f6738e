using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>Says that a try of a delivery is due.</summary>
public sealed record DueTry(DeliveryId Delivery, EndpointId Endpoint, MerchantId Merchant, int Number);

/// <summary>Sends a message for the next try of a delivery, to come when that is due. The same try is the same message.</summary>
public sealed class DeliveryQueue(ServiceBusClient bus)
{
    /// <summary>The queue.</summary>
    public const string Name = "webhook-deliveries";

    readonly ServiceBusSender sender = bus.CreateSender(Name);

    /// <summary>Announces the next try of each delivery that has one.</summary>
    public Task AnnounceAsync(IEnumerable<Delivery> deliveries, CancellationToken cancellation) => sender.SendMessagesAsync(
        deliveries.Where(delivery => delivery.Status == DeliveryStatus.Pending).Select(Message), cancellation);

    static ServiceBusMessage Message(Delivery delivery)
    {
        var due = new DueTry(delivery.Id, delivery.Endpoint, delivery.Merchant, delivery.NextTry);
        return new ServiceBusMessage(JsonSerializer.SerializeToUtf8Bytes(due, Json.Storage))
        {
            MessageId = $"{delivery.Id}:{delivery.NextTry}",
            Subject = nameof(DeliverWebhook),
            ContentType = "application/json",
            ScheduledEnqueueTime = delivery.NextTryAt,
        };
    }
}
