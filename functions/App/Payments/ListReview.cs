using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A payment of which something waits for a person.</summary>
sealed record ReviewRow(PaymentId Id, string Bucket, int AsOf)
{
    /// <summary>Their one bucket: they are few, and whatever makes them many is to be seen in one place.</summary>
    public const string OnlyBucket = "under-review";
}

/// <summary>
/// Keeps the list of the payments of which something waits for a person, in the order of their events: a row that was
/// taken away tells nothing of what came before.
/// </summary>
public sealed class ListReview(Containers containers)
{
    /// <summary>Its subscription to the topic.</summary>
    internal const string Subscription = "payment-reviews";

    [Function(nameof(ListReview))]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, Subscription, IsSessionsEnabled = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        if (ReplayedMessage.IsForAnother(message, Subscription)) return;
        var published = PaymentEventMessage.Read(message);
        if (published.IsUnderReview) Measurements.Waits();
        await (published.IsUnderReview
            ? containers.PaymentIndex.UpsertAsync(
                new ReviewRow(published.Payment, ReviewRow.OnlyBucket, published.AsOf), ReviewRow.OnlyBucket, context.CancellationToken)
            : containers.PaymentIndex.DeleteAsync(published.Payment.Value, ReviewRow.OnlyBucket, context.CancellationToken));
    }
}
