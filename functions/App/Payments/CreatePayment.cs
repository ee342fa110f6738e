using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Merchants;
using Railyard.App.Routing;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Payments;

/// <summary>POST /v1/payments.</summary>
public sealed class CreatePayment(
    IdempotentPost idempotent,
    CardVault vault,
    SecurityCodes codes,
    PaymentStore payments,
    RoutingStore routing,
    Ids ids,
    TimeProvider time)
{
    static readonly FieldError UnknownToken =
        new("payment_method.token", "not_found", "There is no such card token.");

    [Function("CreatePayment")]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/payments")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (asked, errors) = PaymentRequest.Read(posted.Body, time.GetUtcNow());
        if (asked is null) return Problem.Invalid(errors);
        var (wait, applied) = Preference.Read(request);
        var post = posted.Once(context.Merchant(), "payments", ids.Payment().Value, ids.Token().Value, wait);
        return await AcceptAsync(new Acceptance(post, context.CardGroup(), asked, durable, applied), context.CancellationToken);
    }

    sealed record Acceptance(
        Post Post, CardGroup CardGroup, PaymentRequest Asked, DurableTaskClient Durable, string? PreferenceApplied);

    async Task<IResult> AcceptAsync(Acceptance acceptance, CancellationToken cancellation)
    {
        VaultedCard? known = null;
        if (acceptance.Asked.Method is PaymentMethod.Token token)
        {
            known = await vault.FindAsync(token.Id, acceptance.Post.Merchant, cancellation);
            if (known is null) return Problem.Invalid([UnknownToken]);
        }
        // From the claim on, it is carried through even if the caller hangs up.
        return await idempotent.RunAsync(
            acceptance.Post, claim => CarryOutAsync(acceptance, claim, known, CancellationToken.None), CancellationToken.None);
    }

    async Task<PostResult> CarryOutAsync(
        Acceptance acceptance, IdempotencyClaim claim, VaultedCard? known, CancellationToken cancellation)
    {
        var id = new PaymentId(claim.Resource);
        var card = known ?? await KeepAsync(acceptance, claim, id, cancellation);
        vault.Hold(id, card);
        var payment = Asked(acceptance, id, card, time.GetUtcNow()).Begun();
        var plan = Router.Plan(await routing.SnapshotAsync(payment, cancellation));
        var input = new AuthorizeInput(id, plan, payment.AutomaticCapture) { Asked = payment };
        await Orchestrations.StartOnceAsync(acceptance.Durable, nameof(AuthorizePayment), id.Value, input, cancellation);
        var isDone = await Orchestrations.WaitAsync(acceptance.Durable, id.Value, acceptance.Post.Wait, time);
        // It is written with its first attempt. A caller who waits no longer may ask for it before it has come to that.
        var shown = isDone ? await payments.LoadDecidedAsync(id, cancellation) : await payments.CreateAsync(payment, cancellation);
        return Result(shown, isDone, acceptance.PreferenceApplied);
    }

    async Task<VaultedCard> KeepAsync(
        Acceptance acceptance, IdempotencyClaim claim, PaymentId payment, CancellationToken cancellation)
    {
        var card = (PaymentMethod.Card)acceptance.Asked.Method;
        if (card.SecurityCode is { } code) codes.Hold(payment, code);
        var kept = new NewCard(new TokenId(claim.Token!), acceptance.Post.Merchant, acceptance.CardGroup, card.Number, card.Summary);
        return await vault.KeepAsync(kept, cancellation);
    }

    static Payment Asked(Acceptance acceptance, PaymentId id, VaultedCard card, DateTimeOffset now)
    {
        var payment = new Payment
        {
            Id = id,
            Merchant = acceptance.Post.Merchant,
            Amount = acceptance.Asked.Amount,
            Capture = acceptance.Asked.Capture,
            Reference = acceptance.Asked.Reference,
            Metadata = acceptance.Asked.Metadata,
            Card = card.Card,
            Token = card.Id,
            ReturnUrl = acceptance.Asked.ReturnUrl,
            CreatedAt = now,
        };
        return payment with { AutomaticCapture = payment.CapturesItself ? Ids.AutomaticCapture(id) : null };
    }

    static PostResult Result(Payment payment, bool isDone, string? preferenceApplied)
    {
        var status = isDone ? StatusCodes.Status201Created : StatusCodes.Status202Accepted;
        var answer = Answer.Of(status, PaymentWire.Of(payment)) with
        {
            Location = $"/v1/payments/{payment.Id}",
            PreferenceApplied = preferenceApplied,
        };
        return new PostResult(answer, isDone);
    }
}
