using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Payments;

namespace Railyard.App.Routing;

/// <summary>What an authorised payment captures of itself.</summary>
public sealed record CaptureInput(PaymentId Payment, OperationId Capture);

/// <summary>
/// The capture of a payment that captures itself. An orchestration of its own for an approval that came after its
/// payment's had ended.
/// </summary>
public static class ContinueAuthorized
{
    /// <summary>The instance that goes on with that payment.</summary>
    public static string InstanceId(PaymentId payment) => $"{payment}-continue";

    [Function(nameof(ContinueAuthorized))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Drive(context, context.GetInput<CaptureInput>()!);

    /// <summary>The steps, also for the orchestration that the approval came to.</summary>
    internal static async Task Drive(TaskOrchestrationContext context, CaptureInput input)
    {
        var outcome = await PerformOperation.Drive(context, new OperationInput(input.Payment, input.Capture));
        if (outcome is OperationOutcome.Accepted) return;
        await context.CallActivityAsync(nameof(EndWaiting.WatchAuthorization), input.Payment, AuthorizePayment.UntilItWorks);
    }

    /// <summary>Starts what follows an approval, where the orchestration that it came to is not there to do it.</summary>
    internal static Task StartAsync(DurableTaskClient durable, Payment approved, CancellationToken cancellation) =>
        approved.AutomaticCapture is { } capture
            ? Orchestrations.StartOnceAsync(
                durable, nameof(ContinueAuthorized), InstanceId(approved.Id), new CaptureInput(approved.Id, capture), cancellation)
            : ExpireAuthorization.StartAsync(durable, approved, cancellation);
}
