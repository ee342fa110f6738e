using System.Text.Json;
using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Catalog;

/// <summary>The file that names the database and containers an application expects to find.</summary>
static class Resources
{
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
        return await JsonSerializer.DeserializeAsync<NamedResources>(
            file, JsonSerializerOptions.Web, cancellation)
            ?? throw new InvalidDataException($"{path} is empty.");
    }

    static JsonObject Definition(NamedContainer container)
    {
        var definition = new JsonObject
        {
            ["id"] = container.Id,
            ["partitionKey"] = new JsonObject { ["paths"] = new JsonArray(container.PartitionKey) },
        };
        if (container.DefaultTtl is { } seconds) definition["defaultTtl"] = seconds;
        return definition;
    }

    sealed record NamedResources(string Database, IReadOnlyList<NamedContainer> Containers);

    sealed record NamedContainer(string Id, string PartitionKey, int? DefaultTtl);
}
