using Railyard.App.Settlement.Bank;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Reconciliation.Bank;

/// <summary>A file's lines as they go into the join, what is noted of its statements, and what does not follow from earlier ones.</summary>
sealed record ReadStatements(
    IReadOnlyList<PlacedLine> Lines, IReadOnlyList<StatementRecord> Records, IReadOnlyList<StatementFinding> Findings);

/// <summary>Holds a file's statements against those that were read before it.</summary>
sealed class StatementReading(BankExpectationStore known, BankStatementFile file)
{
    readonly Dictionary<int, BankLineIgnored> setAside = [];
    readonly Dictionary<string, StatementRecord> records = [];
    readonly List<StatementFinding> findings = [];
    readonly HashSet<string> continued = [];

    public async Task<ReadStatements> OfAsync(
        IReadOnlyList<BankStatement> statements, IReadOnlyList<BankLine> lines, CancellationToken cancellation)
    {
        var days = lines.GroupBy(line => line.Statement).ToDictionary(one => one.Key, one => (one.Min(line => line.ValueOn), one.Max(line => line.ValueOn)));
        foreach (var statement in statements) await TakeAsync(statement, days, cancellation);
        return new(
            [.. lines.Select(line => new PlacedLine(file.File, line, setAside.TryGetValue(line.Statement, out var why) ? why : null))],
            [.. records.Values],
            findings);
    }

    async Task TakeAsync(BankStatement statement, Dictionary<int, (DateOnly First, DateOnly Last)> days, CancellationToken cancellation)
    {
        if (Reason(statement.Purpose) is { } reason)
        {
            setAside[statement.Number] = reason;
            return;
        }
        var identity = StatementSeries.IdentityOf(statement);
        var isRepeated = records.ContainsKey(identity);
        var earlier = await known.FindStatementAsync(file.Account, identity, cancellation);
        if (isRepeated || (earlier is not null && earlier.File != file.File))
        {
            setAside[statement.Number] = BankLineIgnored.AlreadyRead;
            return;
        }
        var (first, last) = Days(statement, days);
        records[identity] = new(identity, BankBooks.PartitionOf(file.Account), StatementRecord.Kind, file.File, first, last, statement);
        if (continued.Add(statement.Account)) await CheckAsync(statement, last, cancellation);
    }

    // Statements of one file were held against each other when it was read; only the first follows what came before.
    async Task CheckAsync(BankStatement statement, DateOnly until, CancellationToken cancellation)
    {
        var latest = await known.LatestAsync(file.Account, statement.Account, until, cancellation);
        var before = StatementSeries.Before(statement, latest.Where(one => one.File != file.File).Select(one => one.Statement));
        if (before is not null) findings.AddRange(StatementSeries.Check(before, statement));
    }

    (DateOnly, DateOnly) Days(BankStatement statement, Dictionary<int, (DateOnly First, DateOnly Last)> days)
    {
        var closed = statement.Closing?.Date ?? statement.Opening?.Date;
        var received = DateOnly.FromDateTime(file.ReceivedAt.UtcDateTime);
        if (!days.TryGetValue(statement.Number, out var own)) return (closed ?? received, closed ?? received);
        return (own.First, closed is { } day && day > own.Last ? day : own.Last);
    }

    static BankLineIgnored? Reason(StatementPurpose purpose) => purpose switch
    {
        StatementPurpose.Update => null,
        StatementPurpose.Deletion or StatementPurpose.Correction => BankLineIgnored.TakenBack,
        StatementPurpose.Test => BankLineIgnored.Test,
    };
}
