using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Reconciliation;

/// <summary>Comes back to what was cut short, and to what no file has come for.</summary>
public sealed class ReconciliationRounds(ResolutionDesk resolutions, OverdueExpectations overdue, TimeProvider time)
{
    const int MostResolutionsInARound = 1_000;

    [Function("CatchUpResolutions")]
    public Task CatchUp(
        [TimerTrigger("30 */5 * * * *")] TimerInfo timer,
        FunctionContext context) =>
        resolutions.CatchUpAsync(MostResolutionsInARound, context.CancellationToken);

    [Function("FindOverdueExpectations")]
    public Task FindOverdue(
        [TimerTrigger("0 20 */6 * * *")] TimerInfo timer,
        FunctionContext context) =>
        overdue.FindAsync(time.GetUtcNow(), context.CancellationToken);
}
