#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>Tells that a session is no longer held.</summary>
public class SessionLockLostEventArgs : EventArgs
{
    /// <summary>A lost session.</summary>
    public SessionLockLostEventArgs(
        ServiceBusReceivedMessage message, DateTimeOffset sessionLockedUntil, Exception exception)
    {
        Message = message;
        SessionLockedUntil = sessionLockedUntil;
        Exception = exception;
    }

    /// <summary>What told us.</summary>
    public Exception Exception { get; }

    /// <summary>The message that was being processed.</summary>
    public ServiceBusReceivedMessage Message { get; }

    /// <summary>Until when the session was held.</summary>
    public DateTimeOffset SessionLockedUntil { get; }
}

/// <summary>A session that begins or ends.</summary>
public class ProcessSessionEventArgs : EventArgs
{
    readonly ServiceBusSessionReceiver receiver;

    /// <summary>A session.</summary>
    public ProcessSessionEventArgs(ServiceBusSessionReceiver receiver, CancellationToken cancellationToken)
        : this(receiver, null, cancellationToken)
    {
    }

    /// <summary>A session, of a processor with a name.</summary>
    public ProcessSessionEventArgs(
        ServiceBusSessionReceiver receiver, string identifier, CancellationToken cancellationToken)
    {
        this.receiver = receiver;
        Identifier = identifier;
        CancellationToken = cancellationToken;
    }

    /// <summary>Cancelled when the processor is stopped.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The entity.</summary>
    public string EntityPath => receiver.EntityPath;

    /// <summary>The host of the namespace.</summary>
    public string FullyQualifiedNamespace => receiver.FullyQualifiedNamespace;

    /// <summary>The processor.</summary>
    public string Identifier { get; }

    /// <summary>The session.</summary>
    public string SessionId => receiver.SessionId;

    /// <summary>Until when the session is held.</summary>
    public DateTimeOffset SessionLockedUntil => receiver.SessionLockedUntil;

    internal Action Release { get; init; } = () => { };

    /// <summary>What was last kept for the session.</summary>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        receiver.GetSessionStateAsync(cancellationToken);

    /// <summary>Keeps something for the session.</summary>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        receiver.SetSessionStateAsync(sessionState, cancellationToken);

    /// <summary>Holds the session for another lock duration from now.</summary>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        receiver.RenewSessionLockAsync(cancellationToken);

    /// <summary>Gives the session back when the messages at hand are done.</summary>
    public virtual void ReleaseSession() => Release();
}

/// <summary>A message of a session to process, and the ways to settle it.</summary>
public class ProcessSessionMessageEventArgs : EventArgs
{
    readonly ServiceBusSessionReceiver receiver;

    /// <summary>A message to process.</summary>
    public ProcessSessionMessageEventArgs(
        ServiceBusReceivedMessage message, ServiceBusSessionReceiver receiver, CancellationToken cancellationToken)
        : this(message, receiver, null, cancellationToken)
    {
    }

    /// <summary>A message to process, from a processor with a name.</summary>
    public ProcessSessionMessageEventArgs(
        ServiceBusReceivedMessage message, ServiceBusSessionReceiver receiver, string identifier,
        CancellationToken cancellationToken)
    {
        this.receiver = receiver;
        Message = message;
        Identifier = identifier;
        CancellationToken = cancellationToken;
    }

    /// <summary>Raised when the session is found to be no longer held.</summary>
    public event Func<SessionLockLostEventArgs, Task> SessionLockLostAsync;

    /// <summary>Cancelled when the processor is stopped, or the session lost or released.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The entity.</summary>
    public string EntityPath => receiver.EntityPath;

    /// <summary>The host of the namespace.</summary>
    public string FullyQualifiedNamespace => receiver.FullyQualifiedNamespace;

    /// <summary>The processor.</summary>
    public string Identifier { get; }

    /// <summary>The message.</summary>
    public ServiceBusReceivedMessage Message { get; }

    /// <summary>The session.</summary>
    public string SessionId => receiver.SessionId;

    /// <summary>Until when the session is held.</summary>
    public DateTimeOffset SessionLockedUntil => receiver.SessionLockedUntil;

    internal Action Release { get; init; } = () => { };

    /// <summary>The message goes back to its place.</summary>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken);

    /// <summary>The message is gone.</summary>
    public virtual Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        receiver.CompleteMessageAsync(message, cancellationToken);

    /// <summary>The message goes to the dead-letter queue, with a reason and changed properties.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object> propertiesToModify, string deadLetterReason,
        string deadLetterErrorDescription = null, CancellationToken cancellationToken = default) =>
        receiver.DeadLetterMessageAsync(
            message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>The message goes to the dead-letter queue.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        receiver.DeadLetterMessageAsync(message, propertiesToModify, cancellationToken);

    /// <summary>The message goes to the dead-letter queue, with a reason.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, string deadLetterReason, string deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        receiver.DeadLetterMessageAsync(message, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>The message is put aside.</summary>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        receiver.DeferMessageAsync(message, propertiesToModify, cancellationToken);

    /// <summary>What was last kept for the session.</summary>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        receiver.GetSessionStateAsync(cancellationToken);

    /// <summary>Keeps something for the session.</summary>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        receiver.SetSessionStateAsync(sessionState, cancellationToken);

    /// <summary>Holds the session for another lock duration from now.</summary>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        receiver.RenewSessionLockAsync(cancellationToken);

    /// <summary>Gives the session back when the messages at hand are done.</summary>
    public virtual void ReleaseSession() => Release();

    /// <summary>Raises <see cref="SessionLockLostAsync"/>.</summary>
    protected internal virtual Task OnSessionLockLostAsync(SessionLockLostEventArgs args) =>
        SessionLockLostAsync?.Invoke(args) ?? Task.CompletedTask;
}
