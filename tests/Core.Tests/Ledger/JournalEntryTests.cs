using CsCheck;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Ledger;

public sealed class JournalEntryTests
{
    static readonly Account Pending = Account.At(AccountKind.MerchantPending);
    static readonly Account Captured = Account.At(AccountKind.AcquirerCaptured, "northbank");
    static readonly BookId Book = BookId.Of(BookOwner.Of(new MerchantId("mer_1")), A.Moment, "pay_1");

    [Fact]
    public void An_entry_whose_sides_differ_cannot_be_built()
    {
        var fault = Assert.Throws<InvariantBroken>(() => Entry(Posting.Debit(Captured, 10.Eur()), Posting.Credit(Pending, 9.Eur())));

        Assert.Contains("out by -1 EUR", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_balances_in_each_currency_of_its_own()
    {
        var dollar = new Money(10, Currency.Of("USD"));

        Assert.Throws<InvariantBroken>(() => Entry(Posting.Debit(Captured, 10.Eur()), Posting.Credit(Pending, dollar)));
        var exchanged = Entry(
            Posting.Debit(Captured, 9.Eur()),
            Posting.Credit(Account.At(AccountKind.Fx), 9.Eur()),
            Posting.Debit(Account.At(AccountKind.Fx), dollar),
            Posting.Credit(Pending, dollar));
        Assert.Equal(4, exchanged.Postings.Count);
    }

    [Fact]
    public void Nothing_is_not_posted_and_one_side_is_no_entry()
    {
        Assert.Throws<InvariantBroken>(() => Entry(Posting.Debit(Captured, 0.Eur()), Posting.Credit(Pending, 0.Eur())));
        Assert.Throws<InvariantBroken>(() => Entry());
    }

    [Fact]
    public void Amounts_that_no_account_could_hold_do_not_overflow_into_balance() => Assert.Throws<InvariantBroken>(() => Entry(
        Posting.Debit(Captured, long.MaxValue.Eur()),
        Posting.Debit(Captured, long.MaxValue.Eur()),
        Posting.Credit(Pending, 2.Eur())));

    [Fact]
    public void The_same_cause_under_the_same_rule_is_the_same_entry()
    {
        var first = Entry(Posting.Debit(Captured, 10.Eur()), Posting.Credit(Pending, 10.Eur()));

        Assert.Equal(EntryId.Of("cap_1", "payment_captured"), first.Id);
        Assert.NotEqual(EntryId.Of("cap_1", "capture_undone"), first.Id);
        Assert.NotEqual(EntryId.Of("cap_2", "payment_captured"), first.Id);
    }

    [Fact]
    public void A_reversal_leaves_nothing_and_names_what_it_undoes() => Gen.Long[1, long.MaxValue / 4].Array[1, 20].Sample(amounts =>
    {
        var entry = Entry([.. amounts.SelectMany(amount => new[] { Posting.Debit(Captured, (amount / 20 + 1).Eur()), Posting.Credit(Pending, (amount / 20 + 1).Eur()) })]);

        var undone = entry.Reversed(Book, "capture_undone", "cap_1", A.Moment.AddDays(1));

        var accounts = entry.Postings.Concat(undone.Postings).GroupBy(posting => posting.Account);
        Assert.All(accounts, account => Assert.Equal(0, account.Sum(posting => posting.ToBalance().MinorUnits)));
        Assert.Equal(entry.Id, undone.Reverses);
    });

    [Fact]
    public void An_entry_keeps_its_own_postings()
    {
        var postings = new List<Posting> { Posting.Debit(Captured, 10.Eur()), Posting.Credit(Pending, 10.Eur()) };
        var entry = new JournalEntry(Book, "payment_captured", "cap_1", A.Moment, postings);

        postings.Clear();

        Assert.Equal(2, entry.Postings.Count);
    }

    static JournalEntry Entry(params Posting[] postings) => new(Book, "payment_captured", "cap_1", A.Moment, postings);
}
