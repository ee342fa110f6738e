using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.Local.Runtime.Messages;

/// <summary>Settles a message of a queue or subscription without sessions.</summary>
internal sealed class MessageSettlement(ProcessMessageEventArgs turn) : ServiceBusMessageActions
{
    public override Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        turn.CompleteMessageAsync(message, cancellationToken);

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        turn.AbandonMessageAsync(message, propertiesToModify, cancellationToken);

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null, string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        turn.DeadLetterMessageAsync(
            message, propertiesToModify ?? [], deadLetterReason, deadLetterErrorDescription,
            cancellationToken);

    public override Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        turn.DeferMessageAsync(message, propertiesToModify, cancellationToken);

    public override Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        turn.RenewMessageLockAsync(message, cancellationToken);
}

/// <summary>Settles a message of a session; its lock is the session's.</summary>
internal sealed class SessionMessageSettlement(ProcessSessionMessageEventArgs turn) : ServiceBusMessageActions
{
    public override Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        turn.CompleteMessageAsync(message, cancellationToken);

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        turn.AbandonMessageAsync(message, propertiesToModify, cancellationToken);

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null, string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        turn.DeadLetterMessageAsync(
            message, propertiesToModify ?? [], deadLetterReason, deadLetterErrorDescription,
            cancellationToken);

    public override Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        turn.DeferMessageAsync(message, propertiesToModify, cancellationToken);

    public override Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        turn.RenewSessionLockAsync(cancellationToken);
}

/// <summary>Settles the messages of a batch.</summary>
internal sealed class BatchSettlement(ServiceBusReceiver receiver) : ServiceBusMessageActions
{
    readonly HashSet<string> settled = [];

    public bool IsSettled(ServiceBusReceivedMessage message)
    {
        lock (settled) return settled.Contains(message.LockToken);
    }

    public override Task CompleteMessageAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync(message, receiver.CompleteMessageAsync(message, cancellationToken));

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        SettleAsync(message, receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken));

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null, string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        SettleAsync(message, receiver.DeadLetterMessageAsync(
            message, propertiesToModify ?? [], deadLetterReason, deadLetterErrorDescription,
            cancellationToken));

    public override Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null,
        CancellationToken cancellationToken = default) =>
        SettleAsync(message, receiver.DeferMessageAsync(message, propertiesToModify, cancellationToken));

    public override Task RenewMessageLockAsync(
        ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        receiver.RenewMessageLockAsync(message, cancellationToken);

    async Task SettleAsync(ServiceBusReceivedMessage message, Task settling)
    {
        await settling;
        lock (settled) settled.Add(message.LockToken);
    }
}

/// <summary>The session that an invocation's message belongs to.</summary>
internal sealed class CurrentSession(ProcessSessionMessageEventArgs turn) : ServiceBusSessionMessageActions
{
    public override DateTimeOffset SessionLockedUntil => turn.SessionLockedUntil;

    public override Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        turn.GetSessionStateAsync(cancellationToken);

    public override Task SetSessionStateAsync(
        BinaryData sessionState, CancellationToken cancellationToken = default) =>
        turn.SetSessionStateAsync(sessionState, cancellationToken);

    public override Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        turn.ReleaseSession();
        return Task.CompletedTask;
    }

    public override Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        turn.RenewSessionLockAsync(cancellationToken);
}
