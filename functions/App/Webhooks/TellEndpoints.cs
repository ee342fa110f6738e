using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>
/// Starts the deliveries of payments' events to the endpoints that want them. Of what came together a merchant's endpoints
/// are read once, a payment once, and its events are told in their order; each message is settled by itself.
/// </summary>
public sealed partial class TellEndpoints(
    WebhookStore webhooks, PaymentStore payments, Announcements announcements, TimeProvider time, ILogger<TellEndpoints> log)
{
    /// <summary>Its subscription to the topic.</summary>
    internal const string Subscription = "webhooks";

    // Merchants, and of each of them payments.
    const int AtOnce = 16;

    [Function(nameof(TellEndpoints))]
    public Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, Subscription, IsBatched = true, AutoCompleteMessages = false, Connection = "ServiceBus")]
        ServiceBusReceivedMessage[] messages,
        ServiceBusMessageActions actions,
        FunctionContext context)
    {
        Measurements.Waited(nameof(TellEndpoints), messages, time.GetUtcNow());
        return EachAsync(
            messages.Select(message => ReceivedEvent.Read(message, Subscription, "tell endpoints")).GroupBy(one => one.Published?.Merchant),
            (some, stop) => TellAsync(some.Key, [.. some], actions, stop),
            context.CancellationToken);
    }

    async Task TellAsync(
        MerchantId? merchant, IReadOnlyList<ReceivedEvent> some, ServiceBusMessageActions actions, CancellationToken cancellation)
    {
        if (await TryLoadAsync(merchant, some, cancellation) is not { } endpoints)
        {
            await SettleAsync(some, isDone: false, actions, cancellation);
            return;
        }
        var now = time.GetUtcNow();
        var news = some.ToLookup(one => endpoints.Any(endpoint => endpoint.Records(one.Published!.Type, now)));
        await SettleAsync(news[false], isDone: true, actions, cancellation);
        await EachAsync(
            news[true].GroupBy(one => one.Published!.Payment),
            (of, stop) => TellAsync([.. of.OrderBy(one => one.Published!.Sequence)], endpoints, actions, stop),
            cancellation);
    }

    // None of what is no event, null where they cannot be read now.
    async Task<IReadOnlyList<WebhookEndpoint>?> TryLoadAsync(
        MerchantId? merchant, IReadOnlyList<ReceivedEvent> some, CancellationToken cancellation)
    {
        if (merchant is not { } whose) return [];
        try
        {
            return (await webhooks.LoadSinceAsync(whose, some.Max(one => one.Published!.At), cancellation)).Endpoints;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotTold(some[0].MessageId, fault);
            return null;
        }
    }

    // Of one payment. What cannot be told comes again with all that follows it.
    async Task TellAsync(
        IReadOnlyList<ReceivedEvent> inOrder,
        IReadOnlyList<WebhookEndpoint> endpoints,
        ServiceBusMessageActions actions,
        CancellationToken cancellation)
    {
        var told = 0;
        try
        {
            var payment = await payments.LoadAsync(inOrder[^1].Published!, cancellation);
            for (; told < inOrder.Count; told++) await TellAsync(payment, inOrder[told], endpoints, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotTold(inOrder[told].MessageId, fault);
        }
        await SettleAsync(inOrder.Take(told), isDone: true, actions, cancellation);
        await SettleAsync(inOrder.Skip(told), isDone: false, actions, cancellation);
    }

    async Task TellAsync(
        Payment payment, ReceivedEvent received, IReadOnlyList<WebhookEndpoint> endpoints, CancellationToken cancellation)
    {
        received.Trace();
        var (recorded, now) = (payment.Events[received.Published!.Sequence - 1], time.GetUtcNow());
        var listening = endpoints.Where(endpoint => endpoint.Records(received.Published.Type, now));
        await announcements.TellAsync(Of(payment, recorded), listening, cancellation);
    }

    static Announcement Of(Payment payment, RecordedEvent recorded) => new(
        payment.Merchant,
        $"{payment.Id}:{recorded.Sequence}",
        recorded.Event.Name,
        recorded.At,
        Payload.Of(payment, recorded),
        payment.Id,
        recorded.Sequence);

    static Task SettleAsync(
        IEnumerable<ReceivedEvent> some, bool isDone, ServiceBusMessageActions actions, CancellationToken cancellation) =>
        Task.WhenAll(some.Select(received => received.SettleAsync(isDone, actions, cancellation)));

    static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (one, stop) => await act(one, stop));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Message} could not be told and is delivered again")]
    partial void NotTold(string message, Exception fault);
}
