using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>Says what the pairs, and what was left without one, come to.</summary>
sealed class JoinResult(FileFacts file, List<Claim> claims, List<Candidate> candidates, List<Discrepancy> openBreaks)
{
    readonly List<Match> matches = [];
    readonly List<Discrepancy> discrepancies = [];
    readonly List<Discrepancy> missing = [];
    readonly List<Discrepancy> late = [];
    readonly List<Expectation> changed = [];
    readonly ILookup<(string, LineKind), Candidate> byGroup = candidates.ToLookup(candidate => candidate.Group);
    int waiting;

    public ShardOutcome ToOutcome()
    {
        foreach (var claim in claims) Conclude(claim);
        foreach (var candidate in candidates.Where(candidate => candidate.IsFree)) Conclude(candidate.Expected);
        return new()
        {
            Matches = matches,
            Discrepancies = discrepancies,
            Missing = missing,
            Late = late,
            Changed = changed,
            Closings = [.. Closings()],
            Waiting = waiting,
        };
    }

    void Conclude(Claim claim)
    {
        if (claim.Partner is { } partner) Conclude(claim, partner.Expected);
        else if (claim.IsOfThisFile) discrepancies.Add(Unexplained(claim));
    }

    void Conclude(Claim claim, Expectation expected)
    {
        var differences = Comparison.Differences(expected, claim.Line);
        var met = Named(expected, claim.Line);
        if (differences.Count > 0)
        {
            Break(claim, met, differences);
            return;
        }
        Change(met, new ExpectationState.Settled(claim.File, claim.Line.Number));
        if (claim.IsOfThisFile) matches.Add(MatchOf(claim, expected));
    }

    // The reference that the acquirer had not named is known from its line on: another line may carry it again.
    static Expectation Named(Expectation expected, SettlementLine line) =>
        expected with { ModificationReference = expected.ModificationReference ?? line.ModificationReference };

    void Break(Claim claim, Expectation expected, IReadOnlyList<FieldDifference> differences)
    {
        var kind = Comparison.KindOf(differences);
        var found = Discrepancy.OfLine(file with { Id = claim.File }, claim.Line, kind, expected, [.. differences]);
        (claim.IsOfThisFile ? discrepancies : late).Add(found);
        Change(expected, new ExpectationState.Broken(found.Id, claim.File, claim.Line.Number));
    }

    Discrepancy Unexplained(Claim claim)
    {
        var line = claim.Line;
        if (line.Kind == LineKind.Unknown)
            return Discrepancy.OfLine(file, line, DiscrepancyKind.UnknownType, null, new FieldDifference("type", null, line.Type));

        if (ExplainedAlready(claim) is { } first)
            return Discrepancy.OfLine(file, line, DiscrepancyKind.Duplicate, first.Expected, Surplus(claim, first));

        var found = (line.Gross ?? line.Net).Amount;
        return Discrepancy.OfLine(file, line, DiscrepancyKind.MissingHere, null, new FieldDifference("amount", null, $"{found}"));
    }

    /// <summary>The expectation that another line with the same key has already met.</summary>
    Candidate? ExplainedAlready(Claim claim) => byGroup[claim.Group].FirstOrDefault(candidate =>
        candidate.Partner is { } partner
            ? partner.Line.ModificationReference == claim.Line.ModificationReference
            : candidate.MetBy is not null
                && candidate.Expected.ModificationReference == claim.Line.ModificationReference);

    static FieldDifference Surplus(Claim claim, Candidate first)
    {
        var (metIn, line) = first.Partner is { } partner ? (partner.File, partner.Line.Number) : first.MetBy!.Value;
        return new("occurrence", $"only {metIn} line {line}", $"{claim.File} line {claim.Line.Number}");
    }

    void Conclude(Expectation expected)
    {
        if (expected.State is ExpectationState.Broken broken)
        {
            // Found by this file in an earlier run: the same again. Found by another file: that one has told it.
            if (broken.File == file.Id) missing.Add(Discrepancy.OfMissing(file, expected));
            return;
        }
        if (file.ClosedAt is not { } closedAt || expected.OverdueAfter > closedAt)
        {
            waiting++;
            return;
        }
        var found = Discrepancy.OfMissing(file, expected);
        missing.Add(found);
        Change(expected, new ExpectationState.Broken(found.Id, file.Id, null));
    }

    void Change(Expectation expected, ExpectationState state)
    {
        if (expected.State != state) changed.Add(expected with { State = state });
    }

    // From what is, not from what this run has done: a run that was cut short is completed by the next one.
    IEnumerable<Closing> Closings()
    {
        var byLine = claims.Where(claim => claim.Partner is not null)
            .ToDictionary(claim => (claim.File, claim.Line.Number));
        var byExpectation = candidates.ToDictionary(candidate => candidate.Expected.Id);
        foreach (var found in openBreaks.OrderBy(found => found.Id.Value, StringComparer.Ordinal))
        {
            if (found.Line is { } line && byLine.TryGetValue((found.File, line.Number), out var claim))
                yield return new(found.Id, new(claim.Partner!.Expected.Id, claim.File, line.Number));
            else if (MeetingOf(found, byExpectation) is { } met)
                yield return new(found.Id, new(found.Expectation!.Value, met.File, met.Line));
        }
    }

    static (FileId File, int Line)? MeetingOf(Discrepancy found, Dictionary<ExpectationId, Candidate> byExpectation)
    {
        if (found.Kind != DiscrepancyKind.MissingAtAcquirer || found.Expectation is not { } expectation) return null;
        if (!byExpectation.TryGetValue(expectation, out var candidate)) return null;
        return candidate.Partner is { } partner ? (partner.File, partner.Line.Number) : candidate.MetBy;
    }

    static Match MatchOf(Claim claim, Expectation expected) => new(
        claim.Line.Number, claim.Occurrence, expected.Id, expected.Payment, expected.Operation, expected.Amount)
    {
        Merchant = expected.Merchant,
    };
}
