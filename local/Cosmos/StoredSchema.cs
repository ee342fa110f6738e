using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos;

static class StoredSchema
{
    /// <summary>The number of the last write to a container: its newest item tells it, or what went after that.</summary>
    public const string LastLsn =
        "max(lsn, coalesce((SELECT max(lsn) FROM items WHERE items.container = containers.number), 0))";

    // Numbers are never reused (AUTOINCREMENT), because the resource ids that clients cache are made of them.
    public static readonly Schema Current = new(
        "Cosmos",
        """
        CREATE TABLE databases (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            ts INTEGER NOT NULL);
        CREATE TABLE containers (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            database INTEGER NOT NULL,
            id TEXT NOT NULL,
            definition BLOB NOT NULL,
            ts INTEGER NOT NULL,
            lsn INTEGER NOT NULL,
            UNIQUE (database, id));
        CREATE TABLE items (
            number INTEGER PRIMARY KEY,
            container INTEGER NOT NULL,
            partition_key TEXT NOT NULL,
            id TEXT NOT NULL,
            body BLOB NOT NULL,
            etag TEXT NOT NULL,
            ts INTEGER NOT NULL,
            ttl_until INTEGER,
            created INTEGER NOT NULL,
            lsn INTEGER NOT NULL);
        CREATE UNIQUE INDEX items_by_key ON items (container, partition_key, id);
        CREATE INDEX items_by_expiry ON items (ttl_until) WHERE ttl_until IS NOT NULL;
        """,
        """
        CREATE TABLE unique_values (
            container INTEGER NOT NULL,
            partition_key TEXT NOT NULL,
            unique_key INTEGER NOT NULL,
            value TEXT NOT NULL,
            id TEXT NOT NULL,
            PRIMARY KEY (container, partition_key, unique_key, value)) WITHOUT ROWID;
        CREATE INDEX unique_values_by_item ON unique_values (container, partition_key, id);
        """,
        """
        CREATE INDEX items_by_lsn ON items (container, lsn);
        """,
        // From here on a container's lsn is that of the last write by which an item went; its items tell the rest.
        """
        UPDATE containers SET lsn = lsn;
        """);
}
