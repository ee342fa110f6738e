using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Pairs lines with expectations, in this order: those paired in an earlier run; the same modification reference; then
/// expectations for which the acquirer had named none. Where several are alike, those that agree come first, then the
/// nth line goes with the nth expectation.
/// </summary>
static class Pairing
{
    public static void PairAll(List<Claim> claims, List<Candidate> candidates)
    {
        Count(claims);
        var byGroup = candidates.ToLookup(candidate => candidate.Group);
        foreach (var group in claims.Where(claim => claim.Line.Kind != LineKind.Unknown).GroupBy(claim => claim.Group))
            PairGroup([.. group], [.. byGroup[group.Key]]);
    }

    static void PairGroup(List<Claim> claims, List<Candidate> candidates)
    {
        if (candidates.Count == 0) return;
        Pair(claims, candidates, (claim, candidate) => candidate.MetBy == (claim.File, claim.Line.Number));
        Pair(claims, candidates, (claim, candidate) => HaveSameModification(claim, candidate) && Agree(claim, candidate));
        Pair(claims, candidates, HaveSameModification);
        Pair(claims, candidates, (claim, candidate) => NamesNone(candidate) && Agree(claim, candidate));
        Pair(claims, candidates, (_, candidate) => NamesNone(candidate));
    }

    static void Pair(List<Claim> claims, List<Candidate> candidates, Func<Claim, Candidate, bool> belong)
    {
        foreach (var claim in claims.Where(claim => claim.Partner is null))
        {
            var candidate = candidates.Find(candidate => candidate.Partner is null && belong(claim, candidate));
            if (candidate is null) continue;
            (claim.Partner, candidate.Partner) = (candidate, claim);
        }
    }

    static bool HaveSameModification(Claim claim, Candidate candidate) =>
        candidate.IsFree
        && candidate.Expected.ModificationReference is { } modification
        && modification == claim.Line.ModificationReference;

    static bool NamesNone(Candidate candidate) => candidate.IsFree && candidate.Expected.ModificationReference is null;

    static bool Agree(Claim claim, Candidate candidate) =>
        Comparison.Differences(candidate.Expected, claim.Line).Count == 0;

    static void Count(List<Claim> claims)
    {
        var seen = new Dictionary<(FileId, string, LineKind, string?), int>();
        foreach (var claim in claims)
        {
            var line = claim.Line;
            var key = (claim.File, line.AcquirerReference, line.Kind, line.ModificationReference);
            claim.Occurrence = seen[key] = seen.GetValueOrDefault(key) + 1;
        }
    }
}
