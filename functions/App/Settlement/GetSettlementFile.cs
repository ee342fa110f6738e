using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>GET /ops/v1/settlement-files/{file_id}.</summary>
public sealed class GetSettlementFile(SettlementFileStore files)
{
    [Function(nameof(GetSettlementFile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-files/{file}")] HttpRequest request,
        string file,
        FunctionContext context) =>
        await files.FindAsync(new FileId(file), context.CancellationToken) is { } found
            ? Answer.Ok(SettlementFileWire.Of(found))
            : Problem.NotFound("settlement file");
}

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
    DateTimeOffset ReceivedAt)
{
    static readonly ControlWire NoControl = new(ControlStatus.None, [], 0);

    public static SettlementFileWire Of(SettlementFile file) => new(
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
        file.ReceivedAt);
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
