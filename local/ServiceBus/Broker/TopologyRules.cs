namespace Railyard.Local.ServiceBus;

/// <summary>What Azure would refuse to create is refused here too.</summary>
internal static class TopologyRules
{
    const int LongestName = 260;
    const int LongestSubscriptionName = 50;
    const int MostDeliveries = 2000;
    static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(5);
    static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(20);
    static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7);

    public static void Check(BrokerTopology topology)
    {
        foreach (var queue in topology.Queues) CheckQueue(queue, LongestName);
        foreach (var topic in topology.Topics) CheckTopic(topic);
        CheckUnique("queue or topic", topology.Queues.Select(queue => queue.Name)
            .Concat(topology.Topics.Select(topic => topic.Name)));
    }

    static void CheckTopic(TopicDefinition topic)
    {
        CheckName(topic.Name, LongestName);
        CheckTimes(topic.Name, topic.DuplicateDetectionHistoryTimeWindow, topic.DefaultMessageTimeToLive);
        foreach (var subscription in topic.Subscriptions)
        {
            CheckName(subscription.Name, LongestSubscriptionName);
            CheckDelivery(subscription.ToQueue(topic.Name));
        }
        CheckUnique($"subscription of '{topic.Name}'", topic.Subscriptions.Select(one => one.Name));
    }

    static void CheckQueue(QueueDefinition queue, int longestName)
    {
        CheckName(queue.Name, longestName);
        CheckTimes(queue.Name, queue.DuplicateDetectionHistoryTimeWindow, queue.DefaultMessageTimeToLive);
        CheckDelivery(queue);
    }

    static void CheckDelivery(QueueDefinition queue)
    {
        if (queue.LockDuration <= TimeSpan.Zero || queue.LockDuration > LongestLock)
            Refuse($"LockDuration of '{queue.Name}' must be above zero and at most {LongestLock}.");
        if (queue.MaxDeliveryCount is < 1 or > MostDeliveries)
            Refuse($"MaxDeliveryCount of '{queue.Name}' must be between 1 and {MostDeliveries}.");
        if (queue.DefaultMessageTimeToLive <= TimeSpan.Zero)
            Refuse($"DefaultMessageTimeToLive of '{queue.Name}' must be above zero.");
    }

    static void CheckTimes(string name, TimeSpan window, TimeSpan timeToLive)
    {
        if (window < ShortestWindow || window > LongestWindow)
            Refuse(
                $"DuplicateDetectionHistoryTimeWindow of '{name}' must be between {ShortestWindow} and {LongestWindow}.");
        if (timeToLive <= TimeSpan.Zero)
            Refuse($"DefaultMessageTimeToLive of '{name}' must be above zero.");
    }

    static void CheckName(string name, int longest)
    {
        if (name.Length == 0 || name.Length > longest)
            Refuse($"The entity name '{name}' must have between 1 and {longest} characters.");
        if (!name.All(IsAllowed) || !char.IsLetterOrDigit(name[0]) || !char.IsLetterOrDigit(name[^1]))
            Refuse(
                $"The entity name '{name}' must consist of letters, digits, '.', '-', '_' and '/', and must begin and " +
                "end with a letter or digit.");
    }

    static bool IsAllowed(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '/';

    static void CheckUnique(string what, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
            if (!seen.Add(name)) Refuse($"There is more than one {what} called '{name}'.");
    }

    static void Refuse(string reason) => throw new InvalidDataException(reason);
}
