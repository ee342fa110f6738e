using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Lines and expectations of one payment and kind, in their order, among which some are to be brought together.</summary>
/// <param name="hasCopies">
/// Whether lines under the same modification are among them: then nothing is added up, for one of them may be too much.
/// </param>
sealed class PairingGroup(FileFacts file, List<Claim> claims, List<Candidate> candidates, bool hasCopies)
{
    // A payment has a hundred operations at most: of more lines than that each is held against all of them no more than once.
    const int MostLines = 64;

    // Each time something is brought together; a payment has a hundred operations, and most rules take many at once.
    const int MostRounds = 200;

    /// <summary>
    /// Applies the rules in their order, and again from the first after one has brought something together, until none does:
    /// so that a later run on what is left comes to nothing more either.
    /// </summary>
    public void PairAll()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            foreach (var claim in claims) claim.Doubtful = [];
            foreach (var candidate in candidates) candidate.IsDoubtful = false;
            if (!Pairing.Rules.Any(rule => BringsTogether(rule.Apply))) return;
        }
    }

    bool BringsTogether(Action<PairingGroup> apply)
    {
        var before = claims.Count(claim => claim.Bond is null);
        apply(this);
        return claims.Count(claim => claim.Bond is null) < before;
    }

    public static bool ByModification(Claim claim, Candidate candidate) =>
        candidate.Modification is { } modification && modification == claim.Line.ModificationReference;

    public static bool ByOperation(Claim claim, Candidate candidate) =>
        claim.Own is { Operation: { } operation } && operation == candidate.Expected.Operation;

    /// <summary>Lines that name what they are about, each with the first that agrees.</summary>
    public void PairNamed(Func<Claim, Candidate, bool> names)
    {
        foreach (var claim in Free())
            if (!IsCopy(claim) || names == ByModification)
                Pair(claim, candidates.Find(candidate => candidate.IsFree && names(claim, candidate) && Agree(claim, candidate)));
    }

    /// <summary>
    /// Expectations of which the acquirer had told no reference. Of those with the same amount the first is as good as any:
    /// it is known by the line's reference from now on.
    /// </summary>
    public void PairUnnamed()
    {
        foreach (var claim in Free())
            if (Named(claim) is null)
                Pair(claim, candidates.Find(candidate =>
                    candidate is { IsFree: true, Modification: null } && IsInTime(claim, candidate) && IsSame(claim, candidate)));
    }

    /// <summary>Lines that name nothing, where they and the expectations of their amount are as many.</summary>
    public void PairNameless()
    {
        if (IsCrowded) return;
        foreach (var alike in Free().Where(claim => claim.Line.ModificationReference is null && Named(claim) is null).GroupBy(AmountOf).ToList())
        {
            var (lines, offered) = (alike.ToList(), OpenTo(alike.First()).Where(candidate => IsSame(alike.First(), candidate)).ToList());
            if (offered.Count > lines.Count) continue;
            foreach (var (claim, candidate) in lines.Zip(offered)) Pair(claim, candidate);
        }
    }

    /// <summary>A line and an expectation that agree, and neither with another.</summary>
    public void PairOnlyOnes()
    {
        if (IsCrowded) return;
        foreach (var claim in Free())
        {
            if (Named(claim) is not null) continue;
            var agreeing = OpenTo(claim).Where(candidate => Agree(claim, candidate)).ToList();
            if (agreeing is [var only] && Free().Count(other => Agree(other, only) && CanBeAbout(other, only)) == 1) Pair(claim, only);
        }
    }

    /// <summary>A line that settles several expectations at once.</summary>
    public void PairLinesWithSums()
    {
        var free = FreeForSums();
        if (free.Count == 0 || candidates.Count(candidate => candidate.IsFree) < 2) return;
        var ways = free.Select(WaysOf).Where(way => way.Ending != SubsetSum.Ending.None).ToList();
        foreach (var way in ways)
        {
            // What two lines lay claim to is neither's by this rule.
            var isShared = ways.Exists(other => other.Claim != way.Claim && Claimed(other).Intersect(way.Parts).Any());
            if (way.Ending == SubsetSum.Ending.One && !isShared) Bond.Make([way.Claim], way.Parts);
        }
        foreach (var way in ways)
        {
            if (way.Ending != SubsetSum.Ending.Several || !way.Pool.All(candidate => candidate.Bond is null)) continue;
            Doubt(way.Claim, way.Pool);
        }
    }

    static IReadOnlyList<Candidate> Claimed(
        (Claim Claim, SubsetSum.Ending Ending, IReadOnlyList<Candidate> Parts, IReadOnlyList<Candidate> Pool) way) =>
        way.Ending == SubsetSum.Ending.One ? way.Parts : way.Pool;

    /// <summary>An expectation that several lines of one file settle together.</summary>
    public void PairExpectationsWithSums()
    {
        foreach (var candidate in candidates)
        {
            if (!candidate.IsFree) continue;
            foreach (var lines in FreeForSums().Where(claim => MayBePartOf(claim, candidate)).GroupBy(claim => claim.File).ToList())
            {
                var pool = InFallingOrder(lines, candidate);
                if (pool.Count < 2) continue;
                var (ending, places) = Sums(pool.Select(one => one.Amount), candidate.Expected.Amount.MinorUnits, least: 2);
                if (ending == SubsetSum.Ending.One && IsNoOthers(candidate, pool)) Bond.Make(InLineOrder(places.Select(place => pool[place].Claim)), [candidate]);
                else if (ending is SubsetSum.Ending.One or SubsetSum.Ending.Several)
                    foreach (var (claim, _) in pool) Doubt(claim, [candidate]);
                if (!candidate.IsFree) break;
            }
        }
    }

    /// <summary>Everything that names nothing, where it comes to the same on both sides.</summary>
    public void PairAllWithAll()
    {
        var open = candidates.Where(candidate => candidate.IsFree && !IsNamedByLine(candidate)).ToList();
        foreach (var lines in FreeForSums().Where(claim => Named(claim) is null).GroupBy(claim => claim.File).ToList())
        {
            var parts = lines.ToList();
            if (parts.Count < 2 || open.Count < 2 || !parts.TrueForAll(claim => open.TrueForAll(one => CanBeAbout(claim, one)))) continue;
            if (Total(parts, open[0].Expected.Amount.Currency) is not { } total) continue;
            var expected = Sum(open.Select(one => (Int128)one.Expected.Amount.MinorUnits));
            if (open.TrueForAll(one => one.Expected.Amount.Currency == open[0].Expected.Amount.Currency)
                && Int128.Abs(total - expected) <= file.Terms.Amounts.Of(expected))
            {
                Bond.Make(parts, open);
                return;
            }
        }
    }

    /// <summary>Lines that name what they are about and differ from it.</summary>
    public void PairNamedThatDiffer()
    {
        foreach (var claim in Free()) Pair(claim, Named(claim));
    }

    /// <summary>The nth line with the nth expectation, where all lines say the same and all expectations are of the same amount.</summary>
    public void PairAlikeThatDiffer()
    {
        if (IsCrowded || file.IsBetweenFiles) return;
        var (lines, open) = InDoubt();
        if (lines.DistinctBy(claim => (AmountOf(claim), claim.Line.ModificationReference)).Count() != 1) return;
        if (open.DistinctBy(candidate => candidate.Expected.Amount).Count() != 1) return;
        foreach (var (claim, candidate) in lines.Zip(open)) Pair(claim, candidate);
    }

    /// <summary>What may belong together and is not known to.</summary>
    public void LeaveInDoubt()
    {
        var isCrowded = IsCrowded;
        var doubts = Free().Where(claim => !IsCopy(claim))
            .Select(claim => (claim, Of: (isCrowded ? candidates.Where(one => one.IsFree && CanBeAbout(claim, one)) : OpenTo(claim)).ToList()))
            .Where(one => one.Of.Count > 0).ToList();
        foreach (var (claim, of) in doubts) Doubt(claim, of);
    }

    (List<Claim> Lines, List<Candidate> Open) InDoubt()
    {
        var lines = Free().Where(claim => !IsCopy(claim) && OpenTo(claim).Any()).ToList();
        return (lines, candidates.Where(candidate => lines.Exists(claim => OpenTo(claim).Contains(candidate))).ToList());
    }

    (Claim Claim, SubsetSum.Ending Ending, IReadOnlyList<Candidate> Parts, IReadOnlyList<Candidate> Pool) WaysOf(Claim claim)
    {
        var named = Named(claim);
        var pool = candidates
            .Where(candidate => candidate.IsFree && candidate != named && !IsNamedByLine(candidate)
                && (named is not null || CanBeAbout(claim, candidate)))
            .OrderByDescending(candidate => candidate.Expected.Amount.MinorUnits)
            .ToList();
        var currency = (named ?? pool.FirstOrDefault())?.Expected.Amount.Currency;
        if (currency is not { } one || pool.Exists(candidate => candidate.Expected.Amount.Currency != one)) return (claim, SubsetSum.Ending.None, [], []);
        if (Converted.Of(claim.Line, one) is not { } found || found.Direction != Expectation.DirectionOf(claim.Line.Kind))
            return (claim, SubsetSum.Ending.None, [], []);
        var (ending, places) = SubsetSum.Find(
            [.. pool.Select(candidate => (Int128)candidate.Expected.Amount.MinorUnits)],
            found.MinorUnits - (named?.Expected.Amount.MinorUnits ?? 0),
            file.Terms.Amounts.Of(found.MinorUnits) + found.Rounding,
            named is null ? 2 : 1);
        List<Candidate> parts = [.. places.Select(place => pool[place]), .. named is null || places.Count == 0 ? Array.Empty<Candidate>() : [named]];
        parts.Sort(Candidate.InOrder);
        return (claim, ending, parts, named is null ? pool : [named, .. pool]);
    }

    (SubsetSum.Ending Ending, IReadOnlyList<int> Places) Sums(IEnumerable<Int128> amounts, Int128 target, int least) =>
        SubsetSum.Find([.. amounts], target, file.Terms.Amounts.Of(target), least);

    List<(Claim Claim, Int128 Amount)> InFallingOrder(IEnumerable<Claim> lines, Candidate candidate)
    {
        var (all, pool) = (lines.ToList(), new List<(Claim Claim, Int128 Amount)>());
        // Where lines name it, it is they that settle it.
        var naming = all.Where(claim => Named(claim) == candidate).ToList();
        foreach (var claim in naming.Count > 0 ? naming : all)
            if (Converted.Of(claim.Line, candidate.Expected.Amount.Currency) is { MinorUnits: var amount, Direction: var direction }
                && amount > 0 && direction == Expectation.DirectionOf(claim.Line.Kind)) pool.Add((claim, amount));
        return [.. pool.OrderByDescending(one => one.Amount)];
    }

    // Lines that would also add up to another expectation settle neither for certain.
    bool IsNoOthers(Candidate candidate, List<(Claim Claim, Int128 Amount)> pool) => !candidates.Exists(other =>
        other != candidate && other.IsFree
        && pool.TrueForAll(one => MayBePartOf(one.Claim, other))
        && Sums(pool.Select(one => one.Amount), other.Expected.Amount.MinorUnits, least: 2).Ending is SubsetSum.Ending.One or SubsetSum.Ending.Several);

    bool MayBePartOf(Claim claim, Candidate candidate) =>
        Named(claim) is { } named ? named == candidate : CanBeAbout(claim, candidate) && !IsCopy(claim);

    IEnumerable<Candidate> OpenTo(Claim claim) => candidates.Where(candidate =>
        candidate.IsFree && CanBeAbout(claim, candidate) && !IsNamedByLine(candidate));

    // A line under one modification is not about another.
    bool CanBeAbout(Claim claim, Candidate candidate) =>
        (candidate.Modification is null || claim.Line.ModificationReference is null) && IsInTime(claim, candidate);

    bool IsInTime(Claim claim, Candidate candidate) =>
        (claim.Line.BookedAt - candidate.Expected.BookedAt).Duration() <= TimeSpan.FromDays(file.Terms.WindowDays);

    bool IsNamedByLine(Candidate candidate) => claims.Exists(claim =>
        claim.IsFree && (ByModification(claim, candidate) || ByOperation(claim, candidate)) && Named(claim) == candidate);

    Candidate? Named(Claim claim) =>
        candidates.Find(candidate => candidate.IsFree && ByModification(claim, candidate))
        ?? (claim.Own?.Operation is null || IsCopy(claim) ? null : candidates.Find(candidate => candidate.IsFree && ByOperation(claim, candidate)));

    /// <summary>Whether another line has settled what this one names.</summary>
    bool IsCopy(Claim claim) => claim.Line.ModificationReference is not null && candidates.Exists(candidate =>
        !candidate.IsFree && !candidate.IsDoubtful && !candidate.IsWithdrawn && ByModification(claim, candidate));

    bool Agree(Claim claim, Candidate candidate) => Comparison.Agree(candidate.Expected, claim.Line, file.Terms);

    bool IsSame(Claim claim, Candidate candidate) =>
        Agree(claim, candidate)
        && Converted.Of(claim.Line, candidate.Expected.Amount.Currency) is { } found
        && found.MinorUnits == candidate.Expected.Amount.MinorUnits;

    List<Claim> Free() => claims.FindAll(claim => claim.IsFree);

    bool IsCrowded => claims.Count(claim => claim.Bond is null) > MostLines;

    List<Claim> FreeForSums()
    {
        var free = claims.FindAll(claim => claim.IsFree && !IsCopy(claim));
        return IsCrowded || hasCopies ? [] : free;
    }

    static Money AmountOf(Claim claim) => (claim.Line.Gross ?? claim.Line.Net).Amount;

    static Int128? Total(List<Claim> lines, Currency currency)
    {
        Int128 total = 0;
        foreach (var claim in lines)
        {
            if (Converted.Of(claim.Line, currency) is not { } found || found.Direction != Expectation.DirectionOf(claim.Line.Kind)) return null;
            total += found.MinorUnits;
        }
        return total;
    }

    static Int128 Sum(IEnumerable<Int128> amounts) => amounts.Aggregate(Int128.Zero, (left, right) => left + right);

    static List<Claim> InLineOrder(IEnumerable<Claim> lines)
    {
        var ordered = lines.ToList();
        ordered.Sort(Claim.InOrder);
        return ordered;
    }

    static void Pair(Claim claim, Candidate? candidate)
    {
        if (candidate is not null) Bond.Make([claim], [candidate]);
    }

    static void Doubt(Claim claim, IReadOnlyList<Candidate> of)
    {
        claim.Doubtful = of;
        foreach (var candidate in of) candidate.IsDoubtful = true;
    }
}
