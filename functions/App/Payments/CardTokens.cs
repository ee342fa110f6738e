using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A card token as the contract shows it.</summary>
sealed record TokenWire(TokenId Id, CardWire Card, string Fingerprint, DateTimeOffset CreatedAt)
{
    public static TokenWire Of(VaultedCard card) => new(card.Id, CardWire.Of(card.Card), card.Fingerprint, card.CreatedAt);
}

/// <summary>POST /v1/card-tokens keeps a card, so that a later payment needs no number; GET and DELETE …/{id}.</summary>
public sealed class CardTokens(IdempotentPost idempotent, CardVault vault, Ids ids, TimeProvider time)
{
    [Function("CreateCardToken")]
    public async Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/card-tokens")] HttpRequest request, FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (card, errors) = PaymentRequest.ReadCard(posted.Body, time.GetUtcNow());
        if (card is null) return Problem.Invalid(errors);
        var post = posted.Once(context.Merchant(), "card-tokens", ids.Token().Value);
        return await idempotent.RunAsync(post, claim => KeepAsync(claim, card, context), CancellationToken.None);
    }

    [Function("GetCardToken")]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/card-tokens/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await vault.FindAsync(new TokenId(id), context.Merchant(), context.CancellationToken) is { } card
            ? Answer.Ok(TokenWire.Of(card))
            : Problem.NotFound("card token");

    [Function("DeleteCardToken")]
    public async Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/card-tokens/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        await vault.DeleteAsync(new TokenId(id), context.Merchant(), context.CancellationToken)
            ? Results.NoContent()
            : Problem.NotFound("card token");

    async Task<PostResult> KeepAsync(IdempotencyClaim claim, PaymentMethod.Card card, FunctionContext context)
    {
        var wanted = new NewCard(
            new TokenId(claim.Resource), context.Merchant(), context.CardGroup(), card.Number, card.Summary);
        var kept = await vault.KeepAsync(wanted, CancellationToken.None);
        var answer = Answer.Of(StatusCodes.Status201Created, TokenWire.Of(kept)) with { Location = $"/v1/card-tokens/{kept.Id}" };
        return new PostResult(answer, IsFinal: true);
    }
}
