using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.Benchmarks.ServiceBus;

/// <summary>The function that the messages are for.</summary>
public sealed class ArrivalFunction
{
    /// <summary>The queue that it attends to.</summary>
    public const string Queue = "settlement-shards";

    /// <summary>Counts a message.</summary>
    [Function("Arrive")]
    public static void Arrive([ServiceBusTrigger(Queue)] ServiceBusReceivedMessage message) =>
        Arrivals.Current.Add(message.MessageId);
}

/// <summary>Completes when that many different messages have arrived.</summary>
sealed class Arrivals(int expected)
{
    readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HashSet<string> seen = [];

    /// <summary>Of the round that is measured now.</summary>
    public static Arrivals Current { get; set; } = new(0);

    public Task All => all.Task;

    public void Add(string id)
    {
        lock (seen)
            if (seen.Add(id) && seen.Count == expected) all.SetResult();
    }
}
