using System.Text.Json;
using Railyard.Local.Acquirers.Bank;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers.Settlement;

/// <summary>A closed batch with the file that tells of it, kept word for word.</summary>
sealed record Batch(
    int Number, DateTimeOffset ClosedAt, string FileName, string Content, int Lines,
    IReadOnlyList<ScriptedDiscrepancy> Discrepancies);

/// <summary>Why a batch is not closed.</summary>
enum NotClosed
{
    NothingToSettle,
    TooFewLines,
}

/// <summary>The outcome of closing a batch.</summary>
abstract record Closing
{
    public sealed record Closed(Batch Batch) : Closing;
    public sealed record Refused(NotClosed Why) : Closing;

    Closing() { }
}

/// <summary>The batches of one acquirer. A batch, its content and what it holds are one commit.</summary>
sealed class BatchBook(Database database, AcquirerProfile profile)
{
    const int MostLinesInOneBatch = 200_000;
    const string BatchColumns = "number, closed_at, file_name, content, lines, discrepancies";
    const string Unsettled =
        "SELECT m.ordinal, m.kind, p.psp, p.reference, p.brand, m.psp, m.reference, p.currency, m.amount, m.booked_at, " +
        "p.authorised, i.id, ifnull(i.captures_in_parts, 0) FROM modifications m " +
        "JOIN payments p ON p.acquirer = m.acquirer AND p.psp = m.payment_psp " +
        "LEFT JOIN intents i ON i.acquirer = p.acquirer AND i.charge = p.psp ";

    /// <summary>Closes the next batch over what was booked before <paramref name="closedAt"/>.</summary>
    public Task<Closing> CloseAsync(
        DateTimeOffset closedAt, IReadOnlySet<DiscrepancyKind> wrong, bool withLeftOut) =>
        database.WriteAsync<Closing>(session =>
        {
            var open = NotSettled(session, closedAt);
            if (withLeftOut) open.AddRange(LeftOut(session));
            var draft = Draft.Of(open, wrong, closedAt);
            if (draft is null) return new Closing.Refused(NotClosed.TooFewLines);
            if (draft.Lines.Count == 0)
                return new Closing.Refused(
                    open.Count == 0 ? NotClosed.NothingToSettle : NotClosed.TooFewLines);
            return new Closing.Closed(Close(session, closedAt, open, draft));
        });

    /// <summary>The oldest batch that was closed but perhaps not delivered.</summary>
    public Batch? Undelivered() => database.Read(session => session.First(
        $"SELECT {BatchColumns} FROM batches WHERE acquirer = ?1 AND delivered = 0 ORDER BY number LIMIT 1",
        ToBatch, profile.Name));

    public Task NoteDeliveredAsync(int number) => database.WriteAsync(session => session.Execute(
        "UPDATE batches SET delivered = 1 WHERE acquirer = ?1 AND number = ?2", profile.Name, number));

    Batch Close(Session session, DateTimeOffset closedAt, List<OpenLine> open, Draft draft)
    {
        var number = (int)(long)session.Scalar(
            "SELECT ifnull(max(number), 0) + 1 FROM batches WHERE acquirer = ?1", profile.Name)!;
        var takenOver = TakeOver(session, number, draft.Lines);
        var report = Write(number, closedAt, draft.Lines, takenOver);
        var batch = new Batch(number, closedAt, report.FileName, report.Text, report.Lines, draft.Discrepancies);
        Keep(session, batch);
        foreach (var paid in report.PaidOut) BankBook.Pay(session, profile.Name, number, closedAt, paid);
        foreach (var balance in report.CarriedOn) Carry(session, balance);
        foreach (var line in open) Settle(session, line.Ordinal, number, line.Ordinal == draft.LeftOut);
        return batch;
    }

    Report Write(
        int number, DateTimeOffset closedAt, IReadOnlyList<BatchLine> lines, IReadOnlyList<CarriedBalance> takenOver) =>
        profile.Protocol switch
        {
            Protocol.Adyen or Protocol.Iso8583 => DetailsReport.Write(profile.MerchantAccount, number, closedAt, lines, takenOver),
            Protocol.Stripe => PayoutReport.Write(number, closedAt, lines),
        };

    List<OpenLine> NotSettled(Session session, DateTimeOffset closedAt) =>
        session.Query(
            Unsettled +
            "WHERE m.acquirer = ?1 AND m.batch IS NULL AND m.kind <> 'Cancel' AND m.booked_at < ?2 " +
            "ORDER BY m.ordinal LIMIT ?3",
            ToOpenLine, profile.Name, closedAt.UtcTicks, MostLinesInOneBatch);

    List<OpenLine> LeftOut(Session session) =>
        session.Query(
            Unsettled +
            "WHERE m.acquirer = ?1 AND m.left_out = 1 ORDER BY m.ordinal LIMIT ?2",
            ToOpenLine, profile.Name, MostLinesInOneBatch);

    List<CarriedBalance> TakeOver(Session session, int number, IReadOnlyList<BatchLine> lines)
    {
        var currencies = lines.Select(line => line.Currency).ToHashSet();
        var waiting = session.Query(
            "SELECT currency, amount, from_batch FROM carried " +
            "WHERE acquirer = ?1 AND to_batch IS NULL ORDER BY from_batch",
            row => new CarriedBalance(row.GetString(0), row.GetInt64(1), row.GetInt32(2)), profile.Name);
        var taken = waiting.FindAll(balance => currencies.Contains(balance.Currency));
        foreach (var balance in taken)
            session.Execute(
                "UPDATE carried SET to_batch = ?4 WHERE acquirer = ?1 AND from_batch = ?2 AND currency = ?3",
                profile.Name, balance.FromBatch, balance.Currency, number);
        return taken;
    }

    void Keep(Session session, Batch batch) =>
        session.Execute(
            $"INSERT INTO batches (acquirer, {BatchColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            profile.Name, batch.Number, batch.ClosedAt.UtcTicks, batch.FileName, batch.Content, batch.Lines,
            JsonSerializer.Serialize(batch.Discrepancies));

    void Carry(Session session, CarriedBalance balance) =>
        session.Execute(
            "INSERT INTO carried (acquirer, from_batch, currency, amount) VALUES (?1, ?2, ?3, ?4)",
            profile.Name, balance.FromBatch, balance.Currency, balance.Amount);

    // A line left out counts as settled, so that it stays out of later batches until it is asked for.
    static void Settle(Session session, long ordinal, int number, bool isLeftOut) =>
        session.Execute(
            "UPDATE modifications SET batch = ?2, left_out = ?3 WHERE ordinal = ?1",
            ordinal, number, isLeftOut ? 1 : 0);

    OpenLine ToOpenLine(Row row)
    {
        var isCapture = row.GetString(1) == nameof(Bookkeeping.ModificationKind.Capture);
        var gross = row.GetInt64(8);
        return new OpenLine(row.GetInt64(0), new BatchLine
        {
            Kind = isCapture ? LineKind.Settled : LineKind.Refunded,
            Psp = row.GetString(2),
            Reference = row.GetString(3),
            Brand = row.GetString(4),
            ModificationPsp = row.GetString(5),
            ModificationReference = row.IsNull(6) ? null : row.GetString(6),
            Currency = row.GetString(7),
            Gross = gross,
            Commission = isCapture ? profile.Fee.Of(gross) : 0,
            BookedAt = new DateTimeOffset(row.GetInt64(9), TimeSpan.Zero),
            Authorised = row.GetInt64(10),
            Intent = row.IsNull(11) ? null : row.GetString(11),
            IsCapturedInParts = row.GetBoolean(12),
        });
    }

    static Batch ToBatch(Row row) =>
        new(
            row.GetInt32(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), row.GetString(2),
            row.GetString(3), row.GetInt32(4),
            JsonSerializer.Deserialize<List<ScriptedDiscrepancy>>(row.GetString(5))!);
}

/// <summary>A line that is in no batch yet, with its place in the book.</summary>
sealed record OpenLine(long Ordinal, BatchLine Line);
