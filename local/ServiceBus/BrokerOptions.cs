using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Railyard.Local.ServiceBus;

/// <summary>Where a broker keeps its messages, what entities it has, and under which host it is found.</summary>
public sealed record BrokerOptions
{
    /// <summary>The SQLite file.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The queues, topics and subscriptions.</summary>
    public required BrokerTopology Topology { get; init; }

    /// <summary>The host that clients name in their connection strings.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The clock of every lock, schedule, expiry and wait.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the broker reports what an operator should know.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What a test lets go wrong.</summary>
    internal BrokerFaults? Faults { get; init; }

    /// <summary>What counts the work of the whole runtime, on virtual time.</summary>
    internal Attention? Attention { get; init; }
}

/// <summary>How many messages an entity holds; what is held by a receiver or put aside counts as active.</summary>
public sealed record EntityCounts(string Path, long Active, long Scheduled, long DeadLettered);
