using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

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
            Place = $"{DiscrepancyDocument.PlaceOf(now)} {found.Id}",
            FoundAt = now,
            Discrepancy = found,
        };
        if (await containers.Discrepancies.TryCreateAsync(document, found.Acquirer.Value, cancellation) is not null)
            Measurements.Found(found.Kind, found.Acquirer, found.Amount);
    }

    /// <summary>Closes a discrepancy, unless it is closed.</summary>
    internal async Task CloseAsync(AcquirerName acquirer, Closing closing, CancellationToken cancellation)
    {
        var id = closing.Discrepancy.Value;
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Discrepancies.FindAsync<DiscrepancyDocument>(id, acquirer.Value, cancellation)
                ?? throw new InvariantBroken($"There is no discrepancy {id} to close.");
            // What a person has ended stays so: it was found out otherwise.
            if (!stored.Value.Discrepancy.State.IsOpen) return;
            var closed = stored.Value.As(stored.Value.Discrepancy with { State = closing.State }, time.GetUtcNow());
            if (await containers.Discrepancies.TryReplaceAsync(id, acquirer.Value, closed, stored.ETag, cancellation) is not null)
                return;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being closed.");
    }

    /// <summary>Closes a discrepancy, if there is one and it is open.</summary>
    internal async Task CloseIfThereAsync(AcquirerName acquirer, Closing closing, CancellationToken cancellation)
    {
        var found = await containers.Discrepancies.FindAsync<DiscrepancyDocument>(closing.Discrepancy.Value, acquirer.Value, cancellation);
        if (found is not null) await CloseAsync(acquirer, closing, cancellation);
    }

    /// <summary>Open breaks of a range of shards that a late counterpart may close.</summary>
    internal Task<List<Discrepancy>> OpenAsync(
        AcquirerName acquirer, int firstShard, int lastShard, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.status IN ('open', 'assigned', 'proposed') AND c.shard >= @first AND c.shard <= @last")
            .WithParameter("@first", firstShard)
            .WithParameter("@last", lastShard);
        return ReadOpenAsync(acquirer, query, cancellation);
    }

    /// <summary>Open breaks under a reference that a late counterpart may close.</summary>
    internal Task<List<Discrepancy>> OpenAsync(AcquirerName acquirer, string reference, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.status IN ('open', 'assigned', 'proposed') AND c.discrepancy.acquirer_reference = @reference")
            .WithParameter("@reference", reference);
        return ReadOpenAsync(acquirer, query, cancellation);
    }

    /// <summary>Every discrepancy of an acquirer that needs an explanation.</summary>
    internal Task<List<DiscrepancyDocument>> AllOpenAsync(AcquirerName acquirer, CancellationToken cancellation) => ReadAsync(
        acquirer, new QueryDefinition("SELECT * FROM c WHERE c.status IN ('open', 'assigned', 'proposed')"), MostPages * PageRows, cancellation);

    /// <summary>Everything that lines of a file show in a range of shards.</summary>
    internal Task<List<DiscrepancyDocument>> OfFileAsync(
        AcquirerName acquirer, FileId file, int firstShard, int lastShard, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.discrepancy.file = @file AND c.shard >= @first AND c.shard <= @last")
            .WithParameter("@file", file.Value)
            .WithParameter("@first", firstShard)
            .WithParameter("@last", lastShard);
        return ReadAsync(acquirer, query, MostPages * PageRows, cancellation);
    }

    /// <summary>The discrepancy of that id, whosever it is; an id does not say. There are few acquirers.</summary>
    internal async Task<Stored<DiscrepancyDocument>?> FindAsync(
        DiscrepancyId id, IEnumerable<AcquirerName> acquirers, CancellationToken cancellation)
    {
        if (!id.Value.StartsWith(DiscrepancyId.Prefix, StringComparison.Ordinal)) return null;
        var found = await Task.WhenAll(acquirers.Select(acquirer => FindAsync(id, acquirer, cancellation)));
        return found.FirstOrDefault(one => one is not null);
    }

    /// <summary>
    /// Changes an open or ended discrepancy as it was read, or again as it has become; made twice, the change must be made once.
    /// Answering the very discrepancy it was given means that there is nothing to save.
    /// </summary>
    internal async Task<DiscrepancyDocument> ChangeAsync(
        DiscrepancyId id, AcquirerName acquirer, Func<Discrepancy, Discrepancy> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(id, acquirer, cancellation) ?? throw new InvariantBroken($"There is no discrepancy {id}.");
            var changed = change(stored.Value.Discrepancy);
            if (ReferenceEquals(changed, stored.Value.Discrepancy)) return stored.Value;
            var document = stored.Value.As(changed, time.GetUtcNow());
            if (await containers.Discrepancies.TrySaveAsync(id.Value, acquirer.Value, document, stored.ETag, cancellation) is not null)
                return document;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Notes that the ledger has been told of a resolution.</summary>
    internal async Task LedgerWasToldAsync(DiscrepancyId id, AcquirerName acquirer, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await FindAsync(id, acquirer, cancellation) is not { Value.IsDueToLedger: true } stored) return;
            var told = stored.Value with { IsDueToLedger = false };
            if (await containers.Discrepancies.TrySaveAsync(id.Value, acquirer.Value, told, stored.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being noted.");
    }

    /// <summary>At most so many resolutions of which the ledger may not have been told.</summary>
    internal Task<List<DiscrepancyDocument>> DueToLedgerAsync(AcquirerName acquirer, int most, CancellationToken cancellation) =>
        ReadAsync(acquirer, new QueryDefinition("SELECT * FROM c WHERE c.is_due_to_ledger = true"), most, cancellation);

    /// <summary>At most so many discrepancies of an acquirer, newest first, after that place.</summary>
    internal Task<List<DiscrepancyDocument>> ListAsync(
        AcquirerName acquirer, DiscrepancyFilter filter, string? after, int limit, CancellationToken cancellation) =>
        ReadAsync(acquirer, filter.ToQuery(after), limit, cancellation);

    /// <summary>The discrepancy, or null.</summary>
    internal Task<Stored<DiscrepancyDocument>?> FindAsync(DiscrepancyId id, AcquirerName acquirer, CancellationToken cancellation) =>
        containers.Discrepancies.FindAsync<DiscrepancyDocument>(id.Value, acquirer.Value, cancellation);

    async Task<List<Discrepancy>> ReadOpenAsync(AcquirerName acquirer, QueryDefinition query, CancellationToken cancellation)
    {
        var found = await ReadAsync(acquirer, query, MostPages * PageRows, cancellation);
        return [.. found.Select(row => row.Discrepancy).Where(one => Discrepancy.MayCloseLate(one.Kind))];
    }

    Task<List<DiscrepancyDocument>> ReadAsync(
        AcquirerName acquirer, QueryDefinition query, int limit, CancellationToken cancellation) =>
        containers.Discrepancies.FirstAsync<DiscrepancyDocument>(query, acquirer.Value, limit, cancellation, PageRows);
}
