using System.Text;
using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>A database and the name that clients know it by.</summary>
sealed record DatabaseEntry(long Number, string Id, long Timestamp)
{
    public string ResourceId { get; } = Catalog.ResourceId.OfDatabase(Number);

    public JsonObject ToWire() => new()
    {
        ["id"] = Id,
        ["_rid"] = ResourceId,
        ["_self"] = $"dbs/{ResourceId}/",
        ["_etag"] = $"\"{Number:x8}-0000-0000-0000-{Timestamp:x12}\"",
        ["_colls"] = "colls/",
        ["_users"] = "users/",
        ["_ts"] = Timestamp,
    };
}

/// <summary>A container as it was created, and how many writes it has seen.</summary>
sealed class Container
{
    readonly string wire;
    long lsn;
    long acknowledgedLsn;

    public Container(
        DatabaseEntry database, long number, JsonObject definition, long timestamp, long lsn = 0)
    {
        (this.lsn, acknowledgedLsn) = (lsn, lsn);
        Database = database;
        Number = number;
        Id = (string)definition["id"]!;
        ResourceId = Catalog.ResourceId.OfContainer(database.Number, number);
        PartitionKeyPaths = ContainerDefinition.PartitionKeyPaths(definition);
        UniqueKeys = ContainerDefinition.UniqueKeys(definition);
        DefaultTimeToLive = (int?)definition["defaultTtl"];
        CompositeIndexes = ContainerDefinition.CompositeIndexes(definition);
        wire = ToWire(definition, timestamp).ToJsonString();
    }

    public DatabaseEntry Database { get; }
    public long Number { get; }
    public string Id { get; }
    public string ResourceId { get; }
    public IReadOnlyList<IReadOnlyList<string>> PartitionKeyPaths { get; }
    public bool IsHierarchical => PartitionKeyPaths.Count > 1;
    public IReadOnlyList<UniqueKey> UniqueKeys { get; }
    public int? DefaultTimeToLive { get; }
    public IReadOnlyList<CompositeIndex> CompositeIndexes { get; }

    public byte[] Body => Encoding.UTF8.GetBytes(wire);
    public JsonNode BodyNode => JsonNode.Parse(wire)!;

    /// <summary>Becomes true on the writer, so that no write slips in after the container is gone.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>The log sequence number of the last write; advanced on the writer only.</summary>
    public long Lsn
    {
        get => Volatile.Read(ref lsn);
        set => Volatile.Write(ref lsn, value);
    }

    /// <summary>The last write known to be committed: a session may count on finding it.</summary>
    public long AcknowledgedLsn => Volatile.Read(ref acknowledgedLsn);

    public void Acknowledge(long committed)
    {
        for (var known = AcknowledgedLsn; known < committed;)
        {
            var before = Interlocked.CompareExchange(ref acknowledgedLsn, committed, known);
            if (before == known) return;
            known = before;
        }
    }

    JsonObject ToWire(JsonObject definition, long timestamp)
    {
        var body = definition.DeepClone().AsObject();
        body["_rid"] = ResourceId;
        body["_self"] = $"dbs/{Database.ResourceId}/colls/{ResourceId}/";
        body["_etag"] = $"\"{Number:x8}-0000-0000-0000-{timestamp:x12}\"";
        body["_docs"] = "docs/";
        body["_ts"] = timestamp;
        return body;
    }
}
