using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Finds what was due and for which no file came at all: what a file of the acquirer misses, the join of that file finds.
/// What has been found is open no more, so that the next round goes on where this one stopped.
/// </summary>
public sealed partial class OverdueExpectations(
    ExpectationStore expectations, DiscrepancyStore discrepancies, Acquirers acquirers, ILogger<OverdueExpectations> log)
{
    const int MostInAShard = 200;
    const int ShardsAtOnce = 8;

    /// <summary>Finds them; how many.</summary>
    internal async Task<int> FindAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var profile in acquirers.Profiles)
            await Parallel.ForEachAsync(
                Enumerable.Range(0, ShardNumber.Count),
                new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellation },
                async (shard, stop) => Interlocked.Add(ref found, await FindAsync(profile, new ShardNumber(shard), now, stop)));
        if (found > 0) Found(found);
        return found;
    }

    async Task<int> FindAsync(AcquirerProfile profile, ShardNumber shard, DateTimeOffset now, CancellationToken cancellation)
    {
        var overdue = await expectations.OverdueAsync(
            profile.Name, shard, now - acquirers.TermsOf(profile.Name).Grace, MostInAShard, cancellation);
        foreach (var (expected, etag) in overdue)
        {
            var missing = Discrepancy.OfMissing(expected, file: null);
            await discrepancies.RecordAsync(missing, cancellation);
            var broken = expected with { State = new ExpectationState.Broken(missing.Id, File: null, Line: null) };
            if (await expectations.TrySaveAsync(broken, etag, cancellation)) continue;
            // Overtaken: by its line, which closes the break, or by what undid it, which does so too.
            await CloseAsync(profile.Name, expected, missing.Id, cancellation);
        }
        return overdue.Count;
    }

    async Task CloseAsync(AcquirerName acquirer, Expectation overdue, DiscrepancyId missing, CancellationToken cancellation)
    {
        var now = (await expectations.FindAsync(overdue, cancellation))?.Value.State;
        if (now is ExpectationState.Open or ExpectationState.Broken { Line: null } or null) return;
        var (file, line) = now switch
        {
            ExpectationState.Settled settled => (settled.File, settled.Line),
            ExpectationState.Broken broken => (broken.File, broken.Line),
            _ => ((FileId?)null, (int?)null),
        };
        await discrepancies.CloseAsync(
            acquirer, new Closing(missing, new DiscrepancyState.Closed(overdue.Id, file, line)), cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} expectations were due and no file has come with them")]
    partial void Found(int count);
}
