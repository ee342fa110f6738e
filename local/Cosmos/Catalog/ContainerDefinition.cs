using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>Paths indexed together, which is what an ORDER BY on several of them needs.</summary>
sealed record CompositeIndex(IReadOnlyList<(string Path, bool IsDescending)> Paths);

/// <summary>What a container may be: one partition key path and a time-to-live.</summary>
static class ContainerDefinition
{
    const int IdCharactersMax = 255;

    /// <summary>Why the definition cannot be used, or null where it can.</summary>
    public static string? Fault(JsonObject definition)
    {
        if (Text(definition["id"]) is not { } id) return "The request has no id.";
        if (!IsValidId(id)) return $"The id '{id}' is empty, too long or has one of / \\ ? #.";
        if (definition["partitionKey"]?["paths"] is not JsonArray { Count: > 0 } paths)
            return "The partition key has no paths.";
        if (paths.Count > 1) return "Hierarchical partition keys are not supported here.";
        if (Text(paths[0]) is not ['/', _, ..] path || path.Contains('"', StringComparison.Ordinal))
            return "The partition key path must be of the form /name or /name/name.";
        if (definition["uniqueKeyPolicy"]?["uniqueKeys"] is JsonArray { Count: > 0 })
            return "Unique keys are not supported here.";
        return TimeToLiveFault(definition["defaultTtl"]);
    }

    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= IdCharactersMax && id.AsSpan().IndexOfAny("/\\?#") < 0;

    public static IReadOnlyList<string> PartitionKeyPath(JsonObject definition) =>
        ((string)definition["partitionKey"]!["paths"]![0]!)[1..].Split('/');

    public static IReadOnlyList<CompositeIndex> CompositeIndexes(JsonObject definition) =>
        definition["indexingPolicy"]?["compositeIndexes"] is JsonArray indexes
            ? [.. indexes.OfType<JsonArray>().Select(Composite)]
            : [];

    /// <summary>The definition with what the service fills in when a client leaves it out.</summary>
    public static JsonObject Complete(JsonObject definition)
    {
        var complete = definition.DeepClone().AsObject();
        foreach (var name in (string[])["_rid", "_self", "_etag", "_ts", "_docs"]) complete.Remove(name);
        var key = complete["partitionKey"]!.AsObject();
        key["kind"] ??= "Hash";
        key["version"] ??= 2;
        complete["indexingPolicy"] ??= JsonNode.Parse(
            """
            {"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/*"}],
             "excludedPaths":[{"path":"/\"_etag\"/?"}]}
            """);
        complete["conflictResolutionPolicy"] ??= JsonNode.Parse(
            """{"mode":"LastWriterWins","conflictResolutionPath":"/_ts","conflictResolutionProcedure":""}""");
        return complete;
    }

    static CompositeIndex Composite(JsonArray paths) =>
        new([.. paths.Select(path => ((string)path!["path"]!, (string?)path["order"] == "descending"))]);

    static string? TimeToLiveFault(JsonNode? value) => value switch
    {
        null => null,
        JsonValue number when number.TryGetValue<int>(out var seconds) && seconds is -1 or > 0 => null,
        _ => "The default time-to-live must be -1 or a positive number of seconds.",
    };

    static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
