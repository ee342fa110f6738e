using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Routing;

/// <summary>A payment that is authorised, and what is to become of it.</summary>
public sealed record ApprovedPayment(PaymentId Payment, Money Amount, CardBrand Brand, OperationId? AutomaticCapture);

/// <summary>
/// What follows an authorisation: what captures itself is captured, and one that nobody captures comes to its end. An
/// orchestration of its own for an approval that came after its payment's had ended.
/// </summary>
public static class ContinueAuthorized
{
    /// <summary>The instance that goes on with that payment.</summary>
    public static string InstanceId(PaymentId payment) => $"{payment}-continue";

    [Function(nameof(ContinueAuthorized))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Drive(context, context.GetInput<ApprovedPayment>()!);

    /// <summary>The steps, also for the orchestration that the approval came to.</summary>
    internal static async Task Drive(TaskOrchestrationContext context, ApprovedPayment approved)
    {
        if (approved.AutomaticCapture is { } capture
            && await PerformOperation.Drive(context, new OperationInput(approved.Payment, capture)) is OperationOutcome.Accepted)
            return;
        if (approved.Amount.IsZero) return;
        var until = new DateTimeOffset(context.CurrentUtcDateTime) + AuthorizationValidity.Of(approved.Brand);
        // Nobody waits for it: it goes on when this orchestration has come to its end.
        _ = context.CallSubOrchestratorAsync(
            nameof(ExpireAuthorization),
            new ExpireInput(approved.Payment, until),
            new SubOrchestrationOptions(instanceId: ExpireAuthorization.InstanceId(approved.Payment)));
    }
}
