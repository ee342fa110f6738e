using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>A capture, refund or void that the payment holds already.</summary>
public sealed record OperationInput(PaymentId Payment, OperationId Operation);

/// <summary>Takes a capture, refund or void to the acquirer that authorised the payment, and asks until it is known.</summary>
public static class PerformOperation
{
    [Function(nameof(PerformOperation))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Drive(context, context.GetInput<OperationInput>()!);

    /// <summary>The steps, also for an orchestration that performs an operation as part of something larger.</summary>
    internal static async Task<OperationOutcome> Drive(TaskOrchestrationContext context, OperationInput input)
    {
        var outcome = await SendAsync(context, input);
        for (var time = 1; outcome is OperationOutcome.Unknown && FindOutSchedule.Delay(time) is { } delay; time++)
        {
            await context.CreateTimer(delay, CancellationToken.None);
            outcome = await SendAsync(context, input);
        }
        if (outcome is OperationOutcome.Unknown)
            await context.CallActivityAsync(nameof(SendOperation.LeaveUnresolved), input, AuthorizePayment.UntilItWorks);
        return outcome;
    }

    static Task<OperationOutcome> SendAsync(TaskOrchestrationContext context, OperationInput input) =>
        context.CallActivityAsync<OperationOutcome>(nameof(SendOperation), input, AuthorizePayment.UntilItWorks);
}

/// <summary>Sends an operation to the acquirer, writes the outcome, publishes it. Repeated, it is the same operation.</summary>
public sealed partial class SendOperation(
    PaymentStore payments, Acquirers acquirers, CardVault vault, PaymentEvents events, TimeProvider time, ILogger<SendOperation> log)
{
    [Function(nameof(SendOperation))]
    public async Task<OperationOutcome> Run([ActivityTrigger] OperationInput input, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var payment = await payments.LoadAsync(input.Payment, cancellation);
        var outcome = Known(payment, input.Operation) ?? await CallAsync(payment, input.Operation, cancellation);
        var done = await payments.ChangeAsync(
            input.Payment, found => OperationRules.Record(found, input.Operation, outcome, time.GetUtcNow()), cancellation);
        await PublishAsync(done, input.Operation, cancellation);
        return Known(done, input.Operation) ?? outcome;
    }

    /// <summary>Gives an operation that could not be found out about to a person.</summary>
    [Function(nameof(LeaveUnresolved))]
    public async Task LeaveUnresolved([ActivityTrigger] OperationInput input, FunctionContext context)
    {
        const string Evidence = "The acquirer gave no answer that could be believed within 72 hours.";
        var done = await payments.ChangeAsync(
            input.Payment,
            found => OperationRules.LeaveUnresolved(found, input.Operation, Evidence, time.GetUtcNow()),
            context.CancellationToken);
        await PublishAsync(done, input.Operation, context.CancellationToken);
    }

    async Task<OperationOutcome> CallAsync(Payment payment, OperationId id, CancellationToken cancellation)
    {
        var approval = payment.Approval ?? throw new InvariantBroken($"{payment.Id} has no authorisation.");
        var operation = payment.Find(id) ?? throw new InvariantBroken($"{payment.Id} has no operation {id}.");
        var acquirer = acquirers[approval.Acquirer];
        CardNumber? number = acquirer.Profile.OperationsNameTheCard
            ? await vault.RevealAsync(payment, cancellation)
            : null;
        var original = new OriginalCall(approval.Id, approval.StartedAt, number, payment.Card, payment.Amount);
        var call = new OperationCall(
            id, operation.Kind, payment.Id, payment.AuthorisationReference!, operation.Amount, original, CallBudget.Longest);
        var outcome = await acquirer.PerformAsync(call, cancellation);
        Sent(payment.Id, operation.Kind, id, approval.Acquirer, outcome.GetType().Name);
        return outcome;
    }

    static OperationOutcome? Known(Payment payment, OperationId id) => payment.Find(id) switch
    {
        { Status: OperationStatus.Succeeded } done => new OperationOutcome.Accepted(done.AcquirerReference!),
        { Status: OperationStatus.Failed } failed => new OperationOutcome.Refused("", failed.Failure!),
        _ => null,
    };

    Task PublishAsync(Payment payment, OperationId id, CancellationToken cancellation)
    {
        var asked = payment.Events.First(recorded => recorded.Event is PaymentEvent.OperationAsked one && one.Operation == id);
        return events.PublishAsync(payment, asked.Sequence, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment} {Kind} {Operation} at {Acquirer}: {Outcome}")]
    partial void Sent(PaymentId payment, OperationKind kind, OperationId operation, AcquirerName acquirer, string outcome);
}
