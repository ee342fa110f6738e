using Railyard.Core.Payments;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using static Railyard.Core.Ledger.PostingRules;

namespace Railyard.Core.Ledger;

/// <summary>A line of a bank statement that was matched: one with one payment, one with several, or one of several for one.</summary>
/// <param name="Id">The line, by an id that stays the same when the statement is read again.</param>
/// <param name="Account">The account.</param>
/// <param name="Booked">A credit came into the account, a debit left it.</param>
/// <param name="IsReturn">Whether it takes back what was paid before.</param>
/// <param name="Payments">What it is, or a part of.</param>
public sealed record BankedLine(
    string Id, BankAccountName Account, Movement Booked, bool IsReturn, IReadOnlyList<BankExpectation> Payments)
{
    /// <summary>How much of the line is for a payment: all of it where it is the only one.</summary>
    internal Balance PartOf(BankExpectation payment)
    {
        if (Payments.Count == 1) return Booked.ToBalance();
        return IsReturn ? SettlementPostings.Negative(payment.Paid.ToBalance()) : payment.Paid.ToBalance();
    }
}

/// <summary>The entries of lines of bank statements.</summary>
public static class BankPostings
{
    /// <summary>The entries of a matched line. The same line makes the same entries.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">When it was booked (<see cref="PostingDate"/>).</param>
    public static IReadOnlyList<JournalEntry> Of(BankedLine line, DateTimeOffset at)
    {
        var fromAcquirers = line.Payments.Where(one => one.Kind == BankExpectationKind.AcquirerPayout).ToList();
        var toMerchants = line.Payments.Where(one => one.Kind == BankExpectationKind.MerchantPayout).ToList();
        JournalEntry?[] entries =
        [
            InBanksBook(AcquirerBanked, line, fromAcquirers, at),
            .. fromAcquirers.Select(payment => Cleared(line, payment, at)),
            InBanksBook(MerchantPayoutBanked, line, toMerchants, at),
        ];
        return [.. entries.OfType<JournalEntry>()];
    }

    static JournalEntry? InBanksBook(PostingRule rule, BankedLine line, List<BankExpectation> payments, DateTimeOffset at)
    {
        if (payments.Count == 0) return null;
        var sum = payments.Select(line.PartOf).Aggregate((left, right) => left + right);
        var amount = rule == MerchantPayoutBanked ? SettlementPostings.Negative(sum) : sum;
        var account = line.Account.Value;
        return rule.Post(
            BookId.Of(BookOwner.OfBank(account), at, line.Id), line.Id, at, new PartAmounts((Part.Amount, amount)), account,
            about: payments[0].For);
    }

    static JournalEntry? Cleared(BankedLine line, BankExpectation payment, DateTimeOffset at)
    {
        var acquirer = new AcquirerName(payment.Party);
        var batch = payment.For.Length == 0 ? SettlementPostings.NoBatch : payment.For;
        return PaidOutCleared.Post(
            BookId.Of(BookOwner.Of(acquirer), at, batch), $"{line.Id}:{payment.Id}", at,
            new PartAmounts((Part.Amount, line.PartOf(payment))), acquirer.Value, batch, line.Id);
    }
}
