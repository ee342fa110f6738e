using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>POST /v1/webhook-endpoints/{id}/secret-rotations.</summary>
public sealed class RotateWebhookSecret(
    IdempotentPost idempotent, WebhookStore webhooks, WebhookSecrets secrets, ShownSecret shown, Ids ids, TimeProvider time)
{
    static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);
    static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);

    [Function(nameof(RotateWebhookSecret))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhook-endpoints/{id}/secret-rotations")]
        HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if (posted is null) return problem!;
        var (overlap, errors) = ReadOverlap(posted.Body);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var (merchant, endpoint) = (context.Merchant(), new EndpointId(id));
        if (await webhooks.FindAsync(merchant, endpoint, context.CancellationToken) is null) return EndpointRejections.NotFound;
        var post = posted.Once(merchant, $"secret-rotations {id}", ids.WebhookSecret().Value);
        var result = await idempotent.RunAsync(
            post, claim => RotateAsync(merchant, endpoint, new SecretId(claim.Resource), overlap), CancellationToken.None);
        return await shown.AddAsync(result, merchant, CancellationToken.None);
    }

    async Task<PostResult> RotateAsync(MerchantId merchant, EndpointId id, SecretId secret, TimeSpan overlap)
    {
        var now = time.GetUtcNow();
        var next = secrets.Make(merchant, secret, now);
        var (changed, rejection) = await webhooks.AskAsync(
            merchant, found => EndpointRules.Rotate(found, id, next, overlap, now), CancellationToken.None);
        var answer = rejection is { } reason
            ? Answer.Of(EndpointRejections.Problem(reason))
            : Answer.Of(StatusCodes.Status201Created, EndpointWire.Of(changed.Find(id)!, now));
        return new PostResult(answer, IsFinal: true);
    }

    static (TimeSpan Overlap, IReadOnlyList<FieldError> Errors) ReadOverlap(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var seconds = members.Integer("overlap_seconds", 0, (long)LongestOverlap.TotalSeconds);
        members.RefuseOthers();
        return (seconds is { } wanted ? TimeSpan.FromSeconds(wanted) : UsualOverlap, errors);
    }
}
