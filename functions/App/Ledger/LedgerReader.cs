using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>
/// Reads balances. A lane's balance is what was carried into the last month that has a carry, and the months since: two or
/// three documents, however old the books are.
/// </summary>
public sealed class LedgerReader(Containers containers, BookOwners owners, TimeProvider time)
{
    const int MostDays = 10_000;
    const int MostAskedFor = 90;

    // An entry may be dated by a clock that is ahead of this one.
    static readonly TimeSpan ClocksDiffer = TimeSpan.FromDays(1);

    /// <summary>What an owner's accounts come to now, over all lanes.</summary>
    internal async Task<Turnovers> OfOwnerAsync(BookOwner owner, CancellationToken cancellation)
    {
        var all = new Turnovers();
        if (await owners.FindAsync(owner, cancellation) is not { Value: var known }) return all;
        var newest = BookId.MonthOf(time.GetUtcNow() + ClocksDiffer);
        foreach (var lane in await LanesAsync(owner, lane => OfLaneAsync(BookId.Of(owner, newest, lane), known.First, cancellation))) all.Add(lane);
        return all;
    }

    /// <summary>
    /// What an owner's accounts came to at the end of a past day, by when entries took effect: what was carried into that
    /// month, its days until then, and the same days as they were told in later months.
    /// </summary>
    internal async Task<Turnovers> AsOfAsync(BookOwner owner, DateOnly day, CancellationToken cancellation)
    {
        var all = new Turnovers();
        if (await owners.FindAsync(owner, cancellation) is not { Value: var known }) return all;
        var month = new DateOnly(day.Year, day.Month, 1) is var wanted && wanted < known.First ? known.First : wanted;
        foreach (var lane in await LanesAsync(owner, lane => AsOfAsync(BookId.Of(owner, month, lane), day, known.First, cancellation))) all.Add(lane);
        return all;
    }

    /// <summary>The balances of a book, or null where there is no such book.</summary>
    internal async Task<BalancesDocument?> FindAsync(BookId book, CancellationToken cancellation) =>
        (await containers.Ledger.FindAsync<BalancesDocument>(BalancesDocument.DocumentId, book.Value, cancellation))?.Value;

    /// <summary>
    /// Those of some entries that are posted, in their book or, where its month was closed by then, in one after it.
    /// </summary>
    internal async Task<Dictionary<EntryId, JournalEntry>> FindAsync(BookId book, IReadOnlyList<EntryId> ids, CancellationToken cancellation)
    {
        var (found, missing) = (new Dictionary<EntryId, JournalEntry>(), ids);
        for (var month = 0; month <= LedgerStore.MostMonthsLate && missing.Count > 0; month++)
        {
            foreach (var some in missing.Chunk(MostAskedFor))
                foreach (var entry in await InBookAsync(book, some, cancellation)) found[entry.Id] = entry.ToEntry();
            missing = [.. missing.Where(id => !found.ContainsKey(id))];
            if (missing.Count == 0 || !await IsClosedAsync(book, cancellation)) break;
            book = book.Next;
        }
        return found;
    }

    Task<List<EntryDocument>> InBookAsync(BookId book, EntryId[] ids, CancellationToken cancellation)
    {
        var query = new QueryDefinition($"SELECT * FROM c WHERE c.id IN ({string.Join(", ", ids.Select((_, place) => $"@e{place}"))})");
        for (var place = 0; place < ids.Length; place++) query = query.WithParameter($"@e{place}", ids[place].Value);
        return containers.Ledger.FirstAsync<EntryDocument>(query, book.Value, ids.Length, cancellation);
    }

    async Task<bool> IsClosedAsync(BookId book, CancellationToken cancellation) =>
        (await owners.FindAsync(book.Owner, cancellation))?.Value.ClosedThrough >= book.Month
        || await FindAsync(book, cancellation) is { IsClosed: true };

    /// <summary>The entries of a book, newest first, at most so many, before that place.</summary>
    internal async Task<IReadOnlyList<EntryDocument>> EntriesAsync(BookId book, long? before, int limit, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.sequence < @before ORDER BY c.sequence DESC")
            .WithParameter("@before", before ?? long.MaxValue / 2);
        return await containers.Ledger.FirstAsync<EntryDocument>(query, book.Value, limit, cancellation);
    }

    static async Task<Turnovers[]> LanesAsync(BookOwner owner, Func<int, Task<Turnovers>> read) =>
        await Task.WhenAll(Enumerable.Range(0, owner.Lanes).Select(read));

    async Task<Turnovers> OfLaneAsync(BookId newest, DateOnly first, CancellationToken cancellation)
    {
        var all = new Turnovers();
        for (var (book, back) = (newest, 0); book.Month >= first; (book, back) = (book.Previous, back + 1))
        {
            if (back > LedgerStore.MostMonthsLate) throw new InvariantBroken($"{newest} is carried from nowhere.");
            if (await FindAsync(book, cancellation) is not { } balances) continue;
            all.Add(TurnoverRow.Read(balances.Own));
            if (balances.Opening is null) continue;
            all.Add(TurnoverRow.Read(balances.Opening));
            break;
        }
        return all;
    }

    async Task<Turnovers> AsOfAsync(BookId book, DateOnly day, DateOnly first, CancellationToken cancellation)
    {
        var opening = (await FindAsync(book, cancellation))?.Opening;
        var all = opening is null ? await OfLaneAsync(book.Previous, first, cancellation) : TurnoverRow.Read(opening);
        var newest = BookId.MonthOf(time.GetUtcNow() + ClocksDiffer);
        for (var (one, months) = (book, 0); one.Month <= newest && months <= LedgerStore.MostMonthsLate; (one, months) = (one.Next, months + 1))
            foreach (var row in await DaysAsync(one, day, cancellation)) all.Add(TurnoverRow.Read(row.Own));
        return all;
    }

    Task<List<DayDocument>> DaysAsync(BookId book, DateOnly until, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.day <= @until").WithParameter("@until", DayDocument.Text(until));
        return containers.Ledger.FirstAsync<DayDocument>(query, book.Value, MostDays, cancellation);
    }
}
