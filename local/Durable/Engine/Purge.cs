using Microsoft.DurableTask.Client;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Removes ended instances, a bounded number in each transaction.</summary>
sealed class Purge(DurableEngine engine)
{
    const int MostAtOnce = 200;

    public async Task<PurgeResult> OneAsync(
        string instanceId, bool recursive, CancellationToken cancellation) =>
        new(
            await engine.Hub.WriteAsync(session => PurgeOne(session, instanceId, recursive), cancellation),
            isComplete: true);

    public async Task<PurgeResult> AllAsync(
        PurgeInstancesFilter filter, bool recursive, CancellationToken cancellation)
    {
        var begun = engine.Options.Time.GetTimestamp();
        var ended = InstanceFilter.Ended(filter);
        var purged = 0;
        while (true)
        {
            var (matched, removed) = await engine.Hub.WriteAsync(
                session => PurgeSome(session, ended, recursive), cancellation);
            purged += removed;
            if (matched < MostAtOnce) return new(purged, isComplete: true);
            if (engine.Options.Time.GetElapsedTime(begun) >= filter.Timeout)
                return new(purged, isComplete: false);
        }
    }

    static int PurgeOne(Session session, string instanceId, bool recursive)
    {
        var instance = InstanceRows.Find(session, instanceId);
        if (instance is null) return 0;
        if (instance.IsLive)
            throw new InvalidOperationException(
                $"Only an instance that has ended can be purged; '{instanceId}' is {instance.Status}.");
        return Remove(session, instance.Key, recursive);
    }

    static (int Matched, int Removed) PurgeSome(Session session, InstanceFilter ended, bool recursive)
    {
        var keys = MetadataRows.ReadKeys(session, ended, MostAtOnce);
        return (keys.Count, keys.Sum(key => Remove(session, key, recursive)));
    }

    // A child may have been taken already by its own match; then it counts once, there.
    static int Remove(Session session, long key, bool recursive)
    {
        if (InstanceRows.Find(session, key) is not { IsLive: false }) return 0;
        InstanceRows.Delete(session, key);
        if (!recursive) return 1;
        return 1 + InstanceRows.ReadChildren(session, key).Sum(child => Remove(session, child, recursive));
    }
}
