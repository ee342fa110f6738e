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
    const int MostRecent = 4_096;

    static readonly TransactionalBatchItemRequestOptions WithoutContent = new() { EnableContentResponseOnWrite = false };

    // A book is posted to again and again, mostly from here: its ETag says when it was not.
    readonly Recent<BookId, OpenBook> recent = new(MostRecent);

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
            var open = recent.Take(book) ?? new OpenBook(await BalancesAsync(book, cancellation), []);
            if (open.Balances is null && !await owners.OpenAsync(book, cancellation)) return (0, chunk);
            if (open.Balances is { Value.IsClosed: true }) return (0, await NewAsync(book, chunk, cancellation));
            switch (await TryWriteAsync(book, open, chunk, cancellation))
            {
                case HttpStatusCode.OK: return (chunk.Count, []);
                case HttpStatusCode.Conflict: chunk = await NewAsync(book, chunk, cancellation); break;
                default: break;
            }
        }
        return chunk.Count == 0 ? (0, []) : throw new TimeoutException($"{book} was overtaken {MostRounds} times.");
    }

    Task<Stored<BalancesDocument>?> BalancesAsync(BookId book, CancellationToken cancellation) =>
        ledger.FindAsync<BalancesDocument>(BalancesDocument.DocumentId, book.Value, cancellation);

    async Task<HttpStatusCode> TryWriteAsync(BookId book, OpenBook open, List<JournalEntry> chunk, CancellationToken cancellation)
    {
        var before = open.Balances?.Value ?? BalancesDocument.Empty(book);
        var own = TurnoverRow.Read(before.Own);
        var documents = Documents(book, chunk, before.Entries, own);
        var balances = before with { Entries = before.Entries + chunk.Count, Own = TurnoverRow.Of(own) };
        var days = await DaysAsync(book, open, chunk, cancellation);
        var batch = ledger.CreateTransactionalBatch(new PartitionKey(book.Value));
        Write(batch, balances.Id, balances, open.Balances?.ETag);
        foreach (var day in days) Write(batch, day.Value.Id, day.Value, day.ETag);
        foreach (var document in documents) batch.CreateItemStream(Body(document), WithoutContent);
        using var answer = await batch.ExecuteAsync(cancellation);
        if (answer.IsSuccessStatusCode) recent.Keep(book, OpenBook.After(answer, balances, [.. days.Select(day => day.Value)]));
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

    async Task<List<(DayDocument Value, string? ETag)>> DaysAsync(
        BookId book, OpenBook open, List<JournalEntry> chunk, CancellationToken cancellation)
    {
        var days = new List<(DayDocument, string?)>();
        foreach (var entries in chunk.GroupBy(DayOf))
        {
            var id = DayDocument.IdOf(entries.Key);
            var kept = open.Days.FirstOrDefault(day => day.Value.Id == id)
                ?? (open.Balances is null ? null : await ledger.FindAsync<DayDocument>(id, book.Value, cancellation));
            days.Add((After(kept?.Value ?? DayDocument.Empty(book, entries.Key), entries), kept?.ETag));
        }
        return days;
    }

    static DayDocument After(DayDocument day, IEnumerable<JournalEntry> entries)
    {
        var own = TurnoverRow.Read(day.Own);
        foreach (var entry in entries) own.Add(entry);
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

    /// <summary>A book's balances, and the days of it that were written last.</summary>
    sealed record OpenBook(Stored<BalancesDocument>? Balances, IReadOnlyList<Stored<DayDocument>> Days)
    {
        // The answers come in the order of the operations: the balances, then the days.
        public static OpenBook After(TransactionalBatchResponse answer, BalancesDocument balances, IReadOnlyList<DayDocument> days) => new(
            new(balances, answer[0].ETag),
            [.. days.Select((day, place) => new Stored<DayDocument>(day, answer[place + 1].ETag))]);
    }
}
