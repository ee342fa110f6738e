using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>
/// App's CreatePayment and ChangePayment. A merchant who gets no answer repeats the request under the same idempotency key, and
/// whoever takes the claim over goes on from its beginning with the same ids.
/// </summary>
static class Requests
{
    const double DoNotWait = 0.2;

    public static Task CreateAsync(World world, Case subject) => AtLeastOnce.RunAsync(
        world,
        subject,
        "create",
        async run =>
        {
            await run.Step("start");
            Orchestration.StartOnce(run, subject.Id.Value, AuthorizePayment.RunAsync);
            // Some do not wait for what comes of it, and are shown it as they asked for it.
            if (world.Chance.Happens(DoNotWait)) await run.CreateAsync(subject.Asked.Begun());
        });

    public static Task ChangeAsync(World world, Case subject, NewOperation asked) => AtLeastOnce.RunAsync(
        world,
        subject,
        "change",
        async run =>
        {
            if (subject.Payment is null || !await IsTakenAsync(run, asked)) return;
            await run.Step("start");
            PerformOperation.Start(run, asked.Id);
        });

    static async Task<bool> IsTakenAsync(Run run, NewOperation asked)
    {
        var isTaken = false;
        await run.ChangeAsync(payment =>
        {
            var decision = OperationRules.Ask(payment, asked, run.World.Clock);
            isTaken = decision is Decision.Accepted;
            return decision is Decision.Accepted accepted ? accepted.Payment : payment;
        });
        return isTaken;
    }
}
