using Azure.Messaging.ServiceBus;

namespace Railyard.Local.ServiceBus;

internal sealed partial class MessageQueue
{
    readonly Dictionary<string, Lane> sessions = new(StringComparer.Ordinal);
    // Sessions that nobody holds and that have messages, longest waiting first.
    readonly LinkedList<Lane> available = new();
    readonly LinkedList<PendingAccept> accepts = new();
    readonly LinkedList<SessionLock> sessionOrder = new();

    /// <summary>Holds this session, whether or not it has messages.</summary>
    public SessionLock Accept(string sessionId) => journal.Decide(() =>
    {
        RequireSessions();
        var lane = LaneOf(sessionId);
        if (lane.Lock is not null)
            throw new ServiceBusException(
                $"The requested session '{sessionId}' cannot be accepted. It may be locked by another receiver.",
                ServiceBusFailureReason.SessionCannotBeLocked, Path);
        return Grant(lane);
    });

    /// <summary>Holds the next session that has messages, or answers null when the wait is over.</summary>
    public async Task<SessionLock?> AcceptNextAsync(
        TimeSpan wait, bool isForProcessor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var accept = new PendingAccept();
        journal.Decide(() =>
        {
            if (isForProcessor) Attend();
            return Queue(accept);
        });
        var session = await AnswerAsync(
            accept.Answer, wait, () => GiveUp(accept), cancellation).ConfigureAwait(false);
        if (session is null) cancellation.ThrowIfCancellationRequested();
        return session;
    }

    /// <summary>Holds the session for another lock duration from now.</summary>
    public DateTimeOffset RenewSession(SessionLock session) => journal.Decide(() =>
    {
        RequireMatching(session);
        session.Until = journal.Now + settings.LockDuration;
        sessionOrder.Remove(session.PlaceInLockOrder!);
        sessionOrder.AddLast(session.PlaceInLockOrder!);
        journal.Arm(session.Until);
        return session.Until;
    });

    /// <summary>Gives the session back. What was not settled was not a delivery that counts.</summary>
    public Task ReleaseSessionAsync(SessionLock session, CancellationToken cancellation) => journal.CommitAsync(
        () => session.IsLost ? null : GiveBack(session), cancellation);

    public Task SetSessionStateAsync(SessionLock session, byte[]? state, CancellationToken cancellation) =>
        journal.CommitAsync(
            () =>
            {
                RequireMatching(session);
                return new Change(
                    write: writer => MessageTable.SetSessionState(writer, id, session.SessionId, state),
                    apply: () => { },
                    undo: _ => { });
            },
            cancellation);

    public byte[]? SessionState(SessionLock session)
    {
        journal.Decide(() =>
        {
            RequireMatching(session);
            return true;
        });
        return table.SessionState(id, session.SessionId);
    }

    public ServiceBusException SessionLost(string sessionId) => new(
        $"The session lock for '{sessionId}' has expired. Accept the session again.",
        ServiceBusFailureReason.SessionLockLost, Path);

    bool Queue(PendingAccept accept)
    {
        RequireSessions();
        if (available.First is { } next)
        {
            accept.Accept(Grant(next.Value));
            return true;
        }
        if (accepts.Count >= MostWaitingReceivers)
            throw new ServiceBusException("Too many receivers wait.", ServiceBusFailureReason.QuotaExceeded, Path);
        accept.PlaceInLine = accepts.AddLast(accept);
        return true;
    }

    void GiveUp(PendingAccept accept)
    {
        lock (journal.Gate)
        {
            if (accept.PlaceInLine?.List is null) return;
            accepts.Remove(accept.PlaceInLine);
            accept.Accept(null);
        }
    }

    Lane LaneOf(string? sessionId)
    {
        if (!settings.RequiresSession || sessionId is null) return onlyLane;
        if (sessions.TryGetValue(sessionId, out var known)) return known;
        return sessions[sessionId] = new Lane(sessionId);
    }

    SessionLock Grant(Lane lane)
    {
        LeaveLine(lane);
        var session = new SessionLock(lane) { Until = journal.Now + settings.LockDuration };
        lane.Lock = session;
        session.PlaceInLockOrder = sessionOrder.AddLast(session);
        journal.Arm(session.Until);
        return session;
    }

    void Offer(Lane lane)
    {
        if (lane.SessionId is null || lane.Lock is not null || lane.Ready.Count == 0) return;
        if (accepts.First is { } first)
        {
            accepts.Remove(first);
            first.Value.Accept(Grant(lane));
        }
        else if (lane.PlaceInLine is null)
        {
            lane.PlaceInLine = available.AddLast(lane);
        }
    }

    void Tidy(Lane lane)
    {
        if (lane.SessionId is null || !lane.IsIdle) return;
        LeaveLine(lane);
        sessions.Remove(lane.SessionId);
    }

    void LeaveLine(Lane lane)
    {
        if (lane.PlaceInLine is not null) available.Remove(lane.PlaceInLine);
        lane.PlaceInLine = null;
    }

    void Lose(SessionLock session)
    {
        sessionOrder.Remove(session.PlaceInLockOrder!);
        FailWaiting(session.Lane, SessionLost(session.SessionId));
        var unsettled = session.Entries.OrderBy(entry => entry.Sequence).ToList();
        foreach (var entry in unsettled) LetGo(entry);
        // All go back while the session is still held, so that whoever holds it next meets them in order.
        foreach (var entry in unsettled) journal.Append(Return(entry));
        Free(session.Lane);
    }

    Change? GiveBack(SessionLock session)
    {
        // Out of the lock order it no longer expires; the lane stays closed until the counts are on disk.
        sessionOrder.Remove(session.PlaceInLockOrder!);
        FailWaiting(session.Lane, SessionLost(session.SessionId));
        var unsettled = session.Entries.ToList();
        foreach (var entry in unsettled)
        {
            LetGo(entry);
            entry.Deliveries--;
        }
        if (unsettled.Count > 0) return Uncount(unsettled, session.Lane);
        Free(session.Lane);
        return null;
    }

    Change Uncount(List<Entry> unsettled, Lane lane)
    {
        return new Change(
            write: session => unsettled.ForEach(
                entry => MessageTable.SetDeliveries(session, entry.Sequence, entry.Deliveries)),
            apply: Return,
            undo: _ => Return());

        void Return()
        {
            unsettled.ForEach(MakeReady);
            Free(lane);
        }
    }

    void Free(Lane lane)
    {
        lane.Lock = null;
        Offer(lane);
        Tidy(lane);
    }

    void RequireSessions()
    {
        if (!settings.RequiresSession)
            throw new InvalidOperationException(
                $"'{Path}' does not require sessions: a sessionful message receiver cannot be created on it.");
    }
}
