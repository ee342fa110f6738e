#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>Whether a message is held until it is settled, or gone when it is received.</summary>
public enum ServiceBusReceiveMode
{
    PeekLock,
    ReceiveAndDelete,
}

/// <summary>Which part of an entity.</summary>
public enum SubQueue
{
    None,
    DeadLetter,
    TransferDeadLetter,
}

/// <summary>How a receiver is made.</summary>
public class ServiceBusReceiverOptions
{
    /// <summary>What the receiver is called in diagnostics.</summary>
    public string Identifier { get; set; }

    /// <summary>How many messages to fetch ahead; there is no network here that would make it worth it.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>Whether a message is held until it is settled.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }

    /// <summary>Which part of the entity.</summary>
    public SubQueue SubQueue { get; set; }
}

/// <summary>How a session is accepted.</summary>
public class ServiceBusSessionReceiverOptions
{
    /// <summary>What the receiver is called in diagnostics.</summary>
    public string Identifier { get; set; }

    /// <summary>How many messages to fetch ahead; there is no network here that would make it worth it.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>Whether a message is held until it is settled.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }
}
