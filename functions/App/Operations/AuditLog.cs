using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using Railyard.Core.Operations;

namespace Railyard.App.Operations;

/// <summary>The end of the chain as a document: whoever appends replaces it.</summary>
sealed record AuditHeadDocument(string Id, string Chain, AuditHead Head)
{
    public const string HeadId = "head";
}

/// <summary>An entry as a document. Its id is its place, so that ids sort.</summary>
sealed record AuditDocument(string Id, string Chain, AuditEntry Entry);

/// <summary>
/// What operators did, as one chain that is only ever appended to. An entry and the new head are one write, under the head
/// as it was read: of two that append at once one has to read again, so the chain never forks. One chain has room for some
/// twenty million entries, a partition being 20 GB.
/// </summary>
public sealed partial class AuditLog(Containers containers, ILogger<AuditLog> log) : IDisposable
{
    const string Chain = "operators";
    const int MostRounds = 50;

    // Sorts after every digit, and before the head's id.
    const string Beyond = ":";

    // Within an instance they take turns, so that only instances ever meet.
    readonly SemaphoreSlim turn = new(1);
    Stored<AuditHead>? known;

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>Appends an act. It is done when this returns, and each act is appended once.</summary>
    internal async Task<AuditEntry> AppendAsync(AuditAct act, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await AppendInTurnAsync(act, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>At most so many entries before that place, newest first.</summary>
    internal Task<List<AuditDocument>> ListAsync(long? before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.id < @before ORDER BY c.id DESC")
            .WithParameter("@before", before is { } sequence ? IdOf(sequence) : Beyond);
        return containers.Audit.FirstAsync<AuditDocument>(query, Chain, limit, cancellation);
    }

    /// <summary>Verifies at most so many entries after that place. At the end of the chain its head has to agree.</summary>
    internal async Task<AuditVerdict> VerifyAsync(long after, int limit, CancellationToken cancellation)
    {
        var head = (await FindHeadAsync(cancellation))?.Value ?? AuditHead.Empty;
        if (await HeadAtAsync(after, cancellation) is not { } from)
            return after > head.Sequence ? new AuditVerdict.Intact(head) : new AuditVerdict.Broken(after, AuditBreak.SequenceBroken);
        var query = new QueryDefinition("SELECT * FROM c WHERE c.id > @after AND c.id < @beyond ORDER BY c.id")
            .WithParameter("@after", IdOf(after))
            .WithParameter("@beyond", Beyond);
        var rows = await containers.Audit.FirstAsync<AuditDocument>(query, Chain, limit, cancellation);
        // What was appended since the head was read is a matter of the next time.
        var verdict = AuditChain.Verify(from, rows.Select(row => row.Entry).TakeWhile(entry => entry.Sequence <= head.Sequence));
        return verdict is AuditVerdict.Intact { Until: var until } && (rows.Count < limit || until.Sequence == head.Sequence) && until != head
            ? new AuditVerdict.Broken(until.Sequence + 1, AuditBreak.EndDiffers)
            : verdict;
    }

    async Task<AuditEntry> AppendInTurnAsync(AuditAct act, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var from = known ?? await FindHeadAsync(cancellation);
            var entry = AuditChain.Append(from?.Value ?? AuditHead.Empty, act);
            known = await TryWriteAsync(from?.ETag, entry, cancellation);
            if (known is null && !await IsThereAsync(entry, cancellation)) continue;
            Appended(entry.Sequence, entry.Hash);
            return entry;
        }
        throw new TimeoutException($"The audit log changed {MostRounds} times while it was being appended to.");
    }

    async Task<AuditHead?> HeadAtAsync(long sequence, CancellationToken cancellation)
    {
        if (sequence == 0) return AuditHead.Empty;
        var found = await containers.Audit.FindAsync<AuditDocument>(IdOf(sequence), Chain, cancellation);
        return found is null ? null : new AuditHead(sequence, found.Value.Entry.Hash);
    }

    async Task<Stored<AuditHead>?> FindHeadAsync(CancellationToken cancellation)
    {
        var found = await containers.Audit.FindAsync<AuditHeadDocument>(AuditHeadDocument.HeadId, Chain, cancellation);
        return found is null ? null : new Stored<AuditHead>(found.Value.Head, found.ETag);
    }

    // It may not be known whether the last write took: then the entry is where it would have put it.
    async Task<bool> IsThereAsync(AuditEntry entry, CancellationToken cancellation) =>
        await containers.Audit.FindAsync<AuditDocument>(IdOf(entry.Sequence), Chain, cancellation) is { } found
        && found.Value.Entry.Act.Id == entry.Act.Id && found.Value.Entry.Act.Step == entry.Act.Step;

    // The new head; null where somebody was faster, and where it is not known whether the write took.
    async Task<Stored<AuditHead>?> TryWriteAsync(string? etag, AuditEntry entry, CancellationToken cancellation)
    {
        var next = new AuditHead(entry.Sequence, entry.Hash);
        using var head = Serialize(new AuditHeadDocument(AuditHeadDocument.HeadId, Chain, next));
        using var added = Serialize(new AuditDocument(IdOf(entry.Sequence), Chain, entry));
        var batch = containers.Audit.CreateTransactionalBatch(new PartitionKey(Chain));
        batch = etag is null
            ? batch.CreateItemStream(head)
            : batch.ReplaceItemStream(AuditHeadDocument.HeadId, head, new TransactionalBatchItemRequestOptions { IfMatchEtag = etag });
        using var answer = await batch.CreateItemStream(added).ExecuteAsync(cancellation);
        if (answer.IsSuccessStatusCode) return new Stored<AuditHead>(next, answer[0].ETag);
        if (answer.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict) return null;
        var fault = new StorageFault("Appending to the audit log", answer.StatusCode, answer.ErrorMessage);
        return fault.IsUnknown ? null : throw fault;
    }

    static MemoryStream Serialize<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, Json.Storage));

    static string IdOf(long sequence) => sequence.ToString("D12", CultureInfo.InvariantCulture);

    // The log of the platform is not ours to change: whoever doubts the chain compares it with the hashes there.
    [LoggerMessage(Level = LogLevel.Information, Message = "Audit entry {Sequence} is {Hash}")]
    partial void Appended(long sequence, string hash);
}
