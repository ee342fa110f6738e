using System.Text;
using Azure.Messaging.ServiceBus;
using Railyard.App.Acquiring;
using Railyard.App.Ledger;
using Railyard.App.Payments;
using Railyard.App.Reconciliation;
using Railyard.App.Routing;
using Railyard.App.Webhooks;
using Railyard.Core.Operations;

namespace Railyard.App.Operations;

/// <summary>A queue, or a subscription to a topic, whose dead letters people can see and move.</summary>
sealed record DeadLetterSource(string Name, string? Topic = null)
{
    static readonly ServiceBusReceiverOptions Dead = new() { SubQueue = SubQueue.DeadLetter };

    /// <summary>All of them. A test misses one that is declared and not here.</summary>
    public static readonly IReadOnlyList<DeadLetterSource> All =
    [
        new(NoticeQueue.Name),
        new(ReconcileShard.Queue),
        new(LedgerQueue.Name),
        new(DeliveryQueue.Name),
        new(PostPaymentEvent.Subscription, PaymentEvents.Topic),
        new("expectations", PaymentEvents.Topic),
        new(PaymentIndex.Subscription, PaymentEvents.Topic),
        new(ListReview.Subscription, PaymentEvents.Topic),
        new("routing-experiments", PaymentEvents.Topic),
        new(CountOutcome.Subscription, PaymentEvents.Topic),
        new(TellEndpoints.Subscription, PaymentEvents.Topic),
    ];

    /// <summary>The one of that name, or null.</summary>
    public static DeadLetterSource? Find(string name) => All.FirstOrDefault(source => source.Name == name);

    /// <summary>Where its messages are sent to.</summary>
    public string Destination => Topic ?? Name;

    /// <summary>A receiver of its dead letters.</summary>
    public ServiceBusReceiver Receiver(ServiceBusClient bus) =>
        Topic is null ? bus.CreateReceiver(Name, Dead) : bus.CreateReceiver(Topic, Name, Dead);
}

/// <summary>How many dead letters there are.</summary>
sealed record DeadLetterCount(int Count, bool HasMore, DateTimeOffset? OldestAt);

/// <summary>Looks at dead letters, sends them again and throws them away.</summary>
public sealed class DeadLetters(ServiceBusClient bus, TimeProvider time)
{
    const int MostCounted = 1_000;
    const int PeekedAtOnce = 250;
    const int ReceivedAtOnce = 100;
    const int MostReceived = 1_000;

    /// <summary>One call moves no more than this; whoever wants more calls again.</summary>
    internal const int MostMoved = 100;

    static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>Counts them, up to a thousand.</summary>
    internal async Task<DeadLetterCount> CountAsync(DeadLetterSource source, CancellationToken cancellation)
    {
        await using var receiver = source.Receiver(bus);
        var (count, from) = (0, 0L);
        DateTimeOffset? oldest = null;
        while (count < MostCounted)
        {
            var some = await receiver.PeekMessagesAsync(PeekedAtOnce, from, cancellation);
            if (some.Count == 0) return new DeadLetterCount(count, HasMore: false, oldest);
            oldest ??= some[0].EnqueuedTime;
            count += some.Count;
            from = some[^1].SequenceNumber + 1;
        }
        return new DeadLetterCount(count, HasMore: true, oldest);
    }

    /// <summary>At most so many of them from that number on, without holding them.</summary>
    internal async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        DeadLetterSource source, long from, int limit, CancellationToken cancellation)
    {
        await using var receiver = source.Receiver(bus);
        return await receiver.PeekMessagesAsync(limit, from, cancellation);
    }

    /// <summary>Sends some of them again, or the first where none are named; answers with their numbers.</summary>
    internal async Task<IReadOnlyList<long>> ReplayAsync(
        DeadLetterSource source, IReadOnlySet<long>? chosen, CancellationToken cancellation)
    {
        await using var sender = bus.CreateSender(source.Destination);
        return await TakeAsync(
            source, chosen, message => sender.SendMessageAsync(DeadLetterCopy.Of(message, source), cancellation), cancellation);
    }

    /// <summary>Throws some of them away; answers with their numbers.</summary>
    internal Task<IReadOnlyList<long>> DiscardAsync(
        DeadLetterSource source, IReadOnlySet<long> chosen, CancellationToken cancellation) =>
        TakeAsync(source, chosen, _ => Task.CompletedTask, cancellation);

    // Sent first and then taken away: cut off in between, the copy that is sent again is known for one.
    async Task<IReadOnlyList<long>> TakeAsync(
        DeadLetterSource source, IReadOnlySet<long>? chosen, Func<ServiceBusReceivedMessage, Task> act, CancellationToken cancellation)
    {
        var begun = time.GetUtcNow();
        await using var receiver = source.Receiver(bus);
        var (moved, left) = (new List<long>(), new List<ServiceBusReceivedMessage>());
        while (moved.Count < (chosen?.Count ?? MostMoved) && moved.Count + left.Count < MostReceived)
        {
            var some = await receiver.ReceiveMessagesAsync(ReceivedAtOnce, Wait, cancellation);
            if (some.Count == 0) break;
            foreach (var message in some)
            {
                // What failed anew since we began is for the next time.
                var isWanted = chosen?.Contains(message.SequenceNumber) ?? (moved.Count < MostMoved && message.EnqueuedTime <= begun);
                if (!isWanted)
                {
                    left.Add(message);
                    continue;
                }
                await act(message);
                await receiver.CompleteMessageAsync(message, cancellation);
                moved.Add(message.SequenceNumber);
            }
        }
        foreach (var message in left) await receiver.AbandonMessageAsync(message, cancellationToken: cancellation);
        return moved;
    }
}

/// <summary>A dead letter as it is sent again.</summary>
static class DeadLetterCopy
{
    const string Origin = "replay_of";
    const int LongestId = 128;

    /// <summary>
    /// The copy. Under its old id it would be taken for a repeat and dropped, and the message lost; the same dead letter
    /// always makes the same id.
    /// </summary>
    public static ServiceBusMessage Of(ServiceBusReceivedMessage dead, DeadLetterSource source)
    {
        var origin = dead.ApplicationProperties.TryGetValue(Origin, out var known) ? (string)known : dead.MessageId;
        var id = $"{origin}:replay-{dead.SequenceNumber}";
        var copy = new ServiceBusMessage(dead) { MessageId = id.Length <= LongestId ? id : id[^LongestId..] };
        copy.ApplicationProperties[ReplayedMessage.For] = source.Name;
        copy.ApplicationProperties[Origin] = origin;
        return copy;
    }
}

/// <summary>A dead letter as the contract shows it.</summary>
sealed record DeadLetterWire(
    string SequenceNumber,
    string MessageId,
    string? Subject,
    DateTimeOffset EnqueuedAt,
    int DeliveryCount,
    string? Reason,
    string? Description,
    string? Body,
    int BodyBytes)
{
    const int LongestBody = 16 * 1024;
    const int LongestText = 1_000;

    // What is longer or no text is not shown, only its length.
    public static DeadLetterWire Of(ServiceBusReceivedMessage dead)
    {
        var body = dead.Body.ToMemory();
        return new(
            $"{dead.SequenceNumber}",
            dead.MessageId,
            dead.Subject,
            dead.EnqueuedTime,
            dead.DeliveryCount,
            Shown(dead.DeadLetterReason),
            Shown(dead.DeadLetterErrorDescription),
            body.Length <= LongestBody ? Redaction.Of(Encoding.UTF8.GetString(body.Span)) : null,
            body.Length);
    }

    static string? Shown(string? text) =>
        text is null ? null : Redaction.Of(text.Length <= LongestText ? text : text[..LongestText]);
}
