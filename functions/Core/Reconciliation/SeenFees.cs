using Railyard.Core.Routing;

namespace Railyard.Core.Reconciliation;

/// <summary>What the lines of some shards say of the fees that were expected, for the choice between acquirers.</summary>
public static class SeenFees
{
    /// <summary>
    /// Expected and charged, by currency. Only what this join has settled or found to differ counts, so a file that is read
    /// again says nothing new; a fee in another currency than was expected says nothing at all.
    /// </summary>
    public static IReadOnlyDictionary<Currency, FeesSeen> In(ShardOutcome outcome, DateTimeOffset at)
    {
        var changed = outcome.Changed.ToDictionary(expected => expected.Id);
        var matched = outcome.Matches.DistinctBy(match => match.Expectation).Select(match => Seen(changed.GetValueOrDefault(match.Expectation), charged: null));
        var differing = outcome.Discrepancies
            .Where(found => found is { Kind: DiscrepancyKind.FeeDiffers, Expectation: not null, Line: not null })
            .Select(found => Seen(changed.GetValueOrDefault(found.Expectation!.Value), found.Line!.FeesCharged()));
        return matched.Concat(differing).OfType<(Money Expected, long Charged)>()
            .GroupBy(seen => seen.Expected.Currency)
            .ToDictionary(
                seen => seen.Key,
                seen => new FeesSeen(seen.Sum(one => (double)one.Expected.MinorUnits), seen.Sum(one => (double)one.Charged), seen.Count(), at));
    }

    // What matches was charged as expected.
    static (Money Expected, long Charged)? Seen(Expectation? expectation, Balance? charged)
    {
        if (expectation?.ExpectedFee is not { } expected) return null;
        if (charged is { } other && other.Currency != expected.Currency) return null;
        return (expected, charged?.MinorUnits ?? expected.MinorUnits);
    }
}
