using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>
/// Makes one try of a delivery: post, write down how the endpoint fares, write down the try, announce the next. Cut off
/// anywhere it is begun again by the same message, at worst posting the same message again under the same id.
/// </summary>
public sealed partial class DeliverWebhook(
    WebhookStore webhooks,
    DeliveryStore deliveries,
    DeliveryQueue queue,
    WebhookSender sender,
    DisabledNotice notice,
    TimeProvider time,
    ILogger<DeliverWebhook> log)
{
    [Function(nameof(DeliverWebhook))]
    public async Task Run(
        [ServiceBusTrigger(DeliveryQueue.Name, Connection = "ServiceBus")] ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        var due = message.Body.ToObjectFromJson<DueTry>(Json.Storage)!;
        var cancellation = context.CancellationToken;
        // It has outlived its 30 days, and nobody can ask for it any more.
        if (await deliveries.FindAsync(due.Endpoint, due.Delivery, cancellation) is not { } delivery) return;
        var turn = delivery.TurnOf(due.Number);
        if (turn == Turn.Try) delivery = await TryAsync(delivery, due, cancellation);
        if (turn != Turn.Nothing) await queue.AnnounceAsync([delivery], cancellation);
    }

    async Task<Delivery> TryAsync(Delivery delivery, DueTry due, CancellationToken cancellation)
    {
        var all = await webhooks.LoadAsync(due.Merchant, cancellation);
        if (all.Find(due.Endpoint) is not { IsEnabled: true } endpoint) return await DropAsync(all, due, cancellation);
        var at = time.GetUtcNow();
        var posted = await sender.PostAsync(endpoint, delivery, cancellation);
        var isListening = await RecordHealthAsync(all, due, posted.Outcome, at, cancellation);
        var verdict = isListening
            ? DeliverySchedule.After(posted.Outcome, due.Number - delivery.Round.FirstTry + 1, Chance(due), time.GetUtcNow())
            : new Verdict.GiveUp();
        Tried(due.Delivery, due.Number, due.Endpoint, Describe(posted.Outcome), verdict.GetType().Name);
        return await deliveries.ChangeAsync(
            due.Endpoint, due.Delivery, found => found.After(Try(due.Number, at, posted), verdict), cancellation);
    }

    async Task<bool> RecordHealthAsync(
        MerchantWebhooks all, DueTry due, TryOutcome outcome, DateTimeOffset at, CancellationToken cancellation)
    {
        // Nearly always there is nothing to change, and what was read before the try is enough to know.
        if (ReferenceEquals(EndpointRules.AfterTry(all, due.Endpoint, outcome, at), all)) return true;
        var changed = await webhooks.ChangeAsync(
            due.Merchant, found => EndpointRules.AfterTry(found, due.Endpoint, outcome, at), cancellation);
        await notice.TellAsync(changed, due.Endpoint, cancellation);
        return changed.Find(due.Endpoint) is { IsEnabled: true };
    }

    async Task<Delivery> DropAsync(MerchantWebhooks all, DueTry due, CancellationToken cancellation)
    {
        // Whoever disabled it may have been cut off before they told.
        await notice.TellAsync(all, due.Endpoint, cancellation);
        return await deliveries.ChangeAsync(due.Endpoint, due.Delivery, found => found.Dropped(), cancellation);
    }

    static DeliveryTry Try(int number, DateTimeOffset at, Posted posted) => new(
        number,
        at,
        (int)posted.Duration.TotalMilliseconds,
        (posted.Outcome as TryOutcome.Answered)?.StatusCode,
        (posted.Outcome as TryOutcome.NoAnswer)?.Error,
        posted.Response);

    // From 0 to 1, and the same however often the try is repeated.
    static double Chance(DueTry due)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{due.Delivery}:{due.Number}"));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }

    static string Describe(TryOutcome outcome) => outcome switch
    {
        TryOutcome.Answered answered => $"answered {answered.StatusCode}",
        TryOutcome.NoAnswer none => $"no answer, {Json.Word(none.Error)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Delivery} try {Number} to {Endpoint}: {Outcome}; {Verdict}")]
    partial void Tried(DeliveryId delivery, int number, EndpointId endpoint, string outcome, string verdict);
}
