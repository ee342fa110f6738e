using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Acquiring;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>What a payment is authorised from: no card, only where it is kept.</summary>
public sealed record AuthorizeInput(PaymentId Payment, RoutingSnapshot Snapshot, OperationId? AutomaticCapture);

/// <summary>Takes a payment from acquirer to acquirer, as Core says, until it is authorised, declined or a person's.</summary>
public static class AuthorizePayment
{
    // A fault of ours or of the database is not an outcome: the step is made again, for as long as a person needs.
    internal static readonly TaskOptions UntilItWorks = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 200,
        firstRetryInterval: TimeSpan.FromMilliseconds(500),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(30))
    {
        HandleFailure = failure => !failure.IsCausedBy<InvariantBroken>(),
    });

    // Every attempt can be asked about as often as the schedule has it, and one step more ends it.
    static readonly int MostSteps = ((Authorization.MostCascades + 1) * (1 + FindOutSchedule.MostTimes)) + 1;

    [Function(nameof(AuthorizePayment))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<AuthorizeInput>()!;
        var plan = Router.Plan(input.Snapshot);
        var outcomes = new List<AttemptOutcome>();
        var timesAsked = 0;
        for (var steps = 0; steps < MostSteps; steps++)
        {
            switch (Authorization.Next(plan, outcomes, timesAsked))
            {
                case NextStep.TryAcquirer step:
                    timesAsked = 0;
                    outcomes.Add(await Attempt(context, new AttemptInput(input.Payment, plan, step, timesAsked)));
                    break;
                case NextStep.FindOut step:
                    await context.CreateTimer(step.After, CancellationToken.None);
                    timesAsked++;
                    outcomes[^1] = await Attempt(context, AskAgain(input.Payment, plan, step.Attempt, timesAsked));
                    break;
                case NextStep.Decline when outcomes.Count == 0:
                    await context.CallActivityAsync(nameof(AttemptAuthorization.RefuseUnroutable), input.Payment, UntilItWorks);
                    return;
                case NextStep.Authorized when input.AutomaticCapture is { } capture:
                    await PerformOperation.Drive(context, new OperationInput(input.Payment, capture));
                    return;
                default:
                    return;
            }
        }
        throw new InvariantBroken($"{input.Payment} is not decided after {MostSteps} steps.");
    }

    // The same attempt under the same key: the acquirer answers what it answered, or does now what never reached it.
    static AttemptInput AskAgain(PaymentId payment, RoutePlan plan, int attempt, int timesAsked) =>
        new(payment, plan, new NextStep.TryAcquirer(attempt, plan.Choices[attempt - 1].Acquirer, ""), timesAsked);

    static Task<AttemptOutcome> Attempt(TaskOrchestrationContext context, AttemptInput input) =>
        context.CallActivityAsync<AttemptOutcome>(nameof(AttemptAuthorization), input, UntilItWorks);
}
