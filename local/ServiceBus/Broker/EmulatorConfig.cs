using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace Railyard.Local.ServiceBus;

/// <summary>The official emulator's config file, of which everything that is not known here is refused.</summary>
internal static class EmulatorConfig
{
    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new Iso8601Duration() },
    };

    public static BrokerTopology Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ConfigFile>(File.ReadAllText(path), Format);
            var topology = ToTopology(OnlyNamespace(file));
            TopologyRules.Check(topology);
            return topology;
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException or FormatException)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    static NamespaceConfig OnlyNamespace(ConfigFile? file) =>
        file?.UserConfig?.Namespaces is [var only]
            ? only
            : throw new InvalidDataException("UserConfig.Namespaces must hold exactly one namespace.");

    static BrokerTopology ToTopology(NamespaceConfig config) => new()
    {
        Queues = [.. config.Queues.Select(queue => ToQueue(queue.Name, queue.Properties))],
        Topics = [.. config.Topics.Select(ToTopic)],
    };

    static QueueDefinition ToQueue(string name, EntityConfig config)
    {
        RefuseForwarding(name, config);
        var preset = new QueueDefinition(name);
        return preset with
        {
            LockDuration = config.LockDuration ?? preset.LockDuration,
            MaxDeliveryCount = config.MaxDeliveryCount ?? preset.MaxDeliveryCount,
            RequiresSession = config.RequiresSession ?? false,
            RequiresDuplicateDetection = config.RequiresDuplicateDetection ?? false,
            DuplicateDetectionHistoryTimeWindow =
                config.DuplicateDetectionHistoryTimeWindow ?? preset.DuplicateDetectionHistoryTimeWindow,
            DefaultMessageTimeToLive = config.DefaultMessageTimeToLive ?? preset.DefaultMessageTimeToLive,
            DeadLetteringOnMessageExpiration = config.DeadLetteringOnMessageExpiration ?? false,
        };
    }

    static TopicDefinition ToTopic(TopicConfig topic)
    {
        var config = topic.Properties;
        if (config.LockDuration is not null || config.MaxDeliveryCount is not null || config.RequiresSession is not null
            || config.DeadLetteringOnMessageExpiration is not null)
            throw new InvalidDataException(
                $"Topic '{topic.Name}': LockDuration, MaxDeliveryCount, RequiresSession and " +
                "DeadLetteringOnMessageExpiration are settings of its subscriptions.");
        var settings = ToQueue(topic.Name, config);
        return new TopicDefinition(topic.Name)
        {
            RequiresDuplicateDetection = settings.RequiresDuplicateDetection,
            DuplicateDetectionHistoryTimeWindow = settings.DuplicateDetectionHistoryTimeWindow,
            DefaultMessageTimeToLive = settings.DefaultMessageTimeToLive,
            Subscriptions = [.. topic.Subscriptions.Select(one => ToSubscription(topic.Name, one))],
        };
    }

    static SubscriptionDefinition ToSubscription(string topic, SubscriptionConfig subscription)
    {
        var config = subscription.Properties;
        var path = EntityPath.Subscription(topic, subscription.Name);
        if (config.RequiresDuplicateDetection is not null || config.DuplicateDetectionHistoryTimeWindow is not null)
            throw new InvalidDataException($"'{path}': duplicate detection is a setting of the topic.");
        var settings = ToQueue(path, config);
        return new SubscriptionDefinition(subscription.Name)
        {
            LockDuration = settings.LockDuration,
            MaxDeliveryCount = settings.MaxDeliveryCount,
            RequiresSession = settings.RequiresSession,
            DefaultMessageTimeToLive = settings.DefaultMessageTimeToLive,
            DeadLetteringOnMessageExpiration = settings.DeadLetteringOnMessageExpiration,
            Rules = [.. subscription.Rules.Select(rule => ToRule(path, rule))],
        };
    }

    static CorrelationRule ToRule(string path, RuleConfig rule)
    {
        if (rule.Properties is not { FilterType: "Correlation", CorrelationFilter: { } filter })
            throw new InvalidDataException($"'{path}', rule '{rule.Name}': only correlation filters are supported.");
        if (filter is { Label: null, CorrelationId: null, Properties.Count: 0 })
            throw new InvalidDataException($"'{path}', rule '{rule.Name}': a correlation filter must name something.");
        return new CorrelationRule(rule.Name)
        {
            Subject = filter.Label,
            CorrelationId = filter.CorrelationId,
            Properties = filter.Properties,
        };
    }

    static void RefuseForwarding(string name, EntityConfig config)
    {
        if (!string.IsNullOrEmpty(config.ForwardTo) || !string.IsNullOrEmpty(config.ForwardDeadLetteredMessagesTo))
            throw new InvalidDataException($"'{name}': forwarding is not supported.");
    }

    sealed record ConfigFile(UserConfig? UserConfig);

    sealed record UserConfig(IReadOnlyList<NamespaceConfig>? Namespaces, JsonElement? Logging);

    sealed record NamespaceConfig
    {
        public string? Name { get; init; }
        public IReadOnlyList<QueueConfig> Queues { get; init; } = [];
        public IReadOnlyList<TopicConfig> Topics { get; init; } = [];
    }

    sealed record QueueConfig
    {
        public required string Name { get; init; }
        public EntityConfig Properties { get; init; } = new();
    }

    sealed record TopicConfig
    {
        public required string Name { get; init; }
        public EntityConfig Properties { get; init; } = new();
        public IReadOnlyList<SubscriptionConfig> Subscriptions { get; init; } = [];
    }

    sealed record SubscriptionConfig
    {
        public required string Name { get; init; }
        public EntityConfig Properties { get; init; } = new();
        public IReadOnlyList<RuleConfig> Rules { get; init; } = [];
    }

    sealed record RuleConfig
    {
        public required string Name { get; init; }
        public RuleProperties? Properties { get; init; }
    }

    sealed record RuleProperties
    {
        public string? FilterType { get; init; }
        public FilterConfig? CorrelationFilter { get; init; }
    }

    sealed record FilterConfig
    {
        public string? Label { get; init; }
        public string? CorrelationId { get; init; }
        public Dictionary<string, string> Properties { get; init; } = [];
    }

    sealed record EntityConfig
    {
        public TimeSpan? LockDuration { get; init; }
        public int? MaxDeliveryCount { get; init; }
        public bool? RequiresSession { get; init; }
        public bool? RequiresDuplicateDetection { get; init; }
        public TimeSpan? DuplicateDetectionHistoryTimeWindow { get; init; }
        public TimeSpan? DefaultMessageTimeToLive { get; init; }
        public bool? DeadLetteringOnMessageExpiration { get; init; }
        public string? ForwardTo { get; init; }
        public string? ForwardDeadLetteredMessagesTo { get; init; }
    }

    sealed class Iso8601Duration : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            try
            {
                return XmlConvert.ToTimeSpan(text);
            }
            catch (FormatException fault)
            {
                throw new JsonException($"'{text}' is not an ISO 8601 duration such as PT1M.", fault);
            }
        }

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteStringValue(XmlConvert.ToString(value));
    }
}
