using Railyard.Local.Sqlite;

namespace Railyard.Local.ServiceBus;

internal enum MessageState
{
    Active,
    Deferred,
    Scheduled,
}

/// <summary>A message as it lies on disk.</summary>
internal sealed record StoredMessage
{
    public required long Sequence { get; init; }
    public required long Queue { get; init; }
    public required MessageState State { get; init; }
    public required int Deliveries { get; init; }
    public required string? SessionId { get; init; }
    public required DateTimeOffset EnqueuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    // The number it was given where it first arrived: at the topic, for a message of a subscription.
    public required long OriginalSequence { get; init; }
    public required string? DeadLetterSource { get; init; }
    public required byte[] Envelope { get; init; }
    public required byte[] Body { get; init; }
}

/// <summary>The tables of a broker, and every statement on them.</summary>
internal sealed class MessageTable(Database database)
{
    public static readonly Schema Schema = new(
        "service bus",
        """
        CREATE TABLE queues (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE COLLATE NOCASE);
        CREATE TABLE sequence (last INTEGER NOT NULL);
        INSERT INTO sequence VALUES (0);
        CREATE TABLE messages (
            sequence INTEGER PRIMARY KEY,
            queue INTEGER NOT NULL,
            state INTEGER NOT NULL,
            deliveries INTEGER NOT NULL,
            session TEXT,
            enqueued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            due_at INTEGER,
            original_sequence INTEGER NOT NULL,
            dead_letter_source TEXT,
            envelope BLOB NOT NULL,
            body BLOB NOT NULL);
        CREATE INDEX messages_by_queue ON messages (queue);
        CREATE TABLE session_states (
            queue INTEGER NOT NULL, session TEXT NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (queue, session)) WITHOUT ROWID;
        CREATE TABLE seen (
            queue INTEGER NOT NULL, message_id TEXT NOT NULL, until INTEGER NOT NULL,
            PRIMARY KEY (queue, message_id)) WITHOUT ROWID;
        CREATE INDEX seen_by_time ON seen (until)
        """);

    const string IndexColumns =
        "sequence, queue, state, deliveries, session, enqueued_at, expires_at, due_at, original_sequence, " +
        "dead_letter_source";

    const string AllColumns = IndexColumns + ", envelope, body";

    // Touched on the database's writer only, which runs one write at a time.
    long lastSequence = database.Read(session => (long)session.Scalar("SELECT last FROM sequence")!);

    /// <summary>The number of the next message; the write that uses it ends with <see cref="SaveSequence"/>.</summary>
    public long NextSequence() => ++lastSequence;

    public void SaveSequence(Session session) => session.Execute("UPDATE sequence SET last = ?1", lastSequence);

    public Task<long> QueueIdAsync(string path) => database.WriteAsync(session =>
    {
        session.Execute("INSERT INTO queues (path) VALUES (?1) ON CONFLICT (path) DO NOTHING", path);
        return (long)session.Scalar("SELECT id FROM queues WHERE path = ?1", path)!;
    });

    /// <summary>All messages, oldest first, without their content.</summary>
    public List<StoredMessage> Index() => database.Read(session =>
        session.Query($"SELECT {IndexColumns} FROM messages ORDER BY sequence", row => Map(row, hasContent: false)));

    public List<StoredMessage> Peek(long queue, long from, int most, string? sessionId) =>
        database.Read(session => session.Query(
            $"""
            SELECT {AllColumns} FROM messages
            WHERE queue = ?1 AND sequence >= ?2 AND (?4 IS NULL OR session = ?4) ORDER BY sequence LIMIT ?3
            """,
            WithContent, queue, from, most, sessionId));

    public static void Insert(Session session, StoredMessage message) => session.Execute(
        $"INSERT INTO messages ({AllColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        message.Sequence, message.Queue, (long)message.State, (long)message.Deliveries, message.SessionId,
        message.EnqueuedAt.UtcTicks, message.ExpiresAt.UtcTicks, message.DueAt?.UtcTicks,
        message.OriginalSequence, message.DeadLetterSource, message.Envelope, message.Body);

    /// <summary>Writes down that the message is being delivered for the nth time, and reads it.</summary>
    public static StoredMessage Deliver(Session session, long sequence, int deliveries)
    {
        SetDeliveries(session, sequence, deliveries);
        return Read(session, sequence);
    }

    public static StoredMessage Take(Session session, long sequence)
    {
        var taken = Read(session, sequence);
        Delete(session, sequence);
        return taken;
    }

    public static void Delete(Session session, long sequence) =>
        session.Execute("DELETE FROM messages WHERE sequence = ?1", sequence);

    public static void SetDeliveries(Session session, long sequence, int deliveries) =>
        session.Execute("UPDATE messages SET deliveries = ?2 WHERE sequence = ?1", sequence, (long)deliveries);

    public static void SetState(Session session, long sequence, MessageState state) =>
        session.Execute("UPDATE messages SET state = ?2 WHERE sequence = ?1", sequence, (long)state);

    public static void Modify(
        Session session, long sequence, IReadOnlyCollection<KeyValuePair<string, object?>> changes)
    {
        if (changes.Count == 0) return;
        var envelope = (byte[]?)session.Scalar("SELECT envelope FROM messages WHERE sequence = ?1", sequence);
        session.Execute(
            "UPDATE messages SET envelope = ?2 WHERE sequence = ?1",
            sequence, Envelope.Decode(Existing(envelope, sequence)).With(changes).Encode());
    }

    public static void MoveToDeadLetters(Session session, long sequence, long deadLetters, string source) =>
        session.Execute(
            "UPDATE messages SET queue = ?2, state = 0, expires_at = ?3, dead_letter_source = ?4 WHERE sequence = ?1",
            sequence, deadLetters, DateTimeOffset.MaxValue.UtcTicks, source);

    /// <summary>True when the id was seen within its window; otherwise it is now.</summary>
    public static bool IsRepeated(
        Session session, long queue, string messageId, DateTimeOffset now, TimeSpan window) =>
        session.Execute(
            """
            INSERT INTO seen (queue, message_id, until) VALUES (?1, ?2, ?4)
            ON CONFLICT (queue, message_id) DO UPDATE SET until = excluded.until WHERE until <= ?3
            """,
            queue, messageId, now.UtcTicks, (now + window).UtcTicks) == 0;

    // Looked for first: mostly there is nothing, and a statement that does both makes a table of its own each time.
    public static void ForgetSeen(Session session, DateTimeOffset now, int most)
    {
        var old = session.Query(
            "SELECT queue, message_id FROM seen WHERE until <= ?1 ORDER BY until LIMIT ?2",
            row => (Queue: row.GetInt64(0), MessageId: row.GetString(1)),
            now.UtcTicks, (long)most);
        foreach (var (queue, messageId) in old)
            session.Execute("DELETE FROM seen WHERE queue = ?1 AND message_id = ?2", queue, messageId);
    }

    public byte[]? SessionState(long queue, string sessionId) => database.Read(session => (byte[]?)session.Scalar(
        "SELECT state FROM session_states WHERE queue = ?1 AND session = ?2", queue, sessionId));

    public static void SetSessionState(Session session, long queue, string sessionId, byte[]? state)
    {
        if (state is null)
            session.Execute("DELETE FROM session_states WHERE queue = ?1 AND session = ?2", queue, sessionId);
        else
            session.Execute(
                "INSERT OR REPLACE INTO session_states (queue, session, state) VALUES (?1, ?2, ?3)",
                queue, sessionId, state);
    }

    // A statement that changes and answers at once makes a table of its own each time.
    static StoredMessage Read(Session session, long sequence) => Existing(
        session.First($"SELECT {AllColumns} FROM messages WHERE sequence = ?1", WithContent, sequence), sequence);

    static T Existing<T>(T? row, long sequence) where T : class =>
        row ?? throw new InvalidOperationException($"Message {sequence} is in memory but not on disk.");

    static StoredMessage WithContent(Row row) => Map(row, hasContent: true);

    static StoredMessage Map(Row row, bool hasContent) => new()
    {
        Sequence = row.GetInt64(0),
        Queue = row.GetInt64(1),
        State = (MessageState)row.GetInt32(2),
        Deliveries = row.GetInt32(3),
        SessionId = row.IsNull(4) ? null : row.GetString(4),
        EnqueuedAt = Time(row.GetInt64(5)),
        ExpiresAt = Time(row.GetInt64(6)),
        DueAt = row.IsNull(7) ? null : Time(row.GetInt64(7)),
        OriginalSequence = row.GetInt64(8),
        DeadLetterSource = row.IsNull(9) ? null : row.GetString(9),
        Envelope = hasContent ? row.GetBytes(10) : [],
        Body = hasContent ? row.GetBytes(11) : [],
    };

    static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
