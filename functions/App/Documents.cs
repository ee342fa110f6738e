using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Railyard.App;

/// <summary>A document and the ETag under which it was read or written.</summary>
sealed record Stored<T>(T Value, string ETag);

/// <summary>The database did not do as it was asked, and not for a reason that the caller expects.</summary>
sealed class StorageFault(string what, HttpStatusCode status, string? detail)
    : Exception($"{what} was answered with {(int)status}: {detail}")
{
    /// <summary>What it was answered with.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>Whether the write may have happened all the same: read back before trying again.</summary>
    public bool IsUnknown { get; } = status is HttpStatusCode.RequestTimeout or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.InternalServerError or HttpStatusCode.Gone;
}

/// <summary>Single documents by id and partition: expected refusals are answers, everything else is a <see cref="StorageFault"/>.</summary>
static class Documents
{
    static readonly ItemRequestOptions WithoutContent = new() { EnableContentResponseOnWrite = false };
    static readonly TransactionalBatchItemRequestOptions WithoutContentInBatch = new() { EnableContentResponseOnWrite = false };

    /// <summary>The document, or null where there is none.</summary>
    public static async Task<Stored<T>?> FindAsync<T>(
        this Container container, string id, string partition, CancellationToken cancellation)
    {
        using var answer = await container.ReadItemStreamAsync(id, new PartitionKey(partition), null, cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        Expect(answer, $"Reading {id}");
        var value = await JsonSerializer.DeserializeAsync<T>(answer.Content, Json.Storage, cancellation);
        return new Stored<T>(value!, answer.Headers.ETag);
    }

    /// <summary>Writes a new document; null where one of that id exists already.</summary>
    public static async Task<Stored<T>?> TryCreateAsync<T>(
        this Container container, T value, string partition, CancellationToken cancellation)
    {
        using var body = Serialize(value);
        using var answer = await container.CreateItemStreamAsync(body, new PartitionKey(partition), WithoutContent, cancellation);
        if (answer.StatusCode == HttpStatusCode.Conflict) return null;
        Expect(answer, "Creating a document");
        return new Stored<T>(value, answer.Headers.ETag);
    }

    /// <summary>Replaces the document as it was read; null where it has changed since.</summary>
    public static async Task<Stored<T>?> TryReplaceAsync<T>(
        this Container container, string id, string partition, T value, string etag, CancellationToken cancellation)
    {
        var options = new ItemRequestOptions { IfMatchEtag = etag, EnableContentResponseOnWrite = false };
        using var body = Serialize(value);
        using var answer = await container.ReplaceItemStreamAsync(body, id, new PartitionKey(partition), options, cancellation);
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed) return null;
        Expect(answer, $"Replacing {id}");
        return new Stored<T>(value, answer.Headers.ETag);
    }

    /// <summary>
    /// Replaces documents of one partition as they were read, all of them or none; false where one has changed since. A
    /// hundred at most (Azure Cosmos DB service quotas).
    /// </summary>
    public static async Task<bool> TryReplaceAllAsync<T>(
        this Container container,
        string partition,
        IReadOnlyList<(string Id, T Value, string ETag)> documents,
        CancellationToken cancellation)
    {
        var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
        foreach (var (id, value, etag) in documents)
            batch.ReplaceItemStream(id, Serialize(value), new() { IfMatchEtag = etag, EnableContentResponseOnWrite = false });
        return await TryAsync(batch, HttpStatusCode.PreconditionFailed, $"Replacing {documents.Count} documents", cancellation);
    }

    /// <summary>
    /// Writes new documents of one partition, all of them or none; false where one of their ids exists already. A hundred
    /// at most (Azure Cosmos DB service quotas).
    /// </summary>
    public static async Task<bool> TryCreateAllAsync<T>(
        this Container container, string partition, IReadOnlyCollection<T> values, CancellationToken cancellation)
    {
        var batch = container.CreateTransactionalBatch(new PartitionKey(partition));
        foreach (var value in values) batch.CreateItemStream(Serialize(value), WithoutContentInBatch);
        return await TryAsync(batch, HttpStatusCode.Conflict, $"Creating {values.Count} documents", cancellation);
    }

    /// <summary>
    /// Replaces the document as it was read, or writes a new one where <paramref name="etag"/> is null. Null where somebody
    /// was faster, and where it is not known whether the write took: then what is there now has to be read.
    /// </summary>
    public static async Task<Stored<T>?> TrySaveAsync<T>(
        this Container container, string id, string partition, T value, string? etag, CancellationToken cancellation)
    {
        try
        {
            return etag is null
                ? await container.TryCreateAsync(value, partition, cancellation)
                : await container.TryReplaceAsync(id, partition, value, etag, cancellation);
        }
        catch (StorageFault fault) when (fault.IsUnknown)
        {
            return null;
        }
    }

    /// <summary>Writes the document whether or not there is one: only for what derives wholly from its id.</summary>
    public static async Task UpsertAsync<T>(
        this Container container, T value, string partition, CancellationToken cancellation)
    {
        using var body = Serialize(value);
        using var answer = await container.UpsertItemStreamAsync(body, new PartitionKey(partition), WithoutContent, cancellation);
        Expect(answer, "Writing a document");
    }

    /// <summary>Deletes the document; one that is not there is deleted already.</summary>
    public static async Task DeleteAsync(this Container container, string id, string partition, CancellationToken cancellation)
    {
        using var answer = await container.DeleteItemStreamAsync(id, new PartitionKey(partition), null, cancellation);
        if (answer.StatusCode != HttpStatusCode.NotFound) Expect(answer, $"Deleting {id}");
    }

    /// <summary>
    /// One page of a query in one partition, or in all where <paramref name="partition"/> is null, with the continuation
    /// of the next or null.
    /// </summary>
    public static async Task<(IReadOnlyList<T> Rows, string? Continuation)> PageAsync<T>(
        this Container container,
        QueryDefinition query,
        string? partition,
        int limit,
        string? continuation,
        CancellationToken cancellation)
    {
        var options = new QueryRequestOptions
        {
            PartitionKey = partition is null ? null : new PartitionKey(partition),
            MaxItemCount = limit,
        };
        using var pages = container.GetItemQueryStreamIterator(query, continuation, options);
        if (!pages.HasMoreResults) return ([], null);
        using var answer = await pages.ReadNextAsync(cancellation);
        Expect(answer, "A query");
        using var page = await JsonDocument.ParseAsync(answer.Content, default, cancellation);
        var rows = page.RootElement.GetProperty("Documents").EnumerateArray();
        return ([.. rows.Select(row => row.Deserialize<T>(Json.Storage)!)], answer.ContinuationToken);
    }

    /// <summary>
    /// The first rows of a query in one partition, or in all where <paramref name="partition"/> is null, at most
    /// <paramref name="limit"/>, read in pages of at most <paramref name="pageRows"/>.
    /// </summary>
    public static async Task<List<T>> FirstAsync<T>(
        this Container container,
        QueryDefinition query,
        string? partition,
        int limit,
        CancellationToken cancellation,
        int pageRows = int.MaxValue)
    {
        var found = new List<T>();
        string? continuation = null;
        do
        {
            var (rows, next) = await container.PageAsync<T>(
                query, partition, Math.Min(limit - found.Count, pageRows), continuation, cancellation);
            found.AddRange(rows);
            continuation = next;
        }
        while (continuation is not null && found.Count < limit);
        return found;
    }

    static async Task<bool> TryAsync(TransactionalBatch batch, HttpStatusCode refused, string what, CancellationToken cancellation)
    {
        using var answer = await batch.ExecuteAsync(cancellation);
        if (answer.StatusCode == refused) return false;
        if (!answer.IsSuccessStatusCode) throw new StorageFault(what, answer.StatusCode, answer.ErrorMessage);
        return true;
    }

    static MemoryStream Serialize<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Json.Storage));

    static void Expect(ResponseMessage answer, string what)
    {
        if (!answer.IsSuccessStatusCode) throw new StorageFault(what, answer.StatusCode, answer.ErrorMessage);
    }
}
