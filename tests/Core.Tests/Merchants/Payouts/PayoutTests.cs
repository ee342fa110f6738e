using Railyard.Core.Merchants.Payouts;
using static Railyard.Core.Tests.Merchants.Payouts.Books;
using JournalEntry = Railyard.Core.Ledger.JournalEntry;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class PayoutTests
{
    const string Message = "RY1";

    [Fact]
    public void What_the_table_of_its_life_does_not_list_has_no_place()
    {
        foreach (var status in Enum.GetValues<PayoutStatus>())
            foreach (var step in Enum.GetValues<PayoutStep>())
                Assert.Equal(
                    Payout.Transitions.Any(edge => edge.From == status && edge.Step == step), Payout.After(status, step) is not null);
        Assert.Equal(Payout.Transitions.Count, Payout.Transitions.Select(edge => (edge.From, edge.Step)).Distinct().Count());
    }

    [Fact]
    public void A_message_sends_a_payout_once()
    {
        var sent = Sent();

        Assert.Same(sent, sent.Release(Message, Account, A.Moment));
        Assert.Same(sent, sent.Release("RY2", Account, A.Moment));
        Assert.Equal(35, new PayoutId(sent.Id.Value).EndToEnd(99).Length);
    }

    [Fact]
    public void What_the_bank_refused_is_sent_again_under_a_name_of_its_own()
    {
        var refused = Sent().Reopen(1, "AC04", A.Moment)!;
        var again = refused.Release("RY2", Account, A.Moment);

        Assert.Equal((PayoutStatus.Reopened, "AC04"), (refused.Status, refused.Attempts[0].Fault));
        Assert.Equal([again.Id.EndToEnd(1), again.Id.EndToEnd(2)], again.Attempts.Select(attempt => attempt.EndToEndId));
        Assert.Same(again, again.Reopen(1, "AC04", A.Moment));
        Assert.Same(refused, refused.Release(Message, Account, A.Moment));
        Assert.Equal(PayoutStatus.Paid, again.Settle(2, A.Moment)!.Status);
    }

    [Fact]
    public void Money_that_leaves_for_a_try_that_is_over_is_for_a_person_to_see()
    {
        var again = Sent().Reopen(1, "AC04", A.Moment)!.Release("RY2", Account, A.Moment);

        Assert.Null(again.Settle(1, A.Moment));
        Assert.Null(Sent().Settle(2, A.Moment));
        Assert.Null(Sent().Reopen(2, "AC04", A.Moment));
        Assert.Null(Sent().Reopen(1, "AC04", A.Moment)!.Settle(1, A.Moment));
    }

    [Fact]
    public void The_bank_shows_a_payout_once()
    {
        var paid = Sent().Settle(1, A.Moment)!;

        Assert.Same(paid, paid.Settle(1, A.Moment.AddDays(1)));
        Assert.Equal(PayoutStatus.Reopened, paid.Reopen(1, "AC04 closed", A.Moment)!.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    public void An_end_to_end_id_is_read_back(int attempt)
    {
        var id = Sent().Id;

        Assert.Equal((id, attempt), PayoutId.Read(id.EndToEnd(attempt)));
    }

    [Theory]
    [InlineData("NOTPROVIDED")]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef-0")]
    [InlineData("0123456789abcdef0123456789abcdef-01")]
    [InlineData("0123456789abcdef0123456789abcdef-100")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF-1")]
    public void What_is_no_end_to_end_id_of_ours_is_not_read(string text) => Assert.Null(PayoutId.Read(text));

    [Fact]
    public void The_books_follow_a_payout_to_the_bank_and_back()
    {
        var back = Sent().Settle(1, A.Moment)!.Reopen(1, "AC04", A.Moment)!.Release("RY2", Account, A.Moment).Settle(2, A.Moment)!;

        var entries = PayoutEntries.Sent(back);

        Assert.Equal(["payout_sent", "payout_paid", "payout_reopened", "payout_sent", "payout_paid"], entries.Select(entry => entry.Rule));
        Assert.Equal(entries.Count, entries.Select(entry => entry.Id).Distinct().Count());
        Assert.Equal(
            [("merchant_available", -90_00), ("merchant_in_transit", 0), ("payouts_in_transit", 90_00)],
            Sums(entries));
    }

    [Fact]
    public void The_books_of_a_payout_that_grows_keep_the_entries_it_had()
    {
        var (before, after) = (Sent(), Sent().Reopen(1, "AC04", A.Moment)!);

        Assert.Equal(PayoutEntries.Sent(before).Select(entry => entry.Id), PayoutEntries.Sent(after).Take(1).Select(entry => entry.Id));
        Assert.Equal([("merchant_available", 0), ("merchant_in_transit", 0)], Sums(PayoutEntries.Sent(after)));
    }

    [Fact]
    public void Fees_and_reserves_are_posted_once_and_balance()
    {
        var entries = PayoutEntries.WorkedOut(Sent());

        Assert.Equal([("merchant_available", -10_00), ("merchant_reserve", 10_00)], Sums(entries));
        Assert.Null(PayoutEntries.Charged(Merchant, "pyp_1", Balance.Zero(Amounts.Euro), A.Moment));
        Assert.Equal(
            [("merchant_available", 3), ("merchant_fees", -3)],
            Sums([PayoutEntries.Charged(Merchant, "pyp_1", new Balance(-3, Amounts.Euro), A.Moment)!]));
    }

    static IEnumerable<(string, long)> Sums(IEnumerable<JournalEntry> entries) => entries
        .SelectMany(entry => entry.Postings)
        .GroupBy(posting => posting.Account.Code)
        .OrderBy(account => account.Key, StringComparer.Ordinal)
        .Select(account => (account.Key, account.Sum(posting => posting.ToBalance().MinorUnits)));

    static Payout Sent()
    {
        var (statement, _) = Pay(Terms(new ReserveTerms.Rolling(1_000, 30)), Item(PayableKind.Sale, 100_00));
        return Payout.Of(Merchant, Tuesday, statement, A.Moment).Release(Message, Account, A.Moment);
    }
}
