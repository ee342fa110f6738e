#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>How a processor works.</summary>
public class ServiceBusProcessorOptions
{
    /// <summary>Whether a message is completed when its handler returns.</summary>
    public bool AutoCompleteMessages { get; set; } = true;

    /// <summary>What the processor is called in diagnostics.</summary>
    public string Identifier { get; set; }

    /// <summary>How long a message's lock is renewed while its handler runs.</summary>
    public TimeSpan MaxAutoLockRenewalDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many handlers run at once.</summary>
    public int MaxConcurrentCalls { get; set; } = 1;

    /// <summary>How many messages to fetch ahead; there is no network here that would make it worth it.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>Whether a message is held until it is settled.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }

    /// <summary>Which part of the entity.</summary>
    public SubQueue SubQueue { get; set; }
}

/// <summary>How a processor of sessions works.</summary>
public class ServiceBusSessionProcessorOptions
{
    /// <summary>Whether a message is completed when its handler returns.</summary>
    public bool AutoCompleteMessages { get; set; } = true;

    /// <summary>What the processor is called in diagnostics.</summary>
    public string Identifier { get; set; }

    /// <summary>How long a session's lock is renewed.</summary>
    public TimeSpan MaxAutoLockRenewalDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many handlers run at once in one session.</summary>
    public int MaxConcurrentCallsPerSession { get; set; } = 1;

    /// <summary>How many sessions are held at once.</summary>
    public int MaxConcurrentSessions { get; set; } = 8;

    /// <summary>How many messages to fetch ahead; there is no network here that would make it worth it.</summary>
    public int PrefetchCount { get; set; }

    /// <summary>Whether a message is held until it is settled.</summary>
    public ServiceBusReceiveMode ReceiveMode { get; set; }

    /// <summary>How long to wait for a session's next message before it is given back.</summary>
    public TimeSpan? SessionIdleTimeout { get; set; }

    /// <summary>The only sessions to process; all when empty.</summary>
    public IList<string> SessionIds { get; } = [];
}
