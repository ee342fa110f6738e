using Azure.Messaging.ServiceBus;

namespace Railyard.Local.ServiceBus;

internal sealed partial class MessageQueue
{
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>
    /// Waits for messages and returns those that are there, or none when the wait is over. Those that are gathered are
    /// held only when they are returned.
    /// </summary>
    public async Task<IReadOnlyList<Delivery>> ReceiveAsync(
        int most, bool deletes, SessionLock? session, TimeSpan wait, bool isForProcessor, Gathering? gathering,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var receive = new PendingReceive(Math.Min(most, MostMessagesInOneReceive), deletes)
        {
            Gathering = gathering,
            InHand = isForProcessor ? journal.Workload : null,
        };
        journal.Decide(() => Queue(receive, session));
        var deliveries = await AnswerAsync(
            receive.Answer, wait, () => GiveUp(receive), cancellation).ConfigureAwait(false);
        if (deliveries.Count == 0) cancellation.ThrowIfCancellationRequested();
        return deliveries;
    }

    /// <summary>Receives messages that were put aside, by their numbers.</summary>
    public async Task<IReadOnlyList<Delivery>> ReceiveDeferredAsync(
        IReadOnlyCollection<long> sequences, bool deletes, SessionLock? session, CancellationToken cancellation)
    {
        var receive = new PendingReceive(sequences.Count, deletes);
        await journal.CommitAsync(
            () => Claim(receive, HoldDeferred(sequences, session, deletes)), cancellation).ConfigureAwait(false);
        return await receive.Answer.ConfigureAwait(false);
    }

    /// <summary>Shows messages from this number on, with the deliveries that have ended.</summary>
    public List<StoredMessage> Peek(long from, int most, string? sessionId)
    {
        var messages = table.Peek(id, from, Math.Min(most, MostMessagesInOneReceive), sessionId);
        return journal.Decide(() => messages.ConvertAll(message => message with
        {
            Deliveries = IsHeld(message.Sequence) ? message.Deliveries - 1 : message.Deliveries,
        }));
    }

    bool IsHeld(long sequence) =>
        entries.TryGetValue(sequence, out var entry) && entry.State == EntryState.Locked;

    bool Queue(PendingReceive receive, SessionLock? session)
    {
        RequireMatching(session);
        if (receive.InHand is not null) Attend();
        var lane = session?.Lane ?? onlyLane;
        if (lane.Waiting.Count >= MostWaitingReceivers)
            throw new ServiceBusException("Too many receivers wait.", ServiceBusFailureReason.QuotaExceeded, Path);
        receive.PlaceInLine = lane.Waiting.AddLast(receive);
        Serve(lane);
        return true;
    }

    void GiveUp(PendingReceive receive)
    {
        lock (journal.Gate)
        {
            // Once it was served its messages are held, so it is answered with them however late.
            if (receive.PlaceInLine?.List is not { } line) return;
            line.Remove(receive.PlaceInLine);
            receive.Deliver([]);
            CountWork();
        }
    }

    List<Entry> HoldDeferred(IReadOnlyCollection<long> sequences, SessionLock? session, bool deletes)
    {
        RequireMatching(session);
        var found = sequences.Select(sequence => Deferred(sequence, session)).ToList();
        return [.. found.Select(entry => Hold(entry, session, deletes))];
    }

    Entry Deferred(long sequence, SessionLock? session) =>
        entries.TryGetValue(sequence, out var entry) && entry.State == EntryState.Deferred
        && (session is null || entry.SessionId == session.SessionId)
            ? entry
            : throw new ServiceBusException(
                $"Failed to lock one or more specified messages: {sequence} is not a deferred message here.",
                ServiceBusFailureReason.MessageNotFound, Path);

    Change Claim(PendingReceive receive, List<Entry> taken)
    {
        var deliveries = new List<Delivery>(taken.Count);
        var tokens = taken.ConvertAll(entry => entry.LockToken);
        var counts = taken.ConvertAll(entry => entry.Deliveries);
        return new Change(
            write: session =>
            {
                for (var i = 0; i < taken.Count; i++)
                    deliveries.Add(new Delivery(
                        receive.Deletes
                            ? MessageTable.Take(session, taken[i].Sequence) with { Deliveries = counts[i] }
                            : MessageTable.Deliver(session, taken[i].Sequence, counts[i]),
                        tokens[i],
                        taken[i].LockedUntil,
                        receive.InHand));
            },
            apply: () =>
            {
                if (receive.Deletes) taken.ForEach(entry => entries.Remove(entry.Sequence));
                receive.Deliver(deliveries);
            },
            undo: fault =>
            {
                for (var i = 0; i < taken.Count; i++) TakeBack(taken[i], tokens[i], receive.Deletes);
                receive.Fail(fault);
            });
    }

    void TakeBack(Entry entry, Guid token, bool deletes)
    {
        if (!deletes && !held.ContainsKey(token)) return;
        if (!deletes) LetGo(entry);
        entry.Deliveries--;
        MakeReady(entry);
    }

    void RequireMatching(SessionLock? session)
    {
        if (session is { IsLost: true }) throw SessionLost(session.SessionId);
        if (session is null && settings.RequiresSession)
            throw new InvalidOperationException(
                $"'{Path}' requires sessions: it is not possible to create a non-sessionful message receiver on it.");
    }

    async Task<T> AnswerAsync<T>(Task<T> answer, TimeSpan wait, Action giveUp, CancellationToken cancellation)
    {
        if (answer.IsCompleted) return await answer.ConfigureAwait(false);
        using var deadline = journal.After(wait > LongestWait ? LongestWait : wait);
        using var expiry = deadline.Token.UnsafeRegister(static state => ((Action)state!)(), giveUp);
        using var cancelled = cancellation.UnsafeRegister(static state => ((Action)state!)(), giveUp);
        return await answer.ConfigureAwait(false);
    }
}
