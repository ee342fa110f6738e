using Azure.Messaging.ServiceBus;

namespace Railyard.Local.ServiceBus;

internal sealed partial class MessageQueue
{
    static readonly KeyValuePair<string, object?>[] NoChanges = [];

    public Task CompleteAsync(Guid token, SessionLock? session, CancellationToken cancellation) =>
        journal.CommitAsync(() => Complete(Settle(token, session)), cancellation);

    public Task AbandonAsync(
        Guid token, SessionLock? session, IReadOnlyCollection<KeyValuePair<string, object?>>? changes,
        CancellationToken cancellation) =>
        journal.CommitAsync(
            () => changes is { Count: > 0 }
                ? Modify(Settle(token, session), changes)
                : Return(Settle(token, session)),
            cancellation);

    public Task DeferAsync(
        Guid token, SessionLock? session, IReadOnlyCollection<KeyValuePair<string, object?>>? changes,
        CancellationToken cancellation) =>
        journal.CommitAsync(() => Defer(Settle(token, session), changes ?? NoChanges), cancellation);

    public Task DeadLetterAsync(
        Guid token, SessionLock? session, IReadOnlyCollection<KeyValuePair<string, object?>> changes,
        CancellationToken cancellation)
    {
        if (IsDeadLetters)
            throw new InvalidOperationException($"'{Path}': a dead letter cannot be dead-lettered again.");
        return journal.CommitAsync(() => DeadLetter(Settle(token, session), changes), cancellation);
    }

    /// <summary>Holds the message for another lock duration from now.</summary>
    public DateTimeOffset RenewLock(Guid token) => journal.Decide(() =>
    {
        var entry = Held(token, session: null);
        entry.LockedUntil = journal.Now + settings.LockDuration;
        lockOrder.Remove(entry.PlaceInLockOrder!);
        lockOrder.AddLast(entry.PlaceInLockOrder!);
        journal.Arm(entry.LockedUntil);
        return entry.LockedUntil;
    });

    Change? Complete(Entry entry) =>
        faults is not null && !BrokerFaults.Spares(entry, settings) && faults.Redelivers()
            ? Return(entry)
            : Delete(entry);

    Entry Settle(Guid token, SessionLock? session)
    {
        var entry = Held(token, session);
        if (faults is not null && !BrokerFaults.Spares(entry, settings) && faults.LosesLock())
        {
            if (session is not null) Lose(session);
            else journal.Append(Release(entry));
            throw session is null ? LockLost() : SessionLost(session.SessionId);
        }
        LetGo(entry);
        return entry;
    }

    Entry Held(Guid token, SessionLock? session)
    {
        if (session is { IsLost: true }) throw SessionLost(session.SessionId);
        if (held.TryGetValue(token, out var entry) && entry.Session == session) return entry;
        throw LockLost();
    }

    ServiceBusException LockLost() => new(
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the " +
        "queue, or was received by a different receiver instance.",
        ServiceBusFailureReason.MessageLockLost, Path);

    Change Modify(Entry entry, IReadOnlyCollection<KeyValuePair<string, object?>> changes) => new(
        write: session => MessageTable.Modify(session, entry.Sequence, changes),
        apply: () => journal.Append(Return(entry)),
        undo: _ => MakeReady(entry));

    Change Defer(Entry entry, IReadOnlyCollection<KeyValuePair<string, object?>> changes) => new(
        write: session =>
        {
            MessageTable.Modify(session, entry.Sequence, changes);
            MessageTable.SetState(session, entry.Sequence, MessageState.Deferred);
        },
        apply: () =>
        {
            entry.IsDeferred = true;
            MakeReady(entry);
        },
        undo: _ => MakeReady(entry));
}
