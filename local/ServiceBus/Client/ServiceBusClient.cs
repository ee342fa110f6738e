#nullable disable
using Azure.Core;
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>The way to the entities of a namespace.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    readonly ServiceBusRetryOptions retry = new();
    readonly string onlyEntity;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusClient()
    {
    }

    /// <summary>A client of the namespace that the connection string names.</summary>
    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    /// <summary>A client of the namespace that the connection string names.</summary>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        : this(ServiceBusConnectionStringProperties.Parse(connectionString), options)
    {
    }

    /// <summary>A client of this namespace.</summary>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    /// <summary>A client of this namespace.</summary>
    public ServiceBusClient(
        string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
        : this(fullyQualifiedNamespace, entity: null, options)
    {
        ArgumentNullException.ThrowIfNull(credential);
    }

    ServiceBusClient(ServiceBusConnectionStringProperties connection, ServiceBusClientOptions options)
        : this(connection.FullyQualifiedNamespace, connection.EntityPath, options)
    {
    }

    ServiceBusClient(string host, string entity, ServiceBusClientOptions options)
    {
        if (string.IsNullOrEmpty(host)) throw new ArgumentException("There is no namespace to connect to.", nameof(host));
        FullyQualifiedNamespace = host;
        onlyEntity = entity;
        retry = options?.RetryOptions ?? retry;
        TransportType = options?.TransportType ?? ServiceBusTransportType.AmqpTcp;
        Identifier = options?.Identifier ?? $"{host}-{Guid.CreateVersion7()}";
    }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>What the client is called in diagnostics.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether it has been disposed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>What the service would be reached over.</summary>
    public ServiceBusTransportType TransportType { get; }

    internal TimeSpan TryTimeout => retry.TryTimeout;

    internal int MaxRetries => retry.MaxRetries;

    internal Broker Broker
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return Broker.At(FullyQualifiedNamespace);
        }
    }

    /// <summary>A sender to a queue or topic.</summary>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => CreateSender(queueOrTopicName, null);

    /// <summary>A sender to a queue or topic.</summary>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options) =>
        new(this, Allowed(queueOrTopicName), options?.Identifier);

    /// <summary>A receiver of a queue.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, (ServiceBusReceiverOptions)null);

    /// <summary>A receiver of a queue.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) =>
        Receiver(Allowed(queueName), options);

    /// <summary>A receiver of a subscription.</summary>
    public virtual ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName) =>
        CreateReceiver(topicName, subscriptionName, null);

    /// <summary>A receiver of a subscription.</summary>
    public virtual ServiceBusReceiver CreateReceiver(
        string topicName, string subscriptionName, ServiceBusReceiverOptions options) =>
        Receiver(SubscriptionPath(topicName, subscriptionName), options);

    /// <summary>Holds a session of a queue.</summary>
    public virtual Task<ServiceBusSessionReceiver> AcceptSessionAsync(
        string queueName, string sessionId, ServiceBusSessionReceiverOptions options = null,
        CancellationToken cancellationToken = default) =>
        ServiceBusSessionReceiver.AcceptAsync(this, Allowed(queueName), sessionId, options, cancellationToken);

    /// <summary>Holds a session of a subscription.</summary>
    public virtual Task<ServiceBusSessionReceiver> AcceptSessionAsync(
        string topicName, string subscriptionName, string sessionId,
        ServiceBusSessionReceiverOptions options = null, CancellationToken cancellationToken = default) =>
        ServiceBusSessionReceiver.AcceptAsync(
            this, SubscriptionPath(topicName, subscriptionName), sessionId, options, cancellationToken);

    /// <summary>Holds the next session of a queue that has messages.</summary>
    public virtual Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(
        string queueName, ServiceBusSessionReceiverOptions options = null,
        CancellationToken cancellationToken = default) =>
        ServiceBusSessionReceiver.AcceptNextAsync(this, Allowed(queueName), options, cancellationToken);

    /// <summary>Holds the next session of a subscription that has messages.</summary>
    public virtual Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(
        string topicName, string subscriptionName, ServiceBusSessionReceiverOptions options = null,
        CancellationToken cancellationToken = default) =>
        ServiceBusSessionReceiver.AcceptNextAsync(
            this, SubscriptionPath(topicName, subscriptionName), options, cancellationToken);

    /// <summary>A processor of a queue.</summary>
    public virtual ServiceBusProcessor CreateProcessor(string queueName) =>
        CreateProcessor(queueName, (ServiceBusProcessorOptions)null);

    /// <summary>A processor of a queue.</summary>
    public virtual ServiceBusProcessor CreateProcessor(string queueName, ServiceBusProcessorOptions options) =>
        new(this, WithSubQueue(Allowed(queueName), options?.SubQueue ?? SubQueue.None), options);

    /// <summary>A processor of a subscription.</summary>
    public virtual ServiceBusProcessor CreateProcessor(string topicName, string subscriptionName) =>
        CreateProcessor(topicName, subscriptionName, null);

    /// <summary>A processor of a subscription.</summary>
    public virtual ServiceBusProcessor CreateProcessor(
        string topicName, string subscriptionName, ServiceBusProcessorOptions options) =>
        new(
            this,
            WithSubQueue(SubscriptionPath(topicName, subscriptionName), options?.SubQueue ?? SubQueue.None),
            options);

    /// <summary>A processor of the sessions of a queue.</summary>
    public virtual ServiceBusSessionProcessor CreateSessionProcessor(
        string queueName, ServiceBusSessionProcessorOptions options = null) =>
        new(this, Allowed(queueName), options);

    /// <summary>A processor of the sessions of a subscription.</summary>
    public virtual ServiceBusSessionProcessor CreateSessionProcessor(
        string topicName, string subscriptionName, ServiceBusSessionProcessorOptions options = null) =>
        new(this, SubscriptionPath(topicName, subscriptionName), options);

    /// <summary>Closes the client; nothing made from it works any longer.</summary>
    public virtual ValueTask DisposeAsync()
    {
        IsClosed = true;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    ServiceBusReceiver Receiver(string path, ServiceBusReceiverOptions options) =>
        new(this, WithSubQueue(path, options?.SubQueue ?? SubQueue.None), options ?? new ServiceBusReceiverOptions());

    static string WithSubQueue(string path, SubQueue subQueue) => subQueue switch
    {
        SubQueue.None => path,
        SubQueue.DeadLetter => Railyard.Local.ServiceBus.EntityPath.DeadLetters(path),
        SubQueue.TransferDeadLetter => throw new NotSupportedException(
            "There is no transfer dead-letter queue: the local broker does not forward messages."),
    };

    string SubscriptionPath(string topic, string subscription)
    {
        ArgumentException.ThrowIfNullOrEmpty(subscription);
        return Railyard.Local.ServiceBus.EntityPath.Subscription(Allowed(topic), subscription);
    }

    string Allowed(string entity)
    {
        ArgumentException.ThrowIfNullOrEmpty(entity);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (onlyEntity is not null && !entity.Equals(onlyEntity, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException(
                $"The connection string is for '{onlyEntity}', not for '{entity}'.", nameof(entity));
        return entity;
    }
}
