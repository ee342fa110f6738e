using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>POST /v1/payments/{id}/captures, …/refunds and …/voids.</summary>
public sealed class ChangePayment(IdempotentPost idempotent, PaymentStore payments, Ids ids, TimeProvider time)
{
    [Function("CapturePayment")]
    public Task<IResult> Capture(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/payments/{id}/captures")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        RunAsync(new Call(request, new PaymentId(id), OperationKind.Capture, durable, context));

    [Function("RefundPayment")]
    public Task<IResult> Refund(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/payments/{id}/refunds")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        RunAsync(new Call(request, new PaymentId(id), OperationKind.Refund, durable, context));

    [Function("VoidPayment")]
    public Task<IResult> Void(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/payments/{id}/voids")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context) =>
        RunAsync(new Call(request, new PaymentId(id), OperationKind.Void, durable, context));

    sealed record Call(
        HttpRequest Request, PaymentId Payment, OperationKind Kind, DurableTaskClient Durable, FunctionContext Context);

    async Task<IResult> RunAsync(Call call)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(call.Request, mayBeEmpty: true, call.Context.CancellationToken);
        if (posted is null) return problem!;
        var (asked, errors) = OperationRequest.Read(call.Kind, posted.Body);
        if (asked is null) return Problem.Invalid(errors);
        var merchant = call.Context.Merchant();
        if (await payments.FindAsync(call.Payment, merchant, call.Context.CancellationToken) is null) return Problem.NotFound("payment");
        var (wait, applied) = Preference.Read(call.Request);
        var post = posted.Once(merchant, $"{call.Kind} {call.Payment}", ids.Operation(call.Kind).Value, wait: wait);
        return await idempotent.RunAsync(post, claim => CarryOutAsync(call, asked, claim, wait, applied), CancellationToken.None);
    }

    async Task<PostResult> CarryOutAsync(Call call, OperationRequest asked, IdempotencyClaim claim, TimeSpan wait, string? applied)
    {
        var id = new OperationId(claim.Resource);
        if (await AskAsync(call, asked, id) is { } rejection) return new PostResult(Rejections.Answer(rejection), IsFinal: true);
        await Orchestrations.StartOnceAsync(
            call.Durable, nameof(PerformOperation), id.Value, new OperationInput(call.Payment, id), CancellationToken.None);
        var isDone = await Orchestrations.WaitAsync(call.Durable, id.Value, wait, time);
        var payment = await payments.LoadAsync(call.Payment, CancellationToken.None);
        var status = isDone ? StatusCodes.Status201Created : StatusCodes.Status202Accepted;
        var answer = Answer.Of(status, OperationWire.Of(payment, payment.Find(id)!)) with
        {
            Location = $"/v1/payments/{payment.Id}",
            PreferenceApplied = applied,
        };
        return new PostResult(answer, isDone);
    }

    async Task<Rejection?> AskAsync(Call call, OperationRequest asked, OperationId id)
    {
        Rejection? rejection = null;
        var wanted = new NewOperation(id, call.Kind, asked.MinorUnits, asked.IsFinal, asked.Reason);
        await payments.ChangeAsync(
            call.Payment,
            payment =>
            {
                var decision = OperationRules.Ask(payment, wanted, time.GetUtcNow());
                rejection = (decision as Decision.Rejected)?.Reason;
                return decision is Decision.Accepted accepted ? accepted.Payment : payment;
            },
            CancellationToken.None);
        return rejection;
    }
}
