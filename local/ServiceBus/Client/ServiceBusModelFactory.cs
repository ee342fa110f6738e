#nullable disable
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Makes what only the service makes, for tests.</summary>
public static class ServiceBusModelFactory
{
    /// <summary>A received message.</summary>
    public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
        BinaryData body = null, string messageId = null, string partitionKey = null, string viaPartitionKey = null,
        string sessionId = null, string replyToSessionId = null, TimeSpan timeToLive = default,
        string correlationId = null, string subject = null, string to = null, string contentType = null,
        string replyTo = null, DateTimeOffset scheduledEnqueueTime = default,
        IDictionary<string, object> properties = null, Guid lockTokenGuid = default, int deliveryCount = 0,
        DateTimeOffset lockedUntil = default, long sequenceNumber = -1, string deadLetterSource = null,
        long enqueuedSequenceNumber = 0, DateTimeOffset enqueuedTime = default,
        ServiceBusMessageState serviceBusMessageState = ServiceBusMessageState.Active)
    {
        var envelope = new Envelope
        {
            MessageId = messageId,
            PartitionKey = partitionKey,
            TransactionPartitionKey = viaPartitionKey,
            SessionId = sessionId,
            ReplyToSessionId = replyToSessionId,
            TimeToLive = timeToLive == default ? TimeSpan.MaxValue : timeToLive,
            CorrelationId = correlationId,
            Subject = subject,
            To = to,
            ContentType = contentType,
            ReplyTo = replyTo,
            ScheduledEnqueueTime = scheduledEnqueueTime,
            Properties = new Dictionary<string, object>(properties ?? new Dictionary<string, object>()),
        };
        return new ServiceBusReceivedMessage(envelope, body ?? BinaryData.Empty)
        {
            LockTokenGuid = lockTokenGuid,
            DeliveryCount = deliveryCount,
            LockedUntil = lockedUntil,
            SequenceNumber = sequenceNumber,
            DeadLetterSource = deadLetterSource,
            EnqueuedSequenceNumber = enqueuedSequenceNumber,
            EnqueuedTime = enqueuedTime,
            ExpiresAt = Expiry(enqueuedTime, envelope.TimeToLive),
            State = serviceBusMessageState,
        };
    }

    /// <summary>A batch.</summary>
    public static ServiceBusMessageBatch ServiceBusMessageBatch(
        long batchSizeBytes, IList<ServiceBusMessage> batchMessageStore, CreateMessageBatchOptions batchOptions = null,
        Func<ServiceBusMessage, bool> tryAddCallback = null) =>
        new(batchOptions?.MaxSizeInBytes ?? Post.MostBytes, batchSizeBytes, batchMessageStore, tryAddCallback);

    static DateTimeOffset Expiry(DateTimeOffset enqueued, TimeSpan timeToLive) =>
        timeToLive < DateTimeOffset.MaxValue - enqueued ? enqueued + timeToLive : DateTimeOffset.MaxValue;
}
