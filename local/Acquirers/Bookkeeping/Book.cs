using Railyard.Local.Acquirers.Notifications;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bookkeeping;

/// <summary>
/// What one acquirer really did, whatever its caller was told. A change and the answer to it are one commit,
/// and the answer goes out after it.
/// </summary>
sealed class Book(
    Database database, string acquirer, NotificationsSent sent, Alarm alarm, TimeProvider time)
{
    // Adyen keeps keys for at least 31 days.
    static readonly TimeSpan AnswersAreKept = TimeSpan.FromDays(31);
    const int MostAnswersForgottenAtOnce = 100;
    const int MostPaymentsShown = 500;
    const int MostEndedAtOnce = 100;

    public Earlier Find(RepeatKey? key) =>
        key is null ? new Earlier.None() : database.Find(session => Find(session, key));

    /// <summary>Notes that a call was struck before it was booked, so that its repeat goes through.</summary>
    public Task NoteLostAsync(RepeatKey key) => database.WriteAsync(session => Keep(session, key, null, null));

    /// <summary>
    /// Does the work, keeps the answer and what there is to notify in one commit; a kept answer is given instead.
    /// </summary>
    public async Task<Answer> AnswerOnceAsync(Keeping keeping, Func<Entries, Answer> work, bool isTold)
    {
        var key = keeping.Key;
        var isAnythingAhead = false;
        var answer = await database.WriteRepeatablyAsync(session =>
        {
            isAnythingAhead = false;
            if (key is not null && Find(session, key) is Earlier.Answered earlier) return earlier.Answer;
            var entries = Entries(session);
            var answer = work(entries);
            // A refused request changed nothing and may be corrected under the same key.
            if (key is not null && answer.IsBooked) Keep(session, key, keeping.Instead ?? answer, keeping.Fingerprint);
            isAnythingAhead = Post(session, entries, isTold, isTold ? TimeSpan.Zero : Notices.Lateness)
                || entries.Reversals.IsWaiting;
            return answer;
        });
        if (isAnythingAhead) alarm.Ring();
        return answer;
    }

    /// <summary>Looks something up.</summary>
    public T Read<T>(Func<Entries, T> look) => database.Read(session => look(Entries(session)));

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
    public async Task<Authentication> NoteProofAsync(string psp, Proof proof)
    {
        var answered = await database.WriteAsync(
            session => Entries(session).Authentications.Answer(psp, proof, time.GetUtcNow()));
        alarm.Ring();
        return answered;
    }

    /// <summary>Ends what only time ends, and leaves word of it to be sent.</summary>
    public async Task EndWhatIsOverAsync()
    {
        var now = time.GetUtcNow();
        while (database.Read(session => NextEnd(session)) <= now) await database.WriteAsync(EndWhatIsOver);
    }

    /// <summary>When there is something to end, or to send where <paramref name="canSend"/>.</summary>
    public DateTimeOffset? NextDue(bool canSend) => database.Read(session =>
    {
        var next = NextEnd(session);
        if (!canSend || Outbox(session).NextDue() is not { } posted) return next;
        var due = new DateTimeOffset(posted, TimeSpan.Zero);
        return next < due ? next : due;
    });

    public List<Posted> DueNotifications(int most) =>
        database.Read(session => Outbox(session).Due(time.GetUtcNow(), most));

    public IReadOnlyList<Posted> Notifications(string? reference) =>
        database.Read(session => Outbox(session).Latest(reference, MostPaymentsShown));

    public async Task PostAsync(Outgoing outgoing)
    {
        await database.WriteAsync(session => Outbox(session).Add(outgoing, time.GetUtcNow(), outgoing.After));
        alarm.Ring();
    }

    public Task NoteTakenAsync(long id) =>
        database.WriteAsync(session => Outbox(session).NoteTaken(id, time.GetUtcNow()));

    public Task NoteNotTakenAsync(long id, string problem, DateTimeOffset? next) =>
        database.WriteAsync(session => Outbox(session).NoteFailed(id, problem, next));

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

    void EndWhatIsOver(Session session)
    {
        var entries = Entries(session);
        foreach (var answered in entries.Authentications.Undecided(entries.Now - Notices.Lateness, MostEndedAtOnce))
            entries.Authentications.Conclude(entries, answered);
        entries.Reversals.EndWaiting();
        Post(session, entries, isTold: false, TimeSpan.Zero);
    }

    DateTimeOffset? NextEnd(Session session)
    {
        var entries = Entries(session);
        var proof = entries.Authentications.FirstUndecided() is { } answered
            ? new DateTimeOffset(answered, TimeSpan.Zero) + Notices.Lateness
            : (DateTimeOffset?)null;
        if (entries.Reversals.NextEnd() is not { } cancel) return proof;
        var end = new DateTimeOffset(cancel, TimeSpan.Zero);
        return proof < end ? proof : end;
    }

    bool Post(Session session, Entries entries, bool isTold, TimeSpan after)
    {
        var posted = entries.ToTell.FindAll(each => IsSent(each, isTold));
        foreach (var outgoing in posted)
            Outbox(session).Add(outgoing, entries.Now, outgoing.IsNews ? outgoing.After : outgoing.After + after);
        return posted.Count > 0;
    }

    bool IsSent(Outgoing outgoing, bool isTold) => sent switch
    {
        NotificationsSent.None => false,
        NotificationsSent.Late => !isTold || outgoing.IsNews || outgoing.IsScripted,
        NotificationsSent.All => true,
    };

    Outbox Outbox(Session session) => new(session, acquirer);

    Entries Entries(Session session) => new(session, acquirer, time.GetUtcNow());

    (Payment, Authentication)? Authenticating(Session session, Func<Entries, Authentication?> find)
    {
        var entries = Entries(session);
        return find(entries) is { } found && entries.Find(found.Psp) is { } payment ? (payment, found) : null;
    }

    long Count(Session session, string sql) => (long)session.Scalar(sql, acquirer)!;

    Earlier Find(Session session, RepeatKey key) =>
        session.First<Earlier>(
            "SELECT status, body, fingerprint FROM answers " +
            "WHERE acquirer = ?1 AND account = ?2 AND path = ?3 AND repeat_key = ?4",
            row => row.IsNull(0)
                ? new Earlier.Lost()
                : new Earlier.Answered(
                    new Answer(row.GetInt32(0), row.GetString(1)), row.IsNull(2) ? null : row.GetString(2)),
            acquirer, key.Account, key.Path, key.Key) ?? new Earlier.None();

    void Keep(Session session, RepeatKey key, Answer? answer, string? fingerprint)
    {
        var now = time.GetUtcNow();
        session.Execute(
            """
            INSERT INTO answers (acquirer, account, path, repeat_key, status, body, kept_at, fingerprint)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET
                status = excluded.status, body = excluded.body, fingerprint = excluded.fingerprint
            """,
            acquirer, key.Account, key.Path, key.Key, answer?.Status, answer?.Body, now.UtcTicks, fingerprint);
        ForgetAnswers(session, now - AnswersAreKept);
    }

    // Looked for first: mostly there is nothing, and a statement that does both makes a table of its own each time.
    static void ForgetAnswers(Session session, DateTimeOffset before)
    {
        var old = session.Query(
            "SELECT rowid FROM answers WHERE kept_at < ?1 ORDER BY kept_at LIMIT ?2",
            row => row.GetInt64(0),
            before.UtcTicks, MostAnswersForgottenAtOnce);
        foreach (var number in old) session.Execute("DELETE FROM answers WHERE rowid = ?1", number);
    }
}

sealed record BookCounts(
    long Payments, long Approved, long Captures, long Refunds, long Cancelled, long Batches);
