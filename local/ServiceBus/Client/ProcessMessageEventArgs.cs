#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>Tells that a message is no longer held.</summary>
public class MessageLockLostEventArgs
{
    /// <summary>A lost message.</summary>
    public MessageLockLostEventArgs(ServiceBusReceivedMessage message, Exception exception)
    {
        Message = message;
        Exception = exception;
    }

    /// <summary>What told us.</summary>
    public Exception Exception { get; }

    /// <summary>The message.</summary>
    public ServiceBusReceivedMessage Message { get; }
}

/// <summary>A message to process, and the ways to settle it.</summary>
public class ProcessMessageEventArgs : EventArgs
{
    readonly ServiceBusReceiver receiver;

    /// <summary>A message to process.</summary>
    public ProcessMessageEventArgs(
        ServiceBusReceivedMessage message, ServiceBusReceiver receiver, CancellationToken cancellationToken)
        : this(message, receiver, null, cancellationToken)
    {
    }

    /// <summary>A message to process, from a processor with a name.</summary>
    public ProcessMessageEventArgs(
        ServiceBusReceivedMessage message, ServiceBusReceiver receiver, string identifier,
        CancellationToken cancellationToken)
    {
        this.receiver = receiver;
        Message = message;
        Identifier = identifier;
        CancellationToken = cancellationToken;
    }

    /// <summary>Raised when the message is found to be no longer held.</summary>
    public event Func<MessageLockLostEventArgs, Task> MessageLockLostAsync;

    /// <summary>Cancelled when the processor is stopped.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The entity.</summary>
    public string EntityPath => receiver.EntityPath;

    /// <summary>The host of the namespace.</summary>
    public string FullyQualifiedNamespace => receiver.FullyQualifiedNamespace;

    /// <summary>The processor.</summary>
    public string Identifier { get; }

    /// <summary>The message.</summary>
    public ServiceBusReceivedMessage Message { get; }

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
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify, string deadLetterReason,
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

    /// <summary>Holds the message for another lock duration from now.</summary>
    public virtual Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        receiver.RenewMessageLockAsync(message, cancellationToken);

    /// <summary>Raises <see cref="MessageLockLostAsync"/>.</summary>
    protected internal virtual Task OnMessageLockLostAsync(MessageLockLostEventArgs args) =>
        MessageLockLostAsync?.Invoke(args) ?? Task.CompletedTask;
}
