#nullable disable
using Railyard.Local;
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>How a sender is made.</summary>
public class ServiceBusSenderOptions
{
    /// <summary>What the sender is called in diagnostics.</summary>
    public string Identifier { get; set; }
}

/// <summary>Sends to a queue or topic.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    readonly ServiceBusClient client;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusSender()
    {
    }

    internal ServiceBusSender(ServiceBusClient client, string path, string identifier)
    {
        this.client = client;
        EntityPath = path;
        Identifier = identifier ?? $"{path}-{Guid.CreateVersion7()}";
    }

    /// <summary>The queue or topic.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace => client.FullyQualifiedNamespace;

    /// <summary>What the sender is called in diagnostics.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether it has been closed.</summary>
    public virtual bool IsClosed { get; private set; }

    Post Post
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return client.Broker.Post(EntityPath);
        }
    }

    /// <summary>Sends a message; when the task is done it is on disk.</summary>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync([message.ToLetter()], cancellationToken);
    }

    /// <summary>Sends all of the messages or none.</summary>
    public virtual Task SendMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return SendAsync([.. messages.Select(message => message.ToLetter())], cancellationToken);
    }

    /// <summary>Sends all of the messages or none.</summary>
    public virtual Task SendMessagesAsync(
        ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messageBatch);
        return SendAsync([.. messageBatch.Messages.Select(message => message.ToLetter())], cancellationToken);
    }

    /// <summary>Sends a message that becomes visible later, and answers with the number to cancel it by.</summary>
    public virtual async Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var numbers = await ScheduleMessagesAsync([message], scheduledEnqueueTime, cancellationToken)
            .ConfigureAwait(false);
        return numbers[0];
    }

    /// <summary>Sends messages that become visible later, and answers with the numbers to cancel them by.</summary>
    public virtual Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return SendAsync([.. messages.Select(message => message.ToLetter(scheduledEnqueueTime))], cancellationToken);
    }

    /// <summary>Takes back a message whose time has not come.</summary>
    public virtual Task CancelScheduledMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    /// <summary>Takes back messages whose time has not come.</summary>
    public virtual Task CancelScheduledMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default) =>
        Post.CancelAsync([.. sequenceNumbers.Distinct()], cancellationToken);

    /// <summary>An empty batch with the entity's own limit.</summary>
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CancellationToken cancellationToken = default) =>
        CreateMessageBatchAsync(null, cancellationToken);

    /// <summary>An empty batch.</summary>
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CreateMessageBatchOptions options, CancellationToken cancellationToken = default)
    {
        var bytes = options?.MaxSizeInBytes ?? Post.MostBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Post.MostBytes, nameof(options));
        return ValueTask.FromResult(new ServiceBusMessageBatch(bytes));
    }

    /// <summary>Closes the sender.</summary>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    /// <summary>Closes the sender.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    // As officially, a broker that went away is asked again, so a send may arrive twice.
    async Task<IReadOnlyList<long>> SendAsync(Letter[] letters, CancellationToken cancellation)
    {
        if (letters.Length == 0) return [];
        for (var retries = client.MaxRetries; ; retries--)
        {
            try
            {
                var numbers = await Post.SendAsync(letters, cancellation).ConfigureAwait(false);
                Meters.Sends.Add(EntityPath, 1);
                Meters.MessagesSent.Add(EntityPath, letters.Length);
                return numbers;
            }
            catch (ServiceBusException fault) when (retries > 0 && IsGone(fault))
            {
                await Task.Delay(Processing.PauseAfterFault, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    static bool IsGone(ServiceBusException fault) =>
        fault.Reason == ServiceBusFailureReason.ServiceCommunicationProblem;
}
