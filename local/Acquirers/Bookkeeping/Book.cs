using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>
/// What one acquirer really did, whatever its caller was told. A change and the answer to it are one commit,
/// and the answer goes out after it.
/// </summary>
sealed class Book(Database database, string acquirer, TimeProvider time)
{
    // Adyen keeps keys for at least 31 days.
    static readonly TimeSpan AnswersAreKept = TimeSpan.FromDays(31);
    const int MostAnswersForgottenAtOnce = 100;
    const int MostPaymentsShown = 500;

    public Earlier Find(RepeatKey? key) =>
        key is null ? new Earlier.None() : database.Read(session => Find(session, key));

    /// <summary>Notes that a call was struck before it was booked, so that its repeat goes through.</summary>
    public Task NoteLostAsync(RepeatKey key) => database.WriteAsync(session => Keep(session, key, null));

    /// <summary>Does the work and keeps the answer in one commit; a kept answer is given instead.</summary>
    public Task<Answer> AnswerOnceAsync(RepeatKey? key, Func<Entries, Answer> work) =>
        database.WriteAsync(session =>
        {
            if (key is not null && Find(session, key) is Earlier.Answered earlier) return earlier.Answer;
            var answer = work(Entries(session));
            // A refused request changed nothing and may be corrected under the same key.
            if (key is not null && answer.IsBooked) Keep(session, key, answer);
            return answer;
        });

    /// <summary>The payments with this reference or psp reference, or the latest of all.</summary>
    public IReadOnlyList<BookedPayment> Payments(string? reference, string? psp) => database.Read(session =>
    {
        var entries = Entries(session);
        var found = psp is not null ? entries.Find(psp) is { } one ? [one] : []
            : reference is not null ? entries.WithReference(reference, MostPaymentsShown)
            : entries.Latest(MostPaymentsShown);
        return found.ConvertAll(each =>
            new BookedPayment(each, entries.Totals(each.Psp), entries.Modifications(each.Psp)));
    });

    /// <summary>The payment that waits, or has waited, for its cardholder, with what they did.</summary>
    public (Payment Payment, Authentication Authentication)? Authenticating(string psp) =>
        database.Read(session => Authenticating(session, entries => entries.Authentications.Of(psp)));

    /// <summary>The same, by what the page sent back with the cardholder.</summary>
    public (Payment Payment, Authentication Authentication)? AuthenticatedBy(string token) =>
        database.Read(session => Authenticating(session, entries => entries.Authentications.By(token)));

    /// <summary>Notes what the cardholder did; the first answer stands.</summary>
    public Task<Authentication> NoteProofAsync(string psp, Proof proof) =>
        database.WriteAsync(session => Entries(session).Authentications.Answer(psp, proof, time.GetUtcNow()));

    /// <summary>The references for which the cardholder may be charged more than once.</summary>
    public IReadOnlyList<string> ReferencesApprovedTwice() => database.Read(session =>
        Entries(session).ReferencesApprovedTwice(MostPaymentsShown));

    public BookCounts Counts() => database.Read(session => new BookCounts(
        Count(session, "SELECT count(*) FROM payments WHERE acquirer = ?1"),
        Count(session, "SELECT count(*) FROM payments WHERE acquirer = ?1 AND authorised > 0"),
        Count(session, "SELECT count(*) FROM modifications WHERE acquirer = ?1 AND kind = 'Capture'"),
        Count(session, "SELECT count(*) FROM modifications WHERE acquirer = ?1 AND kind = 'Refund'"),
        Count(session, "SELECT count(*) FROM payments WHERE acquirer = ?1 AND cancelled = 1"),
        Count(session, "SELECT count(*) FROM batches WHERE acquirer = ?1")));

    Entries Entries(Session session) => new(session, acquirer, time.GetUtcNow());

    (Payment, Authentication)? Authenticating(Session session, Func<Entries, Authentication?> find)
    {
        var entries = Entries(session);
        return find(entries) is { } found && entries.Find(found.Psp) is { } payment ? (payment, found) : null;
    }

    long Count(Session session, string sql) => (long)session.Scalar(sql, acquirer)!;

    Earlier Find(Session session, RepeatKey key) =>
        session.First<Earlier>(
            "SELECT status, body FROM answers " +
            "WHERE acquirer = ?1 AND account = ?2 AND path = ?3 AND repeat_key = ?4",
            row => row.IsDBNull(0)
                ? new Earlier.Lost()
                : new Earlier.Answered(new Answer(row.GetInt32(0), row.GetString(1))),
            acquirer, key.Account, key.Path, key.Key) ?? new Earlier.None();

    void Keep(Session session, RepeatKey key, Answer? answer)
    {
        var now = time.GetUtcNow();
        session.Execute(
            """
            INSERT INTO answers (acquirer, account, path, repeat_key, status, body, kept_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET status = excluded.status, body = excluded.body
            """,
            acquirer, key.Account, key.Path, key.Key, answer?.Status, answer?.Body, now.UtcTicks);
        session.Execute(
            "DELETE FROM answers WHERE rowid IN " +
            "(SELECT rowid FROM answers WHERE kept_at < ?1 ORDER BY kept_at LIMIT ?2)",
            (now - AnswersAreKept).UtcTicks, MostAnswersForgottenAtOnce);
    }
}

sealed record BookCounts(
    long Payments, long Approved, long Captures, long Refunds, long Cancelled, long Batches);
