using System.Diagnostics;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's ApplyNotification: a message is received until one run has come to its end.</summary>
static class ApplyNotification
{
    const int MostTimesPutOff = 10;
    static readonly TimeSpan PutOffFor = TimeSpan.FromSeconds(10);

    public static Task RunAsync(World world, Case subject, AcquirerNotice notice) => AtLeastOnce.RunAsync(
        world,
        subject,
        "notice",
        async run =>
        {
            if (await WhyNotAsync(run, notice) is { } reason) subject.DeadLetters.Add($"{notice.RawType} {notice.Id}: {reason}");
        });

    static async Task<string?> WhyNotAsync(Run run, AcquirerNotice notice)
    {
        await run.Step("find");
        if (run.Subject.Payment is not { } payment) return "no payment of ours";
        switch (run.World.Rules.Judge(payment, notice, run.World.Clock))
        {
            case NoticeVerdict.Nothing:
                if (run.IsRepeat) await CatchUpAsync(run, payment);
                return null;
            case NoticeVerdict.PutOff:
                return await PutOffAsync(run, notice);
            case NoticeVerdict.Tell tell:
                await TellAsync(run, payment, new AcquirerWord(tell.Attempt, tell.Said));
                await SettleAsync(run, payment, notice.Acquirer, tell.Said);
                return await PutOffAsync(run, notice);
            case NoticeVerdict.GoOn:
                await GoOnAsync(run, payment);
                return null;
            case NoticeVerdict.Undo undo:
                return await UndoAttempt.StartAsync(run, undo) ? null : await PutOffAsync(run, notice);
            case NoticeVerdict.Change:
                await ChangeAsync(run, notice);
                return null;
            case NoticeVerdict.ForAPerson odd:
                return odd.Reason;
            default:
                throw new UnreachableException();
        }
    }

    static async Task<string?> PutOffAsync(Run run, AcquirerNotice notice)
    {
        if (notice.TimesPutOff >= MostTimesPutOff) return "not ready for it";
        await run.Step("put off");
        var later = notice with { TimesPutOff = notice.TimesPutOff + 1 };
        var (world, subject) = (run.World, run.Subject);
        world.Loop.In(PutOffFor, subject, "notice again", () => world.Watch(RunAsync(world, subject, later)));
        return null;
    }

    static async Task TellAsync(Run run, Payment payment, AcquirerWord word)
    {
        await run.Step("tell");
        var waiting = payment.Attempts.Any(attempt => attempt.Outcome is AttemptOutcome.ActionRequired)
            || payment.Events.Any(recorded => recorded.Event is PaymentEvent.ActionEnded);
        var instance = waiting ? AuthenticateCardholder.InstanceId(payment.Id) : payment.Id.Value;
        Orchestration.Tell(run.World, run.Subject, instance, found => found.AcquirerSaid, word);
    }

    static async Task SettleAsync(Run run, Payment payment, AcquirerName acquirer, AttemptOutcome said)
    {
        if (payment.Status != PaymentStatus.Unresolved) return;
        var settled = await run.ChangeAsync(found => Authorization.Settle(found, acquirer, said, run.World.Clock));
        await GoOnAsync(run, settled);
    }

    static async Task GoOnAsync(Run run, Payment settled)
    {
        if (settled.Status == PaymentStatus.Unresolved) return;
        if (settled.Events.LastOrDefault(recorded => recorded.Event is PaymentEvent.LeftUnresolved) is not { } left) return;
        await run.PublishAsync(settled, left.Sequence + 1);
        await run.Step("go on");
        if (settled.Approval is not null) ContinueAuthorized.Start(run, settled);
    }

    static async Task ChangeAsync(Run run, AcquirerNotice notice)
    {
        var before = 0;
        var changed = await run.ChangeAsync(found =>
        {
            before = found.Events.Count;
            return run.World.Rules.Judge(found, notice, run.World.Clock) is NoticeVerdict.Change change ? change.Payment : found;
        });
        await run.PublishAsync(changed, Math.Min(before + 1, changed.Events.Count));
        await WatchAsync(run, changed);
    }

    static async Task CatchUpAsync(Run run, Payment payment)
    {
        await run.PublishAsync(payment, first: 1);
        await WatchAsync(run, payment);
    }

    static async Task WatchAsync(Run run, Payment payment)
    {
        await run.Step("watch over it again");
        if (payment.Status == PaymentStatus.Authorized) ExpireAuthorization.Start(run, payment);
    }
}
