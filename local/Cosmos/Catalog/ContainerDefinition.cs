using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>Paths indexed together, which is what an ORDER BY on several of them needs.</summary>
sealed record CompositeIndex(IReadOnlyList<(string Path, bool IsDescending)> Paths);

/// <summary>Paths whose values together occur once in a logical partition.</summary>
sealed record UniqueKey(IReadOnlyList<IReadOnlyList<string>> Paths);

/// <summary>What a container may be: its partition key, its unique keys and a time-to-live.</summary>
static class ContainerDefinition
{
    const int IdCharactersMax = 255;
    const int PartitionKeyLevelsMax = 3;
    const int UniqueKeysMax = 10;
    const int UniqueKeyPathsMax = 16;

    /// <summary>Why the definition cannot be used, or null where it can.</summary>
    public static string? Fault(JsonObject definition)
    {
        if (Text(definition["id"]) is not { } id) return "The request has no id.";
        if (!IsValidId(id)) return $"The id '{id}' is empty, too long or has one of / \\ ? #.";
        if (definition["partitionKey"]?["paths"] is not JsonArray { Count: > 0 } paths)
            return "The partition key has no paths.";
        if (paths.Count > PartitionKeyLevelsMax)
            return $"A partition key has at most {PartitionKeyLevelsMax} levels.";
        if (paths.Count > 1 && Text(definition["partitionKey"]!["kind"]) != "MultiHash")
            return "A partition key of several levels is of the kind MultiHash.";
        if (!paths.All(IsPath)) return "The partition key path must be of the form /name or /name/name.";
        return UniqueKeysFault(definition) ?? TimeToLiveFault(definition["defaultTtl"]);
    }

    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= IdCharactersMax && id.AsSpan().IndexOfAny("/\\?#") < 0;

    public static IReadOnlyList<IReadOnlyList<string>> PartitionKeyPaths(JsonObject definition) =>
        Paths(definition["partitionKey"]!);

    public static IReadOnlyList<UniqueKey> UniqueKeys(JsonObject definition) =>
        definition["uniqueKeyPolicy"]?["uniqueKeys"] is JsonArray keys
            ? [.. keys.Select(key => new UniqueKey(Paths(key!)))]
            : [];

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

    static string? UniqueKeysFault(JsonObject definition)
    {
        if (definition["uniqueKeyPolicy"]?["uniqueKeys"] is not JsonArray keys) return null;
        if (keys.Count > UniqueKeysMax) return $"A container has at most {UniqueKeysMax} unique keys.";
        return keys.All(key => key?["paths"] is JsonArray { Count: > 0 and <= UniqueKeyPathsMax } paths
            && paths.All(IsPath))
            ? null
            : $"A unique key has 1 to {UniqueKeyPathsMax} paths of the form /name or /name/name.";
    }

    static IReadOnlyList<IReadOnlyList<string>> Paths(JsonNode key) =>
        [.. key["paths"]!.AsArray().Select(path => ((string)path!)[1..].Split('/'))];

    static bool IsPath(JsonNode? node) =>
        Text(node) is ['/', _, ..] path && !path.Contains('"', StringComparison.Ordinal);

    static string? TimeToLiveFault(JsonNode? value) => value switch
    {
        null => null,
        JsonValue number when number.TryGetValue<int>(out var seconds) && seconds is -1 or > 0 => null,
        _ => "The default time-to-live must be -1 or a positive number of seconds.",
    };

    static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
