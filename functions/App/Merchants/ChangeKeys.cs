using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>
/// POST /ops/v1/merchants/{id}/keys, …/keys/{key}/rolls and …/revocations. A key's text is in the answer that made it
/// and nowhere else: the claim on the request keeps it sealed, so that the request repeated gives the same key.
/// </summary>
public sealed partial class ChangeKeys(
    IdempotentPost idempotent,
    MerchantStore merchants,
    KeyRings rings,
    Credentials credentials,
    VaultKeys vault,
    Ids ids,
    TimeProvider time,
    ILogger<ChangeKeys> log)
{
    [Function("IssueKey")]
    public async Task<IResult> Issue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/merchants/{id}/keys")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var owner = new MerchantId(id);
        var (read, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (read is null) return problem!;
        var (asked, errors) = NewKey.Read(read.Body, owner == Operators.Id, time.GetUtcNow());
        if (asked is null) return Problem.Invalid(errors);
        if (!await merchants.IsOwnerAsync(owner, context.CancellationToken)) return Problem.NotFound("merchant");
        return await idempotent.RunAsync(
            WithNewSecret(read, $"keys {owner}"),
            claim => MakeAsync(claim, owner, (ring, text) => ring.Issue(asked.Key(IdOf(claim), text, Now), Now), context),
            CancellationToken.None);
    }

    [Function("RollKey")]
    public async Task<IResult> Roll(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/merchants/{id}/keys/{key}/rolls")]
        HttpRequest request,
        string id,
        string key,
        FunctionContext context)
    {
        var owner = new MerchantId(id);
        var (read, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if (read is null) return problem!;
        var (asked, errors) = KeyRoll.Read(read.Body);
        if (asked is null) return Problem.Invalid(errors);
        if (!await merchants.IsOwnerAsync(owner, context.CancellationToken)) return Problem.NotFound("merchant");
        return await idempotent.RunAsync(
            WithNewSecret(read, $"rolls {owner} {key}"),
            claim => MakeAsync(
                claim, owner, (ring, text) => ring.Roll(new ApiKeyId(key), Successor(claim, text), asked.Overlap, Now), context),
            CancellationToken.None);
    }

    [Function("RevokeKey")]
    public async Task<IResult> Revoke(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ops/v1/merchants/{id}/keys/{key}/revocations")]
        HttpRequest request,
        string id,
        string key,
        FunctionContext context)
    {
        var owner = new MerchantId(id);
        var (read, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? read!.RefuseMembers()) is { } refusal) return refusal;
        if (!await merchants.IsOwnerAsync(owner, context.CancellationToken)) return Problem.NotFound("merchant");
        return await idempotent.RunAsync(
            // Nothing is made, but a claim is known by what it makes: an id of this request's own.
            read!.Once(Operators.Id, $"revocations {owner} {key}", ids.ApiKey().Value),
            _ => RevokeAsync(owner, new ApiKeyId(key), context),
            CancellationToken.None);
    }

    // The ring first and the place second: a crash in between leaves a listed key that does not work, never the reverse.
    async Task<PostResult> MakeAsync(
        IdempotencyClaim claim, MerchantId owner, Func<KeyRing, string, KeyDecision> make, FunctionContext context)
    {
        var text = KeyText.Of(vault.Open(claim.Token!, claim.Resource), owner == Operators.Id);
        var decision = await rings.ChangeAsync(owner, ring => make(ring, text), CancellationToken.None);
        if (decision is not KeyDecision.Accepted accepted) return Refused(decision);
        await rings.PlaceAsync(owner, accepted.Key, CancellationToken.None);
        credentials.Forget(owner);
        Made(accepted.Key.Id, owner, context.Key());
        var shown = ApiKeyWire.Of(accepted.Key, Now) with { Key = text };
        return new PostResult(Answer.Of(StatusCodes.Status201Created, shown), IsFinal: true) { HoldsSecret = true };
    }

    async Task<PostResult> RevokeAsync(MerchantId owner, ApiKeyId key, FunctionContext context)
    {
        var decision = await rings.ChangeAsync(owner, ring => ring.Revoke(key, Now), CancellationToken.None);
        if (decision is not KeyDecision.Accepted accepted) return Refused(decision);
        credentials.Forget(owner);
        Revoked(key, owner, context.Key());
        return new PostResult(Answer.Of(StatusCodes.Status201Created, ApiKeyWire.Of(accepted.Key, Now)), IsFinal: true);
    }

    DateTimeOffset Now => time.GetUtcNow();

    Post WithNewSecret(PostedRequest read, string operation)
    {
        var id = ids.ApiKey().Value;
        return read.Once(Operators.Id, operation, id, vault.Seal(Ids.Secret(KeyText.SecretLength), id));
    }

    static ApiKeyId IdOf(IdempotencyClaim claim) => new(claim.Resource);

    static Successor Successor(IdempotencyClaim claim, string text) =>
        new(IdOf(claim), KeyText.Hash(text), text[..KeyText.ShownFirst], text[^KeyText.ShownLast..]);

    static PostResult Refused(KeyDecision decision) =>
        new(KeyRefusals.Answer(((KeyDecision.Refused)decision).Reason), IsFinal: true);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key} of {Owner} was made by {Operator}")]
    partial void Made(ApiKeyId key, MerchantId owner, ApiKeyId @operator);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} of {Owner} was revoked by {Operator}")]
    partial void Revoked(ApiKeyId key, MerchantId owner, ApiKeyId @operator);
}
