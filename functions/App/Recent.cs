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

    // About how many there are: to ask the dictionary would lock all of it, at every step of every payment.
    int count;

    /// <summary>What is remembered under that id, or null.</summary>
    public T? Find(TId id) => kept.GetValueOrDefault(id);

    /// <summary>The same, and forgets it.</summary>
    public T? Take(TId id)
    {
        if (!kept.TryRemove(id, out var found)) return null;
        Interlocked.Decrement(ref count);
        return found;
    }

    /// <summary>Remembers it. When there is too much, all the rest is forgotten: it is only a moment's.</summary>
    public T Keep(TId id, T value)
    {
        if (Volatile.Read(ref count) >= most) Clear();
        if (kept.TryAdd(id, value)) Interlocked.Increment(ref count);
        else kept[id] = value;
        return value;
    }

    /// <summary>Forgets all of which that is true.</summary>
    public void Forget(Func<T, bool> which)
    {
        foreach (var (id, value) in kept)
            if (which(value)) Take(id);
    }

    // Each time it is exact again.
    void Clear()
    {
        kept.Clear();
        Volatile.Write(ref count, 0);
    }
}
