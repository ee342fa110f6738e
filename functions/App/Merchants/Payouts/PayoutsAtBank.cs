using Microsoft.Extensions.Logging;
using Railyard.App.Reconciliation.Bank;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;

namespace Railyard.App.Merchants.Payouts;

/// <summary>What our bank is expected to show of payouts that were sent.</summary>
public sealed class ExpectedAtBank(BankDesk desk, DebtorAccounts debtors)
{
    // The bank has the file on the day, or on the next one; then it has one working day to carry it out.
    const int PaidWithinDays = 3;

    /// <summary>Records the last try of each; recorded again, it is the same.</summary>
    internal async Task RecordAsync(IEnumerable<Payout> sent, CancellationToken cancellation)
    {
        foreach (var payouts in sent.Where(payout => payout.Attempts.Count > 0).GroupBy(payout => debtors.StatementsOf(payout.Amount.Currency)))
            await desk.ExpectAsync(payouts.Key, [.. payouts.Select(payout => Of(payouts.Key, payout))], cancellation);
    }

    static BankExpectation Of(BankAccountName account, Payout payout)
    {
        var attempt = payout.Attempts[^1];
        var sentOn = DateOnly.FromDateTime(attempt.SentAt.UtcDateTime);
        // Each try is a payment of its own: one that came back does not stand for the next.
        return BankExpectation.OfMerchantPayout(
            account, payout.Merchant, attempt.EndToEndId, payout.Amount, attempt.EndToEndId, sentOn, BankDays.After(sentOn, PaidWithinDays));
    }
}

/// <summary>What our bank's statement says of payouts: that they have left, or that they are back.</summary>
public sealed partial class PayoutsAtBank(PayoutStore payouts, ILogger<PayoutsAtBank> log)
{
    const string Returned = "returned by the bank";

    /// <summary>Follows a line that was matched; told again, it changes nothing.</summary>
    internal async Task FollowAsync(IEnumerable<BankExpectation> payments, bool isReturn, CancellationToken cancellation)
    {
        foreach (var payment in payments.Where(one => one.Kind == BankExpectationKind.MerchantPayout))
        {
            var word = isReturn
                ? await payouts.ReopenAsync(payment.EndToEndId!, Returned, cancellation)
                : await payouts.MarkPaidAsync(payment.EndToEndId!, cancellation);
            if (word is BankWord.NoPayoutOfOurs or BankWord.NotExpected) NotFollowed(payment.Id, payment.EndToEndId!, word);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Payment}: the bank shows payout {EndToEndId}, which is {Word}")]
    partial void NotFollowed(Core.Reconciliation.ExpectationId payment, string endToEndId, BankWord word);
}
