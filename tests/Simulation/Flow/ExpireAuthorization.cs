using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's ExpireAuthorization and EndWaiting.</summary>
static class ExpireAuthorization
{
    public static void Start(Run run, Payment payment)
    {
        if (payment.AuthorizedUntil is not { } until) return;
        var undone = payment.Operations.Count(operation => operation.IsUndone);
        Orchestration.StartOnce(run, $"{payment.Id}-expire-{undone}", RunAsync, startAt: until);
    }

    static async Task RunAsync(Orchestration context)
    {
        for (var look = 0; look < Expiry.MostLooks; look++)
        {
            switch (await context.CallAsync("end authorization", EndAuthorizationAsync))
            {
                case ExpiryState.Over:
                    return;
                case ExpiryState.Expired:
                    await PerformOperation.DriveAsync(context, Release(context.Subject));
                    return;
                case ExpiryState.Busy:
                    await context.WaitAsync(Expiry.LooksAgainAfter);
                    break;
            }
        }
    }

    static async Task<ExpiryState> EndAuthorizationAsync(Run run)
    {
        var done = await run.ChangeAsync(found => Expiry.EndAuthorization(found, Release(run.Subject), run.World.Clock));
        await PublishEndAsync(run, done);
        return Expiry.State(done, run.World.Clock);
    }

    public static async Task PublishEndAsync(Run run, Payment payment)
    {
        if (payment.Events.FirstOrDefault(recorded => recorded.Event is PaymentEvent.TimedOut or PaymentEvent.LeftUnresolved) is { } end)
            await run.PublishAsync(payment, Math.Max(1, end.Sequence - 1));
    }

    static OperationId Release(Case subject) => new($"voi_{subject.Number}");
}
