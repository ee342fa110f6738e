using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>Whether anybody still has to look at a discrepancy.</summary>
enum DiscrepancyStatus { Open, Closed }

/// <summary>A discrepancy as a document.</summary>
sealed record DiscrepancyDocument
{
    public required DiscrepancyId Id { get; init; }

    /// <summary>The partition.</summary>
    public required AcquirerName Acquirer { get; init; }

    public required DiscrepancyStatus Status { get; init; }

    /// <summary>The shard of its reference.</summary>
    public required int Shard { get; init; }

    /// <summary>When it was found first, and its id: the order of lists.</summary>
    public required string Place { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public required Discrepancy Discrepancy { get; init; }
}

/// <summary>Keeps discrepancies, each once, and closes them once.</summary>
public sealed class DiscrepancyStore(Containers containers, TimeProvider time)
{
    const int PageRows = 1_000;
    const int MostPages = 10_000;
    const int MostRounds = 20;

    /// <summary>Writes a discrepancy down; one of that id that is there already stays as it is.</summary>
    internal async Task RecordAsync(Discrepancy found, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var document = new DiscrepancyDocument
        {
            Id = found.Id,
            Acquirer = found.Acquirer,
            Status = DiscrepancyStatus.Open,
            Shard = ShardNumber.Of(found.AcquirerReference).Value,
            Place = $"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}Z {found.Id}",
            FoundAt = now,
            Discrepancy = found,
        };
        if (await containers.Discrepancies.TryCreateAsync(document, found.Acquirer.Value, cancellation) is not null)
            Measurements.Found(found.Kind, found.Acquirer, found.Line?.Gross?.Amount);
    }

    /// <summary>Closes a discrepancy, unless it is closed.</summary>
    internal async Task CloseAsync(AcquirerName acquirer, Closing closing, CancellationToken cancellation)
    {
        var id = closing.Discrepancy.Value;
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Discrepancies.FindAsync<DiscrepancyDocument>(id, acquirer.Value, cancellation)
                ?? throw new InvariantBroken($"There is no discrepancy {id} to close.");
            if (stored.Value.Status == DiscrepancyStatus.Closed) return;
            var closed = stored.Value with
            {
                Status = DiscrepancyStatus.Closed,
                ClosedAt = time.GetUtcNow(),
                Discrepancy = stored.Value.Discrepancy with { State = closing.State },
            };
            if (await containers.Discrepancies.TryReplaceAsync(id, acquirer.Value, closed, stored.ETag, cancellation) is not null)
                return;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being closed.");
    }

    /// <summary>Open breaks of a range of shards that a late counterpart may close.</summary>
    internal Task<List<Discrepancy>> OpenAsync(
        AcquirerName acquirer, int firstShard, int lastShard, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.status = 'open' AND c.shard >= @first AND c.shard <= @last")
            .WithParameter("@first", firstShard)
            .WithParameter("@last", lastShard);
        return ReadOpenAsync(acquirer, query, cancellation);
    }

    /// <summary>Open breaks under a reference that a late counterpart may close.</summary>
    internal Task<List<Discrepancy>> OpenAsync(AcquirerName acquirer, string reference, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.status = 'open' AND c.discrepancy.acquirer_reference = @reference")
            .WithParameter("@reference", reference);
        return ReadOpenAsync(acquirer, query, cancellation);
    }

    /// <summary>At most so many discrepancies of an acquirer, newest first, after that place.</summary>
    internal async Task<IReadOnlyList<DiscrepancyDocument>> ListAsync(
        AcquirerName acquirer, DiscrepancyStatus? status, string? after, int limit, CancellationToken cancellation)
    {
        var conditions = new List<string>();
        if (status is not null) conditions.Add("c.status = @status");
        if (after is not null) conditions.Add("c.place < @after");
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        var query = new QueryDefinition($"SELECT * FROM c{where} ORDER BY c.place DESC")
            .WithParameter("@status", status is { } wanted ? Json.Word(wanted) : null)
            .WithParameter("@after", after);
        return await ReadAsync(acquirer, query, limit, cancellation);
    }

    async Task<List<Discrepancy>> ReadOpenAsync(AcquirerName acquirer, QueryDefinition query, CancellationToken cancellation)
    {
        var found = await ReadAsync(acquirer, query, MostPages * PageRows, cancellation);
        return [.. found.Select(row => row.Discrepancy).Where(one => Discrepancy.MayCloseLate(one.Kind))];
    }

    Task<List<DiscrepancyDocument>> ReadAsync(
        AcquirerName acquirer, QueryDefinition query, int limit, CancellationToken cancellation) =>
        containers.Discrepancies.FirstAsync<DiscrepancyDocument>(query, acquirer.Value, limit, cancellation, PageRows);
}
