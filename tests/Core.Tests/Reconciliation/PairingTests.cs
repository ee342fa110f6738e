using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class PairingTests
{
    static readonly Expectation Thirty = Expected(modification: "M1", cents: 30_00, operation: "cap_1");
    static readonly Expectation Seventy = Expected(modification: "M2", cents: 70_00, operation: "cap_2");

    [Fact]
    public void A_line_that_names_one_capture_and_comes_to_two_settles_both()
    {
        var outcome = Join([Line(2, modification: "M1", cents: 100_00)], [Thirty, Seventy]);

        Assert.Equal(new ShardCounts(1, 0, 0, 0, 0), outcome.Counts with { Values = [] });
        Assert.Equal(100_00, outcome.Matches.Sum(match => match.Amount.MinorUnits));
        Assert.All(outcome.Changed, one => Assert.Equal(2, ((ExpectationState.Settled)one.State).Bundle!.Expectations.Count));
    }

    [Fact]
    public void A_capture_that_comes_in_several_lines_is_settled_by_all_of_them()
    {
        var lines = new[] { Line(2, modification: null, cents: 30_00), Line(3, modification: null, cents: 70_00) };

        var outcome = Join(lines, [Expected(cents: 100_00)]);

        Assert.Equal((2, 0), (outcome.Counts.Matched, outcome.Counts.Discrepancies));
        Assert.Equal([30_00L, 70_00L], outcome.Matches.Select(match => match.Amount.MinorUnits));
        Assert.Equal([2, 3], ((ExpectationState.Settled)Assert.Single(outcome.Changed).State).Bundle!.Lines);
    }

    [Fact]
    public void Lines_and_captures_that_only_come_to_the_same_in_all_settle_each_other()
    {
        var lines = new[] { Line(2, modification: null, cents: 45_00), Line(3, modification: null, cents: 55_00) };

        var outcome = Join(lines, [Thirty, Seventy with { BookedAt = A.Moment.AddMinutes(1) }]);

        Assert.Equal((2, 0), (outcome.Counts.Matched, outcome.Counts.Discrepancies));
        Assert.Equal([15_00L, 30_00L, 55_00L], outcome.Matches.Select(match => match.Amount.MinorUnits).Order());
    }

    [Fact]
    public void Two_ways_to_add_up_are_none()
    {
        var four = new[] { 30_00, 70_00, 40_00, 60_00 }.Select((cents, i) => Expected(modification: null, cents: cents, operation: $"cap_{i}")).ToArray();

        var outcome = Join([Line(2, modification: null, cents: 100_00)], four);

        Assert.Equal(DiscrepancyKind.Ambiguous, Assert.Single(outcome.Discrepancies).Kind);
        Assert.Equal((4, 0), (outcome.Waiting, outcome.Missing.Count));
    }

    [Fact]
    public void A_line_that_may_be_about_either_of_two_is_ambiguous_and_neither_is_missing()
    {
        var either = new[] { Expected(modification: null, cents: 30_00, operation: "cap_1"), Expected(modification: null, cents: 70_00, operation: "cap_2") };

        var outcome = Join([Line(2, modification: "M9", cents: 25_00)], either);

        var found = Assert.Single(outcome.Discrepancies);
        Assert.Equal(DiscrepancyKind.Ambiguous, found.Kind);
        Assert.Equal([new FieldDifference("operation", "cap_1 3000 EUR or cap_2 7000 EUR", "2500 EUR")], found.Fields);
        Assert.Equal((2, 0), (outcome.Waiting, outcome.Missing.Count));
    }

    [Fact]
    public void An_ambiguity_is_closed_by_what_leaves_only_one()
    {
        var either = new[] { Expected(modification: null, cents: 30_00, operation: "cap_1"), Expected(modification: null, cents: 70_00, operation: "cap_2") };
        var books = Books.Empty.With(either);
        books = books.After(books.Join([Line(7, modification: "M9", cents: 25_00)], EarlierFile));

        var outcome = books.Join([Line(2, modification: "M3", cents: 70_00)]);

        Assert.Equal(DiscrepancyKind.AmountDiffers, Assert.Single(outcome.Late).Kind);
        Assert.Single(outcome.Closings);
    }

    [Fact]
    public void Our_own_reference_finds_what_the_acquirer_calls_otherwise()
    {
        var line = Line(2, reference: "OTHER", modification: "N1") with { MerchantReference = "pay_P1.cap_1" };

        var outcome = Join([line], [Expected(modification: "M1")]);

        Assert.Single(outcome.Matches);
    }

    [Fact]
    public void An_amount_within_the_tolerance_agrees_and_beyond_it_differs()
    {
        var file = LaterFile with { Terms = new SettlementTerms { Amounts = new Tolerance(2, 0) } };

        Assert.Single(Join([Line(2, cents: 10_02)], [Expected()], file: file).Matches);
        Assert.Equal(DiscrepancyKind.AmountDiffers, Assert.Single(Join([Line(2, cents: 10_03)], [Expected()], file: file).Discrepancies).Kind);
    }

    [Theory]
    [InlineData(9_20, true)]
    [InlineData(9_90, false)]
    public void What_the_file_converted_is_held_against_its_rate_and_rounding(int net, bool agrees)
    {
        var line = Line(2) with
        {
            Gross = new Movement(new Money(10_87, Currency.Of("USD")), Direction.Credit),
            Net = new Movement(new Money(net, Currency.Of("EUR")), Direction.Credit),
            Fees = [new LineFee(FeeKind.Commission, 80.Eur(), Direction.Debit)],
            Rate = new ExchangeRate(92, 2),
        };

        Assert.Equal(agrees, Join([line], [Expected(cents: 10_01)]).Matches.Count == 1);
    }

    [Fact]
    public void What_is_not_booked_near_it_is_not_about_it_unless_it_names_it()
    {
        var late = Line(2, modification: null) with { BookedAt = A.Moment.AddDays(90) };

        Assert.Equal(DiscrepancyKind.MissingHere, Assert.Single(Join([late], [Expected(modification: null)]).Discrepancies).Kind);
        Assert.Single(Join([late with { ModificationReference = "M1" }], [Expected()]).Matches);
    }

    [Theory]
    [InlineData(LineKind.Chargeback, DisputeStage.Opened)]
    [InlineData(LineKind.SecondChargeback, DisputeStage.SecondChargeback)]
    [InlineData(LineKind.ChargebackReversal, DisputeStage.Won)]
    public void A_chargeback_of_a_known_payment_is_matched_and_tells_its_dispute(LineKind kind, DisputeStage stage)
    {
        var outcome = Join([Line(2, modification: "D1", kind: kind)], [Expected(overdueAfterHours: 48)]);

        var recorded = Assert.Single(outcome.Recorded);
        var notice = Disputing.NoticeOf(recorded)!;
        Assert.Equal(new ShardCounts(1, 0, 0, 1, 0), outcome.Counts with { Values = [] });
        Assert.Equal((recorded.Payment, new Core.Acquiring.NoticeSubject.Disputed("D1", stage, 10_00.Eur(), null)), (notice.Payment, notice.Says));
    }

    [Fact]
    public void The_same_chargeback_again_is_a_duplicate_in_whatever_file()
    {
        var books = Books.Empty.With(Expected(overdueAfterHours: 48));
        var chargeback = Line(7, modification: "D1", kind: LineKind.Chargeback);
        books = books.After(books.Join([chargeback, chargeback with { Number = 8 }], EarlierFile));

        var outcome = books.Join([chargeback]);

        Assert.Equal(DiscrepancyKind.Duplicate, Assert.Single(books.Open).Kind);
        Assert.Equal(DiscrepancyKind.Duplicate, Assert.Single(outcome.Discrepancies).Kind);
        Assert.Empty(outcome.Recorded);
    }

    [Fact]
    public void A_chargeback_of_a_payment_that_is_not_ours_is_missing_here_until_it_is()
    {
        var books = Books.Empty.After(Books.Empty.Join([Line(7, modification: "D1", kind: LineKind.Chargeback)], EarlierFile));

        var outcome = books.With(Expected(overdueAfterHours: 48)).Join([]);

        Assert.Equal(DiscrepancyKind.MissingHere, Assert.Single(books.Open).Kind);
        Assert.Single(outcome.Recorded);
        Assert.Single(outcome.Closings);
    }

    [Fact]
    public void A_refund_that_is_given_back_is_matched_to_it()
    {
        var refund = Expected(modification: "R1", kind: LineKind.Refund, operation: "ref_1", overdueAfterHours: 48);

        var outcome = Join([Line(2, modification: "R1", kind: LineKind.RefundReversal)], [refund]);

        var told = Assert.IsType<Core.Acquiring.NoticeSubject.OperationRefused>(Disputing.NoticeOf(Assert.Single(outcome.Recorded))!.Says);
        Assert.Equal((OperationKind.Refund, "R1"), (told.Kind, told.Reference));
    }

    [Fact]
    public void What_was_undone_is_expected_no_more_and_its_line_is_unexplained()
    {
        var undone = new PaymentEvent.CaptureUndone(new(new("cap_1"), 10_00.Eur(), A.Northbank, "P1", "M1"), "no");
        var withdrawn = Expectations.Withdraw(Expected(), undone);

        var outcome = Join([Line(2)], [withdrawn]);

        Assert.Equal(Expected().Id, Expectations.UndoneBy(undone));
        Assert.Equal(["amount", "undone"], Assert.Single(outcome.Discrepancies).Fields.Select(field => field.Field));
        Assert.Empty(outcome.Missing);
    }
}
