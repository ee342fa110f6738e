using System.Collections.Concurrent;

namespace Railyard.App;

/// <summary>
/// What this instance has read or written a moment ago, so that the next step need not read it again. It may be out of
/// date at any time, and may be forgotten at any time.
/// </summary>
sealed class Recent<TId, T>(int most)
    where TId : notnull
    where T : class
{
    readonly ConcurrentDictionary<TId, T> kept = [];

    /// <summary>What is remembered under that id, or null.</summary>
    public T? Find(TId id) => kept.GetValueOrDefault(id);

    /// <summary>The same, and forgets it.</summary>
    public T? Take(TId id) => kept.TryRemove(id, out var found) ? found : null;

    /// <summary>Remembers it. When there is too much, all the rest is forgotten: it is only a moment's.</summary>
    public T Keep(TId id, T value)
    {
        if (kept.Count >= most) kept.Clear();
        return kept[id] = value;
    }

    /// <summary>Forgets all of which that is true.</summary>
    public void Forget(Func<T, bool> which)
    {
        foreach (var (id, value) in kept)
            if (which(value)) kept.TryRemove(id, out _);
    }
}
