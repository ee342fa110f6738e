using System.Runtime.InteropServices;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What names one movement of money at an acquirer.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct JoinKey(string Reference, LineKind Kind, string? Modification)
{
    public static JoinKey Of(SettlementLine line) => new(line.AcquirerReference, line.Kind, line.ModificationReference);

    public static JoinKey Of(Expectation expected) => new(expected.AcquirerReference, expected.Kind, expected.ModificationReference);
}

/// <summary>
/// The plain case, which is nearly all of a file: one line names one expectation by reference, kind and modification
/// reference, and agrees. One dictionary and a few numbers for each line, nothing else.
/// </summary>
sealed class PlainPairs
{
    const int None = -1;

    // A key that several expectations have says nothing by itself.
    const int Several = -2;

    readonly FileFacts file;
    readonly Dictionary<JoinKey, int> byKey;

    // How many lines have named each expectation so far.
    readonly int[] seen;

    PlainPairs(FileFacts file, SettlementLine[] lines, Expectation[] expected)
    {
        this.file = file;
        (Lines, Expected) = (lines, expected);
        ExpectedOf = new int[lines.Length];
        LineOf = new int[expected.Length];
        Occurrences = new int[lines.Length];
        seen = new int[expected.Length];
        Array.Fill(ExpectedOf, None);
        Array.Fill(LineOf, None);
        byKey = new Dictionary<JoinKey, int>(expected.Length);
    }

    public SettlementLine[] Lines { get; }

    public Expectation[] Expected { get; }

    /// <summary>For each line the place of its expectation, or less than zero.</summary>
    public int[] ExpectedOf { get; }

    /// <summary>For each expectation the place of its line, or less than zero.</summary>
    public int[] LineOf { get; }

    /// <summary>For each line which of those with its key it is, from 1; 0 where that was not counted.</summary>
    public int[] Occurrences { get; }

    /// <summary>How many lines have found their expectation.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Pairs what is plain. A reference for which an earlier line waits, or on which an earlier run has decided otherwise, is
    /// not.
    /// </summary>
    public static PlainPairs Of(FileFacts file, SettlementLine[] lines, Expectation[] expected, List<Claim> earlier)
    {
        var pairs = new PlainPairs(file, lines, expected);
        var contested = pairs.Contested(earlier);
        for (var place = 0; place < expected.Length; place++) pairs.Offer(place);
        for (var place = 0; place < lines.Length; place++)
            if (contested.Count == 0 || !contested.Contains(lines[place].AcquirerReference)) pairs.TryPair(place);
        return pairs;
    }

    void Offer(int place)
    {
        if (Expected[place] is not { ModificationReference: not null, State: not ExpectationState.Withdrawn } one) return;
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(byKey, JoinKey.Of(one), out var isKnown);
        known = isKnown ? Several : place;
    }

    void TryPair(int place)
    {
        var line = Lines[place];
        if (!byKey.TryGetValue(JoinKey.Of(line), out var at) || at < 0) return;
        Occurrences[place] = ++seen[at];
        if (LineOf[at] != None) return;
        var one = Expected[at];
        if (Candidate.MetByOf(one.State) is { } met && (met.Line != line.Number || met.File != file.Id)) return;
        if (!Comparison.Agree(one, line, file.Terms)) return;
        (ExpectedOf[place], LineOf[at]) = (at, place);
        Count++;
    }

    HashSet<string> Contested(List<Claim> earlier)
    {
        var contested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var claim in earlier) contested.Add(claim.Line.AcquirerReference);
        Dictionary<int, int>? byNumber = null;
        foreach (var one in Expected)
        {
            if (Candidate.MetByOf(one.State) is not { } met || met.File != file.Id) continue;
            byNumber ??= Numbered();
            if (IsPlain(one, met.Line, byNumber)) continue;
            contested.Add(one.AcquirerReference);
            if (byNumber.TryGetValue(met.Line, out var place)) contested.Add(Lines[place].AcquirerReference);
        }
        return contested;
    }

    Dictionary<int, int> Numbered()
    {
        var byNumber = new Dictionary<int, int>(Lines.Length);
        for (var place = 0; place < Lines.Length; place++) byNumber[Lines[place].Number] = place;
        return byNumber;
    }

    bool IsPlain(Expectation one, int number, Dictionary<int, int> byNumber) =>
        one.ModificationReference is not null
        && one.State is not (ExpectationState.Settled { Bundle: not null } or ExpectationState.Broken { Bundle: not null })
        && byNumber.TryGetValue(number, out var place)
        && JoinKey.Of(Lines[place]) == JoinKey.Of(one);
}
