using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>PATCH and DELETE /v1/webhook-endpoints/{id}, of the version that the merchant has seen.</summary>
public sealed class ChangeWebhookEndpoint(WebhookStore webhooks, AddressGuard guard, TimeProvider time)
{
    [Function(nameof(ChangeWebhookEndpoint))]
    public async Task<IResult> Patch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webhook-endpoints/{id}")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (version, versionProblem) = EndpointVersion.Read(request);
        if (versionProblem is not null) return versionProblem;
        var (body, bodyProblem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (bodyProblem is not null) return bodyProblem;
        var (wanted, errors) = EndpointRequest.ReadChange(body, guard);
        if (wanted is null) return Problem.Invalid(errors);
        var (changed, rejection) = await webhooks.AskAsync(
            context.Merchant(),
            found => EndpointRules.Change(found, new EndpointId(id), version, wanted, time.GetUtcNow()),
            CancellationToken.None);
        if (rejection is { } reason) return EndpointRejections.Problem(reason);
        var endpoint = changed.Find(new EndpointId(id))!;
        return Answer.Ok(EndpointWire.Of(endpoint, time.GetUtcNow())) with { ETag = EndpointVersion.Of(endpoint) };
    }

    [Function("RemoveWebhookEndpoint")]
    public async Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webhook-endpoints/{id}")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (version, problem) = EndpointVersion.Read(request);
        if (problem is not null) return problem;
        var (_, rejection) = await webhooks.AskAsync(
            context.Merchant(), found => EndpointRules.Remove(found, new EndpointId(id), version), CancellationToken.None);
        return rejection is { } reason ? EndpointRejections.Problem(reason) : Results.NoContent();
    }
}
