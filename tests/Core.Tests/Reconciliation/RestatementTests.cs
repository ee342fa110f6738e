using Railyard.Core.Reconciliation;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class RestatementTests
{
    static readonly Rerun Second = new(2, "otto", A.Moment);
    static readonly Discrepancy Found = Discrepancy.OfLine(LaterFile, Line(7), DiscrepancyKind.MissingHere, null);

    [Fact]
    public void What_a_run_no_longer_finds_is_superseded_once_and_its_history_says_by_whom()
    {
        var ended = Restatement.Of(Found, null, Second);
        var again = Restatement.Of(ended, null, new(3, "otto", A.Moment));

        Assert.Equal(new DiscrepancyState.Superseded(2), ended.State);
        Assert.Equal((DiscrepancyAct.Superseded, "otto"), (ended.History[^1].Act, ended.History[^1].By));
        Assert.Same(ended, again);
    }

    [Fact]
    public void What_is_found_as_it_was_stays_as_it_is()
    {
        var assigned = Found with { State = new DiscrepancyState.Assigned("anna") };

        Assert.Same(assigned, Restatement.Of(assigned, Found, Second));
    }

    [Fact]
    public void What_says_something_else_by_now_takes_its_new_words_and_keeps_who_looks_into_it()
    {
        var proposed = Found with { State = new DiscrepancyState.Proposed(new(ResolutionKind.Accepted, "ok"), "anna", "bert") };
        var other = Discrepancy.OfLine(LaterFile, Line(7, cents: 9_00), DiscrepancyKind.MissingHere, null);

        var changed = Restatement.Of(proposed, other, Second);

        Assert.Equal((new DiscrepancyState.Assigned("bert"), 900L), (changed.State, changed.Amount!.Value.MinorUnits));
        Assert.Equal(DiscrepancyAct.FoundAgain, changed.History[^1].Act);
    }

    [Fact]
    public void What_was_superseded_and_is_found_again_is_open_again()
    {
        var ended = Restatement.Of(Found, null, Second);

        var again = Restatement.Of(ended, Found, new(3, "otto", A.Moment));

        Assert.IsType<DiscrepancyState.Open>(again.State);
        Assert.Equal([DiscrepancyAct.Superseded, DiscrepancyAct.FoundAgain], again.History.Select(entry => entry.Act));
    }

    [Fact]
    public void What_a_person_has_ended_stays_ended_and_is_about_nothing_once_it_is_gone()
    {
        var resolved = Found with { State = new DiscrepancyState.Resolved(new(ResolutionKind.WrittenOff, "gone"), "anna", null) };

        var gone = Restatement.Of(resolved, null, Second);
        var back = Restatement.Of(gone, Found, new(3, "otto", A.Moment));

        Assert.Equal((resolved.State, 2), (gone.State, gone.GoneIn));
        Assert.Same(gone, Restatement.Of(gone, null, new(3, "otto", A.Moment)));
        Assert.Equal((resolved.State, null), (back.State, back.GoneIn));
    }
}
