using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>
/// Counts what came of attempts, by acquirer: one write for all that came together. A repeated step publishes again and the
/// topic drops the copy; a batch that is delivered again, because a crash came between the write and its completion, counts
/// twice. That favours nobody, and is gone with the next <see cref="Tally.Memory"/> outcomes: marks that told each copy
/// would cost more than all the rest of the document.
/// </summary>
public sealed class CountOutcome(RoutingStatistics statistics, TimeProvider time)
{
    /// <summary>Its subscription to the topic.</summary>
    internal const string Subscription = "routing-stats";

    [Function(nameof(CountOutcome))]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, Subscription, IsBatched = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage[] messages,
        FunctionContext context)
    {
        Measurements.Waited(nameof(CountOutcome), messages, time.GetUtcNow());
        var byAcquirer = messages.Where(message => !ReplayedMessage.IsForAnother(message, Subscription))
            .Select(PaymentEventMessage.Read)
            .Where(published => published.Acquirer is not null)
            .GroupBy(published => published.Acquirer!.Value);
        foreach (var published in byAcquirer)
            await statistics.CountAsync(
                published.Key,
                [.. published.Select(Counted).OfType<CountedOutcome>()],
                [.. published.Select(Sighted)],
                context.CancellationToken);
    }

    static CountedOutcome? Counted(PaymentEventMessage published) =>
        CountedOutcome.Speaks(published.Event) is { } isGood && published.Brand is { } brand
            ? new CountedOutcome(isGood, brand, published.IssuerCountry, published.Amount.Currency, published.At)
            : null;

    static Sighting Sighted(PaymentEventMessage published) => new(
        published.Event switch
        {
            PaymentEvent.NoAnswer => false,
            PaymentEvent.AttemptDeclined declined => AcquirerHealth.HasAnswered(declined.Code),
            _ => true,
        },
        published.At);
}
