using Azure.Messaging.ServiceBus;
using Railyard.Local.Sqlite;

namespace Railyard.Local.ServiceBus;

/// <summary>A message as it is handed in.</summary>
internal sealed record Letter(Envelope Envelope, byte[] Body)
{
    readonly byte[] encoded = Envelope.Encode();

    public byte[] Encoded => encoded;
    public int Bytes => encoded.Length + Body.Length;
}

/// <summary>What messages can be sent to: a queue, or a topic with the queues of its subscriptions.</summary>
internal sealed class Post(TopicDefinition settings, long id, IReadOnlyList<MessageQueue> queues, bool isTopic,
    Journal journal, MessageTable table, BrokerFaults? faults)
{
    /// <summary>The standard tier's limit, for one message and for one send.</summary>
    public const int MostBytes = 256 * 1024;
    public const int MostMessagesInOneSend = 4_500;
    const int MostForgottenPerSent = 2;
    const int MostActivationsAtOnce = 256;

    readonly SortedSet<ScheduledEntry> scheduled = new(ScheduledEntry.ByDue);
    readonly Dictionary<long, ScheduledEntry> scheduledBySequence = [];

    public string Path => settings.Name;
    public long Id => id;
    public int Scheduled => scheduled.Count;
    public IReadOnlyList<MessageQueue> Queues => queues;
    public bool IsTopic => isTopic;

    /// <summary>Sends all or none of the letters, and answers with their numbers.</summary>
    public async Task<IReadOnlyList<long>> SendAsync(IReadOnlyList<Letter> letters, CancellationToken cancellation)
    {
        Check(letters);
        var sending = new Sending(letters.Count);
        await journal.CommitAsync(
            () => new Change(
                write: session => Write(session, letters, sending),
                apply: () => Show(sending),
                undo: _ => { }),
            cancellation).ConfigureAwait(false);
        return sending.Numbers;
    }

    /// <summary>Takes back messages whose time has not come.</summary>
    public Task CancelAsync(IReadOnlyList<long> sequences, CancellationToken cancellation) => journal.CommitAsync(
        () =>
        {
            var entries = sequences.Select(Waiting).ToList();
            entries.ForEach(Withdraw);
            return new Change(
                write: session => entries.ForEach(entry => MessageTable.Delete(session, entry.Sequence)),
                apply: () => { },
                undo: _ => entries.ForEach(Schedule));
        },
        cancellation);

    public void Schedule(ScheduledEntry entry)
    {
        scheduled.Add(entry);
        scheduledBySequence.Add(entry.Sequence, entry);
        journal.Arm(entry.Due);
    }

    public void SettleWhatIsDue(DateTimeOffset now)
    {
        for (var i = 0; i < MostActivationsAtOnce && scheduled.Min is { } entry && entry.Due <= now; i++)
        {
            Withdraw(entry);
            journal.Append(Activate(entry));
        }
        if (scheduled.Min is { } next) journal.Arm(next.Due);
    }

    void Check(IReadOnlyList<Letter> letters)
    {
        if (letters.Count > MostMessagesInOneSend)
            throw TooLarge($"{letters.Count} messages are more than {MostMessagesInOneSend}.");
        if (letters.Sum(letter => (long)letter.Bytes) is var bytes && bytes > MostBytes)
            throw TooLarge($"{bytes} bytes are more than {MostBytes}.");
        if (!isTopic && queues[0].Settings.RequiresSession && letters.Any(one => one.Envelope.SessionId is null))
            throw new InvalidOperationException(
                $"The SessionId was not set on a message, and it cannot be sent to '{Path}', which requires sessions.");
    }

    ServiceBusException TooLarge(string reason) => new(
        $"The message or batch exceeds what can be sent at once: {reason}",
        ServiceBusFailureReason.MessageSizeExceeded, Path);

    void Write(Session session, IReadOnlyList<Letter> letters, Sending sending)
    {
        var now = journal.Now;
        foreach (var letter in letters)
        {
            sending.Numbers.Add(WriteOne(session, letter, now, sending));
            if (faults?.Duplicates() == true) WriteOne(session, letter, now, sending);
        }
        if (settings.RequiresDuplicateDetection)
            MessageTable.ForgetSeen(session, now, letters.Count * MostForgottenPerSent);
        table.SaveSequence(session);
    }

    long WriteOne(Session session, Letter letter, DateTimeOffset now, Sending sending)
    {
        var number = table.NextSequence();
        if (IsRepeated(session, letter, now)) return number;
        var due = Due(letter, now);
        if (due <= now)
        {
            Enqueue(session, letter, number, now, sending);
            return number;
        }
        MessageTable.Insert(session, Stored(letter, id, number, number, now) with
        {
            State = MessageState.Scheduled,
            DueAt = due,
        });
        sending.Scheduled.Add(new ScheduledEntry(number, due));
        return number;
    }

    DateTimeOffset Due(Letter letter, DateTimeOffset now)
    {
        var asked = letter.Envelope.ScheduledEnqueueTime.ToUniversalTime();
        return faults is not null && asked <= now && letter.Envelope.SessionId is null ? now + faults.Delay() : asked;
    }

    bool IsRepeated(Session session, Letter letter, DateTimeOffset now) =>
        settings.RequiresDuplicateDetection
        && MessageTable.IsRepeated(
            session, id, letter.Envelope.MessageId!, now, settings.DuplicateDetectionHistoryTimeWindow);

    void Enqueue(Session session, Letter letter, long original, DateTimeOffset now, Sending sending)
    {
        foreach (var queue in queues.Where(queue => queue.Settings.Takes(letter.Envelope)))
        {
            var isMisfit = queue.Settings.RequiresSession && letter.Envelope.SessionId is null;
            var target = isMisfit ? queue.DeadLetters! : queue;
            var message = Stored(letter, target.Id, isTopic ? table.NextSequence() : original, original, now) with
            {
                ExpiresAt = isMisfit ? DateTimeOffset.MaxValue : Expiry(letter, queue, now),
                DeadLetterSource = isMisfit ? queue.Path : null,
            };
            if (isMisfit)
                message = message with { Envelope = letter.Envelope.With(DeadLetterReason.NoSession()).Encode() };
            MessageTable.Insert(session, message);
            sending.Enqueued.Add((target, ToEntry(message)));
        }
    }

    static StoredMessage Stored(Letter letter, long queue, long sequence, long original, DateTimeOffset now) => new()
    {
        Sequence = sequence,
        Queue = queue,
        State = MessageState.Active,
        Deliveries = 0,
        SessionId = letter.Envelope.SessionId,
        EnqueuedAt = now,
        ExpiresAt = DateTimeOffset.MaxValue,
        DueAt = null,
        OriginalSequence = original,
        DeadLetterSource = null,
        Envelope = letter.Encoded,
        Body = letter.Body,
    };

    DateTimeOffset Expiry(Letter letter, MessageQueue queue, DateTimeOffset now)
    {
        var life = new[]
        {
            letter.Envelope.TimeToLive, settings.DefaultMessageTimeToLive, queue.Settings.DefaultMessageTimeToLive,
        }.Min();
        return life < DateTimeOffset.MaxValue - now ? now + life : DateTimeOffset.MaxValue;
    }

    public static Entry ToEntry(StoredMessage message) => new()
    {
        Sequence = message.Sequence,
        SessionId = message.SessionId,
        ExpiresAt = message.ExpiresAt,
        Deliveries = message.Deliveries,
        IsDeferred = message.State == MessageState.Deferred,
    };

    void Show(Sending sending)
    {
        foreach (var entry in sending.Scheduled) Schedule(entry);
        foreach (var (queue, entry) in sending.Enqueued) queue.Publish(entry);
    }

    // A message whose time has come joins the queue as if it had been sent now, with a new number.
    Change Activate(ScheduledEntry entry)
    {
        var sending = new Sending(1);
        return new Change(
            write: session =>
            {
                var row = MessageTable.Take(session, entry.Sequence);
                var letter = new Letter(Envelope.Decode(row.Envelope), row.Body);
                Enqueue(session, letter, table.NextSequence(), journal.Now, sending);
                table.SaveSequence(session);
            },
            apply: () => Show(sending),
            undo: _ => Schedule(entry));
    }

    ScheduledEntry Waiting(long sequence) =>
        scheduledBySequence.TryGetValue(sequence, out var entry)
            ? entry
            : throw new ServiceBusException(
                $"There is no scheduled message {sequence}.", ServiceBusFailureReason.MessageNotFound, Path);

    void Withdraw(ScheduledEntry entry)
    {
        scheduled.Remove(entry);
        scheduledBySequence.Remove(entry.Sequence);
    }

    sealed class Sending(int count)
    {
        public List<long> Numbers { get; } = new(count);
        public List<ScheduledEntry> Scheduled { get; } = [];
        public List<(MessageQueue Queue, Entry Entry)> Enqueued { get; } = new(count);
    }
}
