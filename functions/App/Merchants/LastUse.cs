using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Railyard.Core.Merchants;

namespace Railyard.App.Merchants;

/// <summary>Notes when a key was last used: once in five minutes, beside the request, and never in its way.</summary>
public sealed partial class LastUse(KeyRings rings, TimeProvider time, ILogger<LastUse> log)
{
    static readonly TimeSpan Coarseness = TimeSpan.FromMinutes(5);
    static readonly TimeSpan NotedWithin = TimeSpan.FromSeconds(5);
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<ApiKeyId, DateTimeOffset> noted = [];

    /// <summary>Notes a use of that key, if one is due. It completes when that is done, and does not fail.</summary>
    internal async Task NoteAsync(Credential credential)
    {
        var now = time.GetUtcNow();
        if (!IsDue(credential.Key, now)) return;
        try
        {
            using var deadline = new CancellationTokenSource(NotedWithin, time);
            await rings.NoteUseAsync(credential.Owner, credential.Key.Id, now, Coarseness, deadline.Token);
        }
        catch (Exception fault)
        {
            NotNoted(credential.Key.Id, fault);
        }
    }

    // Of many requests at once one gets to write.
    bool IsDue(ApiKey key, DateTimeOffset now)
    {
        if (now - key.LastUsedAt < Coarseness) return false;
        if (noted.Count >= MostRemembered) noted.Clear();
        return noted.TryGetValue(key.Id, out var last)
            ? now - last >= Coarseness && noted.TryUpdate(key.Id, now, last)
            : noted.TryAdd(key.Id, now);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The use of {Key} was not noted")]
    partial void NotNoted(ApiKeyId key, Exception fault);
}
