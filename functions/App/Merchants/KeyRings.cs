using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>Where the key of a hash is: whose ring it is in, and under which id.</summary>
sealed record KeyPlace(string Id, MerchantId Owner, ApiKeyId Key);

/// <summary>
/// Keeps the rings of keys, and beside them for each key the place where its hash leads to. The ring is the truth and is
/// written first: a place without a key in the ring opens nothing, a key without a place is listed and does not work
/// yet.
/// </summary>
public sealed class KeyRings(Containers containers)
{
    const int MostRounds = 20;

    /// <summary>An owner's ring.</summary>
    internal async Task<KeyRing> LoadAsync(MerchantId owner, CancellationToken cancellation) =>
        (await FindAsync(owner, cancellation))?.Value ?? KeyRing.Empty(owner);

    /// <summary>Whose the key of that hash is, and the key; null where there is none.</summary>
    internal async Task<(MerchantId Owner, ApiKey Key)?> FindAsync(string hash, CancellationToken cancellation)
    {
        var place = await containers.ApiKeys.FindAsync<KeyPlace>(hash, hash, cancellation);
        if (place is null) return null;
        var ring = await LoadAsync(place.Value.Owner, cancellation);
        return ring.Find(place.Value.Key) is { } key ? (place.Value.Owner, key) : null;
    }

    /// <summary>Asks <paramref name="change"/> of the ring as it is, saves what it accepts, and asks again where somebody was faster.</summary>
    internal async Task<KeyDecision> ChangeAsync(
        MerchantId owner, Func<KeyRing, KeyDecision> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(owner, cancellation);
            var ring = stored?.Value ?? KeyRing.Empty(owner);
            var decision = change(ring);
            if (decision is not KeyDecision.Accepted accepted || ReferenceEquals(accepted.Ring, ring)) return decision;
            if (await TrySaveAsync(accepted.Ring, stored?.ETag, cancellation)) return decision;
        }
        throw new TimeoutException($"The keys of {owner} changed {MostRounds} times while they were being changed.");
    }

    /// <summary>Lets the key be found by its hash. Made again, it is the same.</summary>
    internal Task PlaceAsync(MerchantId owner, ApiKey key, CancellationToken cancellation) =>
        containers.ApiKeys.UpsertAsync(new KeyPlace(key.Hash, owner, key.Id), key.Hash, cancellation);

    /// <summary>Notes that a key was used, unless that is noted already. Where somebody else changes the ring, their change is enough.</summary>
    internal async Task NoteUseAsync(
        MerchantId owner, ApiKeyId key, DateTimeOffset now, TimeSpan coarseness, CancellationToken cancellation)
    {
        if (await FindAsync(owner, cancellation) is not { } stored) return;
        var used = stored.Value.Used(key, now, coarseness);
        if (!ReferenceEquals(used, stored.Value)) await TrySaveAsync(used, stored.ETag, cancellation);
    }

    Task<Stored<KeyRing>?> FindAsync(MerchantId owner, CancellationToken cancellation) =>
        containers.Merchants.FindAsync<KeyRing>(KeyRing.IdOf(owner), KeyRing.IdOf(owner), cancellation);

    async Task<bool> TrySaveAsync(KeyRing ring, string? etag, CancellationToken cancellation) =>
        await containers.Merchants.TrySaveAsync(ring.Id, ring.Id, ring, etag, cancellation) is not null;
}
