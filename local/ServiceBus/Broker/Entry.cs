namespace Railyard.Local.ServiceBus;

internal enum EntryState
{
    Ready,
    Locked,
    Deferred,
    // On its way to disk as completed, moved or deleted: nobody else may touch it until the commit.
    Settling,
}

/// <summary>What memory knows of a message; its content stays on disk until somebody receives it.</summary>
internal sealed class Entry
{
    public static readonly IComparer<Entry> BySequence =
        Comparer<Entry>.Create((left, right) => left.Sequence.CompareTo(right.Sequence));

    public static readonly IComparer<Entry> ByExpiry =
        Comparer<Entry>.Create((left, right) =>
            left.ExpiresAt.CompareTo(right.ExpiresAt) is var order && order != 0
                ? order
                : left.Sequence.CompareTo(right.Sequence));

    public required long Sequence { get; init; }
    public required string? SessionId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public int Deliveries { get; set; }
    public bool IsDeferred { get; set; }
    public EntryState State { get; set; }
    public Guid LockToken { get; set; }
    public DateTimeOffset LockedUntil { get; set; }
    public SessionLock? Session { get; set; }
    public LinkedListNode<Entry>? PlaceInLockOrder { get; set; }

    public bool CanExpire => ExpiresAt != DateTimeOffset.MaxValue;
}

/// <summary>A message of a topic or queue that waits for its time.</summary>
internal sealed record ScheduledEntry(long Sequence, DateTimeOffset Due)
{
    public static readonly IComparer<ScheduledEntry> ByDue =
        Comparer<ScheduledEntry>.Create((left, right) =>
            left.Due.CompareTo(right.Due) is var order && order != 0
                ? order
                : left.Sequence.CompareTo(right.Sequence));
}
