using Railyard.Core.Merchants.Payouts;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Reads what a payout is made of, packet by packet.</summary>
public sealed class PayoutLines(PayableStore payables)
{
    /// <summary>All of it, in its order.</summary>
    internal async IAsyncEnumerable<PayoutLineWire> AllAsync(
        PayoutDocument payout, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var place in payout.Packets)
        {
            var packet = await payables.LoadAsync(place, cancellation);
            foreach (var item in await payables.ItemsAsync(place, cancellation)) yield return PayoutLineWire.Of(item, packet.At);
        }
    }

    /// <summary>At most so many items from that place on.</summary>
    internal async Task<PayoutLinePage> PageAsync(PayoutDocument payout, LineCursor from, int limit, CancellationToken cancellation)
    {
        var found = new List<PayoutLineWire>();
        var (number, first) = (from.Packet, from.Item);
        for (; number < payout.Packets.Count && found.Count < limit; number++, first = 0)
        {
            var place = payout.Packets[number];
            var (packet, items) = (await payables.LoadAsync(place, cancellation), await payables.ItemsAsync(place, cancellation));
            var some = items.Skip(first).Take(limit - found.Count).ToList();
            found.AddRange(some.Select(item => PayoutLineWire.Of(item, packet.At)));
            if (first + some.Count < items.Count) return new(found, new LineCursor(number, first + some.Count).ToText());
        }
        return new(found, number < payout.Packets.Count ? new LineCursor(number, 0).ToText() : null);
    }
}
