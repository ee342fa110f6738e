using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>
/// Each instance's log: messages in the order they were committed, and between them the turns that answered
/// them. A message needs no moving or deleting: it is answered once a turn says so.
/// </summary>
static class LogRows
{
    public static void Append(Session session, long key, Message message, DateTime now) =>
        session.Execute(
            """
            INSERT INTO log (instance, sequence, kind, task, at, name, body)
            SELECT
                ?1, coalesce((SELECT max(sequence) FROM log WHERE instance = ?1), 0) + 1, ?2, ?3, ?4, ?5, ?6
            """,
            key,
            (int)message.Kind,
            message.Task,
            now.Ticks,
            message.Name,
            message.Text);

    /// <summary>Appends only while that run is live; answers whether it was.</summary>
    public static bool AppendToRun(Session session, long key, int run, Message message, DateTime now) =>
        session.Execute(
            """
            INSERT INTO log (instance, sequence, kind, task, at, name, body)
            SELECT
                ?1, coalesce((SELECT max(sequence) FROM log WHERE instance = ?1), 0) + 1, ?2, ?3, ?4, ?5, ?6
            FROM instances WHERE key = ?1 AND run = ?7 AND status IN (0, 6, 7)
            """,
            key,
            (int)message.Kind,
            message.Task,
            now.Ticks,
            message.Name,
            message.Text,
            run) == 1;

    public static void AppendTurn(Session session, long key, Turn turn) =>
        session.Execute(
            """
            INSERT INTO log (instance, sequence, kind, task, at, body)
            SELECT ?1, coalesce((SELECT max(sequence) FROM log WHERE instance = ?1), 0) + 1, 0, ?2, ?3, ?4
            """,
            key,
            turn.AnsweredThrough,
            turn.At.Ticks,
            Step.Encode(turn.Steps));

    public static List<LogEntry> ReadAll(Session session, long key) =>
        session.Query(
            """
            SELECT sequence, kind, task, at, name, body FROM log WHERE instance = ?1 ORDER BY sequence
            """,
            Entry,
            key);

    public static List<LogEntry> ReadMessagesAfter(Session session, long key, long sequence) =>
        session.Query(
            """
            SELECT sequence, kind, task, at, name, body FROM log
            WHERE instance = ?1 AND sequence > ?2 AND kind <> 0 ORDER BY sequence
            """,
            Entry,
            key,
            sequence);

    public static void Clear(Session session, long key) =>
        session.Execute("DELETE FROM log WHERE instance = ?1", key);

    static LogEntry Entry(Row row)
    {
        var kind = (MessageKind)row.GetInt32(1);
        return kind == MessageKind.Turn
            ? new(row.GetInt64(0), null, Turn(row))
            : new(row.GetInt64(0), new(kind, row.GetInt32(2), row.TextAt(4), row.TextAt(5)), null);
    }

    static Turn Turn(Row row) =>
        new(At(row), row.GetInt64(2), Step.Decode(row.GetBytes(5)));

    static DateTime At(Row row) => new(row.GetInt64(3), DateTimeKind.Utc);
}

static class RowReading
{
    public static string? TextAt(this Row row, int column) =>
        row.IsNull(column) ? null : row.GetString(column);

    public static DateTime? TimeAt(this Row row, int column) =>
        row.IsNull(column) ? null : new DateTime(row.GetInt64(column), DateTimeKind.Utc);
}
