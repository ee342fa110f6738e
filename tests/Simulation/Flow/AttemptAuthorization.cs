using System.Diagnostics;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>How the outcome of an attempt is come by, as in App.</summary>
abstract record Inquiry
{
    public sealed record Send : Inquiry;

    public sealed record Complete(string RedirectResult) : Inquiry;

    public sealed record Reverse : Inquiry;

    public sealed record Adopt(AttemptOutcome Said) : Inquiry;

    Inquiry() { }
}

sealed record AttemptInput(RoutePlan Plan, NextStep.TryAcquirer Step, int TimesAsked, Inquiry Inquiry, Payment? Asked);

/// <summary>App's AttemptAuthorization: write the attempt down, call, write the outcome, publish, start what follows.</summary>
static class AttemptAuthorization
{
    public static async Task<AttemptOutcome> RunAsync(Run run, AttemptInput input)
    {
        var (world, number) = (run.World, input.Step.Attempt);
        var started = await (input.Asked is { } asked
            ? run.BeginAsync(asked, payment => Begin(world, payment, input))
            : run.ChangeAsync(payment => Begin(world, payment, input)));
        var attempt = started.Attempts[number - 1];
        var outcome = IsOpen(attempt, input.Inquiry)
            ? await AskAsync(run, started, attempt, input.Inquiry)
            : attempt.Outcome!;
        var done = await run.ChangeAsync(payment => Record(world, payment, input, outcome));
        await run.PublishAsync(done, FirstEventOf(done, number));
        await StartWhatFollowsAsync(run, done, input.Plan);
        return done.Attempts[number - 1].Outcome!;
    }

    static async Task StartWhatFollowsAsync(Run run, Payment payment, RoutePlan plan)
    {
        await run.Step("start what follows");
        if (payment is { Status: PaymentStatus.RequiresAction })
        {
            AuthenticateCardholder.Start(run, payment, plan);
            Cardholder.IsSent(run.World, run.Subject, payment.LastAttempt!);
        }
        else if (payment is { Status: PaymentStatus.Authorized, AutomaticCapture: null })
        {
            ExpireAuthorization.Start(run, payment);
        }
    }

    static bool IsOpen(Attempt attempt, Inquiry inquiry) => attempt.Outcome switch
    {
        null or AttemptOutcome.Unknown => true,
        AttemptOutcome.ActionRequired => inquiry is not Inquiry.Send,
        _ => false,
    };

    static Payment Begin(World world, Payment payment, AttemptInput input)
    {
        var begun = Authorization.Start(payment, input.Step, world.Clock);
        return input.Inquiry is Inquiry.Reverse && IsOpen(begun.Attempts[input.Step.Attempt - 1], input.Inquiry)
            ? Reversals.Ask(begun, input.Step.Attempt, "no answer that could be believed", approvalReference: null, world.Clock)
            : begun;
    }

    static Payment Record(World world, Payment payment, AttemptInput input, AttemptOutcome answer)
    {
        var now = world.Clock;
        var outcome = world.Rules.Believe(answer, payment.Attempts[input.Step.Attempt - 1].IsOnlyCall);
        var answered = Authorization.EndAction(payment, input.Step.Attempt, outcome, isNews: input.Inquiry is not Inquiry.Send, now);
        return world.Rules.Record(answered, input.Plan, input.Step.Attempt, outcome, input.TimesAsked, now);
    }

    static async Task<AttemptOutcome> AskAsync(Run run, Payment payment, Attempt attempt, Inquiry inquiry)
    {
        await run.Step("call");
        var acquirer = run.World[attempt.Acquirer];
        switch (inquiry)
        {
            case Inquiry.Send:
                return await acquirer.Authorize(
                    run, attempt.Id, payment.Amount, CallBudget.For(run.World.Clock - payment.CreatedAt));
            case Inquiry.Complete complete:
                return await acquirer.Complete(run, attempt.Id, payment.Amount, complete.RedirectResult, CallBudget.Longest)
                    ?? attempt.Outcome!;
            case Inquiry.Reverse:
                return await ReverseAttempt.CallAsync(run, payment, attempt.Number) switch
                {
                    ReversalOutcome.Reversed reversed => new AttemptOutcome.Reversed(reversed.Evidence),
                    ReversalOutcome.Unknown unknown => new AttemptOutcome.Unknown(unknown.Evidence),
                    _ => throw new UnreachableException(),
                };
            case Inquiry.Adopt adopt:
                return adopt.Said;
            default:
                throw new UnreachableException();
        }
    }

    static int FirstEventOf(Payment payment, int attempt) => attempt == 1
        ? 1
        : payment.Events.First(recorded => recorded.Event is PaymentEvent.AttemptStarted started && started.Attempt == attempt).Sequence;
}
