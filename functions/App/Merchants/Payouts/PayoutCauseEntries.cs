using Railyard.App.Ledger;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>The entries of payouts, and of packets of items that became payable.</summary>
public sealed class PayoutCauseEntries(PayableStore payables, PayoutStore payouts) : ICauseEntries
{
    /// <inheritdoc/>
    public LedgerSource Source => LedgerSource.Payout;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync(LedgerCause cause, CancellationToken cancellation) =>
        cause.Id.StartsWith(PacketId.Prefix, StringComparison.Ordinal)
            ? await OfPacketAsync(cause, cancellation)
            : await OfPayoutAsync(cause, cancellation);

    async Task<IReadOnlyList<JournalEntry>> OfPacketAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var packet = await payables.LoadAsync(new(new PacketId(cause.Id), cause.Partition), cancellation);
        return PayoutEntries.Charged(packet.Merchant, packet.Id.Value, packet.Fees, packet.At) is { } entry ? [entry] : [];
    }

    // All that it has done, whichever stage the cause names: what was posted for an earlier one is there.
    async Task<IReadOnlyList<JournalEntry>> OfPayoutAsync(LedgerCause cause, CancellationToken cancellation)
    {
        var id = new PayoutId(cause.Id.Split(':')[0]);
        var found = await payouts.FindAsync(new MerchantId(cause.Partition), id, cancellation)
            ?? throw new InvariantBroken($"There is no payout {id} of {cause.Partition}.");
        return [.. PayoutEntries.WorkedOut(found.Payout), .. PayoutEntries.Sent(found.Payout)];
    }
}
