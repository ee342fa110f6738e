using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// Brings what an acquirer says by itself to the payment: to the orchestration that waits for it, or, where nobody
/// waits any more, to the payment itself. Said again it changes nothing, since an outcome that is known stays.
/// </summary>
public sealed partial class ApplyNotification(
    PaymentStore payments, PaymentEvents events, ServiceBusClient bus, TimeProvider time, ILogger<ApplyNotification> log)
{
    const string Authorisation = "AUTHORISATION";
    const int MostTimesPutOff = 10;
    static readonly TimeSpan PutOffFor = TimeSpan.FromSeconds(10);

    readonly ServiceBusSender again = bus.CreateSender(ReceiveAdyenNotifications.Queue);

    [Function(nameof(ApplyNotification))]
    public async Task Run(
        [ServiceBusTrigger(ReceiveAdyenNotifications.Queue, Connection = "ServiceBus", AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var notice = message.Body.ToObjectFromJson<AcquirerNotice>(Json.Storage)!;
        if (await WhyNotAsync(notice, durable, cancellation) is { } reason)
        {
            await actions.DeadLetterMessageAsync(message, null, "not_applicable", reason, cancellation);
            return;
        }
        await actions.CompleteMessageAsync(message, cancellation);
    }

    /// <summary>Applies a notice; why it could not be, in words for the person who has to look.</summary>
    async Task<string?> WhyNotAsync(AcquirerNotice notice, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (notice.EventCode != Authorisation)
        {
            NotActedOn(notice.Acquirer, notice.EventCode, notice.Reference);
            return null;
        }
        if (await payments.FindAsync(new PaymentId(notice.MerchantReference), cancellation) is not { } payment)
            return $"{notice.Acquirer} speaks of {notice.MerchantReference}, which is no payment of ours.";
        if (payment.Attempts.LastOrDefault(attempt => attempt.Acquirer == notice.Acquirer) is not { } attempt)
            return $"{payment.Id} was never sent to {notice.Acquirer}.";
        return await ApplyAsync(notice, payment, attempt, durable, cancellation);
    }

    async Task<string?> ApplyAsync(
        AcquirerNotice notice, Payment payment, Attempt attempt, DurableTaskClient durable, CancellationToken cancellation)
    {
        var said = AdyenNotifications.OutcomeOf(notice, payment.Amount);
        switch (attempt.Outcome)
        {
            case null:
                return await PutOffAsync(notice, payment, cancellation);
            case AttemptOutcome.Unknown or AttemptOutcome.ActionRequired when payment.Status is not PaymentStatus.Expired:
                await TellAsync(payment, said, durable, cancellation);
                await SettleAsync(payment, notice.Acquirer, said, durable, cancellation);
                return null;
            case AttemptOutcome.Approved when said is AttemptOutcome.Approved:
                await GoOnAsync(payment, durable, cancellation);
                return null;
            case AttemptOutcome.Declined when said is AttemptOutcome.Declined:
                return null;
            default:
                return $"{notice.Acquirer} says of {payment.Id}, which is {payment.Status}: {said.GetType().Name}.";
        }
    }

    // The call is under way: its own answer most likely says the same in a moment.
    async Task<string?> PutOffAsync(AcquirerNotice notice, Payment payment, CancellationToken cancellation)
    {
        if (notice.TimesPutOff >= MostTimesPutOff) return $"{payment.Id} has no answer yet, nor has it come to a question.";
        var later = ReceiveAdyenNotifications.Message(notice with { TimesPutOff = notice.TimesPutOff + 1 });
        await again.ScheduleMessageAsync(later, time.GetUtcNow() + PutOffFor, cancellation);
        return null;
    }

    // Whichever of the two waits takes it up; to the other, or when none waits any more, it is nothing.
    static async Task TellAsync(Payment payment, AttemptOutcome said, DurableTaskClient durable, CancellationToken cancellation)
    {
        var waiting = payment.Attempts.Any(attempt => attempt.Outcome is AttemptOutcome.ActionRequired)
            || payment.Events.Any(recorded => recorded.Event is PaymentEvent.ActionEnded);
        var instance = waiting ? AuthenticateCardholder.InstanceId(payment.Id) : payment.Id.Value;
        await Orchestrations.TryTellAsync(durable, instance, AuthorizationSteps.AcquirerSaid, said, cancellation);
    }

    async Task SettleAsync(
        Payment payment, AcquirerName acquirer, AttemptOutcome said, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (payment.Status != PaymentStatus.Unresolved) return;
        var settled = await payments.ChangeAsync(
            payment.Id, found => Authorization.Settle(found, acquirer, said, time.GetUtcNow()), cancellation);
        await GoOnAsync(settled, durable, cancellation);
    }

    /// <summary>What follows for a payment that was unresolved and no longer is; made again, it is the same.</summary>
    async Task GoOnAsync(Payment settled, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (settled.Status == PaymentStatus.Unresolved) return;
        if (settled.Events.LastOrDefault(recorded => recorded.Event is PaymentEvent.LeftUnresolved) is not { } left) return;
        await events.PublishAsync(settled, left.Sequence + 1, cancellation);
        if (settled.Approval is not null) await ContinueAuthorized.StartAsync(durable, settled, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Acquirer} says {EventCode} of {Reference}: nothing is done about it")]
    partial void NotActedOn(AcquirerName acquirer, string eventCode, string reference);
}
