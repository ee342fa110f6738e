using Railyard.App.Ledger;
using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>
/// Tells the ledger of what payouts do to merchants' books, by pointers to what was written. Told again, it posts what is
/// there already.
/// </summary>
public sealed class PayoutPostings(LedgerQueue ledger)
{
    /// <summary>What a packet charges.</summary>
    internal Task ChargeAsync(IEnumerable<Packet> packets, CancellationToken cancellation) =>
        SendAsync([.. packets.Select(packet => new LedgerCause(LedgerSource.Payout, packet.Bucket, packet.Id.Value))], cancellation);

    /// <summary>All that a payout has done so far.</summary>
    internal Task FollowAsync(Payout payout, CancellationToken cancellation) => SendAsync(
        [new(LedgerSource.Payout, payout.Merchant.Value, $"{payout.Id}:{Json.Word(payout.Status)}_{payout.Attempts.Count}")], cancellation);

    Task SendAsync(IReadOnlyList<LedgerCause> causes, CancellationToken cancellation) =>
        causes.Count == 0 ? Task.CompletedTask : ledger.SendAsync(causes, cancellation);
}
