#nullable disable
using Railyard.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives the messages of one session, which nobody else receives meanwhile.</summary>
public class ServiceBusSessionReceiver : ServiceBusReceiver
{
    readonly SessionLock session;
    readonly MessageQueue queue;
    DateTimeOffset lockedUntil;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusSessionReceiver()
    {
    }

    ServiceBusSessionReceiver(
        ServiceBusClient client, MessageQueue queue, string path, SessionLock session,
        ServiceBusSessionReceiverOptions options)
        : base(client, path, new ServiceBusReceiverOptions
        {
            Identifier = options?.Identifier,
            PrefetchCount = options?.PrefetchCount ?? 0,
            ReceiveMode = options?.ReceiveMode ?? ServiceBusReceiveMode.PeekLock,
        })
    {
        this.queue = queue;
        this.session = session;
        lockedUntil = session.Until;
    }

    /// <summary>Whether it has been closed.</summary>
    public override bool IsClosed => base.IsClosed;

    /// <summary>The session.</summary>
    public virtual string SessionId => session.SessionId;

    /// <summary>Until when the session is held.</summary>
    public virtual DateTimeOffset SessionLockedUntil => lockedUntil;

    private protected override SessionLock Session => session;

    // The one the session was accepted from: after a restart of the broker the session must be accepted again.
    private protected override MessageQueue Queue
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return queue;
        }
    }

    internal static Task<ServiceBusSessionReceiver> AcceptAsync(
        ServiceBusClient client, string path, string sessionId, ServiceBusSessionReceiverOptions options,
        CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionId);
        cancellation.ThrowIfCancellationRequested();
        var entity = client.Broker.Queue(path);
        return Task.FromResult(
            new ServiceBusSessionReceiver(client, entity, path, entity.Accept(sessionId), options));
    }

    internal static Task<ServiceBusSessionReceiver> AcceptNextAsync(
        ServiceBusClient client, string path, ServiceBusSessionReceiverOptions options, CancellationToken cancellation) =>
        AcceptNextAsync(client, path, options, client.TryTimeout, isForProcessor: false, cancellation);

    internal static Task<ServiceBusSessionReceiver> AcceptNextForProcessorAsync(
        ServiceBusClient client, string path, ServiceBusSessionReceiverOptions options, CancellationToken cancellation) =>
        AcceptNextAsync(client, path, options, Processing.LongestWait, isForProcessor: true, cancellation);

    static async Task<ServiceBusSessionReceiver> AcceptNextAsync(
        ServiceBusClient client, string path, ServiceBusSessionReceiverOptions options, TimeSpan wait,
        bool isForProcessor, CancellationToken cancellation)
    {
        var entity = client.Broker.Queue(path);
        var accepted = await entity.AcceptNextAsync(wait, isForProcessor, cancellation).ConfigureAwait(false)
            ?? throw new ServiceBusException(
                "No session with messages came up in time.", ServiceBusFailureReason.ServiceTimeout, path);
        return new ServiceBusSessionReceiver(client, entity, path, accepted, options)
        {
            IsForProcessor = isForProcessor,
        };
    }

    /// <summary>What was last kept for the session, or null.</summary>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var state = Queue.SessionState(session);
        return Task.FromResult(state is null ? null : BinaryData.FromBytes(state));
    }

    /// <summary>Keeps something for the session; null forgets it.</summary>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        Queue.SetSessionStateAsync(session, sessionState?.ToArray(), cancellationToken);

    /// <summary>Holds the session for another lock duration from now.</summary>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lockedUntil = Queue.RenewSession(session);
        return Task.CompletedTask;
    }

    private protected override Task GiveBackAsync(CancellationToken cancellation) =>
        queue.ReleaseSessionAsync(session, cancellation);
}
