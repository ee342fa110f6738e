using Microsoft.AspNetCore.Http;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Changes;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Query;

namespace Railyard.Local.Cosmos.Wire;

/// <summary>Requests on <c>docs</c>: which operation the method and headers ask for.</summary>
sealed class ItemRequests(ItemStore items, ItemQueries queries, ChangeFeed changes)
{
    const string PartitionKeyHeader = "x-ms-documentdb-partitionkey";
    const string LatestVersions = "Incremental Feed";

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
        if (ReadScope(request.Headers, container, out var key, out var interval) is { } fault)
            return Answer.BadRequest(fault);
        var asked = ItemRequest.From(request.Headers, container, key, interval, path.Item, body);
        var answer = path.Segments.Count switch
        {
            5 => await OnFeedAsync(request, asked, cancellation),
            6 => await OnItemAsync(request, asked, cancellation),
            _ => Answer.BadRequest($"'{path.ResourceType}' is not supported here."),
        };
        return answer with { Container = container };
    }

    // The SDK names a part of a container by a key, or by a range of effective keys, which are hashes.
    static string? ReadScope(
        IHeaderDictionary headers, Container container, out PartitionKey? key, out KeyInterval? interval)
    {
        (key, interval) = (null, null);
        if (headers[PartitionKeyHeader].ToString() is { Length: > 0 } header)
            return PartitionKey.FromHeader(header, container, out key, out interval);
        if (headers["x-ms-end-epk"].ToString() is not { Length: > 0 } end) return null;
        var start = headers["x-ms-start-epk"].ToString();
        if (start.Length == 0 && end == "FF") return null;
        if (!container.IsHierarchical) return "A feed range within a container is not supported here.";
        interval = new KeyInterval(start, end);
        return null;
    }

    async Task<Answer> OnFeedAsync(HttpRequest request, ItemRequest asked, CancellationToken cancellation)
    {
        if (IsTrue(request, "x-ms-cosmos-is-batch-request"))
            return await OnBatchAsync(request, asked, cancellation);
        if (!IsWrite(request) && Refuse(request, asked) is { } notAvailable) return notAvailable;
        if (request.Headers["A-IM"].ToString() is { Length: > 0 } mode)
            return OnChangeFeed(request, asked, mode);
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

    Answer OnChangeFeed(HttpRequest request, ItemRequest asked, string mode)
    {
        if (!mode.Equals(LatestVersions, StringComparison.OrdinalIgnoreCase))
            return Answer.BadRequest($"The change feed in the mode '{mode}' is not supported here.");
        if (request.Method != "GET")
            return Answer.BadRequest("A query over the change feed is not supported here.");
        return FeedStart.Read(request.Headers, out var start) is { } fault
            ? Answer.BadRequest(fault)
            : changes.Read(asked, start, Page.From(request.Headers).ItemsMax);
    }

    async Task<Answer> OnItemAsync(HttpRequest request, ItemRequest asked, CancellationToken cancellation)
    {
        if (asked.PartitionKey is null)
            return Answer.BadRequest("PartitionKey value must be supplied in full for this operation.");
        return request.Method switch
        {
            "GET" => Refuse(request, asked) ?? items.Read(asked),
            "PUT" => await items.WriteAsync(asked, ItemChanges.Replace(asked), cancellation),
            "DELETE" => await items.WriteAsync(asked, ItemChanges.Delete(asked), cancellation),
            "PATCH" => await items.WriteAsync(asked, ItemChanges.Patch(asked), cancellation),
            _ => Unsupported(request),
        };
    }

    /// <summary>Whether a request changes something; a query is a POST too, and so is its plan.</summary>
    public static bool IsWrite(HttpRequest request) =>
        request.Method != "GET" && !IsQuery(request)
        && !IsTrue(request, "x-ms-cosmos-is-query-plan-request");

    static Answer? Refuse(HttpRequest request, ItemRequest asked) =>
        SessionToken.Refuse(request.Headers["x-ms-session-token"].ToString(), asked.Container);

    static Answer Unsupported(HttpRequest request) =>
        Answer.BadRequest($"{request.Method} on items is not supported here.");

    static bool IsQuery(HttpRequest request) =>
        IsTrue(request, "x-ms-documentdb-isquery")
        || request.ContentType?.StartsWith("application/query+json", StringComparison.Ordinal) == true;

    static bool IsTrue(HttpRequest request, string header) =>
        string.Equals(request.Headers[header], "True", StringComparison.OrdinalIgnoreCase);
}
