using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Merchants;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>What is to be sent again: the deliveries after that place and before the end.</summary>
public sealed record ReplayInput(string Replay, MerchantId Merchant, EndpointId Endpoint, DeliveryId After, DeliveryId End);

/// <summary>A replay as the contract shows it.</summary>
sealed record ReplayWire(string Id, EndpointId Endpoint, DateTimeOffset From, DateTimeOffset To);

/// <summary>POST /v1/webhook-endpoints/{id}/replays.</summary>
public sealed class StartReplay(IdempotentPost idempotent, WebhookStore webhooks, Ids ids, TimeProvider time)
{
    static readonly TimeSpan FurthestBack = TimeSpan.FromDays(30);

    [Function(nameof(StartReplay))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webhook-endpoints/{id}/replays")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var (posted, problem) = await PostedRequest.ReadAsync(request, mayBeEmpty: false, context.CancellationToken);
        if (posted is null) return problem!;
        var (merchant, endpoint) = (context.Merchant(), new EndpointId(id));
        if (await webhooks.FindAsync(merchant, endpoint, context.CancellationToken) is not { } found)
            return EndpointRejections.NotFound;
        var (range, errors) = ReadRange(posted.Body);
        if (range is null) return Problem.Invalid(errors);
        var post = posted.Once(merchant, $"replays {id}", ids.Replay());
        return await idempotent.RunAsync(
            post, claim => StartAsync(durable, merchant, found, range with { Id = claim.Resource }), CancellationToken.None);
    }

    static async Task<PostResult> StartAsync(
        DurableTaskClient durable, MerchantId merchant, WebhookEndpoint endpoint, ReplayWire replay)
    {
        if (!endpoint.IsEnabled)
            return new PostResult(Answer.Of(EndpointRejections.IsDisabled), IsFinal: true);
        var input = new ReplayInput(
            replay.Id, merchant, endpoint.Id, DeliveryId.Floor(replay.From), DeliveryId.Floor(replay.To));
        await Orchestrations.StartOnceAsync(durable, nameof(ReplayDeliveries), replay.Id, input, CancellationToken.None);
        return new PostResult(
            Answer.Of(StatusCodes.Status202Accepted, replay with { Endpoint = endpoint.Id }), IsFinal: true);
    }

    (ReplayWire? Range, IReadOnlyList<FieldError> Errors) ReadRange(JsonElement body)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var from = members.Moment("from", isRequired: true);
        var to = members.Moment("to", isRequired: true);
        var now = time.GetUtcNow();
        if (from < now - FurthestBack) members.Wrong<string>("from", "out_of_range", "It must be within the last 30 days.");
        if (to <= from) members.Wrong<string>("to", "out_of_range", "It must be later than from.");
        if (to > now) members.Wrong<string>("to", "out_of_range", "It must not lie ahead.");
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (new ReplayWire("", default, from!.Value, to!.Value), errors);
    }
}

/// <summary>Sends the deliveries of a range again, page by page and not all at once; its instance id is the replay's.</summary>
public static class ReplayDeliveries
{
    const int PagesOfOneHistory = 100;
    static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    [Function(nameof(ReplayDeliveries))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReplayInput>()!;
        for (var page = 0; page < PagesOfOneHistory; page++)
        {
            var last = await context.CallActivityAsync<DeliveryId?>(nameof(ReplayPage), input, AuthorizePayment.UntilItWorks);
            if (last is not { } after) return;
            input = input with { After = after };
            await context.CreateTimer(Breath, CancellationToken.None);
        }
        context.ContinueAsNew(input);
    }
}

/// <summary>Sends one page of deliveries again; repeated, each is still sent once for this replay.</summary>
public sealed partial class ReplayPage(
    WebhookStore webhooks, DeliveryStore deliveries, DeliveryQueue queue, TimeProvider time, ILogger<ReplayPage> log)
{
    const int PageSize = 50;

    /// <summary>The last delivery of the page, or null when there is no more to send or nobody to send it to.</summary>
    [Function(nameof(ReplayPage))]
    public async Task<DeliveryId?> Run([ActivityTrigger] ReplayInput input, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        if (await webhooks.FindAsync(input.Merchant, input.Endpoint, cancellation) is not { IsEnabled: true }) return null;
        var page = await deliveries.RangeAsync(input.Endpoint, input.After, input.End, PageSize, cancellation);
        if (page.Count == 0) return null;
        var begun = new List<Delivery>();
        foreach (var delivery in page)
            if (await AgainAsync(delivery, input.Replay, cancellation) is { } again) begun.Add(again);
        await queue.AnnounceAsync(begun, cancellation);
        Replayed(input.Replay, input.Endpoint, begun.Count, page.Count);
        return page[^1].Id;
    }

    async Task<Delivery?> AgainAsync(Delivery delivery, string replay, CancellationToken cancellation)
    {
        // What is due comes anyway; what waits for a later try comes now, and that try is passed over.
        Delivery Begin(Delivery found) =>
            found.IsDue(time.GetUtcNow()) ? found : found.Again(replay, time.GetUtcNow()) ?? found;
        var changed = await deliveries.ChangeAsync(delivery.Endpoint, delivery.Id, Begin, cancellation);
        return changed.Round.Cause == replay ? changed : null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Replay} to {Endpoint}: {Begun} of {Found} are sent again")]
    partial void Replayed(string replay, EndpointId endpoint, int begun, int found);
}
