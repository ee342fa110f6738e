using Railyard.Local.Runtime.Functions;
using Railyard.Local.ServiceBus;

namespace Railyard.Local.Runtime.Messages;

/// <summary>
/// The queues and subscriptions that are declared. A listener on one that is not would fail again and again, for ever.
/// </summary>
internal sealed class Declarations(BrokerTopology topology)
{
    const string DeadLetters = "/$DeadLetterQueue";
    const string File = "local/resources/servicebus.json";

    public static Declarations In(string path)
    {
        try
        {
            return new Declarations(BrokerTopology.Load(path));
        }
        catch (InvalidDataException fault)
        {
            throw new StartRefused(fault.Message, fault);
        }
    }

    public void RefuseAbsentQueue(Function function, string name)
    {
        var queue = WithoutDeadLetters(name);
        if (!topology.Queues.Any(declared => IsSame(declared.Name, queue))) Refuse(function, $"queue {queue}");
    }

    public void RefuseAbsentSubscription(Function function, string topic, string name)
    {
        var subscription = WithoutDeadLetters(name);
        var declared = topology.Topics.FirstOrDefault(declared => IsSame(declared.Name, topic));
        if (declared is null) Refuse(function, $"topic {topic}");
        else if (!declared.Subscriptions.Any(each => IsSame(each.Name, subscription)))
            Refuse(function, $"subscription {subscription} of the topic {topic}");
    }

    // Whoever lets a message lie for longer than half of its lock may be too late with it.
    public void RefuseLongWait(Function function, string? queue, string? topic, string? subscription, TimeSpan wait)
    {
        var held = queue is not null
            ? topology.Queues.First(declared => IsSame(declared.Name, WithoutDeadLetters(queue))).LockDuration
            : topology.Topics.First(declared => IsSame(declared.Name, topic!)).Subscriptions
                .First(declared => IsSame(declared.Name, WithoutDeadLetters(subscription!))).LockDuration;
        if (wait > held / 2)
            throw new StartRefused(
                $"Function {function.Name}: extensions.serviceBus.maxBatchWaitTime, {wait}, is more than half of the lock duration, {held}.");
    }

    static string WithoutDeadLetters(string name) =>
        name.EndsWith(DeadLetters, StringComparison.OrdinalIgnoreCase) ? name[..^DeadLetters.Length] : name;

    static bool IsSame(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    static void Refuse(Function function, string what) =>
        throw new StartRefused($"Function {function.Name}: there is no {what} in {File}.");
}
