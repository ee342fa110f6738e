using Microsoft.Data.Sqlite;
using Railyard.Local.Acquirers.Settlement;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Bank;

/// <summary>Something scripted to be wrong with a bank statement.</summary>
enum BankFault
{
    WrongAmount,
    Missing,
    Duplicate,
}

/// <summary>A payment of an acquirer's to our account.</summary>
sealed record Payment(long Ordinal, string Acquirer, int Batch, string Currency, long Amount, string Reference);

/// <summary>A file of the bank's, kept word for word.</summary>
sealed record Statement(int Number, string FileName, string Content, int Entries);

/// <summary>The account that acquirers pay to, at the one bank there is. A statement and what it shows are one commit.</summary>
sealed class BankBook(Database database)
{
    const int MostEntries = 10_000;
    const long WrongBy = 100;

    /// <summary>Notes what a batch pays out; the bank shows it with its next statement.</summary>
    public static void Pay(Session session, string acquirer, int batch, DateTimeOffset at, PaidOut paid) =>
        session.Execute(
            "INSERT INTO paid_out (acquirer, batch, currency, amount, reference, paid_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            acquirer, batch, paid.Currency, paid.Amount, paid.Reference, at.UtcTicks);

    /// <summary>Writes a statement of what has not been shown; null where there is nothing.</summary>
    public Task<Statement?> WriteAsync(DateTimeOffset now, IReadOnlySet<BankFault> wrong) =>
        database.WriteAsync(session =>
        {
            var payments = session.Query(
                "SELECT ordinal, acquirer, batch, currency, amount, reference FROM paid_out " +
                "WHERE statement IS NULL ORDER BY ordinal LIMIT ?1",
                ToPayment, MostEntries);
            // What is missing is shown with a later statement.
            if (wrong.Contains(BankFault.Missing) && payments.Count > 0) payments.RemoveAt(0);
            if (payments.Count == 0) return null;
            var number = (int)(long)session.Scalar("SELECT ifnull(max(number), 0) + 1 FROM bank_statements")!;
            foreach (var one in payments)
                session.Execute("UPDATE paid_out SET statement = ?2 WHERE ordinal = ?1", one.Ordinal, number);
            return Keep(session, number, now, Shown(payments, wrong));
        });

    /// <summary>The oldest statement that was written but perhaps not delivered.</summary>
    public Statement? Undelivered() => database.Read(session => session.First(
        "SELECT number, file_name, content, entries FROM bank_statements WHERE delivered = 0 ORDER BY number LIMIT 1",
        row => new Statement(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt32(3))));

    public Task NoteDeliveredAsync(int number) => database.WriteAsync(session => session.Execute(
        "UPDATE bank_statements SET delivered = 1 WHERE number = ?1", number));

    static List<Payment> Shown(List<Payment> payments, IReadOnlySet<BankFault> wrong)
    {
        var shown = new List<Payment>(payments);
        if (wrong.Contains(BankFault.WrongAmount)) shown[0] = shown[0] with { Amount = shown[0].Amount + WrongBy };
        if (wrong.Contains(BankFault.Duplicate)) shown.Add(shown[^1]);
        return shown;
    }

    static Statement Keep(Session session, int number, DateTimeOffset now, List<Payment> shown)
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

    static Payment ToPayment(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetInt64(4), row.GetString(5));
}
