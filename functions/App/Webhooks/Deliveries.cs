using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>The delivery log of an endpoint; a delivery once more; a delivery to try the endpoint out.</summary>
public sealed class Deliveries(
    IdempotentPost idempotent, WebhookStore webhooks, DeliveryStore deliveries, DeliveryQueue queue, Ids ids, TimeProvider time)
{
    static readonly Problem TriedTooOften = new(
        StatusCodes.Status409Conflict, "too_many_tries", "The delivery has been tried too often to be sent again.");

    [Function("ListDeliveries")]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhook-endpoints/{id}/deliveries")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (query, errors) = DeliveryQuery.Read(request.Query);
        if (query is null) return Problem.Invalid(errors);
        var endpoint = await webhooks.FindAsync(context.Merchant(), new EndpointId(id), context.CancellationToken);
        if (endpoint is null) return EndpointRejections.NotFound;
        var found = await deliveries.ListAsync(
            endpoint.Id, query.Before, query.Status, query.Limit + 1, context.CancellationToken);
        var next = found.Count > query.Limit ? found[query.Limit - 1].Id.Value : null;
        return Answer.Ok(new DeliveryPage([.. found.Take(query.Limit).Select(DeliveryWire.Of)], next));
    }

    [Function("ResendDelivery")]
    public async Task<IResult> Resend(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhook-endpoints/{id}/deliveries/{delivery}/resends")]
        HttpRequest request,
        string id,
        string delivery,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? posted!.RefuseMembers()) is { } refusal) return refusal;
        var endpoint = await webhooks.FindAsync(context.Merchant(), new EndpointId(id), context.CancellationToken);
        if (endpoint is null) return EndpointRejections.NotFound;
        if (DeliveryId.Read(delivery) is not { } wanted
            || await deliveries.FindAsync(endpoint.Id, wanted, context.CancellationToken) is null)
            return Problem.NotFound("delivery");
        var post = posted!.Once(context.Merchant(), $"resends {id} {wanted}", ids.Replay());
        return await idempotent.RunAsync(post, claim => AgainAsync(endpoint, wanted, claim.Resource), CancellationToken.None);
    }

    [Function("SendTestEvent")]
    public async Task<IResult> Test(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhook-endpoints/{id}/test-events")] HttpRequest request,
        string id,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: true, context.CancellationToken);
        if ((problem ?? posted!.RefuseMembers()) is { } refusal) return refusal;
        var merchant = context.Merchant();
        var endpoint = await webhooks.FindAsync(merchant, new EndpointId(id), context.CancellationToken);
        if (endpoint is null) return EndpointRejections.NotFound;
        // The claim fixes the delivery's id, and with it the moment, so whoever goes on after a crash sends the same.
        var delivery = DeliveryId.Of(endpoint.Id, ids.Replay(), time.GetUtcNow());
        var post = posted!.Once(merchant, $"test-events {id}", delivery.Value);
        return await idempotent.RunAsync(
            post, claim => TestAsync(merchant, endpoint, new DeliveryId(claim.Resource)), CancellationToken.None);
    }

    async Task<PostResult> AgainAsync(WebhookEndpoint endpoint, DeliveryId id, string cause)
    {
        if (!endpoint.IsEnabled) return Final(Answer.Of(EndpointRejections.IsDisabled));
        var isRefused = false;
        var delivery = await deliveries.ChangeAsync(
            endpoint.Id,
            id,
            found =>
            {
                var again = found.Again(cause, time.GetUtcNow());
                isRefused = again is null;
                return again ?? found;
            },
            CancellationToken.None);
        if (isRefused) return Final(Answer.Of(TriedTooOften));
        await queue.AnnounceAsync([delivery], CancellationToken.None);
        return Final(Answer.Of(StatusCodes.Status202Accepted, DeliveryWire.Of(delivery)));
    }

    async Task<PostResult> TestAsync(MerchantId merchant, WebhookEndpoint endpoint, DeliveryId id)
    {
        if (!endpoint.IsEnabled) return Final(Answer.Of(EndpointRejections.IsDisabled));
        var news = new Announcement(
            merchant, id.Value, EventTypes.Test, id.At, Payload.Of(EventTypes.Test, endpoint, id.At));
        var delivery = news.To(endpoint, id);
        await deliveries.CreateAsync(delivery, CancellationToken.None);
        await queue.AnnounceAsync([delivery], CancellationToken.None);
        return Final(Answer.Of(StatusCodes.Status202Accepted, DeliveryWire.Of(delivery)));
    }

    static PostResult Final(Answer answer) => new(answer, IsFinal: true);
}
