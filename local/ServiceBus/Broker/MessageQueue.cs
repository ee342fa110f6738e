namespace Railyard.Local.ServiceBus;

/// <summary>
/// The messages of one queue, subscription or dead-letter queue: which are ready, which are held, and by whom. Members
/// below are called under the journal's gate unless they say otherwise.
/// </summary>
internal sealed partial class MessageQueue(QueueDefinition settings, long id, MessageQueue? deadLetters,
    Journal journal, MessageTable table, Attention? attention, BrokerFaults? faults)
{
    const int MostExpiriesAtOnce = 256;
    const int MostWaitingReceivers = 4_096;
    const int MostMessagesInOneReceive = 2_048;

    readonly Dictionary<long, Entry> entries = [];
    readonly Dictionary<Guid, Entry> held = [];
    // Locks of a queue all last equally long, so the order in which they were taken is the order in which they expire.
    readonly LinkedList<Entry> lockOrder = new();
    readonly SortedSet<Entry> expiring = new(Entry.ByExpiry);
    readonly Lane onlyLane = new(sessionId: null);
    bool isAttended = attention?.Has(settings.Name) == true;
    bool countsAsWork;
    int readyCount;

    public string Path => settings.Name;
    public long Id => id;
    public QueueDefinition Settings => settings;
    public MessageQueue? DeadLetters => deadLetters;
    public bool IsDeadLetters => deadLetters is null;
    public TimeProvider Time => journal.Time;
    public int Count => entries.Count;

    /// <summary>Takes in a message that has just been written.</summary>
    public void Publish(Entry entry)
    {
        entries.Add(entry.Sequence, entry);
        MakeReady(entry);
    }

    /// <summary>Takes in a message that was on disk when the broker was opened.</summary>
    public void Restore(Entry entry)
    {
        entries.Add(entry.Sequence, entry);
        if (HasHadItsDeliveries(entry) && !entry.IsDeferred) journal.Append(DeadLetterForDeliveries(entry));
        else MakeReady(entry);
    }

    public void SettleWhatIsDue(DateTimeOffset now)
    {
        while (lockOrder.First is { } first && first.Value.LockedUntil <= now) journal.Append(Release(first.Value));
        while (sessionOrder.First is { } first && first.Value.Until <= now) Lose(first.Value);
        for (var i = 0; i < MostExpiriesAtOnce && expiring.Min is { } entry && entry.ExpiresAt <= now; i++)
            journal.Append(Expire(entry));
        if (HandsOverAt <= now) Serve(onlyLane);
        ArmForWhatIsNext();
    }

    /// <summary>Answers everyone who waits that there is nothing more to come.</summary>
    public void Close(Exception reason)
    {
        foreach (var lane in sessions.Values.Append(onlyLane)) FailWaiting(lane, reason);
        foreach (var accept in accepts) accept.Fail(reason);
        accepts.Clear();
    }

    void ArmForWhatIsNext()
    {
        if (lockOrder.First is { } oldest) journal.Arm(oldest.Value.LockedUntil);
        if (sessionOrder.First is { } session) journal.Arm(session.Value.Until);
        if (expiring.Min is { } entry) journal.Arm(entry.ExpiresAt);
        if (HandsOverAt is { } moment) journal.Arm(moment);
    }

    void MakeReady(Entry entry)
    {
        if (entry.CanExpire)
        {
            expiring.Add(entry);
            journal.Arm(entry.ExpiresAt);
        }
        entry.State = entry.IsDeferred ? EntryState.Deferred : EntryState.Ready;
        if (entry.IsDeferred) return;
        var lane = LaneOf(entry.SessionId);
        if (lane.Ready.Add(entry)) readyCount++;
        CountWork();
        Serve(lane);
    }

    void Serve(Lane lane)
    {
        while (lane.Waiting.First is { } first && !Gathers(lane, first.Value) && TakeReady(lane, first.Value) is { Count: > 0 } taken)
        {
            lane.Waiting.Remove(first);
            journal.Append(Claim(first.Value, taken));
        }
        CountWork();
        Offer(lane);
    }

    // When the receive that gathers what is ready has it, however little.
    DateTimeOffset? HandsOverAt => readyCount > 0 ? onlyLane.Waiting.First?.Value.HandsOverAt : null;

    bool Gathers(Lane lane, PendingReceive receive)
    {
        if (receive.Gathering is not { } gathering || lane.Ready.Count >= gathering.Least) return false;
        receive.HandsOverAt = lane.Ready.Count == 0 ? null : receive.HandsOverAt ?? journal.Now + gathering.Longest;
        if (receive.HandsOverAt is not { } moment || moment <= journal.Now) return false;
        journal.Arm(moment);
        return true;
    }

    List<Entry> TakeReady(Lane lane, PendingReceive receive)
    {
        var now = journal.Now;
        var taken = new List<Entry>(Math.Min(receive.Most, lane.Ready.Count));
        while (taken.Count < receive.Most && Next(lane) is { } entry)
        {
            if (entry.ExpiresAt <= now) journal.Append(Expire(entry));
            else taken.Add(Hold(entry, lane.Lock, receive.Deletes));
        }
        return taken;
    }

    // Within a session the order is a promise, elsewhere it is only likely.
    Entry? Next(Lane lane) =>
        lane.SessionId is null && faults?.Pick(lane.Ready.Count) is > 0 and var place
            ? lane.Ready.ElementAt(place)
            : lane.Ready.Min;

    Entry Hold(Entry entry, SessionLock? session, bool deletes)
    {
        Withdraw(entry);
        entry.Deliveries++;
        entry.State = deletes ? EntryState.Settling : EntryState.Locked;
        if (deletes) return entry;
        entry.LockToken = Guid.CreateVersion7();
        held.Add(entry.LockToken, entry);
        entry.Session = session;
        entry.LockedUntil = session?.Until ?? journal.Now + settings.LockDuration;
        if (session is null) entry.PlaceInLockOrder = lockOrder.AddLast(entry);
        else session.Entries.Add(entry);
        journal.Arm(entry.LockedUntil);
        return entry;
    }

    // No longer to be had by anyone: it is about to be held, or to leave.
    void Withdraw(Entry entry)
    {
        if (entry.CanExpire) expiring.Remove(entry);
        if (entry.State == EntryState.Ready && LaneOf(entry.SessionId).Ready.Remove(entry)) readyCount--;
        CountWork();
    }

    // A processor comes for what is ready, at once or when one of its calls is over. What it gathers waits for the clock.
    void CountWork()
    {
        var isWork = isAttended && readyCount > 0 && HandsOverAt is null;
        if (journal.Workload is not { } workload || countsAsWork == isWork) return;
        countsAsWork = !countsAsWork;
        if (countsAsWork) workload.Begin();
        else workload.End();
    }

    void Attend()
    {
        if (isAttended || attention is null) return;
        isAttended = true;
        attention.Attend(Path);
        CountWork();
    }

    void LetGo(Entry entry)
    {
        held.Remove(entry.LockToken);
        if (entry.PlaceInLockOrder is { List: not null } place) lockOrder.Remove(place);
        entry.PlaceInLockOrder = null;
        entry.Session?.Entries.Remove(entry);
        entry.Session = null;
        entry.State = EntryState.Settling;
    }

    /// <summary>Ends a hold without a verdict: the message goes back to its place, or has been tried too often.</summary>
    Change? Release(Entry entry)
    {
        LetGo(entry);
        return Return(entry);
    }

    Change? Return(Entry entry)
    {
        if (HasHadItsDeliveries(entry)) return DeadLetterForDeliveries(entry);
        MakeReady(entry);
        return null;
    }

    bool HasHadItsDeliveries(Entry entry) => !IsDeadLetters && entry.Deliveries >= settings.MaxDeliveryCount;

    Change Expire(Entry entry)
    {
        Withdraw(entry);
        entry.State = EntryState.Settling;
        Tidy(LaneOf(entry.SessionId));
        return settings.DeadLetteringOnMessageExpiration && !IsDeadLetters
            ? DeadLetter(entry, DeadLetterReason.Expired())
            : Delete(entry);
    }

    Change DeadLetterForDeliveries(Entry entry) => DeadLetter(entry, DeadLetterReason.TooManyDeliveries(entry.Deliveries));

    Change Delete(Entry entry) => new(
        write: session => MessageTable.Delete(session, entry.Sequence),
        apply: () => entries.Remove(entry.Sequence),
        undo: _ => MakeReady(entry));

    Change DeadLetter(Entry entry, IReadOnlyCollection<KeyValuePair<string, object?>> changes) => new(
        write: session =>
        {
            MessageTable.Modify(session, entry.Sequence, changes);
            MessageTable.MoveToDeadLetters(session, entry.Sequence, deadLetters!.Id, settings.Name);
        },
        apply: () =>
        {
            entries.Remove(entry.Sequence);
            deadLetters!.Publish(new Entry
            {
                Sequence = entry.Sequence,
                SessionId = entry.SessionId,
                ExpiresAt = DateTimeOffset.MaxValue,
                Deliveries = entry.Deliveries,
            });
        },
        undo: _ => MakeReady(entry));

    static void FailWaiting(Lane lane, Exception reason)
    {
        foreach (var receive in lane.Waiting) receive.Fail(reason);
        lane.Waiting.Clear();
    }
}

/// <summary>Why a message was dead-lettered, in the service's own words.</summary>
internal static class DeadLetterReason
{
    public const string ReasonProperty = "DeadLetterReason";
    public const string DescriptionProperty = "DeadLetterErrorDescription";

    public static KeyValuePair<string, object?>[] Expired() =>
        Properties("TTLExpiredException", "The message expired and was dead lettered.");

    public static KeyValuePair<string, object?>[] TooManyDeliveries(int deliveries) => Properties(
        "MaxDeliveryCountExceeded", $"Message could not be consumed after {deliveries} delivery attempts.");

    public static KeyValuePair<string, object?>[] NoSession() => Properties(
        "Session ID is null.", "Session enabled entity doesn't allow a message whose session identifier is null.");

    public static KeyValuePair<string, object?>[] Properties(string? reason, string? description)
    {
        var properties = new List<KeyValuePair<string, object?>>();
        if (reason is not null) properties.Add(new(ReasonProperty, reason));
        if (description is not null) properties.Add(new(DescriptionProperty, description));
        return [.. properties];
    }
}
