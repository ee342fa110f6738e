using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Ledger;

/// <summary>
/// Posts what follows from events of payments: all that came together in one write for each book. Each message is settled
/// by itself, so that one that cannot be posted holds up no other.
/// </summary>
public sealed partial class PostPaymentEvent(
    LedgerStore ledger, PaymentStore payments, TimeProvider time, ILogger<PostPaymentEvent> log)
{
    /// <summary>Its subscription to the topic.</summary>
    internal const string Subscription = "ledger";

    const int AtOnce = 32;

    [Function(nameof(PostPaymentEvent))]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, Subscription, IsBatched = true, AutoCompleteMessages = false, Connection = "ServiceBus")]
        ServiceBusReceivedMessage[] messages,
        ServiceBusMessageActions actions,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        Measurements.Waited(nameof(PostPaymentEvent), messages, time.GetUtcNow());
        var read = new Told[messages.Length];
        await EachAsync(messages.Length, async place => read[place] = await ReadAsync(messages[place], cancellation), cancellation);
        var posted = await TryPostAsync([.. read.SelectMany(told => told.Entries)], cancellation);
        await EachAsync(
            read.Length,
            async place => await SettleAsync(read[place], posted || await TryPostAsync(read[place].Entries, cancellation), actions, cancellation),
            cancellation);
    }

    async Task<Told> ReadAsync(ServiceBusReceivedMessage message, CancellationToken cancellation)
    {
        var received = ReceivedEvent.Read(message, Subscription, "post to the ledger");
        if (received.Published is not { } published) return new Told(received, []);
        try
        {
            var happening = new PaymentHappening(
                published.Payment, published.Merchant, published.Amount, new(published.Sequence, published.At, published.Event));
            var payment = PaymentPostings.NeedsPayment(happening) ? await payments.LoadAsync(published, cancellation) : null;
            return new Told(received, PaymentPostings.Of(happening, payment));
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotPosted(message.MessageId, fault);
            return new Told(received, []) { Failed = true };
        }
    }

    async Task<bool> TryPostAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        try
        {
            await ledger.PostAsync(entries, cancellation);
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            NotPosted(entries.Count == 0 ? "" : entries[0].Cause, fault);
            return false;
        }
    }

    static Task SettleAsync(Told told, bool isPosted, ServiceBusMessageActions actions, CancellationToken cancellation) =>
        told.Received.SettleAsync(isPosted && !told.Failed, actions, cancellation);

    static Task EachAsync(int count, Func<int, ValueTask> act, CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        (place, _) => act(place));

    sealed record Told(ReceivedEvent Received, IReadOnlyList<JournalEntry> Entries)
    {
        public bool Failed { get; init; }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Message} could not be posted and is delivered again")]
    partial void NotPosted(string message, Exception fault);
}
