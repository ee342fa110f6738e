namespace Railyard.Local.ServiceBus;

/// <summary>Messages that are handed out in order: those of a queue, or of one session of a queue.</summary>
internal sealed class Lane(string? sessionId)
{
    public string? SessionId => sessionId;
    public SortedSet<Entry> Ready { get; } = new(Entry.BySequence);
    public LinkedList<PendingReceive> Waiting { get; } = new();
    public SessionLock? Lock { get; set; }
    public LinkedListNode<Lane>? PlaceInLine { get; set; }

    public bool IsIdle => Ready.Count == 0 && Lock is null;
}

/// <summary>One receiver's hold on a session, from acceptance until it is released or expires.</summary>
internal sealed class SessionLock(Lane lane)
{
    public Lane Lane => lane;
    public string SessionId => lane.SessionId!;
    public HashSet<Entry> Entries { get; } = [];
    public DateTimeOffset Until { get; set; }
    public LinkedListNode<SessionLock>? PlaceInLockOrder { get; set; }
    public bool IsLost => lane.Lock != this || PlaceInLockOrder?.List is null;
}

/// <summary>
/// How many messages a receive would rather have at once, and how long it waits for them from the first of them on.
/// </summary>
internal sealed record Gathering(int Least, TimeSpan Longest);

/// <summary>A receive call that has not been answered yet.</summary>
internal sealed class PendingReceive(int most, bool deletes)
{
    readonly TaskCompletionSource<IReadOnlyList<Delivery>> answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Most => most;
    public bool Deletes => deletes;
    public Gathering? Gathering { get; init; }
    public DateTimeOffset? HandsOverAt { get; set; }
    public LinkedListNode<PendingReceive>? PlaceInLine { get; set; }
    public Workload? InHand { get; init; }
    public Task<IReadOnlyList<Delivery>> Answer => answer.Task;

    public void Deliver(IReadOnlyList<Delivery> deliveries)
    {
        for (var i = 0; i < deliveries.Count; i++) InHand?.Begin();
        answer.TrySetResult(deliveries);
    }

    public void Fail(Exception fault) => answer.TrySetException(fault);
}

/// <summary>A call that waits for any session with messages.</summary>
internal sealed class PendingAccept
{
    readonly TaskCompletionSource<SessionLock?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinkedListNode<PendingAccept>? PlaceInLine { get; set; }
    public Task<SessionLock?> Answer => answer.Task;

    public void Accept(SessionLock? session) => answer.TrySetResult(session);
    public void Fail(Exception fault) => answer.TrySetException(fault);
}

/// <summary>A stored message in the hands of a receiver; a processor says when it has put it down.</summary>
internal sealed record Delivery(
    StoredMessage Message, Guid LockToken, DateTimeOffset LockedUntil, Workload? InHand);
