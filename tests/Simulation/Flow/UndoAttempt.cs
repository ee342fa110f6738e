using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's UndoAttempt.</summary>
static class UndoAttempt
{
    public static async Task<bool> StartAsync(Run run, NoticeVerdict.Undo undo)
    {
        var now = run.World.Clock;
        var asked = await run.ChangeAsync(found => Reversals.Ask(found, undo.Attempt, undo.Why, undo.ApprovalReference, now));
        var attempt = asked.Attempts[undo.Attempt - 1];
        if (!attempt.IsBeingReversed) return true;
        await run.Step("start undo");
        Orchestration.StartOnce(
            run, $"{attempt.Id}-undo-{attempt.Reversals.Count}", context => RunAsync(context, undo.Attempt));
        return attempt.Reversals[^1].ApprovalReference == undo.ApprovalReference;
    }

    static async Task RunAsync(Orchestration context, int attempt)
    {
        for (var time = 1; ; time++)
        {
            if (await context.CallAsync("reverse", run => ReverseAttempt.RunAsync(run, attempt))) return;
            if (FindOutSchedule.Delay(time) is not { } delay) break;
            await context.WaitAsync(delay);
        }
        await context.CallAsync("leave reversal", run => ReverseAttempt.LeaveAsync(run, attempt));
    }
}

/// <summary>App's ReverseAttempt.</summary>
static class ReverseAttempt
{
    const string Evidence = "The acquirer did not acknowledge the reversal within 72 hours.";

    public static async Task<bool> RunAsync(Run run, int attempt)
    {
        var payment = await run.LoadAsync();
        if (payment.Attempts[attempt - 1].IsBeingReversed)
        {
            await run.Step("call");
            var outcome = await CallAsync(run, payment, attempt);
            payment = await run.ChangeAsync(found => Reversals.Record(found, attempt, outcome, run.World.Clock));
        }
        await PublishAsync(run, payment, attempt);
        return !payment.Attempts[attempt - 1].IsBeingReversed;
    }

    public static async Task LeaveAsync(Run run, int attempt)
    {
        var left = await run.ChangeAsync(found => Reversals.LeaveUnresolved(found, attempt, Evidence, run.World.Clock));
        await PublishAsync(run, left, attempt);
    }

    public static async Task<ReversalOutcome> CallAsync(Run run, Payment payment, int number)
    {
        var attempt = payment.Attempts[number - 1];
        var reference = attempt.Reversals[^1].ApprovalReference ?? (attempt.Outcome as AttemptOutcome.ActionRequired)?.AcquirerReference;
        var outcome = await run.World[attempt.Acquirer].Reverse(run, attempt.Id, reference, CallBudget.Longest);
        return run.World.Rules.BelieveReversal(outcome);
    }

    static Task PublishAsync(Run run, Payment payment, int attempt)
    {
        var asked = payment.Events.First(recorded => recorded.Event is PaymentEvent.ReversalAsked one && one.Attempt == attempt);
        return run.PublishAsync(payment, asked.Sequence);
    }
}
