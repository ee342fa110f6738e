using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What has met what, asked of breaks that are open.</summary>
sealed class Meetings
{
    readonly Dictionary<(FileId File, int Line), ExpectationId> byLine = [];
    readonly Dictionary<ExpectationId, (FileId File, int Line)> byExpectation = [];

    public Meetings(FileFacts file, PlainPairs plain, LeftOver left, List<Discrepancy> breaks)
    {
        foreach (var claim in left.Claims)
            if (claim.Bond is { } bond) byLine[(claim.File, claim.Line.Number)] = bond.Candidates[0].Expected.Id;
        foreach (var candidate in left.Candidates)
            if (candidate.Bond is { } bond) byExpectation[candidate.Expected.Id] = (bond.Claims[0].File, bond.Claims[0].Line.Number);
            else if (candidate.MetBy is { } met) byExpectation[candidate.Expected.Id] = met;
        AddPlain(file, plain, breaks);
        foreach (var one in left.Untouched)
            if (Candidate.MetByOf(one.State) is { } met) byExpectation[one.Id] = met;
    }

    /// <summary>How a break is explained; null where it is not.</summary>
    public DiscrepancyState.Closed? Of(Discrepancy found)
    {
        if (found is { Line: { } line, File: { } file } && byLine.TryGetValue((file, line.Number), out var expectation))
            return new(expectation, file, line.Number);
        if (found is { Kind: DiscrepancyKind.MissingAtAcquirer, Expectation: { } missed } && byExpectation.TryGetValue(missed, out var met))
            return new(missed, met.File, met.Line);
        return null;
    }

    // Breaks are few and plain pairs many: only those are kept that a break asks for.
    void AddPlain(FileFacts file, PlainPairs plain, List<Discrepancy> breaks)
    {
        var lines = breaks.Where(found => found.File == file.Id && found.Line is not null).Select(found => found.Line!.Number).ToHashSet();
        var missed = breaks.Where(found => found.Expectation is not null).Select(found => found.Expectation!.Value).ToHashSet();
        for (var place = 0; place < plain.Lines.Length; place++)
        {
            if (plain.ExpectedOf[place] is not (>= 0 and var at)) continue;
            var (number, id) = (plain.Lines[place].Number, plain.Expected[at].Id);
            if (lines.Contains(number)) byLine[(file.Id, number)] = id;
            if (missed.Contains(id)) byExpectation[id] = (file.Id, number);
        }
    }
}
