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

    /// <summary>What is declared of a queue that a function listens to.</summary>
    /// <exception cref="StartRefused">There is none.</exception>
    public Declared Queue(Function function, string name)
    {
        var queue = WithoutDeadLetters(name);
        return topology.Queues.FirstOrDefault(declared => IsSame(declared.Name, queue)) is { } found
            ? new Declared(found.RequiresSession, found.LockDuration)
            : throw Absent(function, $"queue {queue}");
    }

    /// <summary>The same of a subscription.</summary>
    /// <exception cref="StartRefused">There is none.</exception>
    public Declared Subscription(Function function, string topic, string name)
    {
        var subscription = WithoutDeadLetters(name);
        var declared = topology.Topics.FirstOrDefault(declared => IsSame(declared.Name, topic))
            ?? throw Absent(function, $"topic {topic}");
        return declared.Subscriptions.FirstOrDefault(each => IsSame(each.Name, subscription)) is { } found
            ? new Declared(found.RequiresSession, found.LockDuration)
            : throw Absent(function, $"subscription {subscription} of the topic {topic}");
    }

    public static bool IsOfDeadLetters(string path) => path.EndsWith(DeadLetters, StringComparison.OrdinalIgnoreCase);

    static string WithoutDeadLetters(string name) => IsOfDeadLetters(name) ? name[..^DeadLetters.Length] : name;

    static bool IsSame(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    static StartRefused Absent(Function function, string what) =>
        new($"Function {function.Name}: there is no {what} in {File}.");
}

/// <summary>What a listener has to fit to.</summary>
internal sealed record Declared(bool RequiresSession, TimeSpan LockDuration);
