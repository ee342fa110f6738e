using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>What a bulk would end.</summary>
sealed record BulkCountWire(int Count, IReadOnlyList<BulkValueWire> Values);

/// <summary>How many of a currency, and what is at stake in them, in minor units.</summary>
sealed record BulkValueWire(string Currency, int Count, long Amount);

/// <summary>Where a bulk stands.</summary>
enum BulkStatus { Running, Done, Failed }

/// <summary>A bulk as the contract shows it.</summary>
sealed record BulkWire(string Id, BulkStatus Status, int Resolved, int Proposed, int Left)
{
    public static BulkWire Of(OrchestrationMetadata instance)
    {
        var progress = instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<BulkProgress>();
        var status = instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Completed => BulkStatus.Done,
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => BulkStatus.Failed,
            _ => BulkStatus.Running,
        };
        return new(instance.InstanceId, status, progress?.Resolved ?? 0, progress?.Proposed ?? 0, progress?.Left ?? 0);
    }
}

/// <summary>
/// POST /ops/v1/discrepancies/bulk-resolutions ends all that a filter finds, counted first; GET /ops/v1/bulk-resolutions/{id}
/// says how far it is.
/// </summary>
public sealed class BulkResolutions(
    DiscrepancyStore discrepancies, IdempotentPost idempotent, Acquirers acquirers, Ids ids, TimeProvider time)
{
    /// <summary>A bulk of more is refused.</summary>
    internal const int MostAtOnce = 1_000;

    static readonly Problem TooMany = new(
        StatusCodes.Status422UnprocessableEntity, "too_many_discrepancies", $"More than {MostAtOnce} discrepancies are meant.")
    {
        Detail = "Narrow the filter.",
    };

    static readonly Problem CountDiffers = new(
        StatusCodes.Status409Conflict, "count_differs", "It is not as many as were counted.")
    {
        Detail = "Count them again with dry_run, and send that count as expected_count.",
    };

    [Function("StartBulkResolution")]
    public async Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/discrepancies/bulk-resolutions")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (asked, errors) = BulkRequest.Read(posted.Body);
        if (asked is null) return Problem.Invalid(errors);
        if (!acquirers.Knows(asked.Order.Acquirer)) return Problem.NotFound("acquirer");
        var order = asked.Order with { By = context.Key().Value, At = time.GetUtcNow() };
        return await idempotent.RunAsync(
            posted.Once(Operators.Id, $"bulk-resolutions {context.Key()}", ids.Bulk()),
            claim => asked.IsDryRun
                ? CountedAsync(order)
                : StartAsync(order with { Id = claim.Resource }, asked.ExpectedCount, durable),
            CancellationToken.None);
    }

    [Function("GetBulkResolution")]
    public static async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/bulk-resolutions/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        id.StartsWith(Ids.BulkPrefix, StringComparison.Ordinal)
            && await durable.GetInstanceAsync(id, getInputsAndOutputs: true, context.CancellationToken) is { } instance
            ? Answer.Ok(BulkWire.Of(instance))
            : Problem.NotFound("bulk resolution");

    async Task<PostResult> CountedAsync(BulkOrder order) => new(
        await CountAsync(order) is { } count ? Answer.Ok(count) : Answer.Of(TooMany), IsFinal: true);

    async Task<PostResult> StartAsync(BulkOrder order, int? expected, DurableTaskClient durable)
    {
        // Begun before, it has ended some of them by now: they need not be counted again.
        if (await durable.GetInstanceAsync(order.Id, CancellationToken.None) is null)
        {
            if (await CountAsync(order) is not { } count) return new PostResult(Answer.Of(TooMany), IsFinal: true);
            if (count.Count != expected) return new PostResult(Answer.Of(CountDiffers), IsFinal: true);
        }
        await Orchestrations.StartOnceAsync(durable, nameof(ResolveInBulk), order.Id, order, CancellationToken.None);
        var instance = await durable.GetInstanceAsync(order.Id, getInputsAndOutputs: true, CancellationToken.None)
            ?? throw new InvariantBroken($"{order.Id} was started and is not there.");
        return new PostResult(
            Answer.Of(StatusCodes.Status202Accepted, BulkWire.Of(instance)) with { Location = $"/ops/v1/bulk-resolutions/{order.Id}" },
            IsFinal: true);
    }

    async Task<BulkCountWire?> CountAsync(BulkOrder order)
    {
        var found = await discrepancies.ListAsync(order.Acquirer, order.ToFilter(), null, MostAtOnce + 1, CancellationToken.None);
        if (found.Count > MostAtOnce) return null;
        var values = found.Select(one => one.Discrepancy.Amount).OfType<Money>().GroupBy(amount => amount.Currency.Code)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new BulkValueWire(group.Key, group.Count(), Sums.Of(group.Select(amount => amount.MinorUnits))));
        return new BulkCountWire(found.Count, [.. values]);
    }
}

/// <summary>A bulk as it was asked for: counted only, or carried out where the count is as expected.</summary>
sealed record BulkRequest(BulkOrder Order, bool IsDryRun, int? ExpectedCount)
{
    const int LongestName = 100;

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (BulkRequest? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var filter = members.Object("filter", isRequired: true);
        var acquirer = filter?.Text("acquirer", LongestName, isRequired: true);
        var kind = filter?.OneOf("kind", Json.Words<DiscrepancyKind>());
        var file = filter?.Text("file_id", LongestName);
        var assignee = filter?.Text("assigned_to", LongestName);
        var before = filter?.Moment("found_before");
        filter?.RefuseOthers();
        var said = members.Object("resolution", isRequired: true);
        var resolution = said is null ? null : DiscrepancyRequest.Resolution(said);
        said?.RefuseOthers();
        var isDryRun = members.Flag("dry_run") ?? false;
        var expected = members.Integer("expected_count", 0, BulkResolutions.MostAtOnce, isRequired: !isDryRun);
        members.RefuseOthers();
        if (resolution is { Kind: ResolutionKind.DuplicateOf } or { DuplicateOf: not null })
            errors.Add(new FieldError("resolution.kind", "does_not_fit", "Of what each is a duplicate cannot be said of many."));
        if (errors.Count > 0) return (null, errors);
        return (new(new BulkOrder(new AcquirerName(acquirer!), resolution!, kind, file, assignee, before), isDryRun, (int?)expected), errors);
    }
}

/// <summary>Sums of what was read from files: they stop at the largest that can be shown.</summary>
static class Sums
{
    public static long Of(IEnumerable<long> amounts) =>
        (long)Int128.Clamp(amounts.Aggregate(Int128.Zero, (sum, amount) => sum + amount), long.MinValue, long.MaxValue);
}
