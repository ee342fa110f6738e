#nullable disable
using System.Diagnostics;
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message to be sent.</summary>
public class ServiceBusMessage
{
    const int LongestId = 128;

    string messageId;
    string sessionId;
    string replyToSessionId;
    string partitionKey;
    string transactionPartitionKey;
    TimeSpan timeToLive = TimeSpan.MaxValue;

    /// <summary>A message with an empty body.</summary>
    public ServiceBusMessage()
        : this(new ReadOnlyMemory<byte>())
    {
    }

    /// <summary>A message with this text, in UTF-8.</summary>
    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    /// <summary>A message with these bytes.</summary>
    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    /// <summary>A message with this body.</summary>
    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>A copy of a received message, to be sent again.</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
    {
        ArgumentNullException.ThrowIfNull(receivedMessage);
        var envelope = receivedMessage.Envelope;
        Body = receivedMessage.Body;
        messageId = envelope.MessageId;
        sessionId = envelope.SessionId;
        replyToSessionId = envelope.ReplyToSessionId;
        partitionKey = envelope.PartitionKey;
        transactionPartitionKey = envelope.TransactionPartitionKey;
        timeToLive = envelope.TimeToLive;
        ContentType = envelope.ContentType;
        CorrelationId = envelope.CorrelationId;
        ReplyTo = envelope.ReplyTo;
        Subject = envelope.Subject;
        To = envelope.To;
        ScheduledEnqueueTime = envelope.ScheduledEnqueueTime;
        foreach (var (name, value) in envelope.Properties)
            if (name is not (DeadLetterReason.ReasonProperty or DeadLetterReason.DescriptionProperty))
                ApplicationProperties[name] = value;
    }

    /// <summary>Values of the sender's own.</summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();

    /// <summary>The content.</summary>
    public BinaryData Body { get; set; }

    /// <summary>The media type of the content.</summary>
    public string ContentType { get; set; }

    /// <summary>What the message belongs to.</summary>
    public string CorrelationId { get; set; }

    /// <summary>What duplicate detection compares.</summary>
    public string MessageId
    {
        get => messageId;
        set => messageId = Checked(value, nameof(MessageId), mayBeEmpty: false);
    }

    /// <summary>Keeps messages of a partitioned entity together; equal to the session id where there is one.</summary>
    public string PartitionKey
    {
        get => partitionKey;
        set
        {
            Checked(value, nameof(PartitionKey));
            if (sessionId is not null && value is not null && value != sessionId)
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"PartitionKey must equal the SessionId '{sessionId}'.");
            partitionKey = value;
        }
    }

    /// <summary>Where answers go.</summary>
    public string ReplyTo { get; set; }

    /// <summary>The session that answers go to.</summary>
    public string ReplyToSessionId
    {
        get => replyToSessionId;
        set => replyToSessionId = Checked(value, nameof(ReplyToSessionId));
    }

    /// <summary>When the message becomes visible.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>The session, within which messages keep their order.</summary>
    public string SessionId
    {
        get => sessionId;
        set
        {
            sessionId = Checked(value, nameof(SessionId));
            if (partitionKey is not null && value is not null) partitionKey = value;
        }
    }

    /// <summary>What the message is about.</summary>
    public string Subject { get; set; }

    /// <summary>How long the message waits before it expires.</summary>
    public TimeSpan TimeToLive
    {
        get => timeToLive;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            timeToLive = value;
        }
    }

    /// <summary>Whom the message is for.</summary>
    public string To { get; set; }

    /// <summary>The partition of the entity a transaction goes through.</summary>
    public string TransactionPartitionKey
    {
        get => transactionPartitionKey;
        set => transactionPartitionKey = Checked(value, nameof(TransactionPartitionKey));
    }

    /// <summary>The message id.</summary>
    public override string ToString() => $"{{MessageId:{MessageId}}}";

    internal Letter ToLetter(DateTimeOffset? due = null) => new(
        new Envelope
        {
            // The service names what its sender did not.
            MessageId = messageId ?? Guid.CreateVersion7().ToString("N"),
            SessionId = sessionId,
            Subject = Subject,
            CorrelationId = CorrelationId,
            ContentType = ContentType,
            To = To,
            ReplyTo = ReplyTo,
            ReplyToSessionId = replyToSessionId,
            PartitionKey = partitionKey ?? sessionId,
            TransactionPartitionKey = transactionPartitionKey,
            TimeToLive = timeToLive,
            ScheduledEnqueueTime = due ?? ScheduledEnqueueTime,
            Properties = WithTrace(new Dictionary<string, object>(ApplicationProperties, StringComparer.Ordinal)),
        },
        Body.ToArray());

    // As officially, a message goes on with the trace of its sender; one that is sent again stays in its own.
    static Dictionary<string, object> WithTrace(Dictionary<string, object> properties)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, IsAllDataRequested: true } span) return properties;
        if (!properties.TryAdd("Diagnostic-Id", span.Id)) return properties;
        properties.TryAdd("traceparent", span.Id);
        return properties;
    }

    static string Checked(string value, string name, bool mayBeEmpty = true)
    {
        if (!mayBeEmpty) ArgumentException.ThrowIfNullOrEmpty(value, name);
        if (value?.Length > LongestId)
            throw new ArgumentOutOfRangeException(name, value, $"It may have at most {LongestId} characters.");
        return value;
    }
}
