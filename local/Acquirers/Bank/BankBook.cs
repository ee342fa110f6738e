using Railyard.Local.Acquirers.Settlement;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>Something scripted to be wrong with a bank statement.</summary>
enum BankFault
{
    WrongAmount,
    Missing,
    Duplicate,
    Returned,
}

/// <summary>Something that a statement shows; an amount below nothing has left the account.</summary>
/// <param name="EndToEndId">What was ordered with; null where an acquirer pays.</param>
/// <param name="Text">What the other side wrote.</param>
/// <param name="IsReturn">Whether it is back after it had left.</param>
sealed record StatementEntry(
    long Ordinal, string Party, string Currency, long Amount, string Text, string? EndToEndId = null, bool IsReturn = false);

/// <summary>A file of the bank's, kept word for word.</summary>
sealed record Statement(int Number, string FileName, string Content, int Entries);

/// <summary>
/// The account that acquirers pay to and merchants are paid from, at the one bank there is. A statement and what it shows are
/// one commit.
/// </summary>
sealed class BankBook(Database database)
{
    const int MostEntries = 10_000;
    const long WrongBy = 100;

    /// <summary>Notes what a batch pays out; the bank shows it with its next statement.</summary>
    public static void Pay(Session session, string acquirer, int batch, DateTimeOffset at, PaidOut paid) =>
        session.Execute(
            "INSERT INTO paid_out (acquirer, batch, currency, amount, reference, paid_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            acquirer, batch, paid.Currency, paid.Amount, paid.Reference, at.UtcTicks);

    /// <summary>Whether the orders of a file have been taken.</summary>
    public bool Has(string file) => database.Read(session => session.Scalar("SELECT 1 FROM payment_files WHERE name = ?1", file)) is not null;

    /// <summary>Takes the orders of a file, once; the bank shows them with its next statement, whatever day they are for.</summary>
    public Task OrderAsync(string file, IReadOnlyList<PaymentOrder> orders) => database.WriteAsync(session =>
    {
        session.Execute("INSERT OR IGNORE INTO payment_files (name) VALUES (?1)", file);
        foreach (var order in orders)
            session.Execute(
                "INSERT OR IGNORE INTO ordered (end_to_end_id, currency, amount, payee) VALUES (?1, ?2, ?3, ?4)",
                order.EndToEndId, order.Amount.Currency, order.Amount.Value, order.Payee);
    });

    /// <summary>Writes a statement of what has not been shown; null where there is nothing.</summary>
    public Task<Statement?> WriteAsync(DateTimeOffset now, IReadOnlySet<BankFault> wrong) =>
        database.WriteAsync(session =>
        {
            var (received, ordered) = (Received(session), Ordered(session));
            // What is missing is shown with a later statement.
            if (wrong.Contains(BankFault.Missing)) foreach (var some in new[] { received, ordered }) some.RemoveRange(0, Math.Min(1, some.Count));
            var number = (int)(long)session.Scalar("SELECT ifnull(max(number), 0) + 1 FROM bank_statements")!;
            foreach (var one in received) session.Execute("UPDATE paid_out SET statement = ?2 WHERE ordinal = ?1", one.Ordinal, number);
            foreach (var one in ordered) session.Execute("UPDATE ordered SET statement = ?2 WHERE ordinal = ?1", one.Ordinal, number);
            var returned = wrong.Contains(BankFault.Returned) ? Return(session, number) : [];
            var shown = Shown([.. received, .. ordered], wrong).Concat(returned).ToList();
            return shown.Count == 0 ? null : Keep(session, number, now, shown);
        });

    /// <summary>The oldest statement that was written but perhaps not delivered.</summary>
    public Statement? Undelivered() => database.Read(session => session.First(
        "SELECT number, file_name, content, entries FROM bank_statements WHERE delivered = 0 ORDER BY number LIMIT 1",
        row => new Statement(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt32(3))));

    public Task NoteDeliveredAsync(int number) => database.WriteAsync(session => session.Execute(
        "UPDATE bank_statements SET delivered = 1 WHERE number = ?1", number));

    static List<StatementEntry> Received(Session session) => session.Query(
        "SELECT ordinal, acquirer, currency, amount, reference FROM paid_out WHERE statement IS NULL ORDER BY ordinal LIMIT ?1",
        row => new StatementEntry(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)), MostEntries);

    static List<StatementEntry> Ordered(Session session) => session.Query(
        "SELECT ordinal, payee, currency, -amount, end_to_end_id FROM ordered WHERE statement IS NULL ORDER BY ordinal LIMIT ?1",
        ToOrdered, MostEntries);

    // The last payment that has left: on this statement, or on one before.
    static List<StatementEntry> Return(Session session, int number)
    {
        var back = session.Query(
            "SELECT ordinal, payee, currency, amount, end_to_end_id FROM ordered " +
            "WHERE statement IS NOT NULL AND returned IS NULL ORDER BY ordinal DESC LIMIT 1",
            row => ToOrdered(row) with { IsReturn = true });
        foreach (var one in back) session.Execute("UPDATE ordered SET returned = ?2 WHERE ordinal = ?1", one.Ordinal, number);
        return back;
    }

    static List<StatementEntry> Shown(List<StatementEntry> entries, IReadOnlySet<BankFault> wrong)
    {
        var shown = new List<StatementEntry>(entries);
        if (shown.Count == 0) return shown;
        if (wrong.Contains(BankFault.WrongAmount)) shown[0] = shown[0] with { Amount = shown[0].Amount + WrongBy };
        if (wrong.Contains(BankFault.Duplicate)) shown.Add(shown[^1]);
        return shown;
    }

    static Statement Keep(Session session, int number, DateTimeOffset now, List<StatementEntry> shown)
    {
        var paper = new StatementPaper(number, now);
        foreach (var entries in shown.GroupBy(one => one.Currency).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var (opening, sequence) = session.First(
                "SELECT amount, statements FROM bank_balances WHERE currency = ?1",
                row => ((long, int)?)(row.GetInt64(0), row.GetInt32(1)), entries.Key) ?? (0, 0);
            paper.Write(entries.Key, opening, sequence + 1, [.. entries]);
            session.Execute(
                "INSERT INTO bank_balances (currency, amount, statements) VALUES (?1, ?2, 1) " +
                "ON CONFLICT (currency) DO UPDATE SET amount = ?2, statements = statements + 1",
                entries.Key, opening + entries.Sum(one => one.Amount));
        }
        var statement = new Statement(number, $"camt053_{number:D6}.xml", paper.ToString(), shown.Count);
        session.Execute(
            "INSERT INTO bank_statements (number, file_name, content, entries) VALUES (?1, ?2, ?3, ?4)",
            statement.Number, statement.FileName, statement.Content, statement.Entries);
        return statement;
    }

    static StatementEntry ToOrdered(Row row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(4));
}
