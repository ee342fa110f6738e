using Microsoft.Azure.Cosmos;
using Railyard.App.Payments;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants.Payouts;

/// <summary>Whether a packet is in a payout.</summary>
enum PacketStatus { Open, InPayout }

/// <summary>
/// What is to be known of a packet of items to pay them: small, because a payout reads and marks every one. The items are
/// beside it.
/// </summary>
sealed record Packet
{
    public required PacketId Id { get; init; }

    /// <summary>The partition: merchant|yyyy-MM of <see cref="At"/>.</summary>
    public required string Bucket { get; init; }

    public required MerchantId Merchant { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Where its items come from, such as a group of a file's shards.</summary>
    public required string Source { get; init; }

    /// <summary>Which packet of that source it is, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>When they were settled: the same for all that comes from one source.</summary>
    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<PayableTotal> Totals { get; init; }

    /// <summary>Whether fees are in the totals: not as long as the merchant has no terms in the currency.</summary>
    public required bool IsPriced { get; init; }

    public required PacketStatus Status { get; init; }

    /// <summary>The payout that it is in.</summary>
    public PayoutId? Payout { get; init; }

    /// <summary>All fees of its items.</summary>
    public Balance Fees => Totals.Aggregate(Balance.Zero(Currency), (sum, total) => sum + total.Fees);
}

/// <summary>The items of a packet. Once the packet is there they never change, but to be priced.</summary>
sealed record PacketItems(string Id, string Bucket, IReadOnlyList<PricedItem> Items)
{
    public static string IdOf(PacketId packet) => $"items-{packet}";
}

/// <summary>When a source's items were recorded first; whatever is recorded of it later counts as then.</summary>
sealed record SourceMoment(string Id, string Bucket, DateTimeOffset At)
{
    public const string OnlyId = "recorded";
}

/// <summary>Whose items a source has brought, kept before the first of them.</summary>
sealed record SourceOwner(string Id, string Bucket, MerchantId Merchant, Currency Currency)
{
    public static SourceOwner Of(string source, MerchantId merchant, Currency currency) =>
        new($"owner-{merchant}-{currency}", source, merchant, currency);
}

/// <summary>Keeps what was settled for merchants until it is paid, and after.</summary>
public sealed class PayableStore(Containers containers, TimeProvider time)
{
    const int ItemsPerPacket = 500;
    const int MostPacketsOfSource = 2_000;
    const int MostRounds = 20;
    const int MostOwnersOfSource = 100_000;
    const int PageRows = 1_000;

    /// <summary>
    /// Records items of a merchant in a currency that come from one source, priced or not, each once: items that are there
    /// already are left out, whatever else is recorded with them. All packets of the source there are then.
    /// </summary>
    internal async Task<IReadOnlyList<Packet>> RecordAsync(
        string source, MerchantId merchant, Currency currency, IReadOnlyList<PricedItem> items, bool isPriced, CancellationToken cancellation)
    {
        var at = await MomentOfAsync(source, cancellation);
        var bucket = Months.Bucket(merchant, Months.Of(at));
        for (var round = 0; round < MostPacketsOfSource + MostRounds; round++)
        {
            var packets = await OfSourceAsync(source, bucket, currency, cancellation);
            var known = await KnownAsync(packets, cancellation);
            var fresh = items.DistinctBy(one => one.Item.Id).Where(one => !known.Contains(one.Item.Id)).Take(ItemsPerPacket).ToList();
            if (fresh.Count == 0) return packets;
            if (packets.Count == 0) await containers.Payables.TryCreateAsync(SourceOwner.Of(source, merchant, currency), source, cancellation);
            await WriteAsync(
                new Packet
                {
                    Id = PacketId.Of(source, merchant, currency, packets.Count),
                    Bucket = bucket,
                    Merchant = merchant,
                    Currency = currency,
                    Source = source,
                    Number = packets.Count,
                    At = at,
                    Totals = PayableTotal.Of(fresh),
                    IsPriced = isPriced,
                    Status = PacketStatus.Open,
                },
                fresh,
                cancellation);
        }
        throw new TimeoutException($"{source} has more than {MostPacketsOfSource} packets of {merchant}.");
    }

    /// <summary>Whose items a source has brought so far.</summary>
    internal async Task<IReadOnlyList<(MerchantId Merchant, Currency Currency)>> OwnersAsync(string source, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.id != @moment").WithParameter("@moment", SourceMoment.OnlyId);
        var owners = await containers.Payables.FirstAsync<SourceOwner>(query, source, MostOwnersOfSource, cancellation, PageRows);
        return [.. owners.Select(one => (one.Merchant, one.Currency))];
    }

    /// <summary>Everything that a source has brought a merchant in a currency so far.</summary>
    internal async Task<IReadOnlyList<PricedItem>> RecordedAsync(
        string source, MerchantId merchant, Currency currency, CancellationToken cancellation)
    {
        var bucket = Months.Bucket(merchant, Months.Of(await MomentOfAsync(source, cancellation)));
        var items = new List<PricedItem>();
        foreach (var packet in await OfSourceAsync(source, bucket, currency, cancellation))
            items.AddRange(await ItemsAsync(new(packet.Id, packet.Bucket), cancellation));
        return items;
    }

    /// <summary>At most so many open packets of a month, the oldest first.</summary>
    internal Task<List<Packet>> OpenAsync(
        MerchantId merchant, Currency currency, DateOnly month, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.status = 'open' AND c.currency = @currency ORDER BY c.at")
            .WithParameter("@currency", currency.Code);
        return containers.Payables.FirstAsync<Packet>(query, Months.Bucket(merchant, month), limit, cancellation, PageRows);
    }

    /// <summary>The packet.</summary>
    internal async Task<Packet> LoadAsync(PacketPlace place, CancellationToken cancellation) =>
        (await containers.Payables.FindAsync<Packet>(place.Packet.Value, place.Bucket, cancellation))?.Value
        ?? throw new InvariantBroken($"There is no packet {place.Packet}.");

    /// <summary>Its items.</summary>
    internal async Task<IReadOnlyList<PricedItem>> ItemsAsync(PacketPlace place, CancellationToken cancellation) =>
        (await containers.Payables.FindAsync<PacketItems>(PacketItems.IdOf(place.Packet), place.Bucket, cancellation))?.Value.Items
        ?? throw new InvariantBroken($"There are no items of {place.Packet}.");

    /// <summary>Writes what the items of a packet cost that had no price.</summary>
    internal async Task<Packet> PriceAsync(Packet packet, IReadOnlyList<PricedItem> priced, CancellationToken cancellation)
    {
        await containers.Payables.UpsertAsync(
            new PacketItems(PacketItems.IdOf(packet.Id), packet.Bucket, priced), packet.Bucket, cancellation);
        return await ChangeAsync(
            new(packet.Id, packet.Bucket), found => found with { Totals = PayableTotal.Of(priced), IsPriced = true }, cancellation);
    }

    /// <summary>Notes that a packet is in a payout; in another than before it cannot be.</summary>
    internal Task<Packet> MarkAsync(PacketPlace place, PayoutId payout, CancellationToken cancellation) => ChangeAsync(
        place,
        found => found.Payout is null || found.Payout == payout
            ? found with { Status = PacketStatus.InPayout, Payout = payout }
            : throw new InvariantBroken($"{found.Id} would be in {found.Payout} and in {payout}."),
        cancellation);

    async Task<Packet> ChangeAsync(PacketPlace place, Func<Packet, Packet> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Payables.FindAsync<Packet>(place.Packet.Value, place.Bucket, cancellation)
                ?? throw new InvariantBroken($"There is no packet {place.Packet}.");
            var changed = change(stored.Value);
            if (changed == stored.Value) return changed;
            if (await containers.Payables.TrySaveAsync(place.Packet.Value, place.Bucket, changed, stored.ETag, cancellation) is not null)
                return changed;
        }
        throw new TimeoutException($"{place.Packet} changed {MostRounds} times while it was being changed.");
    }

    // The items first: a packet that is there has them. Items without a packet are of one that was cut short, and stay.
    async Task WriteAsync(Packet packet, IReadOnlyList<PricedItem> items, CancellationToken cancellation)
    {
        var beside = new PacketItems(PacketItems.IdOf(packet.Id), packet.Bucket, items);
        if (await containers.Payables.TryCreateAsync(beside, packet.Bucket, cancellation) is null)
        {
            var there = await ItemsAsync(new(packet.Id, packet.Bucket), cancellation);
            packet = packet with { Totals = PayableTotal.Of(there) };
        }
        await containers.Payables.TryCreateAsync(packet, packet.Bucket, cancellation);
    }

    async Task<DateTimeOffset> MomentOfAsync(string source, CancellationToken cancellation)
    {
        var moment = new SourceMoment(SourceMoment.OnlyId, source, time.GetUtcNow());
        if (await containers.Payables.TryCreateAsync(moment, source, cancellation) is not null) return moment.At;
        return (await containers.Payables.FindAsync<SourceMoment>(SourceMoment.OnlyId, source, cancellation))!.Value.At;
    }

    Task<List<Packet>> OfSourceAsync(string source, string bucket, Currency currency, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.source = @source AND c.currency = @currency")
            .WithParameter("@source", source).WithParameter("@currency", currency.Code);
        return containers.Payables.FirstAsync<Packet>(query, bucket, MostPacketsOfSource, cancellation, PageRows);
    }

    async Task<HashSet<PayableId>> KnownAsync(List<Packet> packets, CancellationToken cancellation)
    {
        var known = new HashSet<PayableId>();
        foreach (var packet in packets)
            known.UnionWith((await ItemsAsync(new(packet.Id, packet.Bucket), cancellation)).Select(one => one.Item.Id));
        return known;
    }
}

/// <summary>Where a packet is.</summary>
public sealed record PacketPlace(PacketId Packet, string Bucket);
