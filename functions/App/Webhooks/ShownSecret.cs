using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>
/// Adds the secret to the answer of the request that made it. The answer that is kept for the idempotency key is without
/// it; a repetition of the request is given it anew from where it lies encrypted, for as long as it is in use.
/// </summary>
public sealed class ShownSecret(WebhookStore webhooks, WebhookSecrets secrets)
{
    const string Member = "secret";

    internal async Task<IResult> AddAsync(IResult result, MerchantId merchant, CancellationToken cancellation)
    {
        if (result is not Answer { Status: StatusCodes.Status201Created } answer) return result;
        var body = JsonNode.Parse(answer.Body)!;
        var endpoint = await webhooks.FindAsync(merchant, new EndpointId((string)body["id"]!), cancellation);
        var secret = endpoint?.Secrets.Find(new SecretId((string)body["secrets"]![0]!["id"]!));
        if (secret is null) return result;
        body[Member] = secrets.Reveal(merchant, secret);
        return answer with { Body = body.ToJsonString(Json.Wire) };
    }
}
