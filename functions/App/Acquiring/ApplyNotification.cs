using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>
/// Brings what an acquirer says by itself to the payment, as Core judges: to the orchestration that waits for it, or, where
/// nobody waits any more, to the payment itself. Said again it changes nothing.
/// </summary>
public sealed partial class ApplyNotification(
    PaymentStore payments, PaymentEvents events, NoticeQueue queue, TimeProvider time, ILogger<ApplyNotification> log)
{
    const int MostTimesPutOff = 10;

    [Function(nameof(ApplyNotification))]
    public async Task Run(
        [ServiceBusTrigger(NoticeQueue.Name, Connection = "ServiceBus", AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var notice = message.Body.ToObjectFromJson<AcquirerNotice>(Json.Storage)!;
        if (await WhyNotAsync(notice, isRepeat: message.DeliveryCount > 1, durable, cancellation) is { } reason)
        {
            await actions.DeadLetterMessageAsync(message, null, "not_applicable", reason, cancellation);
            return;
        }
        await actions.CompleteMessageAsync(message, cancellation);
    }

    /// <summary>Applies a notice; why it could not be, in words for the person who has to look.</summary>
    async Task<string?> WhyNotAsync(
        AcquirerNotice notice, bool isRepeat, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (notice.Says is NoticeSubject.Nothing)
        {
            NotActedOn(notice.Acquirer, notice.RawType, notice.Id);
            return null;
        }
        if (await payments.FindAsync(notice.Payment, cancellation) is not { } payment)
            return $"{notice.Acquirer} speaks of {notice.Payment}, which is no payment of ours.";
        var verdict = Notices.Judge(payment, notice, time.GetUtcNow());
        Judged(payment.Id, notice.Acquirer, notice.RawType, verdict.GetType().Name);
        switch (verdict)
        {
            case NoticeVerdict.Nothing:
                if (isRepeat) await CatchUpAsync(payment, durable, cancellation);
                return null;
            case NoticeVerdict.PutOff:
                return await PutOffAsync(notice, cancellation);
            case NoticeVerdict.Tell tell:
                await TellAsync(payment, new AcquirerWord(tell.Attempt, tell.Said), durable, cancellation);
                await SettleAsync(payment, notice.Acquirer, tell.Said, durable, cancellation);
                return await PutOffAsync(notice, cancellation);
            case NoticeVerdict.GoOn:
                await GoOnAsync(payment, durable, cancellation);
                return null;
            case NoticeVerdict.Undo undo:
                return await UndoAttempt.StartAsync(payments, durable, payment.Id, undo, time.GetUtcNow(), cancellation)
                    ? null
                    : await PutOffAsync(notice, cancellation);
            case NoticeVerdict.Change:
                await ChangeAsync(notice, durable, cancellation);
                return null;
            case NoticeVerdict.ForAPerson odd:
                return odd.Reason;
            default:
                throw new UnreachableException();
        }
    }

    // Whichever of the two waits takes it up; to the other, or when none waits any more, it is nothing.
    static async Task TellAsync(Payment payment, AcquirerWord word, DurableTaskClient durable, CancellationToken cancellation)
    {
        var waiting = payment.Attempts.Any(attempt => attempt.Outcome is AttemptOutcome.ActionRequired)
            || payment.Events.Any(recorded => recorded.Event is PaymentEvent.ActionEnded);
        var instance = waiting ? AuthenticateCardholder.InstanceId(payment.Id) : payment.Id.Value;
        await Orchestrations.TryTellAsync(durable, instance, AuthorizationSteps.AcquirerSaid, word, cancellation);
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

    // Judged again of what is there by then. Where the write is a repeat, its events are published again, and dropped.
    async Task ChangeAsync(AcquirerNotice notice, DurableTaskClient durable, CancellationToken cancellation)
    {
        var before = 0;
        var changed = await payments.ChangeAsync(
            notice.Payment,
            found =>
            {
                before = found.Events.Count;
                return Notices.Judge(found, notice, time.GetUtcNow()) is NoticeVerdict.Change change ? change.Payment : found;
            },
            cancellation);
        await events.PublishAsync(changed, Math.Min(before + 1, changed.Events.Count), cancellation);
        await WatchAsync(changed, durable, cancellation);
    }

    // The notice may have been applied by a receiver that died before it told anybody: what it did is there, and is told now.
    async Task CatchUpAsync(Payment payment, DurableTaskClient durable, CancellationToken cancellation)
    {
        await events.PublishAsync(payment, first: 1, cancellation);
        await WatchAsync(payment, durable, cancellation);
    }

    static Task WatchAsync(Payment payment, DurableTaskClient durable, CancellationToken cancellation) =>
        payment.Status == PaymentStatus.Authorized
            ? ExpireAuthorization.StartAsync(durable, payment, cancellation)
            : Task.CompletedTask;

    async Task<string?> PutOffAsync(AcquirerNotice notice, CancellationToken cancellation)
    {
        if (notice.TimesPutOff >= MostTimesPutOff) return $"{notice.Payment} has not come to be ready for it.";
        await queue.PutOffAsync(notice, cancellation);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Acquirer} says {Type} ({Notice}): nothing is done about it")]
    partial void NotActedOn(AcquirerName acquirer, string type, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment}: {Acquirer} says {Type}: {Verdict}")]
    partial void Judged(PaymentId payment, AcquirerName acquirer, string type, string verdict);
}
