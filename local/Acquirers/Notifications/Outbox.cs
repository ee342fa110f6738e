using System.Text.Json;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>A notification on its way.</summary>
sealed record Posted(long Id, Notice Notice, int Tries, bool IsSpoilt)
{
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? TakenAt { get; init; }
    public string? Problem { get; init; }
}

/// <summary>The notifications of one acquirer within one transaction: kept until they are taken.</summary>
sealed class Outbox(Session session, string acquirer)
{
    const string Columns = "id, notice, tries, spoilt, due_at, taken_at, problem";
    const int MostForgottenAtOnce = 100;
    static readonly TimeSpan Kept = TimeSpan.FromDays(31);

    public void Add(Outgoing outgoing, DateTimeOffset now, TimeSpan after)
    {
        var notice = outgoing.Notice;
        for (var i = 0; i < outgoing.Times; i++)
            session.Execute(
                "INSERT INTO notifications (acquirer, payment_psp, reference, notice, spoilt, due_at, created_at) " +
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                acquirer, notice.PaymentPsp, notice.Reference, JsonSerializer.Serialize(notice),
                outgoing.IsSpoilt ? 1 : 0, (now + after).UtcTicks, now.UtcTicks);
        session.Execute(
            "DELETE FROM notifications WHERE id IN " +
            "(SELECT id FROM notifications WHERE acquirer = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3)",
            acquirer, (now - Kept).UtcTicks, MostForgottenAtOnce);
    }

    public List<Posted> Due(DateTimeOffset now, int most) =>
        session.Query(
            $"SELECT {Columns} FROM notifications WHERE acquirer = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3",
            ToPosted, acquirer, now.UtcTicks, most);

    public long? NextDue() =>
        (long?)session.Scalar("SELECT min(due_at) FROM notifications WHERE acquirer = ?1", acquirer);

    /// <summary>The latest, of one merchant reference or of all.</summary>
    public List<Posted> Latest(string? reference, int most) =>
        session.Query(
            $"SELECT {Columns} FROM notifications WHERE acquirer = ?1 AND (?2 IS NULL OR reference = ?2) " +
            "ORDER BY id DESC LIMIT ?3",
            ToPosted, acquirer, reference, most);

    public void NoteTaken(long id, DateTimeOffset now) =>
        session.Execute(
            "UPDATE notifications SET tries = tries + 1, due_at = NULL, taken_at = ?2, problem = NULL WHERE id = ?1",
            id, now.UtcTicks);

    /// <summary>Notes a try that failed; without a next one it is given up.</summary>
    public void NoteFailed(long id, string problem, DateTimeOffset? next) =>
        session.Execute(
            "UPDATE notifications SET tries = tries + 1, due_at = ?2, problem = ?3 WHERE id = ?1",
            id, next?.UtcTicks, problem);

    static Posted ToPosted(Row row) =>
        new(
            row.GetInt64(0), JsonSerializer.Deserialize<Notice>(row.GetString(1))!, row.GetInt32(2),
            row.GetBoolean(3))
        {
            DueAt = Time(row, 4),
            TakenAt = Time(row, 5),
            Problem = row.IsNull(6) ? null : row.GetString(6),
        };

    static DateTimeOffset? Time(Row row, int column) =>
        row.IsNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
