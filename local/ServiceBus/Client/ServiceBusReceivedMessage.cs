#nullable disable
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Where a message stands.</summary>
public enum ServiceBusMessageState
{
    Active,
    Deferred,
    Scheduled,
}

/// <summary>A message that was received or peeked.</summary>
public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage(Envelope envelope, BinaryData body)
    {
        Envelope = envelope;
        Body = body;
        ApplicationProperties = envelope.Properties;
    }

    /// <summary>Values of the sender's own.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; }

    /// <summary>The content.</summary>
    public BinaryData Body { get; }

    /// <summary>The media type of the content.</summary>
    public string ContentType => Envelope.ContentType;

    /// <summary>What the message belongs to.</summary>
    public string CorrelationId => Envelope.CorrelationId;

    /// <summary>What was wrong, in words.</summary>
    public string DeadLetterErrorDescription => Property(Railyard.Local.ServiceBus.DeadLetterReason.DescriptionProperty);

    /// <summary>Why it was dead-lettered.</summary>
    public string DeadLetterReason => Property(Railyard.Local.ServiceBus.DeadLetterReason.ReasonProperty);

    /// <summary>The entity it was dead-lettered from.</summary>
    public string DeadLetterSource { get; internal init; }

    /// <summary>How often it has been delivered, this time included.</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>The number it was given where it first arrived.</summary>
    public long EnqueuedSequenceNumber { get; internal init; }

    /// <summary>When it arrived.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    /// <summary>When it expires.</summary>
    public DateTimeOffset ExpiresAt { get; internal init; }

    /// <summary>Until when it is held.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>What it is settled by.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>What duplicate detection compares.</summary>
    public string MessageId => Envelope.MessageId;

    /// <summary>Keeps messages of a partitioned entity together.</summary>
    public string PartitionKey => Envelope.PartitionKey;

    /// <summary>Where answers go.</summary>
    public string ReplyTo => Envelope.ReplyTo;

    /// <summary>The session that answers go to.</summary>
    public string ReplyToSessionId => Envelope.ReplyToSessionId;

    /// <summary>When it was to become visible.</summary>
    public DateTimeOffset ScheduledEnqueueTime => Envelope.ScheduledEnqueueTime;

    /// <summary>Its number in the entity, ascending in the order of arrival.</summary>
    public long SequenceNumber { get; internal init; }

    /// <summary>The session, within which messages keep their order.</summary>
    public string SessionId => Envelope.SessionId;

    /// <summary>Where it stands.</summary>
    public ServiceBusMessageState State { get; internal init; }

    /// <summary>What it is about.</summary>
    public string Subject => Envelope.Subject;

    /// <summary>How long it waits before it expires.</summary>
    public TimeSpan TimeToLive => Envelope.TimeToLive;

    /// <summary>Whom it is for.</summary>
    public string To => Envelope.To;

    /// <summary>The partition of the entity a transaction goes through.</summary>
    public string TransactionPartitionKey => Envelope.TransactionPartitionKey;

    internal Envelope Envelope { get; }

    internal Guid LockTokenGuid { get; init; }

    internal bool IsSettled { get; set; }

    internal Railyard.Local.Workload InHand { get; private init; }

    /// <summary>The message id.</summary>
    public override string ToString() => $"{{MessageId:{MessageId}}}";

    internal static ServiceBusReceivedMessage From(Delivery delivery) =>
        From(
            delivery.Message, delivery.Message.Deliveries, delivery.LockToken, delivery.LockedUntil, delivery.InHand);

    internal static ServiceBusReceivedMessage From(
        StoredMessage message, int deliveries, Guid lockToken = default, DateTimeOffset lockedUntil = default,
        Railyard.Local.Workload inHand = null) =>
        new(Envelope.Decode(message.Envelope), BinaryData.FromBytes(message.Body))
        {
            DeadLetterSource = message.DeadLetterSource,
            DeliveryCount = deliveries,
            EnqueuedSequenceNumber = message.OriginalSequence,
            EnqueuedTime = message.EnqueuedAt,
            ExpiresAt = message.ExpiresAt,
            LockedUntil = lockedUntil,
            LockTokenGuid = lockToken,
            InHand = inHand,
            SequenceNumber = message.Sequence,
            State = (ServiceBusMessageState)message.State,
        };

    string Property(string name) => ApplicationProperties.TryGetValue(name, out var value) ? value as string : null;
}
