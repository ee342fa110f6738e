#nullable disable
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>How large a batch may be.</summary>
public class CreateMessageBatchOptions
{
    /// <summary>The limit, or null for the entity's own.</summary>
    public long? MaxSizeInBytes { get; set; }
}

/// <summary>Messages that fit into one send.</summary>
public sealed class ServiceBusMessageBatch : IDisposable
{
    readonly List<ServiceBusMessage> messages;
    readonly Func<ServiceBusMessage, bool> mayAdd;

    internal ServiceBusMessageBatch(long maxSizeInBytes)
    {
        MaxSizeInBytes = maxSizeInBytes;
        messages = [];
        mayAdd = Fits;
    }

    internal ServiceBusMessageBatch(
        long maxSizeInBytes, long sizeInBytes, IEnumerable<ServiceBusMessage> messages,
        Func<ServiceBusMessage, bool> mayAdd)
    {
        MaxSizeInBytes = maxSizeInBytes;
        SizeInBytes = sizeInBytes;
        this.messages = [.. messages];
        this.mayAdd = mayAdd ?? (_ => true);
    }

    /// <summary>How many messages are in the batch.</summary>
    public int Count => messages.Count;

    /// <summary>The limit.</summary>
    public long MaxSizeInBytes { get; }

    /// <summary>How much of the limit is used.</summary>
    public long SizeInBytes { get; private set; }

    internal IReadOnlyList<ServiceBusMessage> Messages => messages;

    /// <summary>Adds the message unless it would make the batch too large.</summary>
    public bool TryAddMessage(ServiceBusMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!mayAdd(message)) return false;
        messages.Add(message);
        return true;
    }

    /// <summary>Empties the batch.</summary>
    public void Dispose()
    {
        messages.Clear();
        SizeInBytes = 0;
    }

    bool Fits(ServiceBusMessage message)
    {
        var bytes = message.ToLetter().Bytes;
        if (SizeInBytes + bytes > MaxSizeInBytes || Count >= Post.MostMessagesInOneSend) return false;
        SizeInBytes += bytes;
        return true;
    }
}
