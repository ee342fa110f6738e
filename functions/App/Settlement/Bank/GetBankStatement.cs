using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>GET /ops/v1/bank-statements/{file_id}.</summary>
public sealed class GetBankStatement(BankStatementStore files)
{
    const int MostListed = 100;

    [Function(nameof(GetBankStatement))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/bank-statements/{file}")] HttpRequest request,
        string file,
        FunctionContext context)
    {
        var (id, cancellation) = (new FileId(file), context.CancellationToken);
        if (await files.FindAsync(id, cancellation) is not { } found) return Problem.NotFound("bank statement");
        return Answer.Ok(BankStatementWire.Of(
            found,
            await files.StatementsAsync(id, cancellation, MostListed),
            await files.MatchedAsync(id, MostListed, cancellation),
            await files.QuarantinedAsync(id, MostListed, cancellation)));
    }
}

/// <summary>
/// A file as the contract shows it; the first statements, matches and quarantined lines are listed, all are counted. Until
/// its lines are joined there are no counts.
/// </summary>
sealed record BankStatementWire(
    FileId FileId,
    BankAccountName Account,
    string FileName,
    StatementFormat? Format,
    FileStatus Status,
    int Lines,
    int Matched,
    int Discrepancies,
    int Quarantined,
    int Ignored,
    IReadOnlyList<IgnoredWire> IgnoredReasons,
    IReadOnlyList<StatementWire> Statements,
    int StatementsInAll,
    IReadOnlyList<BankMatchWire> Matches,
    IReadOnlyList<QuarantinedEntry> QuarantinedLines,
    StatementControl Control,
    StatementRejection? Rejection,
    DateTimeOffset ReceivedAt)
{
    public static BankStatementWire Of(
        BankStatementFile file,
        IReadOnlyList<BankStatement> statements,
        IReadOnlyList<BankLineDocument> lines,
        IReadOnlyList<QuarantinedEntry> quarantined) => new(
        file.File,
        file.Account,
        file.Name,
        file.Format,
        file.Status,
        file.Report?.Lines ?? 0,
        file.Report?.Matched ?? 0,
        file.Report?.Discrepancies ?? 0,
        file.Report?.Quarantined ?? 0,
        file.Report?.Ignored ?? 0,
        [.. (file.Report?.Reasons ?? new Dictionary<BankLineIgnored, int>()).OrderBy(one => one.Key).Select(one => new IgnoredWire(one.Key, one.Value))],
        [.. statements.Select(StatementWire.Of)],
        file.Statements,
        [.. lines.Where(one => one.End is BankLineEnd.Matched).OrderBy(one => one.Line.Number).Select(BankMatchWire.Of)],
        quarantined,
        file.Control ?? StatementControl.None,
        file.Rejection,
        file.ReceivedAt);
}

/// <summary>How many lines need no counterpart for a reason.</summary>
sealed record IgnoredWire(BankLineIgnored Reason, int Lines);

/// <summary>A statement of the file.</summary>
sealed record StatementWire(
    int Number,
    string Account,
    string? Currency,
    string Id,
    long? Sequence,
    int? Page,
    Balance? Opening,
    Balance? Closing,
    DateOnly? ClosedOn,
    int Entries,
    ControlStatus Control)
{
    public static StatementWire Of(BankStatement statement) => new(
        statement.Number,
        statement.Account,
        statement.Currency?.Code,
        statement.Id,
        statement.Sequence,
        statement.Page,
        statement.Opening?.Amount,
        statement.Closing?.Amount,
        statement.Closing?.Date,
        statement.Entries,
        statement.Control);
}

/// <summary>A line that is what was expected: which payments, and which settlement file says that they were made.</summary>
sealed record BankMatchWire(
    int Line, int FileLine, Money Amount, Direction Direction, DateOnly ValueOn, bool IsReturn, IReadOnlyList<BankPaymentWire> Payments)
{
    public static BankMatchWire Of(BankLineDocument document) => new(
        document.Line.Number,
        document.Line.FileLine,
        document.Line.Amount.Amount,
        document.Line.Amount.Direction,
        document.Line.ValueOn,
        ((BankLineEnd.Matched)document.End).IsReturn,
        [.. document.Payments.Select(one => new BankPaymentWire(one.Id, one.Kind, one.Party, one.For, one.File))]);
}

/// <summary>A payment that a bank line is.</summary>
sealed record BankPaymentWire(ExpectationId Expectation, BankExpectationKind Kind, string Party, string For, FileId? SettlementFileId);
