using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>GET /ops/v1/merchants, …/{id} and …/{id}/keys.</summary>
public sealed class ReadMerchants(MerchantStore merchants, KeyRings rings, TimeProvider time)
{
    static readonly FieldError UnknownCursor = new("cursor", "unknown_cursor", "It must be the next_cursor of a page.");

    [Function("ListMerchants")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/merchants")] HttpRequest request,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        var parameters = new Parameters(request.Query, errors);
        var (limit, cursor) = (parameters.Limit(), parameters.Text("cursor"));
        parameters.RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await merchants.ListAsync(limit, cursor, context.CancellationToken) is var (items, next)
            ? Answer.Ok(new MerchantPage([.. items.Select(MerchantWire.Of)], next))
            : Problem.Invalid([UnknownCursor]);
    }

    [Function("GetMerchant")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/merchants/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await merchants.FindAsync(new MerchantId(id), context.CancellationToken) is { } found
            ? Answer.Ok(MerchantWire.Of(found.Value)) with { ETag = found.ETag }
            : Problem.NotFound("merchant");

    [Function("ListKeys")]
    public async Task<IResult> Keys(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ops/v1/merchants/{id}/keys")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var owner = new MerchantId(id);
        if (!await merchants.IsOwnerAsync(owner, context.CancellationToken)) return Problem.NotFound("merchant");
        var ring = await rings.LoadAsync(owner, context.CancellationToken);
        return Answer.Ok(new { items = ring.Keys.Reverse().Select(key => ApiKeyWire.Of(key, time.GetUtcNow())) });
    }
}
