using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>
/// The journal entries of payouts, all in the merchant's book. The bank's book has the other side of what leaves and comes
/// back, posted from its statement: <see cref="AccountKind.PayoutsInTransit"/> is nothing once both are there.
/// </summary>
public static class PayoutEntries
{
    static readonly Account Available = Account.At(AccountKind.MerchantAvailable);
    static readonly Account Held = Account.At(AccountKind.MerchantReserve);
    static readonly Account InTransit = Account.At(AccountKind.MerchantInTransit);
    static readonly Account WithBank = Account.At(AccountKind.PayoutsInTransit);
    static readonly Account Fees = Account.At(AccountKind.MerchantFees);

    /// <summary>What is charged for items that have become payable; null where they cost nothing.</summary>
    /// <param name="cause">The packet of items, by its id.</param>
    public static JournalEntry? Charged(MerchantId merchant, string cause, Balance fees, DateTimeOffset at)
    {
        if (fees.MinorUnits == 0) return null;
        var amount = new Money(Math.Abs(fees.MinorUnits), fees.Currency);
        var (from, to) = fees.MinorUnits > 0 ? (Available, Fees) : (Fees, Available);
        return Move(merchant, "merchant_fees", cause, at, from, to, amount);
    }

    /// <summary>What a payout keeps back and gives back.</summary>
    public static IReadOnlyList<JournalEntry> WorkedOut(Payout payout)
    {
        var released = payout.Statement.Of(StatementLineKind.ReserveReleased).MinorUnits;
        var held = -payout.Statement.Of(StatementLineKind.ReserveHeld).MinorUnits;
        var entries = new List<JournalEntry>();
        if (released > 0) entries.Add(Move(payout, "reserve_released", payout.Id.Value, payout.CreatedAt, Held, Available, released));
        if (held > 0) entries.Add(Move(payout, "reserve_held", payout.Id.Value, payout.CreatedAt, Available, Held, held));
        return entries;
    }

    /// <summary>
    /// Everything that a payout's attempts have done, in order: sent; paid or sent back. Attempts are never changed but to be
    /// ended, so that entries posted before are among them, the same.
    /// </summary>
    public static IReadOnlyList<JournalEntry> Sent(Payout payout)
    {
        var entries = new List<JournalEntry>();
        foreach (var attempt in payout.Attempts)
        {
            entries.Add(Move(payout, "payout_sent", attempt.EndToEndId, attempt.SentAt, Available, InTransit, payout.Amount.MinorUnits));
            if (attempt.PaidAt is { } paidAt)
                entries.Add(Move(payout, "payout_paid", attempt.EndToEndId, paidAt, InTransit, WithBank, payout.Amount.MinorUnits));
            if (attempt.FailedAt is { } failedAt)
                entries.Add(Move(
                    payout, "payout_reopened", attempt.EndToEndId, failedAt,
                    attempt.PaidAt is null ? InTransit : WithBank, Available, payout.Amount.MinorUnits));
        }
        return entries;
    }

    static JournalEntry Move(
        Payout payout, string rule, string cause, DateTimeOffset at, Account from, Account to, long minorUnits) =>
        Move(payout.Merchant, rule, cause, at, from, to, new Money(minorUnits, payout.Amount.Currency), payout.Id.Value);

    static JournalEntry Move(
        MerchantId merchant, string rule, string cause, DateTimeOffset at, Account from, Account to, Money amount, string? about = null) =>
        new(
            BookId.Of(BookOwner.Of(merchant), at, about ?? cause), rule, cause, at,
            [Posting.Debit(from, amount), Posting.Credit(to, amount)], about);
}
