using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>What a payment is authorised from: no card, only where it is kept.</summary>
/// <param name="Plan">
/// Made before the start: smaller than all that it is made of, and what is under way keeps its route. Null in what was started
/// before plans were made there; then <see cref="Snapshot"/> has what it is made of.
/// </param>
public sealed record AuthorizeInput(PaymentId Payment, RoutePlan? Plan, OperationId? AutomaticCapture)
{
    /// <summary>What the plan is made of, where there is none yet.</summary>
    public RoutingSnapshot? Snapshot { get; init; }

    /// <summary>The payment as it was asked for, to be written by its first step; null where it was written before.</summary>
    public Payment? Asked { get; init; }
}

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

    [Function(nameof(AuthorizePayment))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<AuthorizeInput>()!;
        var plan = input.Plan ?? Router.Plan(input.Snapshot!);
        var steps = new AuthorizationSteps(context, new AuthorizationProgress(input.Payment, plan, []), input.Asked);
        switch (await steps.RunAsync())
        {
            case NextStep.Authorized when input.AutomaticCapture is { } capture:
                await ContinueAuthorized.Drive(context, new CaptureInput(input.Payment, capture));
                break;
            case NextStep.Decline when steps.Outcomes.Count == 0:
                await context.CallActivityAsync(
                    nameof(AttemptAuthorization.RefuseUnroutable), new UnroutableInput(input.Payment, plan) { Asked = input.Asked }, UntilItWorks);
                break;
            default:
                break;
        }
    }
}
