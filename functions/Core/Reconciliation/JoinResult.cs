using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Says what the pairs, and what was left without one, come to.</summary>
sealed class JoinResult(FileFacts file, PlainPairs plain, LeftOver left, List<Discrepancy> openBreaks)
{
    const int MostNamedInDoubt = 5;

    readonly List<Match> matches = new(plain.Count);
    readonly List<Discrepancy> discrepancies = [];
    readonly List<Discrepancy> missing = [];
    readonly List<Discrepancy> late = [];
    readonly List<Expectation> changed = new(plain.Count);
    readonly List<Expectation> recorded = [];
    readonly JoinSums sums = new();
    readonly Dictionary<JoinKey, Candidate> metByKey = [];
    readonly Dictionary<(FileId, JoinKey), Candidate> metByLine = [];
    readonly Dictionary<JoinKey, Candidate> withdrawn = [];
    int matched;
    int waiting;

    public ShardOutcome ToOutcome()
    {
        for (var place = 0; place < plain.Lines.Length; place++)
            if (plain.ExpectedOf[place] is >= 0 and var at) Settle(plain.Lines[place], plain.Expected[at], plain.Occurrences[place]);
        if (left.Claims.Count > 0) ConcludeLeftOver();
        foreach (var expected in Unmet()) Conclude(expected);
        return new()
        {
            Matches = matches,
            Discrepancies = discrepancies,
            Missing = missing,
            Late = late,
            Changed = changed,
            Recorded = recorded,
            Closings = [.. Closings()],
            Waiting = waiting,
            Matched = matched,
            Values = sums.ToValues(),
        };
    }

    void Settle(SettlementLine line, Expectation expected, int occurrence)
    {
        if (expected.State is not ExpectationState.Settled { Bundle: null } known || known.File != file.Id || known.Line != line.Number)
            changed.Add(expected with { State = new ExpectationState.Settled(file.Id, line.Number) });
        matches.Add(new(line.Number, occurrence, expected.Id, expected.Payment, expected.Operation, expected.Amount) { Merchant = expected.Merchant });
        matched++;
        sums.AddMatched(line);
        sums.AddFees(expected, line);
    }

    void ConcludeLeftOver()
    {
        IndexWhatIsMet();
        foreach (var claim in left.Claims)
        {
            if (claim.Bond is { } bond)
            {
                if (bond.Claims[0] == claim) Conclude(bond);
            }
            else if (claim.IsOfThisFile) Found(claim, Unexplained(claim));
        }
        matches.Sort(Match.InOrder);
        discrepancies.Sort((one, other) => one.Line!.Number.CompareTo(other.Line!.Number));
    }

    List<Expectation> Unmet()
    {
        var unmet = left.Untouched;
        foreach (var candidate in left.Candidates)
        {
            if (candidate.IsFree) unmet.Add(candidate.Expected);
            // Held back until somebody knows; what was told as missing stays told.
            else if (candidate.IsDoubtful || candidate is { IsReserved: true, MetBy: null }) waiting++;
        }
        unmet.Sort(Candidate.InOrder);
        return unmet;
    }

    void Conclude(Bond bond)
    {
        if (bond.IsPlain) ConcludePlain(bond.Claims[0], bond.Candidates[0]);
        else ConcludeBundle(bond);
    }

    void ConcludePlain(Claim claim, Candidate candidate)
    {
        var expected = candidate.Expected;
        // The reference that the acquirer had not named is known from its line on: another line may carry it again.
        var met = expected with { ModificationReference = candidate.Modification };
        if (claim.IsOfThisFile) sums.AddFees(expected, claim.Line);
        if (Comparison.Differences(expected, claim.Line, file.Terms) is { Count: > 0 } differences)
        {
            var found = Discrepancy.OfLine(
                file with { Id = claim.File }, claim.Line, Comparison.KindOf(differences), met, [.. differences]);
            Found(claim, found);
            Change(candidate, met with { State = new ExpectationState.Broken(found.Id, claim.File, claim.Line.Number) });
            return;
        }
        Change(candidate, met with { State = new ExpectationState.Settled(claim.File, claim.Line.Number) });
        Matched(claim, [(expected, expected.Amount)]);
    }

    // The amounts agree, or they would not be a bundle. Fees that do not are shown by the first of its lines.
    void ConcludeBundle(Bond bond)
    {
        var (first, leading) = (bond.Claims[0], bond.Candidates[0].Expected);
        var bundle = new Bundle(
            [.. bond.Claims.Select(claim => claim.Line.Number)], [.. bond.Candidates.Select(candidate => candidate.Expected.Id)]);
        var fees = Bundles.FeeDifference(bond, file.Terms);
        var found = fees is null ? null : Bundles.FeesDiffer(file with { Id = first.File }, bond, fees);
        foreach (var candidate in bond.Candidates)
        {
            var met = candidate.Expected with { ModificationReference = candidate.Modification };
            Change(candidate, met with
            {
                State = found is null
                    ? new ExpectationState.Settled(first.File, first.Line.Number) { Bundle = bundle }
                    : new ExpectationState.Broken(found.Id, first.File, first.Line.Number) { Bundle = bundle },
            });
        }
        foreach (var (claim, parts) in Bundles.Parts(bond, leading.Amount.Currency))
        {
            if (found is not null && claim == first) Found(claim, found);
            else Matched(claim, parts);
        }
    }

    void Matched(Claim claim, IReadOnlyList<(Expectation Expected, Money Amount)> parts)
    {
        if (!claim.IsOfThisFile) return;
        foreach (var (expected, amount) in parts)
            matches.Add(new(claim.Line.Number, claim.Occurrence, expected.Id, expected.Payment, expected.Operation, amount) { Merchant = expected.Merchant });
        matched++;
        sums.AddMatched(claim.Line);
    }

    void Found(Claim claim, Discrepancy found)
    {
        (claim.IsOfThisFile ? discrepancies : late).Add(found);
        if (claim.IsOfThisFile) sums.AddDiffering(claim.Line);
    }

    Discrepancy Unexplained(Claim claim)
    {
        var line = claim.Line;
        if (line.Kind == LineKind.Unknown)
            return Discrepancy.OfLine(file, line, DiscrepancyKind.UnknownType, null, new FieldDifference("type", null, line.Type));

        if (claim.Doubtful.Count > 0)
            return Discrepancy.OfLine(file, line, DiscrepancyKind.Ambiguous, null, Doubt(claim));

        if (MetBySuch(claim) is { } first)
            return Discrepancy.OfLine(file, line, DiscrepancyKind.Duplicate, first.Expected, Surplus(claim, first));

        var found = new FieldDifference("amount", null, $"{(line.Gross ?? line.Net).Amount}");
        var known = withdrawn.GetValueOrDefault(claim.Key);
        return known?.Expected is { State: ExpectationState.Withdrawn { Why: var why } } undone
            ? Discrepancy.OfLine(file, line, DiscrepancyKind.MissingHere, undone, found, new("undone", why, null))
            : Discrepancy.OfLine(file, line, DiscrepancyKind.MissingHere, null, found);
    }

    // By what is kept of it: a line of another file is known by the expectation's own key only, now and when this is run again.
    Candidate? MetBySuch(Claim claim) =>
        metByKey.GetValueOrDefault(claim.Key) ?? metByLine.GetValueOrDefault((claim.File, claim.Key));

    void IndexWhatIsMet()
    {
        foreach (var candidate in left.Candidates)
        {
            if (candidate.IsWithdrawn) withdrawn.TryAdd(candidate.Key, candidate);
            if (candidate.Bond is null && candidate.MetBy is null) continue;
            metByKey.TryAdd(candidate.Key, candidate);
            foreach (var claim in candidate.Bond?.Claims ?? []) metByLine.TryAdd((claim.File, claim.Key), candidate);
        }
    }

    static FieldDifference Doubt(Claim claim)
    {
        var named = claim.Doubtful.Take(MostNamedInDoubt).Select(one => $"{one.Expected.Operation} {one.Expected.Amount}");
        var more = claim.Doubtful.Count > MostNamedInDoubt ? $" or {claim.Doubtful.Count - MostNamedInDoubt} more" : "";
        return new("operation", $"{string.Join(" or ", named)}{more}", $"{(claim.Line.Gross ?? claim.Line.Net).Amount}");
    }

    static FieldDifference Surplus(Claim claim, Candidate first)
    {
        var (metIn, line) = first.Bond is { } bond ? (bond.Claims[0].File, bond.Claims[0].Line.Number) : first.MetBy!.Value;
        return new("occurrence", $"only {metIn} line {line}", $"{claim.File} line {claim.Line.Number}");
    }

    void Conclude(Expectation expected)
    {
        switch (expected.State)
        {
            // Found by this file in an earlier run: the same again. Found by another file, or by none: that has been told.
            case ExpectationState.Broken { Line: null, File: { } by } when by == file.Id:
                Miss(expected);
                return;
            case not ExpectationState.Open:
                return;
        }
        if (file.ClosedAt is not { } closedAt || expected.OverdueAfter > closedAt)
        {
            waiting++;
            return;
        }
        changed.Add(expected with { State = new ExpectationState.Broken(Miss(expected).Id, file.Id, null) });
    }

    Discrepancy Miss(Expectation expected)
    {
        var found = Discrepancy.OfMissing(expected, file.Id);
        missing.Add(found);
        sums.AddMissing(expected);
        return found;
    }

    void Change(Candidate candidate, Expectation after)
    {
        if (candidate.IsNew) recorded.Add(after);
        else if (candidate.Expected.State != after.State) changed.Add(after);
    }

    // From what is, not from what this run has done: a run that was cut short is completed by the next one.
    IEnumerable<Closing> Closings()
    {
        if (openBreaks.Count == 0) yield break;
        var met = new Meetings(file, plain, left, openBreaks);
        foreach (var found in openBreaks.OrderBy(found => found.Id.Value, StringComparer.Ordinal))
            if (met.Of(found) is { } closed) yield return new(found.Id, closed);
    }
}
