using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Routing;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>Which discrepancies are to be ended, how, and by whom. What comes after it was asked for is not among them.</summary>
public sealed record BulkOrder(
    AcquirerName Acquirer, Resolution Resolution, DiscrepancyKind? Kind, string? File, string? AssignedTo, DateTimeOffset? FoundBefore)
{
    /// <summary>The bulk's id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The operator's key.</summary>
    public string By { get; init; } = "";

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset At { get; init; }

    internal DiscrepancyFilter ToFilter() => new()
    {
        Statuses = [DiscrepancyStatus.Open, DiscrepancyStatus.Assigned],
        Kind = Kind,
        File = File,
        AssignedTo = AssignedTo,
        Before = FoundBefore < At ? FoundBefore : At,
    };
}

/// <summary>How many were resolved, await approval, or were left because somebody else was faster.</summary>
public sealed record BulkProgress(int Resolved, int Proposed, int Left)
{
    internal BulkProgress Plus(BulkProgress other) =>
        new(Resolved + other.Resolved, Proposed + other.Proposed, Left + other.Left);
}

/// <summary>A page of what a bulk is to end, and where the next one begins; null where there is none.</summary>
public sealed record BulkPage(IReadOnlyList<DiscrepancyId> Ids, string? Next);

/// <summary>Where in its list a bulk is.</summary>
public sealed record BulkPlace(BulkOrder Order, string? After);

/// <summary>Some of what a bulk is to end.</summary>
public sealed record BulkPart(BulkOrder Order, IReadOnlyList<DiscrepancyId> Ids);

/// <summary>
/// Ends discrepancies page by page. Each page is written down before any of it is ended, so that a repeated step counts the
/// same ones again and changes none of them twice.
/// </summary>
public sealed class ResolveInBulk(DiscrepancyStore discrepancies, ResolutionDesk desk)
{
    const int PageRows = 100;
    const int MostPages = BulkResolutions.MostAtOnce / PageRows + 1;

    [Function(nameof(ResolveInBulk))]
    public static async Task<BulkProgress> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var order = context.GetInput<BulkOrder>()!;
        var (progress, after) = (new BulkProgress(0, 0, 0), (string?)null);
        for (var number = 0; number < MostPages; number++)
        {
            var page = await context.CallActivityAsync<BulkPage>(
                nameof(ListForBulk), new BulkPlace(order, after), AuthorizePayment.UntilItWorks);
            var done = await context.CallActivityAsync<BulkProgress>(
                nameof(ResolveForBulk), new BulkPart(order, page.Ids), AuthorizePayment.UntilItWorks);
            progress = progress.Plus(done);
            context.SetCustomStatus(progress);
            if (page.Next is null) break;
            after = page.Next;
        }
        return progress;
    }

    /// <summary>The next page of what is to be ended.</summary>
    [Function(nameof(ListForBulk))]
    public async Task<BulkPage> ListForBulk([ActivityTrigger] BulkPlace place, FunctionContext context)
    {
        var found = await discrepancies.ListAsync(
            place.Order.Acquirer, place.Order.ToFilter(), place.After, PageRows, context.CancellationToken);
        return new BulkPage([.. found.Select(one => one.Id)], found.Count < PageRows ? null : found[^1].Place);
    }

    /// <summary>Ends a page.</summary>
    [Function(nameof(ResolveForBulk))]
    public async Task<BulkProgress> ResolveForBulk([ActivityTrigger] BulkPart part, FunctionContext context)
    {
        var progress = new BulkProgress(0, 0, 0);
        foreach (var id in part.Ids) progress = progress.Plus(await ResolveAsync(id, part.Order, context.CancellationToken));
        return progress;
    }

    async Task<BulkProgress> ResolveAsync(DiscrepancyId id, BulkOrder order, CancellationToken cancellation)
    {
        if (await discrepancies.FindAsync(id, [order.Acquirer], cancellation) is not { } found) return new(0, 0, 1);
        var step = new DiscrepancyStep.Resolve(order.Resolution with { Bulk = order.Id });
        var (document, _) = await desk.TakeAsync(found.Value, step, order.By, order.At);
        return document.Discrepancy.State switch
        {
            DiscrepancyState.Resolved { Resolution.Bulk: { } bulk } when bulk == order.Id => new(1, 0, 0),
            DiscrepancyState.Proposed { Resolution.Bulk: { } bulk } when bulk == order.Id => new(0, 1, 0),
            _ => new(0, 0, 1),
        };
    }
}
