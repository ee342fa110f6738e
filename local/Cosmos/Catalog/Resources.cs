using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>The file that names the database and containers an application expects to find.</summary>
static class Resources
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static async Task CreateAbsentAsync(
        ResourceCatalog catalog, string path, CancellationToken cancellation)
    {
        var named = await ReadAsync(path, cancellation);
        var database = catalog.FindDatabase(named.Database)
            ?? await catalog.CreateDatabaseAsync(named.Database, cancellation)
            ?? throw new InvalidDataException($"{path}: the database {named.Database} could not be created.");
        foreach (var container in named.Containers)
        {
            if (catalog.FindContainer(database, container.Id) is not null) continue;
            var definition = Definition(container);
            if (ContainerDefinition.Fault(definition) is { } fault)
                throw new InvalidDataException($"{path}: container {container.Id}: {fault}");
            await catalog.CreateContainerAsync(database, definition, cancellation);
        }
    }

    static async Task<NamedResources> ReadAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync<NamedResources>(file, Format, cancellation)
                ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    static JsonObject Definition(NamedContainer container)
    {
        var levels = container.PartitionKey.ValueKind == JsonValueKind.Array
            ? JsonArray.Create(container.PartitionKey)!
            : [JsonValue.Create(container.PartitionKey)];
        var definition = new JsonObject
        {
            ["id"] = container.Id,
            ["partitionKey"] = new JsonObject
            {
                ["kind"] = levels.Count > 1 ? "MultiHash" : "Hash",
                ["paths"] = levels,
            },
        };
        if (container.UniqueKeys is { } keys) definition["uniqueKeyPolicy"] = PolicyOf(keys);
        if (container.DefaultTtl is { } seconds) definition["defaultTtl"] = seconds;
        return definition;
    }

    static JsonObject PolicyOf(IReadOnlyList<IReadOnlyList<string>> keys) => new()
    {
        ["uniqueKeys"] = new JsonArray([.. keys.Select(paths => new JsonObject
        {
            ["paths"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]),
        })]),
    };

    sealed record NamedResources(string Database, IReadOnlyList<NamedContainer> Containers);

    /// <param name="Id">What it is called.</param>
    /// <param name="PartitionKey">One path, or a list of them: its levels.</param>
    /// <param name="UniqueKeys">Each a list of the paths whose values together are unique.</param>
    /// <param name="DefaultTtl">Seconds, or -1 where only items say how long they live.</param>
    sealed record NamedContainer(
        string Id, JsonElement PartitionKey, IReadOnlyList<IReadOnlyList<string>>? UniqueKeys = null,
        int? DefaultTtl = null);
}
