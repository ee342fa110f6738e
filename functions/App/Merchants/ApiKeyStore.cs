using System.Collections.Concurrent;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>Finds API keys. A key that was found is believed for half a minute, so a revocation takes as long.</summary>
public sealed class ApiKeyStore(Containers containers, TimeProvider time)
{
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(30);
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<string, (ApiKey Key, DateTimeOffset Until)> remembered = [];

    /// <summary>The key of that text, or null.</summary>
    public async Task<ApiKey?> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = ApiKey.Hash(text);
        var now = time.GetUtcNow();
        if (remembered.TryGetValue(hash, out var known) && known.Until > now) return known.Key.Fits(text) ? known.Key : null;
        var stored = await containers.ApiKeys.FindAsync<ApiKey>(hash, hash, cancellation);
        if (stored is null || !stored.Value.Fits(text)) return null;
        if (remembered.Count >= MostRemembered) remembered.Clear();
        remembered[hash] = (stored.Value, now + BelievedFor);
        return stored.Value;
    }

    /// <summary>Keeps a key.</summary>
    public Task SaveAsync(ApiKey key, CancellationToken cancellation) =>
        containers.ApiKeys.UpsertAsync(key, key.Id, cancellation);
}
