using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Webhooks;

/// <summary>Starts the deliveries of a payment's event to the endpoints that want it.</summary>
public sealed class TellEndpoints(
    WebhookStore webhooks, PaymentStore payments, Announcements announcements, TimeProvider time)
{
    const int MostLooks = 5;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    [Function(nameof(TellEndpoints))]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, "webhooks", IsSessionsEnabled = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        var published = PaymentEventMessage.Read(message);
        var cancellation = context.CancellationToken;
        var all = await webhooks.LoadSinceAsync(published.Merchant, published.At, cancellation);
        var listening = all.Endpoints.Where(endpoint => endpoint.Records(published.Type, time.GetUtcNow())).ToList();
        if (listening.Count == 0) return;
        var payment = await LoadAsync(published, cancellation);
        await announcements.TellAsync(Of(payment, payment.Events[published.Sequence - 1]), listening, cancellation);
    }

    static Announcement Of(Payment payment, RecordedEvent recorded) => new(
        payment.Merchant,
        $"{payment.Id}:{recorded.Sequence}",
        recorded.Event.Name,
        recorded.At,
        Payload.Of(payment, recorded),
        payment.Id,
        recorded.Sequence);

    // The event was written by another instance perhaps, and this one reads from a replica that does not have it yet.
    async Task<Payment> LoadAsync(PaymentEventMessage published, CancellationToken cancellation)
    {
        for (var look = 1; look <= MostLooks; look++)
        {
            var payment = await payments.LoadAsync(published.Payment, cancellation);
            if (payment.Events.Count >= published.Sequence) return payment;
            await Task.Delay(Pause, time, cancellation);
        }
        throw new TimeoutException($"{published.Payment} does not show its event {published.Sequence} yet.");
    }
}
