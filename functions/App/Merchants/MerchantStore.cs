using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.Azure.Cosmos;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>Keeps merchants.</summary>
public sealed class MerchantStore(Containers containers)
{
    // A list goes over all partitions and is an operator's alone; merchants are few and their documents small.
    static readonly QueryDefinition EveryMerchant =
        new QueryDefinition("SELECT * FROM c WHERE STARTSWITH(c.id, @prefix)").WithParameter("@prefix", Merchant.IdPrefix);

    const int LongestCursor = 4_000;

    /// <summary>The merchant, or null.</summary>
    internal async Task<Stored<Merchant>?> FindAsync(MerchantId id, CancellationToken cancellation) =>
        // A ring of keys lies beside its merchant, and is none.
        id.Value.StartsWith(Merchant.IdPrefix, StringComparison.Ordinal)
            ? await containers.Merchants.FindAsync<Merchant>(id.Value, id.Value, cancellation)
            : null;

    /// <summary>Whether keys can be given out to it: a merchant, or the operators.</summary>
    internal async Task<bool> IsOwnerAsync(MerchantId id, CancellationToken cancellation) =>
        id == Operators.Id || await FindAsync(id, cancellation) is not null;

    /// <summary>Writes a new merchant; where one of that id is there already, it stays as it is. What is there then.</summary>
    internal async Task<Stored<Merchant>> CreateAsync(Merchant merchant, CancellationToken cancellation) =>
        await containers.Merchants.TryCreateAsync(merchant, merchant.Id.Value, cancellation)
        ?? await FindAsync(merchant.Id, cancellation)
        ?? throw new Core.InvariantBroken($"{merchant.Id} is there and is not.");

    /// <summary>Replaces the merchant as it was read; null where it has changed since.</summary>
    internal Task<Stored<Merchant>?> TryReplaceAsync(Merchant merchant, string etag, CancellationToken cancellation) =>
        containers.Merchants.TryReplaceAsync(merchant.Id.Value, merchant.Id.Value, merchant, etag, cancellation);

    /// <summary>A page of merchants in the order in which the database has them; null where the cursor is none.</summary>
    internal async Task<(IReadOnlyList<Merchant> Items, string? NextCursor)?> ListAsync(
        int limit, string? cursor, CancellationToken cancellation)
    {
        var continuation = cursor is null ? null : Read(cursor);
        if (cursor is not null && continuation is null) return null;
        try
        {
            var (items, next) = await containers.Merchants.PageAsync<Merchant>(EveryMerchant, null, limit, continuation, cancellation);
            return (items, next is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(next)));
        }
        catch (StorageFault fault) when (fault.Status == HttpStatusCode.BadRequest && cursor is not null)
        {
            return null;
        }
    }

    static string? Read(string cursor) =>
        cursor.Length <= LongestCursor && Base64Url.IsValid(cursor)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor))
            : null;
}
