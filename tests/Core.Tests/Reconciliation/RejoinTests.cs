using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class RejoinTests
{
    static readonly Runs Fresh = Runs.Before(Books.Empty.With(Expected()));

    [Fact]
    public void What_differed_is_settled_once_its_line_says_what_was_expected()
    {
        var runs = Fresh.Then([Line(7, cents: 10_70)]).Then([Line(7)]);

        Assert.Equal(new ExpectationState.Settled(LaterFile.Id, 7), Assert.Single(runs.Books.Expectations).State);
        Assert.Equal(new DiscrepancyState.Superseded(2), Assert.Single(runs.Found).State);
    }

    [Fact]
    public void What_was_settled_differs_once_its_line_says_something_else()
    {
        var runs = Fresh.Then([Line(7)]).Then([Line(7, cents: 10_70)]);

        var found = Assert.Single(runs.Open);
        Assert.Equal(DiscrepancyKind.AmountDiffers, found.Kind);
        Assert.Equal(new ExpectationState.Broken(found.Id, LaterFile.Id, 7), Assert.Single(runs.Books.Expectations).State);
        Assert.Empty(runs.Matches);
    }

    [Fact]
    public void What_was_settled_by_a_line_that_is_read_no_more_is_missing()
    {
        var runs = Fresh.Then([Line(7)]).Then([]);

        Assert.Equal(DiscrepancyKind.MissingAtAcquirer, Assert.Single(runs.Open).Kind);
    }

    [Fact]
    public void What_another_file_had_missed_is_missing_again()
    {
        var books = Books.Empty.With(Expected());
        var runs = Runs.Before(books.After(books.Join([], LaterFile with { Id = new("fil_0") }))).Then([Line(7)]);

        Assert.Empty(runs.Books.Open);
        Assert.Equal(DiscrepancyKind.MissingAtAcquirer, Assert.Single(runs.Then([]).Open).Kind);
    }

    [Fact]
    public void A_reference_that_only_a_line_had_told_is_forgotten_with_it()
    {
        var unnamed = Runs.Before(Books.Empty.With(Expected(modification: null)));
        var runs = unnamed.Then([Line(7, modification: "M1")]).Then([Line(7, modification: "M2")]);

        var settled = Assert.Single(runs.Books.Expectations);
        Assert.Equal(("M2", new ExpectationState.Settled(LaterFile.Id, 7)), (settled.ModificationReference, settled.State));
    }

    [Fact]
    public void A_chargeback_of_which_no_line_tells_any_more_is_withdrawn_until_one_does()
    {
        var chargeback = Line(8, modification: "C1", kind: LineKind.Chargeback);
        var told = Fresh.Then([Line(7), chargeback]);
        var gone = told.Then([Line(7)]);
        var back = gone.Then([Line(7), chargeback with { Number = 9 }]);

        Assert.Equal(
            new ExpectationState.Withdrawn(Rejoin.NoLineTells),
            gone.Books.Expectations.Single(one => one.Kind == LineKind.Chargeback).State);
        Assert.Equal(
            new ExpectationState.Settled(LaterFile.Id, 9), back.Books.Expectations.Single(one => one.Kind == LineKind.Chargeback).State);
    }

    [Fact]
    public void A_copy_in_another_file_stays_the_copy_as_long_as_this_file_has_the_line_and_takes_its_place_after()
    {
        var other = LaterFile with { Id = new("fil_c") };
        var first = Fresh.Then([Line(7)]);
        var copied = first with { Books = first.Books.After(first.Books.Join([Line(3)], other)) };

        var moved = copied.Then([Line(8)]);
        var gone = copied.Then([]);

        Assert.Equal(new ExpectationState.Settled(LaterFile.Id, 8), Assert.Single(moved.Books.Expectations).State);
        Assert.Equal(new ExpectationState.Settled(other.Id, 3), Assert.Single(gone.Books.Expectations).State);
        Assert.Empty(gone.Books.Open);
    }
}
