using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Azure.Cosmos;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// An expectation as a document. What is settled is forgotten after a while, what is open never.
/// </summary>
sealed record ExpectationDocument(ExpectationId Id, string Shard, Expectation Expectation, int? Ttl)
{
    // A duplicate is known for one by the expectation that its first line has met.
    const int SettledIsKeptSeconds = 400 * 24 * 60 * 60;

    public static ExpectationDocument Of(Expectation expectation) => new(
        expectation.Id,
        PartitionOf(expectation.Acquirer, ShardNumber.Of(expectation.AcquirerReference)),
        expectation,
        expectation.State is ExpectationState.Settled or ExpectationState.Withdrawn ? SettledIsKeptSeconds : null);

    public static string PartitionOf(AcquirerName acquirer, ShardNumber shard) => $"{acquirer}|{shard}";
}

/// <summary>An expectation as a query returns it.</summary>
sealed record ExpectationRow(Expectation Expectation, [property: JsonPropertyName("_etag")] string ETag)
{
    public Stored<Expectation> ToStored() => new(Expectation, ETag);
}

/// <summary>Keeps expectations by the shard of their reference.</summary>
public sealed class ExpectationStore(Containers containers)
{
    // A page of them, and what is replaced at once, is to stay below what the runtime takes for a large object (85,000 bytes):
    // those are collected seldom, and a million expectations would leave gigabytes of them.
    const int PageRows = 80;
    const string Rows = "SELECT c.expectation, c._etag FROM c";
    const int MostPages = 100_000;
    const int ReferencesAtOnce = 100;

    /// <summary>Records an expectation; false where one of that id is there already, which stays as it is.</summary>
    internal async Task<bool> RecordAsync(Expectation expectation, CancellationToken cancellation)
    {
        var document = ExpectationDocument.Of(expectation);
        return await containers.Expectations.TryCreateAsync(document, document.Shard, cancellation) is not null;
    }

    /// <summary>The expectation of that id as it stands.</summary>
    internal Task<Stored<Expectation>?> FindAsync(Expectation expectation, CancellationToken cancellation) =>
        FindAsync(expectation.Acquirer, expectation.AcquirerReference, expectation.Id, cancellation);

    /// <summary>The expectation of that id under that reference as it stands, or null.</summary>
    internal async Task<Stored<Expectation>?> FindAsync(
        AcquirerName acquirer, string reference, ExpectationId id, CancellationToken cancellation)
    {
        var stored = await containers.Expectations.FindAsync<ExpectationDocument>(
            id.Value, ExpectationDocument.PartitionOf(acquirer, ShardNumber.Of(reference)), cancellation);
        return stored is null ? null : new(stored.Value.Expectation, stored.ETag);
    }

    /// <summary>What a shard has not settled yet.</summary>
    internal async Task<IReadOnlyList<Expectation>> UnsettledAsync(
        AcquirerName acquirer, ShardNumber shard, CancellationToken cancellation)
    {
        var query = new QueryDefinition($"{Rows} WHERE c.expectation.state.type != 'settled'");
        var found = await ReadAllAsync(query, ExpectationDocument.PartitionOf(acquirer, shard), cancellation);
        return [.. found.Select(one => one.Value)];
    }

    /// <summary>
    /// At most so many open expectations of an acquirer that were due before that moment, of all shards in one query: mostly
    /// there are none.
    /// </summary>
    internal async Task<IReadOnlyList<Stored<Expectation>>> OverdueAsync(
        AcquirerName acquirer, DateTimeOffset before, int most, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            $"{Rows} WHERE STARTSWITH(c.shard, @shards) AND c.expectation.state.type = 'open' AND c.expectation.overdue_after < @before")
            .WithParameter("@shards", $"{acquirer}|")
            .WithParameter("@before", before.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        var rows = await containers.Expectations.FirstAsync<ExpectationRow>(query, null, most, cancellation, PageRows);
        return [.. rows.Select(row => row.ToStored())];
    }

    /// <summary>What a shard has not settled yet, and what that file has settled in an earlier run.</summary>
    internal Task<List<Stored<Expectation>>> UnsettledAsync(
        AcquirerName acquirer, ShardNumber shard, FileId file, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            $"{Rows} WHERE c.expectation.state.type IN ('open', 'broken') OR c.expectation.state.file = @file")
            .WithParameter("@file", file.Value);
        return ReadAllAsync(query, ExpectationDocument.PartitionOf(acquirer, shard), cancellation);
    }

    /// <summary>
    /// Everything that was ever expected under these references, which are all of one shard.
    /// </summary>
    internal async Task<List<Stored<Expectation>>> UnderReferencesAsync(
        AcquirerName acquirer, ShardNumber shard, IEnumerable<string> references, CancellationToken cancellation)
    {
        var found = new List<Stored<Expectation>>();
        foreach (var some in references.Chunk(ReferencesAtOnce))
        {
            var names = some.Select((_, i) => $"@r{i}").ToList();
            var query = new QueryDefinition(
                $"{Rows} WHERE c.expectation.acquirer_reference IN ({string.Join(", ", names)})");
            for (var i = 0; i < some.Length; i++) query = query.WithParameter(names[i], some[i]);
            found.AddRange(await ReadAllAsync(query, ExpectationDocument.PartitionOf(acquirer, shard), cancellation));
        }
        return found;
    }

    /// <summary>Saves an expectation as it was read; false where it has changed since.</summary>
    internal Task<bool> TrySaveAsync(Expectation expectation, string etag, CancellationToken cancellation) =>
        TrySaveAsync([(expectation, etag)], cancellation);

    /// <summary>
    /// Saves expectations of one shard as they were read, all or none; false where one has changed since.
    /// </summary>
    internal Task<bool> TrySaveAsync(
        IReadOnlyList<(Expectation Expectation, string ETag)> changed, CancellationToken cancellation)
    {
        var documents = changed.Select(one => (Document: ExpectationDocument.Of(one.Expectation), one.ETag)).ToList();
        return containers.Expectations.TryReplaceAllAsync(
            documents[0].Document.Shard,
            [.. documents.Select(one => (one.Document.Id.Value, one.Document, one.ETag))],
            cancellation);
    }

    async Task<List<Stored<Expectation>>> ReadAllAsync(QueryDefinition query, string shard, CancellationToken cancellation)
    {
        var found = new List<Stored<Expectation>>();
        string? continuation = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (rows, next) = await containers.Expectations.PageAsync<ExpectationRow>(
                query, shard, PageRows, continuation, cancellation);
            found.AddRange(rows.Select(row => row.ToStored()));
            continuation = next;
            if (continuation is null) return found;
        }
        throw new InvalidOperationException($"{shard} has more than {MostPages * PageRows} open expectations.");
    }
}
