namespace Railyard.Core.Reconciliation;

/// <summary>Which run of a file sees its discrepancies again, who wanted it, and when.</summary>
/// <param name="By">The operator's key.</param>
public sealed record Rerun(int Run, string By, DateTimeOffset At);

/// <summary>
/// What a later run of a file makes of the discrepancies of the earlier ones: what it no longer finds is ended, what it
/// finds otherwise is put right, what had ended and is found again is open again. Said twice, it is said once.
/// </summary>
public static class Restatement
{
    /// <summary>The discrepancies that become others.</summary>
    /// <param name="known">Every discrepancy that names the file, in the shards that were joined.</param>
    /// <param name="outcome">What the run came to.</param>
    /// <param name="rerun">The run.</param>
    public static IReadOnlyList<Discrepancy> Of(IEnumerable<Discrepancy> known, ShardOutcome outcome, Rerun rerun)
    {
        var found = outcome.Discrepancies.Concat(outcome.Missing).ToDictionary(one => one.Id);
        var closing = outcome.Closings.Select(one => one.Discrepancy).ToHashSet();
        return
        [
            .. known.Where(one => one.Kind != DiscrepancyKind.ControlTotalBroken && !closing.Contains(one.Id))
                .Select(one => (one, now: Of(one, found.GetValueOrDefault(one.Id), rerun)))
                .Where(one => !ReferenceEquals(one.one, one.now))
                .Select(one => one.now),
        ];
    }

    /// <summary>One of them; the very same where nothing becomes of it.</summary>
    /// <param name="known">As it is kept.</param>
    /// <param name="found">As the run finds it, or null where it does not.</param>
    /// <param name="rerun">The run.</param>
    public static Discrepancy Of(Discrepancy known, Discrepancy? found, Rerun rerun) =>
        found is null ? Without(known, rerun) : Again(known, found, rerun);

    static Discrepancy Without(Discrepancy known, Rerun rerun)
    {
        if (known.State.IsOpen) return Noted(known with { State = new DiscrepancyState.Superseded(rerun.Run) }, DiscrepancyAct.Superseded, rerun);
        // What a person has said stays said, but it is about nothing any more.
        return known is { State: DiscrepancyState.Resolved, GoneIn: null }
            ? Noted(known with { GoneIn = rerun.Run }, DiscrepancyAct.Superseded, rerun)
            : known;
    }

    static Discrepancy Again(Discrepancy known, Discrepancy found, Rerun rerun)
    {
        var isSame = SaysTheSame(known, found);
        if (isSame && known.State.IsOpen) return known;
        if (isSame && known.State is DiscrepancyState.Resolved)
            return known.GoneIn is null ? known : Noted(known with { GoneIn = null }, DiscrepancyAct.FoundAgain, rerun);
        return Noted(found with { State = Reopened(known.State), History = known.History }, DiscrepancyAct.FoundAgain, rerun);
    }

    // What was proposed was about what it said before.
    static DiscrepancyState Reopened(DiscrepancyState state) => state switch
    {
        DiscrepancyState.Assigned => state,
        DiscrepancyState.Proposed { To: { } to } => new DiscrepancyState.Assigned(to),
        _ => new DiscrepancyState.Open(),
    };

    static bool SaysTheSame(Discrepancy left, Discrepancy right) =>
        left.Fields.SequenceEqual(right.Fields)
        && (left.File, left.Amount, left.Expectation) == (right.File, right.Amount, right.Expectation)
        && left.Line is null == right.Line is null
        && (left.Line is not { } line || line.Fees.SequenceEqual(right.Line!.Fees) && line with { Fees = right.Line.Fees } == right.Line);

    static Discrepancy Noted(Discrepancy changed, DiscrepancyAct act, Rerun rerun) => changed with
    {
        History = [.. changed.History, new(rerun.At, rerun.By, act, $"Run {rerun.Run} of its file.")],
    };
}
