using Railyard.Local.Cosmos.Batches;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Items;

/// <summary>Where changes to items are carried out: one at a time, on the writer.</summary>
sealed class ItemStore(Database database, TimeProvider time)
{
    const int SweepSeconds = 60;
    const int SweptItemsMax = 500;

    long nextSweep;

    public Answer Read(ItemRequest asked) =>
        database.Find(session => ItemChanges.Read(asked)(session, NowSeconds()));

    public async Task<Answer> WriteAsync(
        ItemRequest asked, ItemChange change, CancellationToken cancellation)
    {
        var written = await database.WriteRepeatablyAsync(
            session =>
            {
                if (asked.Container.IsDeleted) return (Answer: Answer.OwnerNotFound, Lsn: 0L);
                var now = NowSeconds();
                Sweep(session, now);
                return (Answer: change(session, now), Lsn: asked.Container.Lsn);
            },
            cancellation);
        asked.Container.Acknowledge(written.Lsn);
        return written.Answer;
    }

    /// <summary>Carries out a whole batch in one write, which the first failure undoes.</summary>
    public async Task<Answer> WriteBatchAsync(ItemRequest asked, CancellationToken cancellation)
    {
        if (Batch.Read(asked, out var batch) is { } refusal) return refusal;
        try
        {
            return await WriteAsync(asked, batch.Apply, cancellation);
        }
        catch (BatchUndone undone)
        {
            return undone.Answer;
        }
    }

    // What has expired is invisible at once; its room is taken back now and then, a few at a time.
    void Sweep(Session session, long now)
    {
        if (now < nextSweep) return;
        nextSweep = now + SweepSeconds;
        // How far a container's numbers have come is told by its items, so it is written down before one goes.
        session.Execute($"UPDATE containers SET lsn = {StoredSchema.LastLsn}");
        session.Execute(
            """
            DELETE FROM unique_values WHERE (container, partition_key, id) IN (
                SELECT container, partition_key, id FROM items
                WHERE ttl_until <= ?1 ORDER BY ttl_until, number LIMIT ?2)
            """,
            now, SweptItemsMax);
        session.Execute(
            """
            DELETE FROM items WHERE number IN (
                SELECT number FROM items WHERE ttl_until <= ?1 ORDER BY ttl_until, number LIMIT ?2)
            """,
            now, SweptItemsMax);
    }

    long NowSeconds() => time.GetUtcNow().ToUnixTimeSeconds();
}
