using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>What is open, by age. Where there is more than is counted, it says so.</summary>
sealed record SummaryWire(IReadOnlyList<OpenWire> Items, bool IsComplete);

/// <summary>How many are open of an acquirer, kind, age and currency, and what is at stake in them, in minor units.</summary>
/// <param name="Currency">Null where what is at stake cannot be counted.</param>
sealed record OpenWire(AcquirerName Acquirer, DiscrepancyKind Kind, AgeBucket Age, string? Currency, int Count, long Amount);

/// <summary>GET /ops/v1/discrepancy-summary: what is open, by acquirer, kind, age and currency.</summary>
public sealed class SummarizeDiscrepancies(DiscrepancyStore discrepancies, Acquirers acquirers, TimeProvider time)
{
    /// <summary>More of an acquirer's are not counted.</summary>
    internal const int MostCounted = 10_000;

    [Function("GetDiscrepancySummary")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/discrepancy-summary")] HttpRequest request,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        AcquirerName? acquirer = parameters.Text("acquirer") is { } name ? new AcquirerName(name) : null;
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (acquirer is { } one && !acquirers.Knows(one)) return Problem.NotFound("acquirer");
        var (items, isComplete) = (new List<OpenWire>(), true);
        foreach (var wanted in acquirer is { } only ? [only] : acquirers.Profiles.Select(profile => profile.Name))
        {
            var found = await OpenAsync(discrepancies, wanted, null, context.CancellationToken);
            items.AddRange(Rows(found, time.GetUtcNow()));
            isComplete &= found.Count < MostCounted;
        }
        return Answer.Ok(new SummaryWire(items, isComplete));
    }

    /// <summary>What is open of an acquirer, of one file or of all.</summary>
    internal static Task<List<DiscrepancyDocument>> OpenAsync(
        DiscrepancyStore discrepancies, AcquirerName acquirer, string? file, CancellationToken cancellation) =>
        discrepancies.ListAsync(
            acquirer, new DiscrepancyFilter { Statuses = DiscrepancyFilter.OpenOnes, File = file }, null, MostCounted, cancellation);

    /// <summary>Its rows, by kind, age and currency.</summary>
    internal static IEnumerable<OpenWire> Rows(IEnumerable<DiscrepancyDocument> found, DateTimeOffset now) => found
        .GroupBy(one => (
            one.Acquirer, one.Discrepancy.Kind, Age: Ageing.BucketOf(one.FoundAt, now), Currency: one.Discrepancy.Amount?.Currency.Code))
        .OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Age).ThenBy(group => group.Key.Currency, StringComparer.Ordinal)
        .Select(group => new OpenWire(
            group.Key.Acquirer, group.Key.Kind, group.Key.Age, group.Key.Currency, group.Count(),
            Sums.Of(group.Select(one => one.Discrepancy.Amount?.MinorUnits ?? 0))));
}
