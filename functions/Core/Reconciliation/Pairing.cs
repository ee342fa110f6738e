using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Pairs the lines that were not plain with what they may be about, rule by rule, in the order of <see cref="Rules"/>.
/// </summary>
static class Pairing
{
    /// <summary>
    /// The rules in their order: each takes of what the ones before it have left. A line and an expectation are of the same
    /// payment and kind in all of them; "agrees" is as exact as was agreed with the acquirer (<see cref="Comparison"/>).
    /// </summary>
    public static readonly IReadOnlyList<(string Rule, Action<PairingGroup> Apply)> Rules =
    [
        ("the line names the modification, and agrees", group => group.PairNamed(PairingGroup.ByModification)),
        ("the line names our operation (pay_….cap_…), and agrees", group => group.PairNamed(PairingGroup.ByOperation)),
        ("the acquirer had named no modification, and the amount is the same", group => group.PairUnnamed()),
        ("the line names no modification, and there are as many of that amount", group => group.PairNameless()),
        ("one of each is left that agrees within the tolerance", group => group.PairOnlyOnes()),
        ("one line, to the sum of several expectations; no other sum would do", group => group.PairLinesWithSums()),
        ("one expectation, to the sum of several lines; no other sum would do", group => group.PairExpectationsWithSums()),
        ("all lines that are left, to the sum of all expectations that are left", group => group.PairAllWithAll()),
        ("the line names the modification or operation, and differs", group => group.PairNamedThatDiffer()),
        ("lines that are alike and expectations that are alike are left, and differ", group => group.PairAlikeThatDiffer()),
        ("more than one could be meant: ambiguous", group => group.LeaveInDoubt()),
    ];

    /// <summary>
    /// First what an earlier run has brought together, then rule by rule, then what no expectation can exist for before its
    /// line has come.
    /// </summary>
    public static void PairAll(FileFacts file, List<Claim> claims, List<Candidate> candidates)
    {
        if (claims.Count == 0) return;
        Remember(claims, candidates);
        foreach (var group in Groups(file, claims, candidates)) group.PairAll();
        Disputing.RecordAll(file, claims, candidates);
    }

    static void Remember(List<Claim> claims, List<Candidate> candidates)
    {
        if (candidates.TrueForAll(candidate => candidate.MetBy is null)) return;
        var byLine = claims.ToDictionary(claim => (claim.File, claim.Line.Number));
        var byId = candidates.ToDictionary(candidate => candidate.Expected.Id);
        foreach (var candidate in candidates)
        {
            if (candidate is not { Bond: null, MetBy: { } met }) continue;
            var (lines, ids) = candidate.Bundle is { } bundle ? (bundle.Lines, bundle.Expectations) : ([met.Line], [candidate.Expected.Id]);
            var together = ids.Where(byId.ContainsKey).Select(id => byId[id])
                .Where(one => one.Bond is null && (one.MetBy ?? met) == met).ToList();
            var came = lines.Where(line => byLine.ContainsKey((met.File, line))).Select(line => byLine[(met.File, line)]).ToList();
            if (came.Count < lines.Count || came.Exists(claim => claim.Bond is not null))
                foreach (var one in together) one.IsReserved = true;
            else Bond.Make(came, together);
        }
    }

    // Nearly always under the acquirer's reference of the payment; where nothing is known under that, under our own.
    static IEnumerable<PairingGroup> Groups(FileFacts file, List<Claim> claims, List<Candidate> candidates)
    {
        var byReference = candidates.ToLookup(candidate => (candidate.Expected.AcquirerReference, candidate.Expected.Kind));
        var byPayment = candidates.ToLookup(candidate => (candidate.Expected.Payment, candidate.Expected.Kind));
        var groups = claims
            .Where(claim => claim.Line.Kind != LineKind.Unknown)
            .GroupBy(claim => ReferenceOf(claim, byReference, byPayment));
        foreach (var group in groups)
            if (group.Any(claim => claim.IsFree) && byReference[group.Key].ToList() is { Count: > 0 } found)
                yield return new PairingGroup(file, [.. group.Where(claim => claim.IsFree)], found, HasCopies(group, found));
    }

    // Lines that were paired count too, and those of other files by what they have met: what was written in part, or is run
    // again, is judged as it was judged as a whole.
    static bool HasCopies(IEnumerable<Claim> claims, List<Candidate> candidates)
    {
        var lines = claims.Concat(candidates.SelectMany(candidate => candidate.Bond?.Claims ?? []))
            .DistinctBy(claim => (claim.File, claim.Line.Number))
            .Where(claim => claim.Line.ModificationReference is not null)
            .ToList();
        return lines.GroupBy(claim => claim.Line.ModificationReference).Any(same => same.Skip(1).Any())
            || candidates.Where(candidate => candidate.Modification is not null).GroupBy(candidate => candidate.Modification).Any(same => same.Skip(1).Any())
            || candidates.Exists(candidate => candidate is { Bond: null, MetBy: not null }
                && lines.Exists(claim => claim.Line.ModificationReference == candidate.Modification));
    }

    static (string, LineKind) ReferenceOf(
        Claim claim, ILookup<(string, LineKind), Candidate> byReference, ILookup<(PaymentId, LineKind), Candidate> byPayment)
    {
        var key = (claim.Line.AcquirerReference, claim.Line.Kind);
        if (claim.Own is not { } own || byReference.Contains(key)) return key;
        return byPayment[(own.Payment, claim.Line.Kind)].FirstOrDefault() is { } known
            ? (known.Expected.AcquirerReference, claim.Line.Kind)
            : key;
    }
}
