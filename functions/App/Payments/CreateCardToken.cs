using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>A card token as the contract shows it.</summary>
sealed record TokenWire(TokenId Id, CardWire Card);

/// <summary>POST /v1/card-tokens: keeps a card, so that a later payment needs no number.</summary>
public sealed class CreateCardToken(IdempotentPost idempotent, CardVault vault, Ids ids, TimeProvider time)
{
    [Function("CreateCardToken")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/card-tokens")] HttpRequest request, FunctionContext context)
    {
        var (key, keyProblem) = IdempotencyKey.Read(request);
        if (keyProblem is not null) return keyProblem;
        var (body, bodyProblem) = await RequestBody.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (bodyProblem is not null) return bodyProblem;
        var (card, errors) = PaymentRequest.ReadCard(body, time.GetUtcNow());
        if (card is null) return Problem.Invalid(errors);
        var merchant = context.Merchant();
        var post = new Post(merchant, "card-tokens", key!, IdempotencyKey.Canonical(body), ids.Token().Value, null, TimeSpan.Zero);
        return await idempotent.RunAsync(post, claim => KeepAsync(claim, merchant, card), CancellationToken.None);
    }

    async Task<PostResult> KeepAsync(IdempotencyClaim claim, MerchantId merchant, PaymentMethod.Card card)
    {
        var token = new TokenId(claim.Resource);
        await vault.KeepAsync(token, merchant, card.Number, card.Summary, CancellationToken.None);
        return new PostResult(
            Answer.Of(StatusCodes.Status201Created, new TokenWire(token, CardWire.Of(card.Summary))), IsFinal: true);
    }
}
