using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Query;

/// <summary>A stored item as a query meets it.</summary>
readonly record struct ScannedItem(ItemKey Key, byte[] Body);

/// <summary>Reads ranges of a container in key order, a few items at a time.</summary>
sealed class ItemScan(Session session, Container container, KeyInterval? interval, long now)
{
    const int ItemsPerRead = 64;

    readonly KeyInterval within = interval ?? KeyInterval.Everything;

    public int ItemsRead { get; private set; }

    public IEnumerable<ScannedItem> Read(IReadOnlyList<KeyRange> ranges, ItemKey? after) =>
        ranges.SelectMany(range => range switch
        {
            { PartitionKey: { } partition, Id: { } id } => ReadOne(new ItemKey(partition, id), after),
            { PartitionKey: { } partition } => ReadPartition(partition, after),
            _ => ReadAll(after),
        });

    /// <summary>The item under a key, which must not have been deleted since (same snapshot).</summary>
    public ScannedItem Get(ItemKey key) => ReadOne(key, after: null).Single();

    List<ScannedItem> ReadOne(ItemKey key, ItemKey? after) =>
        after is { } last && ItemKey.Order.Compare(key, last) <= 0
            ? []
            : Batch(
                """
                SELECT partition_key, id, body FROM items
                WHERE container = ?1 AND partition_key = ?2 AND id = ?3
                    AND (ttl_until IS NULL OR ttl_until > ?4)
                LIMIT ?5
                """,
                key);

    IEnumerable<ScannedItem> ReadPartition(string partition, ItemKey? after)
    {
        var start = new ItemKey(partition, "");
        if (after is { } last && ItemKey.Order.Compare(last, start) > 0) start = last;
        if (start.PartitionKey != partition) return [];
        return Batches(
            """
            SELECT partition_key, id, body FROM items
            WHERE container = ?1 AND partition_key = ?2 AND id > ?3 AND (ttl_until IS NULL OR ttl_until > ?4)
            ORDER BY id LIMIT ?5
            """,
            start);
    }

    IEnumerable<ScannedItem> ReadAll(ItemKey? after) => Batches(
        """
        SELECT partition_key, id, body FROM items
        WHERE container = ?1 AND (partition_key, id) > (?2, ?3) AND (ttl_until IS NULL OR ttl_until > ?4)
            AND partition_key < ?6
        ORDER BY partition_key, id LIMIT ?5
        """,
        after ?? new ItemKey(within.Min, ""));

    IEnumerable<ScannedItem> Batches(string sql, ItemKey start)
    {
        while (true)
        {
            var batch = Batch(sql, start);
            foreach (var item in batch) yield return item;
            if (batch.Count < ItemsPerRead) yield break;
            start = batch[^1].Key;
        }
    }

    List<ScannedItem> Batch(string sql, ItemKey start)
    {
        var batch = session.Query(
            sql,
            row => new ScannedItem(
                new ItemKey(row.GetString(0), row.GetString(1)), row.GetBytes(2)),
            container.Number, start.PartitionKey, start.Id, now, ItemsPerRead, within.BeforeMax);
        ItemsRead += batch.Count;
        return batch;
    }
}
