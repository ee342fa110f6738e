using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>GET /ops/v1/discrepancies: acquirer by acquirer, newest first.</summary>
public sealed class ListDiscrepancies(DiscrepancyStore discrepancies, Acquirers acquirers)
{
    [Function(nameof(ListDiscrepancies))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/discrepancies")] HttpRequest request,
        FunctionContext context)
    {
        var (query, errors) = DiscrepancyQuery.Read(request.Query);
        if (query is null) return Problem.Invalid(errors);
        if (query.Acquirer is { } acquirer && acquirer != BankBreaks.OwnBank && !acquirers.Knows(acquirer)) return Problem.NotFound("acquirer");
        return Answer.Ok(await PageAsync(query, context.CancellationToken));
    }

    async Task<DiscrepancyPage> PageAsync(DiscrepancyQuery query, CancellationToken cancellation)
    {
        var rows = new List<DiscrepancyDocument>();
        foreach (var acquirer in Wanted(query).Where(name => query.After?.IsBefore(name) ?? true))
        {
            if (rows.Count > query.Limit) break;
            var after = query.After is { } place && place.Acquirer == acquirer ? place.Place : null;
            rows.AddRange(await discrepancies.ListAsync(acquirer, query.Status, after, query.Limit + 1 - rows.Count, cancellation));
        }
        var items = rows.Take(query.Limit).ToList();
        var next = rows.Count > query.Limit ? new DiscrepancyPlace(items[^1].Acquirer, items[^1].Place).ToCursor() : null;
        return new([.. items.Select(DiscrepancyWire.Of)], next);
    }

    // What our bank alone shows stands among the acquirers, under its own name.
    IEnumerable<AcquirerName> Wanted(DiscrepancyQuery query) => query.Acquirer is { } one
        ? [one]
        : acquirers.Profiles.Select(profile => profile.Name).Append(BankBreaks.OwnBank).OrderBy(name => name.Value, StringComparer.Ordinal);
}

/// <summary>A page of discrepancies.</summary>
sealed record DiscrepancyPage(IReadOnlyList<DiscrepancyWire> Items, string? NextCursor);

/// <summary>A discrepancy as the contract shows it: what does not agree, per field.</summary>
sealed record DiscrepancyWire(
    DiscrepancyId Id,
    DiscrepancyKind Kind,
    DiscrepancyStatus Status,
    AcquirerName Acquirer,
    FileId FileId,
    int? Line,
    string? Type,
    string? AcquirerReference,
    string? ModificationReference,
    PaymentId? Payment,
    OperationId? Operation,
    IReadOnlyList<FieldDifference> Fields,
    DateTimeOffset FoundAt,
    DateTimeOffset? ClosedAt,
    ClosedByWire? ClosedBy)
{
    public static DiscrepancyWire Of(DiscrepancyDocument document)
    {
        var found = document.Discrepancy;
        return new(
            found.Id,
            found.Kind,
            document.Status,
            found.Acquirer,
            found.File,
            found.Line?.Number,
            found.Line?.Type,
            found.AcquirerReference.Length == 0 ? null : found.AcquirerReference,
            found.Line?.ModificationReference,
            found.Payment,
            found.Operation,
            found.Fields,
            document.FoundAt,
            document.ClosedAt,
            found.State is DiscrepancyState.Closed closed ? new ClosedByWire(closed.File, closed.Line) : null);
    }
}

/// <summary>The line that explained a discrepancy.</summary>
sealed record ClosedByWire(FileId FileId, int Line);
