#nullable disable
using System.Runtime.CompilerServices;
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives from a queue or subscription, and settles what it received.</summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    readonly ServiceBusClient client;
    readonly CancellationTokenSource closing = new();
    long lastPeeked;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusReceiver()
    {
    }

    internal ServiceBusReceiver(ServiceBusClient client, string path, ServiceBusReceiverOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.PrefetchCount, nameof(options));
        this.client = client;
        EntityPath = path;
        Identifier = options.Identifier ?? $"{path}-{Guid.CreateVersion7()}";
        PrefetchCount = options.PrefetchCount;
        ReceiveMode = options.ReceiveMode;
    }

    /// <summary>The queue, subscription or dead-letter queue.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace => client.FullyQualifiedNamespace;

    /// <summary>What the receiver is called in diagnostics.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether it has been closed.</summary>
    public virtual bool IsClosed => closing.IsCancellationRequested;

    /// <summary>How many messages to fetch ahead.</summary>
    public virtual int PrefetchCount { get; }

    /// <summary>Whether a message is held until it is settled.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode { get; }

    internal TimeProvider Time => Queue.Time;

    /// <summary>Whether a processor takes the messages, which then says when it has put each of them down.</summary>
    internal bool IsForProcessor { get; set; }

    /// <summary>How many messages it would rather have at once; null: what is there.</summary>
    internal Gathering Gathering { get; set; }

    private protected virtual SessionLock Session => null;

    private protected virtual Task GiveBackAsync(CancellationToken cancellation) => Task.CompletedTask;

    private protected virtual MessageQueue Queue
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return client.Broker.Queue(EntityPath);
        }
    }

    bool Deletes => ReceiveMode == ServiceBusReceiveMode.ReceiveAndDelete;

    /// <summary>Waits for a message, or null when the wait is over.</summary>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        var messages = await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    /// <summary>Waits for messages and returns those that are there, or none when the wait is over.</summary>
    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        var wait = maxWaitTime ?? client.TryTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(maxWaitTime));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        try
        {
            var deliveries = await Queue
                .ReceiveAsync(maxMessages, Deletes, Session, wait, IsForProcessor, Gathering, ended.Token)
                .ConfigureAwait(false);
            return [.. deliveries.Select(ServiceBusReceivedMessage.From)];
        }
        catch (OperationCanceledException)
        {
            throw new TaskCanceledException("The receive was cancelled.", null, cancellationToken);
        }
    }

    /// <summary>Messages as they come, until cancelled.</summary>
    public virtual async IAsyncEnumerable<ServiceBusReceivedMessage> ReceiveMessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var message = await ReceiveMessageAsync(null, cancellationToken).ConfigureAwait(false);
            if (message is not null) yield return message;
        }
    }

    /// <summary>Receives a message that was put aside.</summary>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveDeferredMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default)
    {
        var messages = await ReceiveDeferredMessagesAsync([sequenceNumber], cancellationToken).ConfigureAwait(false);
        return messages[0];
    }

    /// <summary>Receives messages that were put aside; all of them, or it fails.</summary>
    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequenceNumbers);
        var deliveries = await Queue
            .ReceiveDeferredAsync([.. sequenceNumbers.Distinct()], Deletes, Session, cancellationToken)
            .ConfigureAwait(false);
        return [.. deliveries.Select(ServiceBusReceivedMessage.From)];
    }

    /// <summary>Looks at the next message without holding it, or null where there is none.</summary>
    public virtual async Task<ServiceBusReceivedMessage> PeekMessageAsync(
        long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        var messages = await PeekMessagesAsync(1, fromSequenceNumber, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    /// <summary>Looks at messages without holding them; without a number it goes on where it last stopped.</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        cancellationToken.ThrowIfCancellationRequested();
        var peeked = Queue.Peek(fromSequenceNumber ?? lastPeeked + 1, maxMessages, Session?.SessionId);
        if (peeked.Count > 0) lastPeeked = peeked[^1].Sequence;
        return Task.FromResult<IReadOnlyList<ServiceBusReceivedMessage>>(
            [.. peeked.Select(message => ServiceBusReceivedMessage.From(message, message.Deliveries))]);
    }

    /// <summary>The message has been dealt with, and is gone.</summary>
    public virtual Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync(message, token => Queue.CompleteAsync(token, Session, cancellationToken));

    /// <summary>The message goes back to its place, to be received again at once.</summary>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        SettleAsync(message, token => Queue.AbandonAsync(token, Session, Copy(propertiesToModify), cancellationToken));

    /// <summary>The message is put aside, to be received by its number only.</summary>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        SettleAsync(message, token => Queue.DeferAsync(token, Session, Copy(propertiesToModify), cancellationToken));

    /// <summary>The message goes to the dead-letter queue.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        DeadLetterAsync(message, propertiesToModify, reason: null, description: null, cancellationToken);

    /// <summary>The message goes to the dead-letter queue, with a reason.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, string deadLetterReason, string deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        DeadLetterAsync(message, null, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>The message goes to the dead-letter queue, with a reason and changed properties.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify, string deadLetterReason,
        string deadLetterErrorDescription = null, CancellationToken cancellationToken = default) =>
        DeadLetterAsync(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>Holds the message for another lock duration from now.</summary>
    public virtual Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        Check(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (Session is not null)
            throw new InvalidOperationException("A message of a session is held by the session's lock; renew that.");
        message.LockedUntil = Queue.RenewLock(message.LockTokenGuid);
        return Task.CompletedTask;
    }

    /// <summary>Closes the receiver. Messages it holds stay held until their locks expire.</summary>
    public virtual async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (IsClosed) return;
        await closing.CancelAsync().ConfigureAwait(false);
        await GiveBackAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the receiver.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    Task DeadLetterAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> properties, string reason, string description,
        CancellationToken cancellation)
    {
        var changes = Copy(properties) ?? [];
        return SettleAsync(
            message,
            token => Queue.DeadLetterAsync(
                token, Session, [.. changes, .. DeadLetterReason.Properties(reason, description)], cancellation));
    }

    async Task SettleAsync(ServiceBusReceivedMessage message, Func<Guid, Task> settle)
    {
        Check(message);
        await settle(message.LockTokenGuid).ConfigureAwait(false);
        message.IsSettled = true;
    }

    void Check(ServiceBusReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Deletes)
            throw new InvalidOperationException("The operation is only supported in 'PeekLock' receive mode.");
    }

    // Taken before the call returns, because the caller may go on changing the dictionary.
    static KeyValuePair<string, object>[] Copy(IDictionary<string, object> properties) => properties?.ToArray();
}
