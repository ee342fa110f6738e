using Railyard.Local.Sqlite;

namespace Railyard.Local.ServiceBus;

/// <summary>What a test lets go wrong with messages, within what Azure allows.</summary>
internal sealed record BrokerFaults(CommitFaults Commits)
{
    // A fault never uses up the deliveries that a message has.
    const int MostFaultyDeliveries = 3;

    /// <summary>Whether the network repeats a send.</summary>
    public required Func<bool> Duplicates { get; init; }

    /// <summary>How much later than it was sent a message becomes visible.</summary>
    public required Func<TimeSpan> Delay { get; init; }

    /// <summary>Which of so many ready messages is delivered next.</summary>
    public required Func<int, int> Pick { get; init; }

    /// <summary>Whether a lock is lost just when a message is to be settled.</summary>
    public required Func<bool> LosesLock { get; init; }

    /// <summary>Whether a completion is lost, so that the message comes again.</summary>
    public required Func<bool> Redelivers { get; init; }

    public static bool Spares(Entry entry, QueueDefinition queue) =>
        entry.Deliveries >= Math.Min(MostFaultyDeliveries, queue.MaxDeliveryCount - 1);
}
