using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>GET /ops/v1/discrepancies: acquirer by acquirer, newest first.</summary>
public sealed class ListDiscrepancies(DiscrepancyStore discrepancies, Acquirers acquirers, TimeProvider time)
{
    [Function(nameof(ListDiscrepancies))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/discrepancies")] HttpRequest request,
        FunctionContext context)
    {
        var (query, errors) = DiscrepancyQuery.Read(request.Query, time.GetUtcNow());
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
            rows.AddRange(await discrepancies.ListAsync(acquirer, query.Filter, after, query.Limit + 1 - rows.Count, cancellation));
        }
        var items = rows.Take(query.Limit).ToList();
        var next = rows.Count > query.Limit ? new DiscrepancyPlace(items[^1].Acquirer, items[^1].Place).ToCursor() : null;
        return new([.. items.Select(one => DiscrepancyWire.Of(one, time.GetUtcNow()))], next);
    }

    // What our bank alone shows stands among the acquirers, under its own name.
    IEnumerable<AcquirerName> Wanted(DiscrepancyQuery query) => query.Acquirer is { } one
        ? [one]
        : acquirers.Profiles.Select(profile => profile.Name).Append(BankBreaks.OwnBank).OrderBy(name => name.Value, StringComparer.Ordinal);
}

/// <summary>A page of discrepancies.</summary>
sealed record DiscrepancyPage(IReadOnlyList<DiscrepancyWire> Items, string? NextCursor);
