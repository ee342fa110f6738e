using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>The instances, each with the number of its current run.</summary>
static class InstanceRows
{
    const string Columns =
        """
        key, id, name, run, status, start_at, version,
        caller, caller_run, caller_task, caller_id, caller_name, trace_parent
        """;

    public static Instance? Find(Session session, long key) =>
        session.First($"SELECT {Columns} FROM instances WHERE key = ?1", Row, key);

    public static Instance? Find(Session session, string id) =>
        session.First($"SELECT {Columns} FROM instances WHERE id = ?1", Row, id);

    /// <summary>Makes an instance, or a new run of one that has ended, with its start in the log.</summary>
    public static Instance Start(Session session, Instance? existing, NewInstance start, DateTime now)
    {
        var key = existing is null ? Insert(session, start, now) : Renew(session, existing, start, now);
        LogRows.Append(session, key, new(MessageKind.Started, Text: start.Input), now);
        var run = existing is null ? 0 : existing.Run + 1;
        if (start.StartAt is { } due) TimerRows.Add(session, new(due, key, run, Message.NoTask));
        return new(
            key,
            start.Id,
            start.Name,
            run,
            OrchestrationRuntimeStatus.Pending,
            start.StartAt,
            start.Version ?? string.Empty,
            start.Caller,
            start.TraceParent);
    }

    public static void SetStatus(Session session, long key, OrchestrationRuntimeStatus status) =>
        session.Execute("UPDATE instances SET status = ?2 WHERE key = ?1", key, (int)status);

    public static void SetCustomStatus(Session session, long key, string? customStatus) =>
        session.Execute("UPDATE instances SET custom_status = ?2 WHERE key = ?1", key, customStatus);

    public static void End(
        Session session, long key, OrchestrationRuntimeStatus status, string? output, string? failure) =>
        session.Execute(
            "UPDATE instances SET status = ?2, output = ?3, failure = ?4 WHERE key = ?1",
            key,
            (int)status,
            output,
            failure);

    public static void NextRun(Session session, long key, string? version) =>
        session.Execute(
            "UPDATE instances SET run = run + 1, status = 0, version = coalesce(?2, version) WHERE key = ?1",
            key,
            version);

    /// <summary>Live instances with messages that no turn has answered.</summary>
    public static List<long> ReadUnanswered(Session session, int most) =>
        session.Query(
            """
            SELECT key FROM instances i WHERE status IN (0, 6, 7) AND EXISTS (
                SELECT 1 FROM log WHERE instance = i.key AND kind <> 0 AND sequence > coalesce(
                    (SELECT task FROM log
                     WHERE instance = i.key AND kind = 0 ORDER BY sequence DESC LIMIT 1), 0))
            LIMIT ?1
            """,
            row => row.GetInt64(0),
            most);

    public static List<long> ReadChildren(Session session, long key) =>
        session.Query("SELECT key FROM instances WHERE caller = ?1", row => row.GetInt64(0), key);

    public static void Delete(Session session, long key)
    {
        session.Execute("DELETE FROM instances WHERE key = ?1", key);
        session.Execute("DELETE FROM activities WHERE instance = ?1", key);
        LogRows.Clear(session, key);
        TimerRows.RemoveAll(session, key);
    }

    static long Insert(Session session, NewInstance start, DateTime now) =>
        session.Insert(
            """
            INSERT INTO instances (
                id, name, created, start_at, version, tags,
                caller, caller_run, caller_task, caller_id, caller_name, trace_parent, run, status)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 6)
            """,
            start.Id,
            start.Name,
            now.Ticks,
            start.StartAt?.Ticks,
            start.Version,
            start.Tags,
            start.Caller?.Key,
            start.Caller?.Run,
            start.Caller?.Task,
            start.Caller?.Id,
            start.Caller?.Name,
            start.TraceParent);

    static long Renew(Session session, Instance existing, NewInstance start, DateTime now)
    {
        LogRows.Clear(session, existing.Key);
        session.Execute(
            """
            UPDATE instances SET
                name = ?2, created = ?3, start_at = ?4, version = ?5, tags = ?6,
                caller = ?7, caller_run = ?8, caller_task = ?9, caller_id = ?10, caller_name = ?11,
                trace_parent = ?12, run = run + 1, status = 6, custom_status = NULL, output = NULL, failure = NULL
            WHERE key = ?1
            """,
            existing.Key,
            start.Name,
            now.Ticks,
            start.StartAt?.Ticks,
            start.Version,
            start.Tags,
            start.Caller?.Key,
            start.Caller?.Run,
            start.Caller?.Task,
            start.Caller?.Id,
            start.Caller?.Name,
            start.TraceParent);
        return existing.Key;
    }

    static Instance Row(Row row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetString(2),
            row.GetInt32(3),
            (OrchestrationRuntimeStatus)row.GetInt32(4),
            row.TimeAt(5),
            row.TextAt(6) ?? string.Empty,
            row.IsNull(7)
                ? null
                : new(
                    row.GetInt64(7), row.GetInt32(8), row.GetInt32(9), row.GetString(10), row.GetString(11)),
            row.TextAt(12));
}
