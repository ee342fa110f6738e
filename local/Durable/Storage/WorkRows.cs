using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Activities that were asked for and have not answered.</summary>
static class ActivityRows
{
    public static void Add(Session session, PendingActivity activity) =>
        session.Execute(
            "INSERT INTO activities (instance, run, task, name, input) VALUES (?1, ?2, ?3, ?4, ?5)",
            activity.Key,
            activity.Run,
            activity.Task,
            activity.Name,
            activity.Input);

    /// <summary>Takes the activity out; answers false where somebody else was faster.</summary>
    public static bool Remove(Session session, PendingActivity activity) =>
        session.Execute(
            "DELETE FROM activities WHERE instance = ?1 AND run = ?2 AND task = ?3",
            activity.Key,
            activity.Run,
            activity.Task) == 1;

    public static List<PendingActivity> ReadSome(Session session, int most) =>
        session.Query(
            """
            SELECT a.instance, a.run, a.task, a.name, a.input, coalesce(i.id, ''), i.trace_parent
            FROM activities a LEFT JOIN instances i ON i.key = a.instance LIMIT ?1
            """,
            row => new PendingActivity(
                row.GetInt64(0),
                row.GetInt32(1),
                row.GetInt32(2),
                row.GetString(3),
                row.TextAt(4),
                row.GetString(5),
                row.TextAt(6)),
            most);
}

/// <summary>Timers by when they are due. A timer without a task starts an instance.</summary>
static class TimerRows
{
    public static void Add(Session session, TimerRow timer) =>
        session.Execute(
            "INSERT INTO timers (due, instance, run, task) VALUES (?1, ?2, ?3, ?4)",
            timer.Due.Ticks,
            timer.Key,
            timer.Run,
            timer.Task);

    public static void Remove(Session session, TimerRow timer) =>
        session.Execute(
            "DELETE FROM timers WHERE due = ?1 AND instance = ?2 AND run = ?3 AND task = ?4",
            timer.Due.Ticks,
            timer.Key,
            timer.Run,
            timer.Task);

    public static void RemoveAll(Session session, long key) =>
        session.Execute("DELETE FROM timers WHERE instance = ?1", key);

    public static List<TimerRow> ReadDue(Session session, DateTime now, int most) =>
        session.Query(
            "SELECT due, instance, run, task FROM timers WHERE due <= ?1 ORDER BY due LIMIT ?2",
            Row,
            now.Ticks,
            most);

    public static DateTime? NextDue(Session session) =>
        session.Scalar("SELECT min(due) FROM timers") is long due
            ? new DateTime(due, DateTimeKind.Utc)
            : null;

    static TimerRow Row(Row row) =>
        new(
            new DateTime(row.GetInt64(0), DateTimeKind.Utc),
            row.GetInt64(1),
            row.GetInt32(2),
            row.GetInt32(3));
}

sealed record TimerRow(DateTime Due, long Key, int Run, int Task)
{
    public bool StartsInstance => Task == Message.NoTask;
}
