using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using Railyard.Local.Sqlite;

namespace Railyard.Local.ServiceBus;

/// <summary>A Service Bus namespace inside this process, on one SQLite file.</summary>
public sealed class Broker : IAsyncDisposable
{
    static readonly ConcurrentDictionary<string, Broker> OpenBrokers = new(StringComparer.OrdinalIgnoreCase);

    readonly Dictionary<string, Post> posts = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, MessageQueue> queues = new(StringComparer.OrdinalIgnoreCase);
    readonly BrokerOptions options;
    readonly Database database;
    readonly MessageTable table;
    readonly Journal journal;
    readonly Workload? workload;

    Broker(BrokerOptions options)
    {
        this.options = options;
        database = Database.Open(options.DatabasePath, MessageTable.Schema, options.Faults?.Commits);
        table = new MessageTable(database);
        workload = options.Attention is { } attention ? new Workload(attention.Workload) : null;
        journal = new Journal(database, options.Time, workload, SettleWhatIsDue, FailWaiting);
    }

    /// <summary>What a client is given to talk to this broker.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://{options.Host};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true";

    /// <summary>Opens or creates the file, and answers from now on to the clients that name the host.</summary>
    /// <exception cref="InvalidDataException">The topology is one that Azure would refuse.</exception>
    /// <exception cref="DatabaseRefused">The file is not a broker's, or is a newer version's.</exception>
    public static Broker Open(BrokerOptions options)
    {
        TopologyRules.Check(options.Topology);
        var broker = new Broker(options);
        try
        {
            broker.Build();
            broker.Restore();
            if (!OpenBrokers.TryAdd(options.Host, broker))
                throw new InvalidOperationException(
                    $"A broker for '{options.Host}' is already open in this process.");
            return broker;
        }
        catch
        {
            broker.CloseAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>How many messages each queue, topic and subscription holds.</summary>
    public IReadOnlyList<EntityCounts> Counts() => journal.Decide<IReadOnlyList<EntityCounts>>(() =>
        [.. posts.Values.SelectMany(CountsOf).OrderBy(counts => counts.Path, StringComparer.Ordinal)]);

    /// <summary>Writes what was decided, fails whoever still waits, and closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        OpenBrokers.TryRemove(new(options.Host, this));
        return CloseAsync();
    }

    internal static Broker At(string host) =>
        OpenBrokers.TryGetValue(host, out var broker)
            ? broker
            : throw new ServiceBusException(
                $"No broker is open for '{host}' in this process.",
                ServiceBusFailureReason.ServiceCommunicationProblem);

    internal Post Post(string path) => posts.GetValueOrDefault(path) ?? throw NotFound(path);

    internal MessageQueue Queue(string path) => queues.GetValueOrDefault(path) ?? throw NotFound(path);

    ServiceBusException NotFound(string path) => new(
        $"The messaging entity 'sb://{options.Host}/{path}' could not be found.",
        ServiceBusFailureReason.MessagingEntityNotFound, path);

    void Build()
    {
        foreach (var queue in options.Topology.Queues)
        {
            var settings = new TopicDefinition(queue.Name)
            {
                RequiresDuplicateDetection = queue.RequiresDuplicateDetection,
                DuplicateDetectionHistoryTimeWindow = queue.DuplicateDetectionHistoryTimeWindow,
            };
            var only = AddQueue(queue);
            posts.Add(queue.Name, new Post(settings, only.Id, [only], isTopic: false, journal, table, options.Faults));
        }
        foreach (var topic in options.Topology.Topics)
        {
            var subscriptions = topic.Subscriptions.Select(one => AddQueue(one.ToQueue(topic.Name))).ToList();
            posts.Add(topic.Name, new Post(topic, IdOf(topic.Name), subscriptions, isTopic: true, journal, table, options.Faults));
        }
    }

    MessageQueue AddQueue(QueueDefinition settings)
    {
        var buried = new QueueDefinition(EntityPath.DeadLetters(settings.Name)) { LockDuration = settings.LockDuration };
        var deadLetters = new MessageQueue(
            buried, IdOf(buried.Name), deadLetters: null, journal, table, options.Attention, faults: null);
        var queue = new MessageQueue(
            settings, IdOf(settings.Name), deadLetters, journal, table, options.Attention, options.Faults);
        queues.Add(buried.Name, deadLetters);
        queues.Add(settings.Name, queue);
        return queue;
    }

    long IdOf(string path) => table.QueueIdAsync(path).GetAwaiter().GetResult();

    void Restore()
    {
        var queueById = queues.Values.ToDictionary(queue => queue.Id);
        var postById = posts.Values.ToDictionary(post => post.Id);
        var orphans = 0;
        lock (journal.Gate)
        {
            foreach (var message in table.Index())
            {
                if (message.DueAt is { } due && postById.TryGetValue(message.Queue, out var post))
                    post.Schedule(new ScheduledEntry(message.Sequence, due));
                else if (message.DueAt is null && queueById.TryGetValue(message.Queue, out var queue))
                    queue.Restore(ServiceBus.Post.ToEntry(message));
                else
                    orphans++;
            }
        }
        if (orphans > 0)
            options.Logging.CreateLogger<Broker>().LogWarning(
                "{Orphans} messages belong to entities that the topology no longer has; they are kept.", orphans);
    }

    void SettleWhatIsDue(DateTimeOffset now)
    {
        foreach (var post in posts.Values) post.SettleWhatIsDue(now);
        foreach (var queue in queues.Values) queue.SettleWhatIsDue(now);
    }

    IEnumerable<EntityCounts> CountsOf(Post post)
    {
        if (post.IsTopic) yield return new EntityCounts(post.Path, 0, post.Scheduled, 0);
        foreach (var queue in post.Queues)
            yield return new EntityCounts(
                queue.Path, queue.Count, post.IsTopic ? 0 : post.Scheduled, queue.DeadLetters!.Count);
    }

    void FailWaiting(Exception reason)
    {
        foreach (var queue in queues.Values) queue.Close(reason);
    }

    async ValueTask CloseAsync()
    {
        await journal.DisposeAsync().ConfigureAwait(false);
        workload?.Leave();
        var reason = new ServiceBusException(
            "The broker has been closed.", ServiceBusFailureReason.ServiceCommunicationProblem);
        lock (journal.Gate) FailWaiting(reason);
        await database.DisposeAsync().ConfigureAwait(false);
    }
}
