using Microsoft.Extensions.Configuration;
using Railyard.Core.Merchants;
using Railyard.Core.Payments;

namespace Railyard.App.Merchants;

/// <summary>A key that was shown to us, and whose it is; no merchant where it is an operator's.</summary>
sealed record Credential(MerchantId Owner, ApiKey Key, Merchant? Merchant);

/// <summary>
/// Finds out whose a key is. What was found is believed for half a minute, so a revocation, a suspension or a change of
/// the rate limit holds on every instance within that time, and at once on the one that made it.
/// </summary>
public sealed class Credentials(
    KeyRings rings, MerchantStore merchants, IConfiguration settings, TimeProvider time)
{
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(30);
    const int MostRemembered = 10_000;

    // A new installation has no key that could issue the first one: the hash of one is a setting.
    const string FirstOperatorKey = "Operators:firstKeyHash";

    readonly Recent<string, Believed> remembered = new(MostRemembered);
    readonly Credential? first = settings[FirstOperatorKey] is { Length: > 0 } hash ? First(hash) : null;

    sealed record Believed(Credential Credential, DateTimeOffset Until);

    /// <summary>Whose the key of that text is; null where it is nobody's.</summary>
    internal async Task<Credential?> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = KeyText.Hash(text);
        var now = time.GetUtcNow();
        var known = remembered.Find(hash) is { } believed && believed.Until > now ? believed.Credential : null;
        var found = known ?? await LoadAsync(hash, cancellation);
        if (found is null || !found.Key.Fits(text)) return null;
        if (known is null) remembered.Keep(hash, new Believed(found, now + BelievedFor));
        return found;
    }

    /// <summary>Forgets what this instance believes of an owner's keys: they have changed.</summary>
    internal void Forget(MerchantId owner) => remembered.Forget(known => known.Credential.Owner == owner);

    async Task<Credential?> LoadAsync(string hash, CancellationToken cancellation)
    {
        if (await rings.FindAsync(hash, cancellation) is not var (owner, key))
            return first?.Key.Hash == hash ? first : null;
        if (owner == Operators.Id) return new Credential(owner, key, null);
        return await merchants.FindAsync(owner, cancellation) is { } merchant
            ? new Credential(owner, key, merchant.Value)
            : null;
    }

    static Credential First(string hash) => new(
        Operators.Id,
        new ApiKey
        {
            Id = new ApiKeyId("key_first"),
            Name = "The first operator key",
            Scopes = Scopes.OfOperators,
            Hash = hash.ToLowerInvariant(),
            First = "",
            Last = "",
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
        null);
}
