using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>All of a merchant's endpoints: they are few, so there is never a next page.</summary>
sealed record EndpointPage(IReadOnlyList<EndpointWire> Items, string? NextCursor = null);

/// <summary>GET /v1/webhook-endpoints and /v1/webhook-endpoints/{id}.</summary>
public sealed class ReadWebhookEndpoints(WebhookStore webhooks, TimeProvider time)
{
    [Function("ListWebhookEndpoints")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhook-endpoints")] HttpRequest request,
        FunctionContext context)
    {
        var errors = new List<FieldError>();
        new Parameters(request.Query, errors).RefuseOthers();
        if (errors.Count > 0) return Problem.Invalid(errors);
        var all = await webhooks.LoadAsync(context.Merchant(), context.CancellationToken);
        return Answer.Ok(new EndpointPage([.. all.Endpoints.Select(endpoint => EndpointWire.Of(endpoint, time.GetUtcNow()))]));
    }

    [Function("GetWebhookEndpoint")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhook-endpoints/{id}")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var endpoint = await webhooks.FindAsync(context.Merchant(), new EndpointId(id), context.CancellationToken);
        if (endpoint is null) return EndpointRejections.NotFound;
        return Answer.Ok(EndpointWire.Of(endpoint, time.GetUtcNow())) with { ETag = EndpointVersion.Of(endpoint) };
    }
}
