using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Routing;
using Railyard.App.Settlement;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>An export that was asked for.</summary>
public sealed record ExportOrder(FileId File, string Id, ExportFormat Format);

/// <summary>What an export came to: how many rows lie where.</summary>
public sealed record ExportResult(string Blob, long Rows);

/// <summary>
/// Writes every line of a file that needs a counterpart, with what became of it, and every quarantined one, to a blob. One
/// group of shards is held at a time, so that a file of any length takes the same memory. Repeated, it is written anew.
/// </summary>
public sealed class ExportSettlementFile(
    SettlementFileStore files, SettlementBlobs blobs, ShardResultStore results, DiscrepancyStore discrepancies, ExportBlobs exports)
{
    [Function(nameof(ExportSettlementFile))]
    public static Task<ExportResult> Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<ExportResult>(nameof(WriteExport), context.GetInput<ExportOrder>()!, AuthorizePayment.UntilItWorks);

    /// <summary>Writes the blob.</summary>
    [Function(nameof(WriteExport))]
    public async Task<ExportResult> WriteExport([ActivityTrigger] ExportOrder order, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await files.LoadAsync(order.File, cancellation);
        var name = ExportBlobs.NameOf(order.File, order.Id, order.Format);
        await using var stream = await exports.WriteAsync(name, order.Format, cancellation);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var rows = 0L;
        if (order.Format == ExportFormat.Csv) await writer.WriteAsync(ExportRow.Header.AsMemory(), cancellation);
        await foreach (var row in RowsAsync(file, cancellation))
        {
            var text = order.Format == ExportFormat.Csv ? row.ToCsv() : $"{JsonSerializer.Serialize(row, Json.Wire)}\n";
            await writer.WriteAsync(text.AsMemory(), cancellation);
            rows++;
        }
        return new ExportResult($"{ExportBlobs.Container}/{name}", rows);
    }

    async IAsyncEnumerable<ExportRow> RowsAsync(
        SettlementFile file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var group = 0; group < file.Groups; group++)
        {
            await using var lines = await blobs.ReadLinesAsync(file.File, group, cancellation);
            if (lines is null) continue;
            var (matches, found) = await EndsAsync(file, group, cancellation);
            foreach (var line in (await SettlementLines.ReadPackedAsync(lines, cancellation)).All())
                yield return ExportRow.Of(line, matches[line.Number], found.GetValueOrDefault(line.Number));
        }
        await foreach (var line in files.QuarantinedAsync(file.File, cancellation)) yield return ExportRow.Of(line);
    }

    async Task<(ILookup<int, Match> Matches, Dictionary<int, DiscrepancyDocument> Found)> EndsAsync(
        SettlementFile file, int group, CancellationToken cancellation)
    {
        var (first, last) = ShardGroups.Shards(group, file.Groups);
        var matches = await results.MatchesAsync(file.File, group, cancellation);
        var found = await discrepancies.OfFileAsync(file.Acquirer, file.File, first, last, cancellation);
        return (
            matches.ToLookup(match => match.Line),
            found.Where(one => one.Discrepancy.Line is not null)
                .GroupBy(one => one.Discrepancy.Line!.Number)
                .ToDictionary(same => same.Key, same => same.MinBy(one => one.Place)!));
    }
}

/// <summary>A line and what became of it; amounts in minor units, debits negative.</summary>
sealed record ExportRow(
    int Line,
    string Outcome,
    string? Type,
    string? AcquirerReference,
    string? ModificationReference,
    string? MerchantReference,
    string? Batch,
    DateTimeOffset? BookedAt,
    string? GrossCurrency,
    long? Gross,
    string? NetCurrency,
    long? Net,
    long? Fees,
    IReadOnlyList<OperationId> Operations,
    DiscrepancyId? Discrepancy,
    DiscrepancyStatus? Status,
    IReadOnlyList<FieldDifference> Fields)
{
    public static readonly string Header = Csv.Row(
        "line", "outcome", "type", "acquirer_reference", "modification_reference", "merchant_reference", "batch", "booked_at",
        "gross_currency", "gross", "net_currency", "net", "fees", "operations", "discrepancy", "status", "fields");

    public static ExportRow Of(SettlementLine line, IEnumerable<Match> matches, DiscrepancyDocument? found)
    {
        var operations = matches.Select(match => match.Operation).ToList();
        var isMatched = operations.Count > 0;
        return new(
            line.Number,
            isMatched ? "matched" : found is null ? "pending" : Json.Word(found.Discrepancy.Kind),
            line.Type, line.AcquirerReference, line.ModificationReference, line.MerchantReference, line.Batch, line.BookedAt,
            line.Gross?.Amount.Currency.Code, line.Gross?.ToBalance().MinorUnits,
            line.Net.Amount.Currency.Code, line.Net.ToBalance().MinorUnits, line.FeesCharged().MinorUnits,
            operations,
            isMatched ? null : found?.Id,
            isMatched ? null : found?.Status,
            isMatched ? [] : found?.Discrepancy.Fields ?? []);
    }

    // What a line that could not be read says is not repeated: it may be anything.
    public static ExportRow Of(QuarantinedLine line) => new(
        line.Number, "quarantined", null, null, null, null, null, null, null, null, null, null, null, [], null, null,
        [new FieldDifference(line.Fault.Field, line.Fault.Expected, line.Fault.Found)]);

    public string ToCsv() => Csv.Row(
        Line, Outcome, Type, AcquirerReference, ModificationReference, MerchantReference, Batch, $"{BookedAt:O}",
        GrossCurrency, Gross, NetCurrency, Net, Fees, string.Join(' ', Operations), Discrepancy,
        Status is { } status ? Json.Word(status) : null,
        string.Join("; ", Fields.Select(field => $"{field.Field}: {field.Expected ?? "nothing"}, found {field.Found ?? "nothing"}")));
}
