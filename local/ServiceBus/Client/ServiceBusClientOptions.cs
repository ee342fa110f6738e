#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>How a client talks to the service; without a network between, only the names and waits matter.</summary>
public class ServiceBusClientOptions
{
    /// <summary>What the client is called in diagnostics.</summary>
    public string Identifier { get; set; }

    /// <summary>How long to try.</summary>
    public ServiceBusRetryOptions RetryOptions { get; set; } = new();

    /// <summary>What the service would be reached over.</summary>
    public ServiceBusTransportType TransportType { get; set; }
}

/// <summary>What the service would be reached over.</summary>
public enum ServiceBusTransportType
{
    AmqpTcp,
    AmqpWebSockets,
}

/// <summary>How pauses between tries grow.</summary>
public enum ServiceBusRetryMode
{
    Fixed,
    Exponential,
}

/// <summary>How long to try, and how often.</summary>
public class ServiceBusRetryOptions
{
    /// <summary>The pause between tries.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest pause between tries.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to try again.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>How pauses grow.</summary>
    public ServiceBusRetryMode Mode { get; set; } = ServiceBusRetryMode.Exponential;

    /// <summary>How long one try lasts, and how long a receiver waits that was not told.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
