using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>POST /v1/webhook-endpoints.</summary>
public sealed class CreateWebhookEndpoint(
    IdempotentPost idempotent,
    WebhookStore webhooks,
    WebhookSecrets secrets,
    ShownSecret shown,
    AddressGuard guard,
    Ids ids,
    TimeProvider time)
{
    [Function(nameof(CreateWebhookEndpoint))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhook-endpoints")] HttpRequest request,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (wanted, errors) = EndpointRequest.ReadNew(posted.Body, guard);
        if (wanted is null) return Problem.Invalid(errors);
        var merchant = context.Merchant();
        var post = posted.Once(merchant, "webhook-endpoints", ids.Endpoint().Value);
        var result = await idempotent.RunAsync(
            post, claim => MakeAsync(merchant, new EndpointId(claim.Resource), wanted), CancellationToken.None);
        return await shown.AddAsync(result, merchant, CancellationToken.None);
    }

    async Task<PostResult> MakeAsync(MerchantId merchant, EndpointId id, EndpointChange wanted)
    {
        var now = time.GetUtcNow();
        var endpoint = new WebhookEndpoint
        {
            Id = id,
            Url = wanted.Url!,
            Events = wanted.Events!,
            Description = wanted.Description,
            Secrets = new EndpointSecrets(secrets.Make(merchant, FirstSecretOf(id), now)),
            CreatedAt = now,
        };
        var (changed, rejection) = await webhooks.AskAsync(
            merchant, found => EndpointRules.Add(found, endpoint), CancellationToken.None);
        if (rejection is { } reason)
            return new PostResult(Answer.Of(EndpointRejections.Problem(reason)), IsFinal: true);
        var answer = Answer.Of(StatusCodes.Status201Created, EndpointWire.Of(changed.Find(id)!, now)) with
        {
            Location = $"/v1/webhook-endpoints/{id}",
        };
        return new PostResult(answer, IsFinal: true);
    }

    // Derived, so that whoever goes on with this request after a crash names the same secret.
    static SecretId FirstSecretOf(EndpointId endpoint) => new($"{SecretId.Prefix}{endpoint.Value.AsSpan(EndpointId.Prefix.Length)}");
}
