using Railyard.Core.Payments;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>The entries of lines of a bank statement.</summary>
public static class BankPostings
{
    /// <summary>A line that matches what an acquirer has paid out for a batch.</summary>
    /// <param name="line">The line, by an id that stays the same when the statement is read again.</param>
    /// <param name="account">The bank account.</param>
    /// <param name="acquirer">Who paid.</param>
    /// <param name="batch">For which batch.</param>
    /// <param name="booked">Into our account, or out of it.</param>
    /// <param name="at">When it was booked (<see cref="PostingDate"/>).</param>
    public static IReadOnlyList<JournalEntry> OfAcquirer(
        string line, string account, AcquirerName acquirer, string batch, Movement booked, DateTimeOffset at)
    {
        var amounts = new PartAmounts((Part.Amount, booked.ToBalance()));
        var name = batch.Length == 0 ? SettlementPostings.NoBatch : batch;
        return Entries(
            AcquirerBanked.Post(BookId.Of(BookOwner.OfBank(account), at, line), line, at, amounts, account),
            PaidOutCleared.Post(BookId.Of(BookOwner.Of(acquirer), at, name), line, at, amounts, acquirer.Value, name, line));
    }

    /// <summary>A line that matches a payout of ours to a merchant, or the return of one.</summary>
    public static IReadOnlyList<JournalEntry> OfPayout(string line, string account, string payout, Movement booked, DateTimeOffset at) =>
        Entries(MerchantPayoutBanked.Post(
            BookId.Of(BookOwner.OfBank(account), at, line), line, at,
            new PartAmounts((Part.Amount, SettlementPostings.Negative(booked.ToBalance()))), account, about: payout));

    /// <summary>A line that is a charge of the bank's.</summary>
    public static IReadOnlyList<JournalEntry> OfCharge(string line, string account, Movement booked, DateTimeOffset at) =>
        Entries(BankCharged.Post(
            BookId.Of(BookOwner.OfBank(account), at, line), line, at,
            new PartAmounts((Part.Amount, SettlementPostings.Negative(booked.ToBalance()))), account));

    /// <summary>A line that nothing explains.</summary>
    public static IReadOnlyList<JournalEntry> OfUnexplained(
        string line, string account, string statement, Movement booked, DateTimeOffset at) =>
        Entries(BankUnexplained.Post(
            BookId.Of(BookOwner.OfBank(account), at, line), line, at,
            new PartAmounts((Part.Amount, booked.ToBalance())), account, statement));

    static IReadOnlyList<JournalEntry> Entries(params JournalEntry?[] entries) => [.. entries.OfType<JournalEntry>()];
}
