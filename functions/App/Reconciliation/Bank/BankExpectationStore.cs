using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Railyard.Core.Reconciliation;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Reconciliation.Bank;

/// <summary>A payment that an account should show, as a document; what is over is forgotten after a while.</summary>
sealed record BankExpectationDocument(
    ExpectationId Id, string Shard, string What, BankExpectation Expectation, IReadOnlyList<FileId> Files, int? Ttl)
{
    public const string Kind = "bank_expectation";

    // A duplicate is known for one by the payment that the first line was.
    const int MetIsKeptSeconds = 400 * 24 * 60 * 60;

    public static BankExpectationDocument Of(BankExpectation expected)
    {
        var files = expected.State switch
        {
            BankExpectationState.Met met => met.Lines.Select(line => line.File),
            BankExpectationState.Differs differs => [differs.Line.File],
            BankExpectationState.Returned returned => returned.Lines.Select(line => line.File).Append(returned.Back.File),
            _ => [],
        };
        var isOver = expected.State is BankExpectationState.Met or BankExpectationState.Returned;
        return new(expected.Id, BankBooks.PartitionOf(expected.Account), Kind, expected, [.. files.Distinct()], isOver ? MetIsKeptSeconds : null);
    }
}

/// <summary>A statement that has been read for an account: which file has it, and the days of its lines.</summary>
sealed record StatementRecord(string Id, string Shard, string What, FileId File, DateOnly From, DateOnly Until, BankStatement Statement)
{
    public const string Kind = "bank_statement";
}

/// <summary>An account's own document: whoever changes what is expected there counts it up, so that only one does at a time.</summary>
sealed record BankBookDocument(string Id, string Shard, string What, long Version)
{
    public const string DocumentId = "bank-book";
}

/// <summary>The partitions of bank accounts.</summary>
static class BankBooks
{
    public static string PartitionOf(BankAccountName account) => $"bank|{account}";
}

/// <summary>
/// Keeps what our bank accounts should show, and which statements have been read for them; an account is one partition, and
/// what changes there changes together.
/// </summary>
public sealed class BankExpectationStore(Containers containers)
{
    const int PageRows = 500;
    const int MostRows = 1_000_000;
    const int WritesAtOnce = 90;
    const int StatementsLookedBack = 50;

    /// <summary>Records what an account should show; one of that id that is there already stays as it is.</summary>
    internal Task RecordAsync(BankExpectation expected, CancellationToken cancellation)
    {
        var document = BankExpectationDocument.Of(expected);
        return containers.Expectations.TryCreateAsync(document, document.Shard, cancellation);
    }

    /// <summary>The account as it stands, made where it is new.</summary>
    internal async Task<Stored<BankBookDocument>> OpenAsync(BankAccountName account, CancellationToken cancellation)
    {
        var partition = BankBooks.PartitionOf(account);
        await containers.Expectations.TryCreateAsync(
            new BankBookDocument(BankBookDocument.DocumentId, partition, "bank_book", 0), partition, cancellation);
        return (await containers.Expectations.FindAsync<BankBookDocument>(BankBookDocument.DocumentId, partition, cancellation))!;
    }

    /// <summary>What is awaited, what was paid since a day, and what that file's lines have met.</summary>
    internal async Task<List<BankExpectation>> RelevantAsync(
        BankAccountName account, DateOnly since, FileId? file, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.what = @what AND (c.expectation.state.type IN ('open', 'overdue') " +
            "OR c.expectation.paid_on >= @since OR ARRAY_CONTAINS(c.files, @file))")
            .WithParameter("@what", BankExpectationDocument.Kind)
            .WithParameter("@since", since.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))
            .WithParameter("@file", file?.Value);
        var found = await ReadAsync<BankExpectationDocument>(account, query, MostRows, cancellation);
        return [.. found.Select(one => one.Expectation)];
    }

    /// <summary>The statement of that identity, where it has been read.</summary>
    internal async Task<StatementRecord?> FindStatementAsync(BankAccountName account, string identity, CancellationToken cancellation) =>
        (await containers.Expectations.FindAsync<StatementRecord>(identity, BankBooks.PartitionOf(account), cancellation))?.Value;

    /// <summary>The latest statements of an account at the bank that end until a day.</summary>
    internal async Task<List<StatementRecord>> LatestAsync(
        BankAccountName account, string bankAccount, DateOnly until, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.what = @what AND c.statement.account = @account AND c.until <= @until ORDER BY c.until DESC")
            .WithParameter("@what", StatementRecord.Kind)
            .WithParameter("@account", bankAccount)
            .WithParameter("@until", until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        return await ReadAsync<StatementRecord>(account, query, StatementsLookedBack, cancellation);
    }

    /// <summary>The files whose statements reach to a day or beyond, the latest first, at most so many.</summary>
    internal async Task<IReadOnlyList<FileId>> FilesSinceAsync(
        BankAccountName account, DateOnly since, int most, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.what = @what AND c.until >= @since ORDER BY c.until DESC")
            .WithParameter("@what", StatementRecord.Kind)
            .WithParameter("@since", since.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        var found = await ReadAsync<StatementRecord>(account, query, most, cancellation);
        return [.. found.Select(one => one.File).Distinct()];
    }

    /// <summary>
    /// Saves what a join has changed, and the statements it has read, if nobody else has changed the account since it was
    /// opened; false where somebody has.
    /// </summary>
    internal async Task<bool> TrySaveAsync(
        BankAccountName account,
        Stored<BankBookDocument> book,
        IReadOnlyList<BankExpectation> changed,
        IReadOnlyList<StatementRecord> read,
        CancellationToken cancellation)
    {
        var partition = BankBooks.PartitionOf(account);
        // What one line has met is changed together.
        var documents = changed.Select(BankExpectationDocument.Of)
            .OrderBy(one => string.Join(' ', one.Files.Select(file => file.Value)), StringComparer.Ordinal)
            .Select(one => JsonSerializer.SerializeToUtf8Bytes(one, Json.Storage))
            .Concat(read.Select(one => JsonSerializer.SerializeToUtf8Bytes(one, Json.Storage)));
        var (version, etag) = (book.Value.Version, book.ETag);
        foreach (var some in documents.Chunk(WritesAtOnce).DefaultIfEmpty([]))
        {
            var next = book.Value with { Version = ++version };
            var batch = containers.Expectations.CreateTransactionalBatch(new PartitionKey(partition)).ReplaceItemStream(
                BankBookDocument.DocumentId,
                new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(next, Json.Storage)),
                new TransactionalBatchItemRequestOptions { IfMatchEtag = etag });
            foreach (var one in some) batch = batch.UpsertItemStream(new MemoryStream(one));
            using var answer = await batch.ExecuteAsync(cancellation);
            if (answer.StatusCode == HttpStatusCode.PreconditionFailed) return false;
            if (!answer.IsSuccessStatusCode) throw new StorageFault($"Changing {partition}", answer.StatusCode, answer.ErrorMessage);
            etag = answer[0].ETag;
        }
        return true;
    }

    Task<List<T>> ReadAsync<T>(BankAccountName account, QueryDefinition query, int most, CancellationToken cancellation) =>
        containers.Expectations.FirstAsync<T>(query, BankBooks.PartitionOf(account), most, cancellation, PageRows);
}
