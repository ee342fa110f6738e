using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settles the messages of the running invocation.</summary>
public class ServiceBusMessageActions
{
    protected ServiceBusMessageActions() { }

    public virtual Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotGiven();

    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) => throw NotGiven();

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null,
        string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) => throw NotGiven();

    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) => throw NotGiven();

    public virtual Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotGiven();

    internal static InvalidOperationException NotGiven() =>
        new("This object was not given to a function, so it has no messages to act upon.");
}

/// <summary>Acts upon the session of the running invocation.</summary>
public class ServiceBusSessionMessageActions
{
    protected ServiceBusSessionMessageActions() { }

    public virtual DateTimeOffset SessionLockedUntil { get; protected set; }

    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        throw ServiceBusMessageActions.NotGiven();

    public virtual Task SetSessionStateAsync(
        BinaryData sessionState, CancellationToken cancellationToken = default) =>
        throw ServiceBusMessageActions.NotGiven();

    public virtual Task ReleaseSession(CancellationToken cancellationToken = default) =>
        throw ServiceBusMessageActions.NotGiven();

    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        throw ServiceBusMessageActions.NotGiven();
}
