using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Railyard.Local.Cosmos.Catalog;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>The account itself, and its databases, containers and partition key ranges.</summary>
sealed class AccountRequests(ResourceCatalog catalog)
{
    // The one range covers everything, so a client that has it may keep it: the tag never changes.
    const string RangesTag = "\"1\"";

    public static Answer Account(Uri address)
    {
        JsonArray Locations() =>
            [new JsonObject { ["name"] = "Local", ["databaseAccountEndpoint"] = address.ToString() }];

        return Answer.Json(200, new JsonObject
        {
            ["id"] = "railyard-local",
            ["_rid"] = "railyard-local",
            ["_self"] = "",
            ["media"] = "//media/",
            ["addresses"] = "//addresses/",
            ["_dbs"] = "//dbs/",
            ["writableLocations"] = Locations(),
            ["readableLocations"] = Locations(),
            ["enableMultipleWriteLocations"] = false,
            ["userReplicationPolicy"] = Replication(),
            ["systemReplicationPolicy"] = Replication(),
            ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = "Session" },
            ["readPolicy"] = new JsonObject
            {
                ["primaryReadCoefficient"] = 1,
                ["secondaryReadCoefficient"] = 1,
            },
            ["queryEngineConfiguration"] = QueryEngine().ToJsonString(),
        });
    }

    public async Task<Answer> AnswerAsync(
        HttpRequest request, ResourcePath path, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        (request.Method, path.Segments) switch
        {
            ("GET", ["dbs"]) => List("Databases", "", catalog.Databases.Select(entry => entry.ToWire())),
            ("POST", ["dbs"]) => await CreateDatabaseAsync(request, body, cancellation),
            (_, ["dbs", var database, ..]) when catalog.FindDatabase(database) is { } found =>
                await WithinDatabaseAsync(request, path, found, body, cancellation),
            (_, ["dbs", _]) => Answer.ResourceNotFound,
            (_, ["dbs", ..]) => Answer.OwnerNotFound,
            _ => Unsupported(request, path),
        };

    async Task<Answer> WithinDatabaseAsync(
        HttpRequest request,
        ResourcePath path,
        DatabaseEntry database,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        switch (request.Method, path.Segments)
        {
            case ("GET", [_, _]):
                return Answer.Json(200, database.ToWire());
            case ("DELETE", [_, _]):
                await catalog.DeleteDatabaseAsync(database, cancellation);
                return new Answer(204);
            case ("GET", [_, _, "colls"]):
                var containers = catalog.ContainersOf(database).Select(entry => entry.BodyNode);
                return List("DocumentCollections", database.ResourceId, containers);
            case ("POST", [_, _, "colls"]):
                return await CreateContainerAsync(request, database, body, cancellation);
            case (_, [_, _, "colls", var id, ..]):
                return catalog.FindContainer(database, id) is { } container
                    ? await WithinContainerAsync(request, path, container, cancellation)
                    : path.Segments.Count == 4 ? Answer.ResourceNotFound : Answer.OwnerNotFound;
            default:
                return Unsupported(request, path);
        }
    }

    async Task<Answer> WithinContainerAsync(
        HttpRequest request, ResourcePath path, Container container, CancellationToken cancellation)
    {
        switch (request.Method, path.Segments)
        {
            case ("GET", [_, _, _, _]):
                return new Answer(200) { Body = container.Body, Container = container };
            case ("DELETE", [_, _, _, _]):
                await catalog.DeleteContainerAsync(container, cancellation);
                return new Answer(204) { Container = container };
            case ("GET", [_, _, _, _, "pkranges"]):
                return Ranges(request, container);
            default:
                return Unsupported(request, path);
        }
    }

    async Task<Answer> CreateDatabaseAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (IsQuery(request)) return Answer.BadRequest("Queries over databases are not supported here.");
        if (Parse(body) is not { } requested || requested["id"] is not JsonValue value
            || !value.TryGetValue<string>(out var id) || !ContainerDefinition.IsValidId(id))
            return Answer.BadRequest("The request has no valid id.");
        var created = await catalog.CreateDatabaseAsync(id, cancellation);
        return created is null ? Answer.Conflict : Answer.Json(201, created.ToWire());
    }

    async Task<Answer> CreateContainerAsync(
        HttpRequest request,
        DatabaseEntry database,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        if (IsQuery(request)) return Answer.BadRequest("Queries over containers are not supported here.");
        if (Parse(body) is not { } definition) return Answer.BadRequest("The request is not a JSON object.");
        if (ContainerDefinition.Fault(definition) is { } fault) return Answer.BadRequest(fault);
        var created = await catalog.CreateContainerAsync(database, definition, cancellation);
        return created is null
            ? Answer.Conflict
            : new Answer(201) { Body = created.Body, Container = created };
    }

    static Answer Ranges(HttpRequest request, Container container)
    {
        if (request.Headers.IfNoneMatch == RangesTag)
            return new Answer(304) { Etag = RangesTag, ItemCount = 0, Container = container };
        var range = new JsonObject
        {
            ["_rid"] = container.ResourceId,
            ["id"] = "0",
            ["_etag"] = RangesTag,
            ["minInclusive"] = "",
            ["maxExclusive"] = "FF",
            ["ridPrefix"] = 0,
            ["_self"] = $"dbs/{container.Database.ResourceId}/colls/{container.ResourceId}/pkranges/0/",
            ["throughputFraction"] = 1,
            ["status"] = "online",
            ["parents"] = new JsonArray(),
            ["_ts"] = 0,
        };
        return List("PartitionKeyRanges", container.ResourceId, [range]) with
        {
            Etag = RangesTag,
            Container = container,
        };
    }

    static Answer List(string name, string owner, IEnumerable<JsonNode> entries)
    {
        var list = new JsonArray([.. entries]);
        var count = list.Count;
        return Answer.Json(200, new JsonObject { ["_rid"] = owner, [name] = list, ["_count"] = count }) with
        {
            ItemCount = count,
        };
    }

    static Answer Unsupported(HttpRequest request, ResourcePath path) =>
        Answer.BadRequest($"{request.Method} on '{path.ResourceType}' is not supported here.");

    static bool IsQuery(HttpRequest request) =>
        request.ContentType?.StartsWith("application/query+json", StringComparison.Ordinal) == true;

    static JsonObject? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static JsonObject Replication() =>
        new() { ["asyncReplication"] = false, ["minReplicaSetSize"] = 1, ["maxReplicasetSize"] = 4 };

    // The SDK plans queries itself, within these limits.
    static JsonObject QueryEngine() => new()
    {
        ["maxSqlQueryInputLength"] = 262_144,
        ["maxJoinsPerSqlQuery"] = 5,
        ["maxLogicalAndPerSqlQuery"] = 500,
        ["maxLogicalOrPerSqlQuery"] = 500,
        ["maxUdfRefPerSqlQuery"] = 10,
        ["maxInExpressionItemsCount"] = 16_000,
        ["queryMaxInMemorySortDocumentCount"] = 500,
        ["maxQueryRequestTimeoutFraction"] = 0.9,
        ["sqlAllowNonFiniteNumbers"] = false,
        ["sqlAllowAggregateFunctions"] = true,
        ["sqlAllowSubQuery"] = true,
        ["sqlAllowScalarSubQuery"] = true,
        ["allowNewKeywords"] = true,
        ["sqlAllowLike"] = true,
        ["sqlAllowGroupByClause"] = true,
        ["maxSpatialQueryCells"] = 12,
        ["spatialMaxGeometryPointCount"] = 256,
        ["sqlDisableOptimizationFlags"] = 0,
        ["sqlAllowTop"] = true,
        ["enableSpatialIndexing"] = true,
    };
}
