using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's PerformOperation and SendOperation.</summary>
static class PerformOperation
{
    const string Evidence = "The acquirer gave no answer that could be believed within 72 hours.";

    public static void Start(Run run, OperationId operation) =>
        Orchestration.StartOnce(run, operation.Value, context => DriveAsync(context, operation));

    public static async Task<OperationOutcome> DriveAsync(Orchestration context, OperationId id)
    {
        var outcome = await context.CallAsync("operation", run => SendAsync(run, id));
        for (var time = 1; outcome is OperationOutcome.Unknown && FindOutSchedule.Delay(time) is { } delay; time++)
        {
            await context.WaitAsync(delay);
            outcome = await context.CallAsync("operation", run => SendAsync(run, id));
        }
        if (outcome is OperationOutcome.Unknown) await context.CallAsync("leave unresolved", run => LeaveUnresolvedAsync(run, id));
        return outcome;
    }

    static async Task<OperationOutcome> SendAsync(Run run, OperationId id)
    {
        var payment = await run.LoadAsync();
        var outcome = Known(payment, id) ?? await CallAsync(run, payment, id);
        var done = await run.ChangeAsync(found => OperationRules.Record(found, id, outcome, run.World.Clock));
        await PublishAsync(run, done, id);
        return Known(done, id) ?? outcome;
    }

    static async Task LeaveUnresolvedAsync(Run run, OperationId id)
    {
        var done = await run.ChangeAsync(found => OperationRules.LeaveUnresolved(found, id, Evidence, run.World.Clock));
        await PublishAsync(run, done, id);
    }

    static async Task<OperationOutcome> CallAsync(Run run, Payment payment, OperationId id)
    {
        var approval = payment.Approval ?? throw new InvariantBroken($"{payment.Id} has no authorisation.");
        var operation = payment.Find(id) ?? throw new InvariantBroken($"{payment.Id} has no operation {id}.");
        await run.Step("call");
        return await run.World[approval.Acquirer].Perform(
            run, approval.Id, payment.AuthorisationReference!, operation, CallBudget.Longest);
    }

    static OperationOutcome? Known(Payment payment, OperationId id) => payment.Find(id) switch
    {
        { Status: OperationStatus.Succeeded } done => new OperationOutcome.Accepted(done.AcquirerReference!),
        { Status: OperationStatus.Failed } failed => new OperationOutcome.Refused("", failed.Failure!),
        _ => null,
    };

    static Task PublishAsync(Run run, Payment payment, OperationId id)
    {
        var asked = payment.Events.First(recorded => recorded.Event is PaymentEvent.OperationAsked one && one.Operation == id);
        return run.PublishAsync(payment, asked.Sequence);
    }
}
