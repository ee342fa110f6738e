using System.Text.Json;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Query;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos.Items;

/// <summary>The values under a container's unique keys, each taken once in a logical partition.</summary>
static class UniqueValues
{
    /// <summary>What an item takes: one text for each unique key of its container.</summary>
    public static IReadOnlyList<string> Of(JsonElement item, Container container) =>
        [.. container.UniqueKeys.Select(key =>
            JsonSerializer.Serialize(key.Paths.Select(path => TextOf(Find(item, path)))))];

    /// <summary>Whether another living item of the partition has one of the values.</summary>
    public static bool AreTaken(Session session, Container container, ItemBody item, long now)
    {
        for (var key = 0; key < item.UniqueValues.Count; key++)
            if (IsTaken(session, container, item, key, now)) return true;
        return false;
    }

    // What an item had before goes first, so that rows left by an expired one cannot mislead.
    public static void Take(Session session, Container container, ItemBody item)
    {
        if (item.UniqueValues.Count == 0) return;
        GiveBack(session, container, item.Key, item.Id);
        for (var key = 0; key < item.UniqueValues.Count; key++)
            session.Execute(
                """
                INSERT OR REPLACE INTO unique_values (container, partition_key, unique_key, value, id)
                VALUES (?1, ?2, ?3, ?4, ?5)
                """,
                container.Number, item.Key.Text, key, item.UniqueValues[key], item.Id);
    }

    public static void GiveBack(Session session, Container container, PartitionKey partition, string id)
    {
        if (container.UniqueKeys.Count == 0) return;
        session.Execute(
            "DELETE FROM unique_values WHERE container = ?1 AND partition_key = ?2 AND id = ?3",
            container.Number, partition.Text, id);
    }

    static bool IsTaken(Session session, Container container, ItemBody item, int key, long now) =>
        session.Scalar(
            """
            SELECT 1 FROM unique_values AS taken JOIN items
                ON items.container = taken.container
                AND items.partition_key = taken.partition_key AND items.id = taken.id
            WHERE taken.container = ?1 AND taken.partition_key = ?2 AND taken.unique_key = ?3
                AND taken.value = ?4 AND taken.id <> ?5 AND (items.ttl_until IS NULL OR items.ttl_until > ?6)
            """,
            container.Number, item.Key.Text, key, item.UniqueValues[key], item.Id, now) is not null;

    static Value Find(JsonElement item, IReadOnlyList<string> path) =>
        path.Aggregate(Value.Of(item), (value, name) => value.Property(name));

    // A value that is missing counts as null, so one item of a partition may do without it.
    static string TextOf(Value value) => value.Kind switch
    {
        Kind.Undefined or Kind.Null => PartitionKey.Null.Text,
        Kind.Boolean => PartitionKey.Of(value.IsTrue).Text,
        Kind.Number => PartitionKey.Of(value.Number).Text,
        Kind.String => PartitionKey.Of(value.Text).Text,
        Kind.Array or Kind.Object => JsonSerializer.Serialize(value.Element),
    };
}
