using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using static Railyard.Core.Tests.Reconciliation.Bank.BankBook;

namespace Railyard.Core.Tests.Reconciliation.Bank;

public sealed class BankJoinTests
{
    [Fact]
    public void A_line_with_the_reference_and_the_amount_of_a_batch_is_its_payment()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var outcome = book.Join([Line(1, 4_20, "tx105XT BA\nTCH 5, RailyardNorth and more")]);

        Assert.Equal([payout.Id], Matched(outcome).Expectations);
        Assert.Equal([new BankLineRef(BankBook.File, 1)], Assert.IsType<BankExpectationState.Met>(book[payout].State).Lines);
    }

    [Fact]
    public void Another_amount_under_the_reference_differs_and_says_both()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var found = Broken(book.Join([Line(1, 4_19, payout.Reference!)]));

        Assert.Equal(DiscrepancyKind.DiffersAtBank, found.Kind);
        Assert.Equal(("420 EUR", "419 EUR"), (found.Fields[0].Expected, found.Fields[0].Found));
        Assert.IsType<BankExpectationState.Differs>(book[payout].State);
    }

    [Theory]
    [InlineData("USD", Direction.Credit)]
    [InlineData("EUR", Direction.Debit)]
    public void Another_currency_or_direction_differs_as_well(string currency, Direction direction)
    {
        var payout = Payout("5", 4_20);

        var outcome = new BankBook(payout).Join([Line(1, 4_20, payout.Reference!, direction: direction, currency: currency)]);

        Assert.Equal(DiscrepancyKind.DiffersAtBank, Broken(outcome).Kind);
    }

    [Fact]
    public void One_line_may_pay_several_batches_that_it_names()
    {
        var (first, second) = (Payout("5", 4_20), Payout("6", 1_30));
        var book = new BankBook(first, second);

        var outcome = book.Join([Line(1, 5_50, $"{first.Reference} {second.Reference}")]);

        Assert.Equal([first.Id, second.Id], Matched(outcome).Expectations.OrderBy(id => id == second.Id));
        Assert.All(book.Expectations, one => Assert.IsType<BankExpectationState.Met>(one.State));
    }

    [Fact]
    public void Several_lines_may_pay_one_batch_that_they_all_name()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var outcome = book.Join([Line(1, 4_00, payout.Reference!), Line(2, 20, payout.Reference!)]);

        Assert.All(outcome.Lines, line => Assert.IsType<BankLineEnd.Matched>(line.End));
        Assert.Equal(2, Assert.IsType<BankExpectationState.Met>(book[payout].State).Lines.Count);
    }

    [Fact]
    public void Two_identical_lines_are_one_payment_and_one_duplicate()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var outcome = book.Join([Line(1, 4_20, payout.Reference!), Line(2, 4_20, payout.Reference!)]);

        Assert.IsType<BankLineEnd.Matched>(outcome.Lines[0].End);
        Assert.Equal(DiscrepancyKind.DuplicateAtBank, Assert.IsType<BankLineEnd.Broken>(outcome.Lines[1].End).Discrepancy.Kind);
    }

    [Fact]
    public void A_line_of_a_later_statement_under_a_reference_that_was_paid_is_a_duplicate()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);
        book.Join([Line(1, 4_20, payout.Reference!)]);

        var outcome = book.Join([Line(1, 4_20, payout.Reference!, file: new("fil_next"))]);

        Assert.Equal(DiscrepancyKind.DuplicateAtBank, Broken(outcome).Kind);
    }

    [Fact]
    public void A_reference_does_not_stand_inside_of_a_longer_one()
    {
        var (first, twelfth) = (Payout("1", 4_20, "PAYOUT-1"), Payout("12", 4_20, "PAYOUT-12"));
        var book = new BankBook(first, twelfth);

        var outcome = book.Join([Line(1, 4_20, "northbank PAYOUT-12")]);

        Assert.Equal([twelfth.Id], Matched(outcome).Expectations);
        Assert.IsType<BankExpectationState.Open>(book[first].State);
    }

    [Fact]
    public void Without_a_reference_the_acquirer_the_amount_and_the_day_say_which_batch_it_is()
    {
        var payout = Payout("5", 4_20, reference: null);

        var outcome = new BankBook(payout).Join([Line(1, 4_20, "payment from NORTHBANK plc")]);

        Assert.Equal([payout.Id], Matched(outcome).Expectations);
    }

    [Fact]
    public void Two_batches_of_the_same_amount_are_no_guess_but_a_discrepancy()
    {
        var book = new BankBook(Payout("5", 4_20, null), Payout("6", 4_20, null));

        var found = Broken(book.Join([Line(1, 4_20, "northbank")]));

        Assert.Equal(DiscrepancyKind.AmbiguousAtBank, found.Kind);
        Assert.All(book.Expectations, one => Assert.IsType<BankExpectationState.Open>(one.State));
    }

    [Theory]
    [InlineData(4_20, -2)]
    [InlineData(4_20, 30)]
    [InlineData(4_21, 1)]
    public void Outside_the_agreed_days_or_of_another_amount_a_line_without_reference_is_unexpected(int cents, int day)
    {
        var outcome = new BankBook(Payout("5", 4_20, null)).Join([Line(1, cents, "northbank", day)]);

        Assert.Equal(DiscrepancyKind.UnexpectedAtBank, Broken(outcome).Kind);
    }

    [Fact]
    public void A_line_that_names_nobody_is_not_ours_even_if_the_amount_fits()
    {
        var outcome = new BankBook(Payout("5", 4_20)).Join([Line(1, 4_20, "rent of November")]);

        Assert.Equal(BankLineIgnored.NotOurs, Assert.IsType<BankLineEnd.Ignored>(Assert.Single(outcome.Lines).End).Reason);
    }

    [Fact]
    public void What_is_pending_or_set_aside_meets_nothing()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var outcome = book.Join(
        [
            Line(1, 4_20, payout.Reference!, status: EntryStatus.Pending),
            Line(2, 4_20, payout.Reference!) with { SetAside = BankLineIgnored.AlreadyRead },
            Line(3, 0, payout.Reference!),
        ]);

        Assert.Equal(
            [BankLineIgnored.Pending, BankLineIgnored.AlreadyRead, BankLineIgnored.Empty],
            outcome.Lines.Select(line => Assert.IsType<BankLineEnd.Ignored>(line.End).Reason));
        Assert.IsType<BankExpectationState.Open>(book[payout].State);
    }

    [Fact]
    public void A_batch_is_missing_only_when_the_agreed_days_are_over_and_its_late_line_closes_it_once()
    {
        var payout = Payout("5", 4_20);
        var book = new BankBook(payout);

        var waiting = book.Join([], today: 3);
        var missing = book.Join([], today: 4);
        var again = book.Join([], today: 5);
        var late = book.Join([Line(1, 4_20, payout.Reference!, day: 20)], today: 21);

        Assert.Empty(waiting.Missing);
        Assert.Equal(Assert.Single(missing.Missing).Id, Assert.Single(again.Missing).Id);
        Assert.Empty(again.Changed);
        Assert.Equal(missing.Missing[0].Id, Assert.Single(late.Closings).Closing.Discrepancy);
        Assert.Empty(late.Missing);
    }

    [Fact]
    public void A_payout_to_a_merchant_is_met_by_its_end_to_end_reference_and_may_come_back()
    {
        var payout = ToMerchant("po_1", 90_00);
        var book = new BankBook(payout);

        book.Join([Line(1, 90_00, "payout", direction: Direction.Debit, endToEnd: "E2E-po_1")]);
        var back = book.Join([Line(1, 90_00, "returned", endToEnd: "E2E-po_1", isReturn: true, file: new("fil_next"))]);

        Assert.True(Matched(back).IsReturn);
        var state = Assert.IsType<BankExpectationState.Returned>(book[payout].State);
        Assert.Equal((BankBook.File, new FileId("fil_next")), (state.Lines[0].File, state.Back.File));
    }

    static BankLineEnd.Matched Matched(BankOutcome outcome) =>
        Assert.IsType<BankLineEnd.Matched>(Assert.Single(outcome.Lines).End);

    static Discrepancy Broken(BankOutcome outcome) =>
        Assert.IsType<BankLineEnd.Broken>(Assert.Single(outcome.Lines).End).Discrepancy;
}
