using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class ShardJoinTests
{
    [Fact]
    public void A_line_that_is_what_we_expected_is_a_match()
    {
        var expected = Expected(fee: 19);

        var outcome = Join([Line(2, fee: 19)], [expected]);

        Assert.Equal(new Match(2, 1, expected.Id, expected.Payment, expected.Operation, 10_00.Eur()) { Merchant = expected.Merchant }, Assert.Single(outcome.Matches));
        Assert.Equal(new ExpectationState.Settled(LaterFile.Id, 2), Assert.Single(outcome.Changed).State);
        Assert.Equal(new ShardCounts(1, 0, 0, 0, 0), outcome.Counts);
    }

    [Fact]
    public void An_amount_that_differs_says_what_was_expected_and_found()
    {
        var outcome = Join([Line(2, cents: 11_00)], [Expected()]);

        var found = Assert.Single(outcome.Discrepancies);
        Assert.Equal(DiscrepancyKind.AmountDiffers, found.Kind);
        Assert.Equal([new FieldDifference("amount", "1000 EUR", "1100 EUR")], found.Fields);
        Assert.Equal(new ExpectationState.Broken(found.Id, LaterFile.Id, 2), Assert.Single(outcome.Changed).State);
    }

    [Fact]
    public void A_currency_that_differs_makes_the_amounts_incomparable()
    {
        var found = Assert.Single(Join([Line(2, currency: "USD")], [Expected(fee: 5)]).Discrepancies);

        Assert.Equal(DiscrepancyKind.CurrencyDiffers, found.Kind);
        Assert.Equal(["currency", "fee"], found.Fields.Select(field => field.Field));
    }

    [Fact]
    public void A_fee_that_differs_from_the_agreed_one_is_a_discrepancy()
    {
        var found = Assert.Single(Join([Line(2, fee: 20)], [Expected(fee: 19)]).Discrepancies);

        Assert.Equal(DiscrepancyKind.FeeDiffers, found.Kind);
        Assert.Equal([new FieldDifference("fee", "19 EUR", "20 EUR")], found.Fields);
    }

    [Fact]
    public void A_fee_is_not_compared_where_none_is_known() => Assert.Single(Join([Line(2, fee: 20)], [Expected()]).Matches);

    [Fact]
    public void A_payment_that_is_debited_differs()
    {
        var debited = Line(2) with { Gross = new Movement(10_00.Eur(), Direction.Debit) };

        var found = Assert.Single(Join([debited], [Expected()]).Discrepancies);

        Assert.Equal([new FieldDifference("direction", "credit", "debit")], found.Fields);
    }

    [Fact]
    public void A_line_that_nobody_expected_is_missing_here() =>
        Assert.Equal(DiscrepancyKind.MissingHere, Assert.Single(Join([Line(2)], []).Discrepancies).Kind);

    [Fact]
    public void A_refund_does_not_answer_for_a_capture_of_the_same_reference()
    {
        var outcome = Join([Line(2, kind: LineKind.Refund)], [Expected()]);

        Assert.Equal(DiscrepancyKind.MissingHere, Assert.Single(outcome.Discrepancies).Kind);
        Assert.Equal(DiscrepancyKind.MissingAtAcquirer, Assert.Single(outcome.Missing).Kind);
    }

    [Fact]
    public void A_type_we_do_not_know_is_a_discrepancy_even_where_its_reference_is_ours() =>
        Assert.Equal(
            [new FieldDifference("type", null, "SomethingNew")],
            Assert.Single(Join([Line(2, kind: LineKind.Unknown)], [Expected()]).Discrepancies).Fields);

    [Fact]
    public void What_is_not_due_when_the_file_closes_is_waited_for()
    {
        var outcome = Join([], [Expected(overdueAfterHours: 25)]);

        Assert.Equal(new ShardCounts(0, 0, 0, 1, 0), outcome.Counts);
        Assert.Empty(outcome.Changed);
    }

    [Fact]
    public void What_was_due_by_the_moment_the_file_closes_is_missing_at_the_acquirer()
    {
        var expected = Expected(overdueAfterHours: 24);

        var outcome = Join([], [expected]);

        var found = Assert.Single(outcome.Missing);
        Assert.Equal((DiscrepancyKind.MissingAtAcquirer, expected.Id), (found.Kind, found.Expectation));
        Assert.Equal([new FieldDifference("amount", "1000 EUR", null)], found.Fields);
        Assert.Equal(new ExpectationState.Broken(found.Id, LaterFile.Id, null), Assert.Single(outcome.Changed).State);
    }

    [Fact]
    public void A_file_that_closes_nothing_misses_nothing() =>
        Assert.Equal(1, Join([], [Expected()], file: LaterFile with { ClosedAt = null }).Waiting);

    [Fact]
    public void What_one_file_missed_the_next_one_does_not_miss_again()
    {
        var books = Books.Empty.With(Expected());
        books = books.After(books.Join([], EarlierFile with { ClosedAt = LaterFile.ClosedAt }));

        Assert.Equal(ShardCounts.None, books.Join([]).Counts);
    }

    [Fact]
    public void The_same_line_twice_is_one_match_and_one_duplicate()
    {
        var outcome = Join([Line(2), Line(3)], [Expected()]);

        var found = Assert.Single(outcome.Discrepancies);
        Assert.Equal(2, Assert.Single(outcome.Matches).Line);
        Assert.Equal((DiscrepancyKind.Duplicate, 3), (found.Kind, found.Line!.Number));
        Assert.Equal([new FieldDifference("occurrence", "only fil_b line 2", "fil_b line 3")], found.Fields);
    }

    [Fact]
    public void A_line_that_another_file_has_had_is_a_duplicate()
    {
        var books = Books.Empty.With(Expected());
        books = books.After(books.Join([Line(7)], EarlierFile));

        var found = Assert.Single(books.Join([Line(2)]).Discrepancies);

        Assert.Equal(DiscrepancyKind.Duplicate, found.Kind);
        Assert.Equal("only fil_a line 7", found.Fields[0].Expected);
    }

    [Fact]
    public void Identical_lines_go_with_as_many_expectations_as_there_are()
    {
        var twice = new[]
        {
            Expected(modification: null, operation: "cap_1"),
            Expected(modification: null, operation: "cap_2"),
        };

        var outcome = Join([Line(2), Line(3), Line(4)], twice);

        Assert.Equal([(2, 1), (3, 2)], outcome.Matches.Select(match => (match.Line, match.Occurrence)));
        Assert.Equal(DiscrepancyKind.Duplicate, Assert.Single(outcome.Discrepancies).Kind);
    }

    [Fact]
    public void Partial_captures_without_a_reference_of_their_own_go_by_amount_first()
    {
        var (thirty, seventy) = (
            Expected(modification: null, cents: 30_00, operation: "cap_1"),
            Expected(modification: null, cents: 70_00, operation: "cap_2"));

        var outcome = Join([Line(2, modification: "M7", cents: 70_00), Line(3, modification: "M3", cents: 30_00)], [thirty, seventy]);

        Assert.Equal([seventy.Id, thirty.Id], outcome.Matches.Select(match => match.Expectation));
    }

    [Fact]
    public void A_line_that_comes_late_closes_the_break_exactly_once()
    {
        var books = Books.Empty.With(Expected());
        var first = books.Join([], EarlierFile with { ClosedAt = LaterFile.ClosedAt });
        books = books.After(first);

        var second = books.Join([Line(2)]);
        var again = books.After(second).Join([Line(2)]);

        var closing = Assert.Single(second.Closings);
        Assert.Equal(first.Missing[0].Id, closing.Discrepancy);
        Assert.Equal((LaterFile.Id, 2), (closing.State.File, closing.State.Line));
        Assert.Single(second.Matches);
        Assert.Empty(again.Closings);
    }

    [Fact]
    public void An_expectation_that_comes_late_closes_the_break_of_the_earlier_line()
    {
        var first = Books.Empty.Join([Line(7)], EarlierFile);
        var books = Books.Empty.After(first).With(Expected());

        var second = books.Join([]);

        Assert.Equal(first.Discrepancies[0].Id, Assert.Single(second.Closings).Discrepancy);
        Assert.Equal(new ExpectationState.Settled(EarlierFile.Id, 7), Assert.Single(second.Changed).State);
        Assert.Equal(new ShardCounts(0, 0, 0, 0, 1), second.Counts);
    }

    [Fact]
    public void The_earlier_line_has_the_older_claim_on_a_late_expectation()
    {
        var books = Books.Empty.After(Books.Empty.Join([Line(7)], EarlierFile)).With(Expected());

        var outcome = books.Join([Line(2)]);

        Assert.Equal(DiscrepancyKind.Duplicate, Assert.Single(outcome.Discrepancies).Kind);
        Assert.Single(outcome.Closings);
    }

    [Fact]
    public void A_late_counterpart_that_differs_turns_one_break_into_another()
    {
        var books = Books.Empty.After(Books.Empty.Join([Line(7, cents: 11_00)], EarlierFile)).With(Expected());

        var outcome = books.Join([]);

        Assert.Equal(DiscrepancyKind.AmountDiffers, Assert.Single(outcome.Late).Kind);
        Assert.Single(outcome.Closings);
        Assert.Equal(DiscrepancyKind.AmountDiffers, Assert.Single(books.After(outcome).Open).Kind);
    }

    [Fact]
    public void A_run_that_was_cut_short_after_its_expectations_is_completed_by_the_next()
    {
        var books = Books.Empty.With(Expected());
        books = books.After(books.Join([], EarlierFile with { ClosedAt = LaterFile.ClosedAt }));
        var whole = books.Join([Line(2)]);
        var half = books with { Expectations = books.After(whole).Expectations };

        var again = half.Join([Line(2)]);

        Assert.Equal(whole.Matches, again.Matches);
        Assert.Equal(whole.Closings, again.Closings);
        Assert.Empty(again.Changed);
    }

    [Fact]
    public void An_expectation_of_another_acquirer_has_no_place_in_the_join() =>
        Assert.Throws<InvariantBroken>(() => Join([], [Expected() with { Acquirer = A.Southbank }]));
}
