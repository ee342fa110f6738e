using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Reconciliation;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>GET /ops/v1/settlement-files/{file_id}.</summary>
public sealed class GetSettlementFile(SettlementFileStore files, ShardResultStore results)
{
    [Function(nameof(GetSettlementFile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-files/{file}")] HttpRequest request,
        string file,
        FunctionContext context) =>
        await files.FindAsync(new FileId(file), context.CancellationToken) is { } found
            ? Answer.Ok(SettlementFileWire.Of(found, await ProgressAsync(found, context.CancellationToken)))
            : Problem.NotFound("settlement file");

    async Task<ProgressWire> ProgressAsync(SettlementFile file, CancellationToken cancellation)
    {
        if (file.Parsed is { } parsed)
        {
            var done = file.IsConcluded ? file.Groups : await results.CountAsync(file.File, file.Run, cancellation);
            return new(file.Bytes, file.Bytes, parsed.Lines, done, file.Groups);
        }
        var said = file.Status == FileStatus.Parsing ? await files.ProgressAsync(file, cancellation) : null;
        return new(said?.BytesRead ?? 0, file.Bytes, said?.LinesRead ?? 0, 0, 0);
    }
}

/// <summary>How far a file has come: bytes of it as it came, lines, and groups of shards.</summary>
sealed record ProgressWire(long BytesRead, long Bytes, int LinesRead, int ShardsDone, int Shards);

/// <summary>Who had a file read again, when and why.</summary>
sealed record RedriveWire(int Run, string By, DateTimeOffset At, string? Reason);

/// <summary>
/// A file as the contract shows it. Until all shards are in there are no counts: half of them would not add
/// up.
/// </summary>
sealed record SettlementFileWire(
    FileId FileId,
    AcquirerName Acquirer,
    string FileName,
    string? Format,
    FileStatus Status,
    int Lines,
    int Matched,
    int Discrepancies,
    int Quarantined,
    int Ignored,
    int Missing,
    IReadOnlyList<TotalsWire> Totals,
    ControlWire Control,
    FileRejection? Rejection,
    DateTimeOffset ReceivedAt,
    int Run,
    IReadOnlyList<RedriveWire> Redrives,
    ProgressWire Progress)
{
    static readonly ControlWire NoControl = new(ControlStatus.None, [], 0);

    public static SettlementFileWire Of(SettlementFile file, ProgressWire progress) => new(
        file.File,
        file.Acquirer,
        file.Name,
        file.Format,
        file.Status,
        file.Report?.Lines ?? 0,
        file.Report?.Matched ?? 0,
        file.Report?.Discrepancies ?? 0,
        file.Report?.Quarantined ?? 0,
        file.Report?.Ignored ?? 0,
        file.Report?.Missing ?? 0,
        [.. (file.Report?.Totals ?? []).Select(TotalsWire.Of)],
        file.Report is { } report ? ControlWire.Of(report.Control) : NoControl,
        file.Rejection,
        file.ReceivedAt,
        file.Run,
        [.. file.Redrives.Select(one => new RedriveWire(one.Run, one.By, one.At, one.Reason))],
        progress);
}

/// <summary>What the lines of a currency come to, in minor units; a sum that we owe is negative.</summary>
sealed record TotalsWire(string Currency, long Gross, long Fees, long Net, long Payout)
{
    public static TotalsWire Of(CurrencyTotals totals) => new(
        totals.Gross.Currency.Code,
        totals.Gross.MinorUnits,
        totals.Fees.MinorUnits,
        totals.Net.MinorUnits,
        totals.Payout.MinorUnits);
}

/// <summary>A file held against its own totals; the first findings are listed.</summary>
sealed record ControlWire(ControlStatus Status, IReadOnlyList<ControlFinding> Findings, int FindingsInAll)
{
    public static ControlWire Of(Control control) => new(control.Status, control.Findings, control.FindingsInAll);
}
