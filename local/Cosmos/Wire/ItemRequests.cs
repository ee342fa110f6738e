using Microsoft.AspNetCore.Http;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Query;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>Requests on <c>docs</c>: which operation the method and headers ask for.</summary>
sealed class ItemRequests(ItemStore items, ItemQueries queries)
{
    const string PartitionKeyHeader = "x-ms-documentdb-partitionkey";

    public async Task<Answer> AnswerAsync(
        HttpRequest request,
        ResourcePath path,
        ResourceCatalog catalog,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        if (catalog.FindDatabase(path.Database!) is not { } database) return Answer.OwnerNotFound;
        if (catalog.FindContainer(database, path.Container!) is not { } container)
            return Answer.OwnerNotFound;
        PartitionKey? key = null;
        if (request.Headers[PartitionKeyHeader].ToString() is { Length: > 0 } header
            && PartitionKey.FromHeader(header, out key) is { } fault)
            return Answer.BadRequest(fault);
        var asked = ItemRequest.From(request.Headers, container, key, path.Item, body);
        var answer = path.Segments.Count switch
        {
            5 => await OnFeedAsync(request, asked, cancellation),
            6 => await OnItemAsync(request, asked, cancellation),
            _ => Answer.BadRequest($"'{path.ResourceType}' is not supported here."),
        };
        return answer with { Container = container };
    }

    async Task<Answer> OnFeedAsync(HttpRequest request, ItemRequest asked, CancellationToken cancellation)
    {
        if (IsTrue(request, "x-ms-cosmos-is-batch-request"))
            return await OnBatchAsync(request, asked, cancellation);
        if (request.Headers["A-IM"].Count > 0)
            return Answer.BadRequest("The change feed is not supported here.");
        if (IsTrue(request, "x-ms-cosmos-is-query-plan-request")) return ItemQueries.Plan(asked);
        if (request.Method == "GET" || IsQuery(request))
            return queries.Run(asked, Page.From(request.Headers));
        if (request.Method != "POST") return Unsupported(request);
        var change = IsTrue(request, "x-ms-documentdb-is-upsert")
            ? ItemChanges.Upsert(asked)
            : ItemChanges.Create(asked);
        return await items.WriteAsync(asked, change, cancellation);
    }

    async Task<Answer> OnBatchAsync(HttpRequest request, ItemRequest asked, CancellationToken cancellation) =>
        IsTrue(request, "x-ms-cosmos-batch-atomic")
            ? await items.WriteBatchAsync(asked, cancellation)
            : Answer.BadRequest("Bulk execution (a batch that is not atomic) is not supported here.");

    async Task<Answer> OnItemAsync(HttpRequest request, ItemRequest asked, CancellationToken cancellation)
    {
        if (asked.PartitionKey is null)
            return Answer.BadRequest("PartitionKey value must be supplied for this operation.");
        return request.Method switch
        {
            "GET" => items.Read(asked),
            "PUT" => await items.WriteAsync(asked, ItemChanges.Replace(asked), cancellation),
            "DELETE" => await items.WriteAsync(asked, ItemChanges.Delete(asked), cancellation),
            "PATCH" => await items.WriteAsync(asked, ItemChanges.Patch(asked), cancellation),
            _ => Unsupported(request),
        };
    }

    static Answer Unsupported(HttpRequest request) =>
        Answer.BadRequest($"{request.Method} on items is not supported here.");

    static bool IsQuery(HttpRequest request) =>
        IsTrue(request, "x-ms-documentdb-isquery")
        || request.ContentType?.StartsWith("application/query+json", StringComparison.Ordinal) == true;

    static bool IsTrue(HttpRequest request, string header) =>
        string.Equals(request.Headers[header], "True", StringComparison.OrdinalIgnoreCase);
}
