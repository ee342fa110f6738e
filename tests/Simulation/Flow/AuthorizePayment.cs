using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's AuthorizePayment, with RefuseUnroutable.</summary>
static class AuthorizePayment
{
    public static async Task RunAsync(Orchestration context)
    {
        var asked = context.Subject.Asked;
        var steps = new AuthorizationSteps(context, Router.Plan(context.Subject.Snapshot), []);
        switch (await steps.RunAsync())
        {
            case NextStep.Authorized when asked.AutomaticCapture is { } capture:
                await ContinueAuthorized.DriveAsync(context, capture);
                break;
            case NextStep.Decline when steps.Outcomes.Count == 0:
                await context.CallAsync("refuse unroutable", RefuseUnroutableAsync);
                break;
            default:
                break;
        }
    }

    static async Task RefuseUnroutableAsync(Run run)
    {
        var refusal = new NextStep.Decline(DeclineCode.ConfigurationError);
        var done = await run.BeginAsync(
            run.Subject.Asked.Begun(), found => Authorization.Conclude(found, refusal, run.World.Clock));
        await run.PublishAsync(done, first: 1);
    }
}

/// <summary>What an acquirer says by itself of one attempt.</summary>
sealed record AcquirerWord(int Attempt, AttemptOutcome Said);

/// <summary>App's AuthorizationSteps: Core says the next step, until there is an end or the cardholder's turn.</summary>
sealed class AuthorizationSteps(Orchestration context, RoutePlan plan, IReadOnlyList<AttemptOutcome> begun)
{
    static readonly int MostSteps = ((Authorization.MostCascades + 1) * (1 + FindOutSchedule.MostTimes)) + 1;

    readonly List<AttemptOutcome> outcomes = [.. begun];
    Inquiry inquiry = new Inquiry.Send();
    Task<AcquirerWord>? word;
    int timesAsked;

    public IReadOnlyList<AttemptOutcome> Outcomes => outcomes;

    public Task<AcquirerWord> Word => word ??= context.AcquirerSaid.Wait();

    public async Task<NextStep> RunAsync()
    {
        for (var steps = 0; steps < MostSteps; steps++)
        {
            switch (Authorization.Next(plan, outcomes, timesAsked))
            {
                case NextStep.TryAcquirer step:
                    timesAsked = 0;
                    inquiry = new Inquiry.Send();
                    outcomes.Add(await AskAsync(step, inquiry));
                    break;
                case NextStep.FindOut step:
                    timesAsked++;
                    await LearnAsync(await WordWithinAsync(step.After) ?? inquiry);
                    break;
                case NextStep.Reverse step:
                    timesAsked++;
                    await LearnAsync(await WordWithinAsync(step.After) ?? (Inquiry)new Inquiry.Reverse());
                    break;
                case var end:
                    return end;
            }
        }
        throw new InvariantBroken($"{context.Subject.Id} is not decided after {MostSteps} steps.");
    }

    public async Task LearnAsync(Inquiry how)
    {
        if (how is not Inquiry.Adopt) inquiry = how;
        var attempt = outcomes.Count;
        outcomes[^1] = await AskAsync(new NextStep.TryAcquirer(attempt, plan.Choices[attempt - 1].Acquirer, ""), how);
    }

    async Task<Inquiry?> WordWithinAsync(TimeSpan wait)
    {
        var (fired, timer) = wait == TimeSpan.Zero ? (Task.CompletedTask, null) : context.Timer(wait);
        while (await Task.WhenAny(Word, fired) != fired)
        {
            if (TakeWord() is not { } said) continue;
            timer?.Cancel();
            return said;
        }
        return null;
    }

    public Inquiry.Adopt? TakeWord()
    {
        var come = Word.Result;
        word = null;
        return come.Attempt == outcomes.Count ? new Inquiry.Adopt(come.Said) : null;
    }

    Task<AttemptOutcome> AskAsync(NextStep.TryAcquirer step, Inquiry how)
    {
        var asked = outcomes.Count == 0 ? context.Subject.Asked.Begun() : null;
        var input = new AttemptInput(plan, step, timesAsked, how, asked);
        return context.CallAsync("attempt", run => AttemptAuthorization.RunAsync(run, input));
    }
}
