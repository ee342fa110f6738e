using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>A layout as the contract shows it.</summary>
sealed record LayoutWire(string Name, int Version, JsonElement Content, string ChangedBy, DateTimeOffset ChangedAt)
{
    public static LayoutWire Of(StoredLayout layout) => new(layout.Id, layout.Version, layout.Content, layout.ChangedBy, layout.ChangedAt);
}

/// <summary>All layouts, by name.</summary>
sealed record LayoutList(IReadOnlyList<LayoutWire> Items);

/// <summary>GET and PUT /ops/v1/settlement-layouts/{name}, and the list of them: formats that an operator adds as data.</summary>
public sealed partial class SettlementLayoutsOfOperators(SettlementLayoutStore layouts, Acquirers acquirers, TimeProvider time)
{
    const int DeepestLayout = 8;

    static readonly Problem TooMany = new(
        StatusCodes.Status409Conflict, "too_many_layouts", $"There are {SettlementLayoutStore.MostLayouts} layouts already.");

    [Function("ListSettlementLayouts")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-layouts")] HttpRequest request, FunctionContext context) =>
        Answer.Ok(new LayoutList([.. (await layouts.ListAsync(context.CancellationToken)).Select(LayoutWire.Of)]));

    [Function("GetSettlementLayout")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/settlement-layouts/{name}")] HttpRequest request,
        string name,
        FunctionContext context) =>
        await layouts.FindAsync(name, context.CancellationToken) is { } found ? Show(found) : Problem.NotFound("settlement layout");

    [Function("PutSettlementLayout")]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "ops/v1/settlement-layouts/{name}")] HttpRequest request,
        string name,
        FunctionContext context)
    {
        if (!IfMatch.IsIn(request)) return IfMatch.Missing;
        var (body, problem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken, DeepestLayout);
        if (problem is not null) return problem;
        if (FlawsOf(name, body) is { Count: > 0 } flaws) return Problem.Invalid(flaws);
        var version = (await layouts.FindAsync(name, context.CancellationToken))?.Version ?? 0;
        if (!IfMatch.Allows(request, StoredLayout.TagOf(version))) return IfMatch.Failed;
        if (version == 0 && (await layouts.ListAsync(context.CancellationToken)).Count >= SettlementLayoutStore.MostLayouts) return TooMany;
        var saved = await layouts.SaveAsync(name, body, version, context.Key().Value, time.GetUtcNow());
        return saved is null ? IfMatch.Failed : Show(saved);
    }

    IReadOnlyList<FieldError> FlawsOf(string name, JsonElement body)
    {
        if (!LayoutName().IsMatch(name))
            return [new FieldError("name", "invalid_name", "It has small letters, digits, '_' and '-', and begins with a letter.")];
        var (layout, errors) = LayoutRequest.Read(name, body);
        var unknown = (layout?.Layout.Acquirers ?? []).Where(acquirer => !acquirers.Knows(new AcquirerName(acquirer)));
        return [.. errors, .. unknown.Select(_ => new FieldError("acquirers", "unknown_acquirer", "It must name configured acquirers."))];
    }

    static Answer Show(StoredLayout layout) => Answer.Ok(LayoutWire.Of(layout)) with { ETag = layout.ETag };

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LayoutName();
}
