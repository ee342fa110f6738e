using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>
/// Posts to one book: entries, balances and days in one atomic write, under the ETag of the balances. Two writers of a
/// book cannot both succeed, and an entry that is there already is left out.
/// </summary>
sealed class BookWriter(Container ledger, BookOwners owners, TimeProvider time)
{
    // A batch takes 100 operations: the balances, some days, and the entries.
    const int MostEntries = 90;
    const int MostDays = 9;
    const int MostRounds = 50;

    static readonly TransactionalBatchItemRequestOptions WithoutContent = new() { EnableContentResponseOnWrite = false };

    /// <summary>
    /// Posts entries to a book; how many of them were new, and which the book refuses because it is closed.
    /// </summary>
    public async Task<(int Posted, IReadOnlyList<JournalEntry> Refused)> PostAsync(
        BookId book, IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        var (posted, refused) = (0, new List<JournalEntry>());
        foreach (var chunk in Chunks(entries))
        {
            var (some, later) = await PostChunkAsync(book, chunk, cancellation);
            posted += some;
            refused.AddRange(later);
        }
        return (posted, refused);
    }

    static IEnumerable<List<JournalEntry>> Chunks(IEnumerable<JournalEntry> entries)
    {
        var (chunk, days) = (new List<JournalEntry>(), new HashSet<DateOnly>());
        foreach (var entry in entries.OrderBy(entry => entry.EffectiveAt))
        {
            if (chunk.Count == MostEntries || days.Count == MostDays && !days.Contains(DayOf(entry)))
            {
                yield return chunk;
                (chunk, days) = ([], []);
            }
            chunk.Add(entry);
            days.Add(DayOf(entry));
        }
        if (chunk.Count > 0) yield return chunk;
    }

    static DateOnly DayOf(JournalEntry entry) => DateOnly.FromDateTime(entry.EffectiveAt.UtcDateTime);

    async Task<(int Posted, IReadOnlyList<JournalEntry> Refused)> PostChunkAsync(
        BookId book, List<JournalEntry> chunk, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds && chunk.Count > 0; round++)
        {
            var balances = await ledger.FindAsync<BalancesDocument>(BalancesDocument.DocumentId, book.Value, cancellation);
            if (balances is null && !await owners.OpenAsync(book, cancellation)) return (0, chunk);
            if (balances is { Value.IsClosed: true }) return (0, await NewAsync(book, chunk, cancellation));
            switch (await TryWriteAsync(book, balances, chunk, cancellation))
            {
                case HttpStatusCode.OK: return (chunk.Count, []);
                case HttpStatusCode.Conflict: chunk = await NewAsync(book, chunk, cancellation); break;
                default: break;
            }
        }
        return chunk.Count == 0 ? (0, []) : throw new TimeoutException($"{book} was overtaken {MostRounds} times.");
    }

    async Task<HttpStatusCode> TryWriteAsync(
        BookId book, Stored<BalancesDocument>? stored, List<JournalEntry> chunk, CancellationToken cancellation)
    {
        var days = await DaysAsync(book, chunk, cancellation);
        var balances = stored?.Value ?? BalancesDocument.Empty(book);
        var own = TurnoverRow.Read(balances.Own);
        var documents = Documents(book, chunk, balances.Entries, own);
        var batch = ledger.CreateTransactionalBatch(new PartitionKey(book.Value));
        Write(batch, balances.Id, balances with { Entries = balances.Entries + chunk.Count, Own = TurnoverRow.Of(own) }, stored?.ETag);
        foreach (var (day, kept) in days) Write(batch, DayDocument.IdOf(day), After(kept?.Value ?? DayDocument.Empty(book, day), chunk, day), kept?.ETag);
        foreach (var document in documents) batch.CreateItemStream(Body(document), WithoutContent);
        using var answer = await batch.ExecuteAsync(cancellation);
        return Verdict(answer, book);
    }

    // Overtaken, or not known whether it took: what is there now is read, and what it lacks is written.
    static HttpStatusCode Verdict(TransactionalBatchResponse answer, BookId book)
    {
        if (answer.IsSuccessStatusCode) return HttpStatusCode.OK;
        var fault = new StorageFault($"Posting to {book}", answer.StatusCode, answer.ErrorMessage);
        if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound) return answer.StatusCode;
        return fault.IsUnknown ? HttpStatusCode.Conflict : throw fault;
    }

    List<EntryDocument> Documents(BookId book, List<JournalEntry> chunk, long before, Turnovers own)
    {
        var now = time.GetUtcNow();
        return [.. chunk.Select((entry, place) => Document(book, entry, before + place + 1, own, now))];
    }

    static EntryDocument Document(BookId book, JournalEntry entry, long sequence, Turnovers own, DateTimeOffset now)
    {
        own.Add(entry);
        return new()
        {
            Id = entry.Id,
            Book = book,
            Sequence = sequence,
            Rule = entry.Rule,
            Cause = entry.Cause,
            About = entry.About,
            Reverses = entry.Reverses,
            EffectiveAt = entry.EffectiveAt,
            InsertedAt = now,
            Postings = [.. entry.Postings.Select(posting => new PostingDocument(
                posting.Side, posting.Account.Code, posting.Amount, own[posting.Account, posting.Amount.Currency].Net))],
        };
    }

    async Task<List<(DateOnly Day, Stored<DayDocument>? Kept)>> DaysAsync(
        BookId book, List<JournalEntry> chunk, CancellationToken cancellation)
    {
        var days = new List<(DateOnly, Stored<DayDocument>?)>();
        foreach (var day in chunk.Select(DayOf).Distinct())
            days.Add((day, await ledger.FindAsync<DayDocument>(DayDocument.IdOf(day), book.Value, cancellation)));
        return days;
    }

    static DayDocument After(DayDocument day, List<JournalEntry> chunk, DateOnly date)
    {
        var own = TurnoverRow.Read(day.Own);
        foreach (var entry in chunk.Where(entry => DayOf(entry) == date)) own.Add(entry);
        return day with { Own = TurnoverRow.Of(own) };
    }

    /// <summary>The entries that the book does not have.</summary>
    async Task<List<JournalEntry>> NewAsync(BookId book, List<JournalEntry> entries, CancellationToken cancellation)
    {
        var names = entries.Select((_, place) => $"@e{place}");
        var query = new QueryDefinition($"SELECT c.id FROM c WHERE c.id IN ({string.Join(", ", names)})");
        for (var place = 0; place < entries.Count; place++) query = query.WithParameter($"@e{place}", entries[place].Id.Value);
        var found = await ledger.FirstAsync<FoundEntry>(query, book.Value, entries.Count, cancellation);
        var known = found.Select(one => one.Id).ToHashSet();
        return [.. entries.Where(entry => !known.Contains(entry.Id))];
    }

    static void Write<T>(TransactionalBatch batch, string id, T document, string? etag)
    {
        if (etag is null) batch.CreateItemStream(Body(document), WithoutContent);
        else batch.ReplaceItemStream(id, Body(document), new() { IfMatchEtag = etag, EnableContentResponseOnWrite = false });
    }

    static MemoryStream Body<T>(T document) => new(JsonSerializer.SerializeToUtf8Bytes(document, Json.Storage));

    sealed record FoundEntry(EntryId Id);
}
