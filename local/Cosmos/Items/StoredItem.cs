using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Items;

/// <summary>A row of the items table, and the statements that read and write it.</summary>
sealed record StoredItem(long Number, long Created, byte[] Body, string Etag, long? ExpiresAt)
{
    /// <summary>The item under that key, unless it has expired.</summary>
    public static StoredItem? Find(
        Session session, Container container, PartitionKey key, string id, long now) =>
        session.First(
            """
            SELECT number, created, body, etag, ttl_until FROM items
            WHERE container = ?1 AND partition_key = ?2 AND id = ?3 AND (ttl_until IS NULL OR ttl_until > ?4)
            """,
            row => new StoredItem(
                row.GetInt64(0),
                row.GetInt64(1),
                row.GetBytes(2),
                row.GetString(3),
                row.IsNull(4) ? null : row.GetInt64(4)),
            container.Number, key.Text, id, now);

    /// <summary>The item as it will be stored: its tag names the write, so no two writes share one.</summary>
    public static StoredItem Stamp(Container container, ItemBody item, long created, long lsn, long now)
    {
        var etag = $"\"{container.Number:x8}-0000-0000-{lsn >> 48:x4}-{lsn & 0xffff_ffff_ffff:x12}\"";
        var resourceId = ResourceId.OfItem(container.Database.Number, container.Number, created);
        var body = item.Stamp(container, resourceId, etag, now);
        return new StoredItem(0, created, body, etag, ExpiryOf(container, item, now));
    }

    // INSERT OR REPLACE, because an expired item may still lie under the key.
    public static void Insert(
        Session session, Container container, ItemBody item, StoredItem stored, long lsn, long now) =>
        session.Execute(
            """
            INSERT OR REPLACE INTO items
                (container, partition_key, id, body, etag, ts, ttl_until, created, lsn)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            container.Number, item.Key.Text, item.Id, stored.Body, stored.Etag, now, stored.ExpiresAt,
            stored.Created, lsn);

    public static void Update(Session session, long number, StoredItem stored, long lsn, long now) =>
        session.Execute(
            "UPDATE items SET body = ?1, etag = ?2, ts = ?3, ttl_until = ?4, lsn = ?5 WHERE number = ?6",
            stored.Body, stored.Etag, now, stored.ExpiresAt, lsn, number);

    public static void Delete(Session session, StoredItem stored, Container container, long lsn)
    {
        session.Execute("UPDATE containers SET lsn = ?1 WHERE number = ?2", lsn, container.Number);
        session.Execute("DELETE FROM items WHERE number = ?1", stored.Number);
    }

    // Without a default on the container, time-to-live is off and an item's own value means nothing.
    static long? ExpiryOf(Container container, ItemBody item, long now) =>
        container.DefaultTimeToLive is null ? null
        : (item.TimeToLive ?? container.DefaultTimeToLive.Value) is > 0 and var seconds ? now + seconds
        : null;
}
