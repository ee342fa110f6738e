namespace Railyard.Local.ServiceBus;

/// <summary>The queues, topics and subscriptions that a broker has.</summary>
public sealed record BrokerTopology
{
    /// <summary>The queues.</summary>
    public IReadOnlyList<QueueDefinition> Queues { get; init; } = [];

    /// <summary>The topics with their subscriptions.</summary>
    public IReadOnlyList<TopicDefinition> Topics { get; init; } = [];

    /// <summary>Reads the official emulator's config file.</summary>
    /// <exception cref="InvalidDataException">It says something that this broker does not know or cannot do.</exception>
    public static BrokerTopology Load(string path) => EmulatorConfig.Read(path);
}

/// <summary>A queue and its settings, with Azure's defaults.</summary>
public sealed record QueueDefinition(string Name)
{
    /// <summary>How long a receiver holds a message, or a session.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many deliveries a message gets before it is dead-lettered.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>Whether every message belongs to a session.</summary>
    public bool RequiresSession { get; init; }

    /// <summary>Whether a message id that was seen within the window is dropped.</summary>
    public bool RequiresDuplicateDetection { get; init; }

    /// <summary>How long a message id is remembered.</summary>
    public TimeSpan DuplicateDetectionHistoryTimeWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest that a message waits; a message may ask for less.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether a message that expires is dead-lettered rather than dropped.</summary>
    public bool DeadLetteringOnMessageExpiration { get; init; }

    internal IReadOnlyList<CorrelationRule> Rules { get; init; } = [];

    internal bool Takes(Envelope envelope) => Rules.Count == 0 || Rules.Any(rule => rule.Takes(envelope));
}

/// <summary>A topic, its settings and its subscriptions.</summary>
public sealed record TopicDefinition(string Name)
{
    /// <summary>Whether a message id that was seen within the window is dropped.</summary>
    public bool RequiresDuplicateDetection { get; init; }

    /// <summary>How long a message id is remembered.</summary>
    public TimeSpan DuplicateDetectionHistoryTimeWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest that a message waits; a message may ask for less.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>The subscriptions, each of which gets a copy of every message that its rules take.</summary>
    public IReadOnlyList<SubscriptionDefinition> Subscriptions { get; init; } = [];
}

/// <summary>A subscription and its settings, with Azure's defaults.</summary>
public sealed record SubscriptionDefinition(string Name)
{
    /// <summary>How long a receiver holds a message, or a session.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many deliveries a message gets before it is dead-lettered.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>Whether every message belongs to a session.</summary>
    public bool RequiresSession { get; init; }

    /// <summary>The longest that a message waits; a message may ask for less.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether a message that expires is dead-lettered rather than dropped.</summary>
    public bool DeadLetteringOnMessageExpiration { get; init; }

    /// <summary>What it takes; none means everything.</summary>
    public IReadOnlyList<CorrelationRule> Rules { get; init; } = [];

    internal QueueDefinition ToQueue(string topic) => new(EntityPath.Subscription(topic, Name))
    {
        LockDuration = LockDuration,
        MaxDeliveryCount = MaxDeliveryCount,
        RequiresSession = RequiresSession,
        DefaultMessageTimeToLive = DefaultMessageTimeToLive,
        DeadLetteringOnMessageExpiration = DeadLetteringOnMessageExpiration,
        Rules = Rules,
    };
}

/// <summary>How entities are addressed.</summary>
internal static class EntityPath
{
    public static string Subscription(string topic, string subscription) => $"{topic}/Subscriptions/{subscription}";

    public static string DeadLetters(string path) => $"{path}/$DeadLetterQueue";
}
