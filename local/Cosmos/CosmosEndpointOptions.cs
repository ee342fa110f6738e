using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos;

/// <summary>Where the endpoint keeps its documents, where it listens, what it tells the time by.</summary>
public sealed record CosmosEndpointOptions
{
    /// <summary>The SQLite file; created when absent.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>A JSON file naming the database and containers to create when absent.</summary>
    public string? ResourcesPath { get; init; }

    /// <summary>What <c>_ts</c> and time-to-live are measured by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the endpoint reports what went wrong inside it.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    // Not public: fault plans belong to the runtime as a whole.
    internal RequestHooks Hooks { get; init; } = new();

    internal CommitFaults? Faults { get; init; }
}
