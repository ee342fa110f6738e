using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.App.Routing;

namespace Railyard.App.Operations;

/// <summary>
/// Measures, once an hour and on one instance, what no single step can tell: how many payments wait for a person, which they
/// do for days, and how well acquirers approve.
/// </summary>
public sealed class MeasureBacklog(Containers containers, Acquirers acquirers, RoutingStatistics statistics, TimeProvider time)
{
    const string EachHour = "0 0 * * * *";

    // Beyond it the number matters less than that it is large.
    const int MostCounted = 1_000;

    [Function(nameof(MeasureBacklog))]
    public async Task Run([TimerTrigger(EachHour)] TimerInfo timer, FunctionContext context)
    {
        var waiting = await containers.PaymentIndex.FirstAsync<ReviewRow>(
            new QueryDefinition("SELECT * FROM c ORDER BY c.id"), ReviewRow.OnlyBucket, MostCounted, context.CancellationToken);
        Measurements.Waiting(waiting.Count);
        foreach (var profile in acquirers.Profiles)
        {
            var (known, _) = await statistics.OverviewAsync(profile.Name, context.CancellationToken);
            var tally = known.Overall(time.GetUtcNow());
            if (tally.Weight >= 1) Measurements.Approves(profile.Name, tally.Successes / tally.Weight);
        }
    }
}
