using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>GET /v1/payments/{id}, …/attempts, …/events and the list.</summary>
public sealed class ReadPayments(PaymentStore payments, PaymentIndex index)
{
    [Function("GetPayment")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payments/{id}")] HttpRequest request,
        string id,
        FunctionContext context) =>
        ShowAsync(id, context, PaymentWire.Of);

    [Function("GetAttempts")]
    public Task<IResult> Attempts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payments/{id}/attempts")] HttpRequest request,
        string id,
        FunctionContext context) =>
        ShowAsync(id, context, AttemptList.Of);

    [Function("GetEvents")]
    public Task<IResult> Events(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payments/{id}/events")] HttpRequest request,
        string id,
        FunctionContext context) =>
        ShowAsync(id, context, payment => new { items = payment.Events.Select(EventWire.Of) });

    [Function("ListPayments")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/payments")] HttpRequest request, FunctionContext context)
    {
        var (query, errors) = PaymentListQuery.Read(request.Query);
        if (query is null) return Problem.Invalid(errors);
        var page = await index.ListAsync(context.Merchant(), query, context.CancellationToken);
        return Answer.Ok(page);
    }

    async Task<IResult> ShowAsync<T>(string id, FunctionContext context, Func<Payment, T> show) =>
        await payments.FindAsync(new PaymentId(id), context.Merchant(), context.CancellationToken) is { } payment
            ? Answer.Ok(show(payment))
            : Problem.NotFound("payment");
}
