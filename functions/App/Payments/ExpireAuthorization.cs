using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Railyard.App.Acquiring;
using Railyard.App.Routing;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>
/// Ends an authorisation that nobody captured when the scheme's time for it is over, and releases the hold on the
/// cardholder's account. It is started for that time, which costs less than starting it at once to wait.
/// </summary>
public static class ExpireAuthorization
{
    /// <summary>
    /// The instance that watches over that payment's authorisation: another one each time that the acquirer took back what had
    /// ended it, for the one before may be through by then.
    /// </summary>
    public static string InstanceId(Payment payment) =>
        $"{payment.Id}-expire{(payment.Operations.Count(operation => operation.IsUndone) is > 0 and var undone ? $"-{undone}" : "")}";

    /// <summary>Starts to watch over an authorisation; one that holds nothing needs no watching.</summary>
    internal static Task StartAsync(DurableTaskClient durable, Payment payment, CancellationToken cancellation) =>
        payment.AuthorizedUntil is { } until
            ? Orchestrations.StartOnceAsync(
                durable, nameof(ExpireAuthorization), InstanceId(payment), payment.Id, cancellation, startAt: until)
            : Task.CompletedTask;

    [Function(nameof(ExpireAuthorization))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var payment = context.GetInput<PaymentId>();
        for (var look = 0; look < Expiry.MostLooks; look++)
        {
            switch (await context.CallActivityAsync<ExpiryState>(
                nameof(EndWaiting.EndAuthorization), payment, AuthorizePayment.UntilItWorks))
            {
                case ExpiryState.Over:
                    return;
                case ExpiryState.Expired:
                    await PerformOperation.Drive(context, new OperationInput(payment, Ids.Release(payment)));
                    return;
                case ExpiryState.Busy:
                    await context.CreateTimer(Expiry.LooksAgainAfter, CancellationToken.None);
                    break;
            }
        }
    }
}

/// <summary>The steps that end what waited too long. Made again, each changes nothing.</summary>
public sealed class EndWaiting(PaymentStore payments, PaymentEvents events, TimeProvider time)
{
    /// <summary>Ends the wait for a cardholder who did not authenticate.</summary>
    [Function(nameof(EndAction))]
    public async Task EndAction([ActivityTrigger] PaymentId payment, FunctionContext context)
    {
        var done = await payments.ChangeAsync(payment, found => Expiry.EndAction(found, time.GetUtcNow()), context.CancellationToken);
        await PublishEndAsync(done, context.CancellationToken);
    }

    /// <summary>Ends an authorisation, where it is over and nothing of it is under way.</summary>
    [Function(nameof(EndAuthorization))]
    public async Task<ExpiryState> EndAuthorization([ActivityTrigger] PaymentId payment, FunctionContext context)
    {
        var done = await payments.ChangeAsync(
            payment,
            found => Expiry.EndAuthorization(found, Ids.Release(payment), time.GetUtcNow()),
            context.CancellationToken);
        await PublishEndAsync(done, context.CancellationToken);
        return Expiry.State(done, time.GetUtcNow());
    }

    /// <summary>Sees to it that an authorisation that did not capture itself comes to its end.</summary>
    [Function(nameof(WatchAuthorization))]
    public async Task WatchAuthorization(
        [ActivityTrigger] PaymentId payment, [DurableClient] DurableTaskClient durable, FunctionContext context)
    {
        var found = await payments.LoadAsync(payment, context.CancellationToken);
        await ExpireAuthorization.StartAsync(durable, found, context.CancellationToken);
    }

    async Task PublishEndAsync(Payment payment, CancellationToken cancellation)
    {
        if (payment.Events.FirstOrDefault(recorded => recorded.Event is PaymentEvent.TimedOut or PaymentEvent.LeftUnresolved) is { } end)
            await events.PublishAsync(payment, Math.Max(1, end.Sequence - 1), cancellation);
    }
}
