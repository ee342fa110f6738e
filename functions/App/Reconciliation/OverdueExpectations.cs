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
    const int MostOfAnAcquirer = 10_000;
    const int AtOnce = 8;

    /// <summary>Finds them; how many.</summary>
    internal async Task<int> FindAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var profile in acquirers.Profiles) found += await FindAsync(profile.Name, now, cancellation);
        if (found > 0) Found(found);
        return found;
    }

    async Task<int> FindAsync(AcquirerName acquirer, DateTimeOffset now, CancellationToken cancellation)
    {
        var overdue = await expectations.OverdueAsync(acquirer, now - acquirers.TermsOf(acquirer).Grace, MostOfAnAcquirer, cancellation);
        await Parallel.ForEachAsync(
            overdue,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (one, stop) => await BreakAsync(acquirer, one, stop));
        return overdue.Count;
    }

    async Task BreakAsync(AcquirerName acquirer, Stored<Expectation> overdue, CancellationToken cancellation)
    {
        var (expected, etag) = overdue;
        var missing = Discrepancy.OfMissing(expected, file: null);
        await discrepancies.RecordAsync(missing, cancellation);
        var broken = expected with { State = new ExpectationState.Broken(missing.Id, File: null, Line: null) };
        if (await expectations.TrySaveAsync(broken, etag, cancellation)) return;
        // Overtaken: by its line, which closes the break, or by what undid it, which does so too.
        await CloseAsync(acquirer, expected, missing.Id, cancellation);
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
