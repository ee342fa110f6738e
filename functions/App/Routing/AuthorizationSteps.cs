using Microsoft.DurableTask;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>How far an authorisation has come, for the orchestration that goes on with it.</summary>
public sealed record AuthorizationProgress(
    PaymentId Payment, RoutePlan Plan, IReadOnlyList<AttemptOutcome> Outcomes, OperationId? AutomaticCapture = null);

/// <summary>What an acquirer says by itself of one attempt. It may come when the payment has gone on to another.</summary>
public sealed record AcquirerWord(int Attempt, AttemptOutcome Said);

/// <summary>
/// The steps of an authorisation inside an orchestration: asks Core for the next, makes it, gives Core the answer. An
/// outcome that is unknown is asked about; the acquirer's own word in between saves the asking.
/// </summary>
/// <param name="asked">The payment as it was asked for, where the first step is to write it.</param>
sealed class AuthorizationSteps(TaskOrchestrationContext context, AuthorizationProgress begun, Payment? asked = null)
{
    /// <summary>The event that brings an <see cref="AcquirerWord"/> to a waiting orchestration.</summary>
    public const string AcquirerSaid = "acquirer_said";

    // Every attempt can be asked about as often as the schedule has it, and one step more ends it.
    static readonly int MostSteps = ((Authorization.MostCascades + 1) * (1 + FindOutSchedule.MostTimes)) + 1;

    readonly List<AttemptOutcome> outcomes = [.. begun.Outcomes];
    Inquiry inquiry = new Inquiry.Send();
    Task<AcquirerWord>? word;
    int timesAsked;

    /// <summary>What came of the attempts so far.</summary>
    public IReadOnlyList<AttemptOutcome> Outcomes => outcomes;

    /// <summary>The acquirer's word, whenever it comes: each is waited for once, however often the waiting is taken up.</summary>
    public Task<AcquirerWord> Word => word ??= context.WaitForExternalEvent<AcquirerWord>(AcquirerSaid);

    /// <summary>Goes on until there is an end, or until the cardholder must do something; answers with that step.</summary>
    public async Task<NextStep> RunAsync()
    {
        for (var steps = 0; steps < MostSteps; steps++)
        {
            switch (Authorization.Next(begun.Plan, outcomes, timesAsked))
            {
                case NextStep.TryAcquirer step:
                    timesAsked = 0;
                    inquiry = new Inquiry.Send();
                    outcomes.Add(await AskAsync(step, inquiry));
                    break;
                case NextStep.FindOut step:
                    timesAsked++;
                    await LearnAsync(await WordWithin(step.After) ?? inquiry);
                    break;
                case NextStep.Reverse step:
                    timesAsked++;
                    await LearnAsync(await WordWithin(step.After) ?? (Inquiry)new Inquiry.Reverse());
                    break;
                case var end:
                    return end;
            }
        }
        throw new InvariantBroken($"{begun.Payment} is not decided after {MostSteps} steps.");
    }

    /// <summary>Learns what became of the last attempt in that way.</summary>
    public async Task LearnAsync(Inquiry how)
    {
        if (how is not Inquiry.Adopt) inquiry = how;
        var attempt = outcomes.Count;
        outcomes[^1] = await AskAsync(new NextStep.TryAcquirer(attempt, begun.Plan.Choices[attempt - 1].Acquirer, ""), how);
    }

    /// <summary>The acquirer's word as a way to learn, if it comes before the time is up.</summary>
    async Task<Inquiry?> WordWithin(TimeSpan wait)
    {
        using var enough = new CancellationTokenSource();
        var timer = wait == TimeSpan.Zero ? Task.CompletedTask : context.CreateTimer(wait, enough.Token);
        while (await Task.WhenAny(Word, timer) != timer)
        {
            if (TakeWord() is not { } said) continue;
            enough.Cancel();
            return said;
        }
        return null;
    }

    /// <summary>
    /// The word that has come, so that the next one is waited for anew; null where it is not about the attempt in hand, of which
    /// it says nothing.
    /// </summary>
    public Inquiry.Adopt? TakeWord()
    {
        var come = Word.Result;
        word = null;
        return come.Attempt == outcomes.Count ? new Inquiry.Adopt(come.Said) : null;
    }

    Task<AttemptOutcome> AskAsync(NextStep.TryAcquirer step, Inquiry how) => context.CallActivityAsync<AttemptOutcome>(
        nameof(AttemptAuthorization),
        new AttemptInput(begun.Payment, begun.Plan, step, timesAsked, how) { Asked = outcomes.Count == 0 ? asked : null },
        AuthorizePayment.UntilItWorks);
}
