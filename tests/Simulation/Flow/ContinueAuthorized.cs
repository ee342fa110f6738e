using Railyard.Core.Payments;
using Railyard.Simulation.Engine;

namespace Railyard.Simulation.Flow;

/// <summary>App's ContinueAuthorized, with WatchAuthorization.</summary>
static class ContinueAuthorized
{
    public static async Task DriveAsync(Orchestration context, OperationId capture)
    {
        if (await PerformOperation.DriveAsync(context, capture) is OperationOutcome.Accepted) return;
        await context.CallAsync("watch authorization", async run => ExpireAuthorization.Start(run, await run.LoadAsync()));
    }

    public static void Start(Run run, Payment approved)
    {
        if (approved.AutomaticCapture is not { } capture)
            ExpireAuthorization.Start(run, approved);
        else
            Orchestration.StartOnce(run, $"{approved.Id}-continue", context => DriveAsync(context, capture));
    }
}
