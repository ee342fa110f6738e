using System.Collections.Concurrent;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>
/// Posts journal entries, each once however often it is told. Entries of a book are written together; an entry whose
/// month is closed goes to the first month after it that is not, and is looked for in all between.
/// </summary>
public sealed class LedgerStore(Containers containers, BookOwners owners, TimeProvider time)
{
    /// <summary>How many months may lie between an entry and the book it is posted in.</summary>
    internal const int MostMonthsLate = 60;

    const int BooksAtOnce = 8;

    readonly BookWriter writer = new(containers.Ledger, owners, time);

    /// <summary>
    /// Posts entries: all of them are there when it returns, and some may be where it throws. How many were not there before.
    /// </summary>
    public async Task<int> PostAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        var posted = 0;
        var waiting = entries.DistinctBy(entry => entry.Id).GroupBy(entry => entry.Book).ToDictionary(book => book.Key, book => book.ToList());
        for (var month = 0; waiting.Count > 0; month++)
        {
            if (month > MostMonthsLate) throw new TimeoutException($"{waiting.Keys.First()} and the {MostMonthsLate} months before it are closed.");
            var refused = new ConcurrentBag<(BookId Next, IReadOnlyList<JournalEntry> Entries)>();
            await Parallel.ForEachAsync(
                waiting,
                new ParallelOptions { MaxDegreeOfParallelism = BooksAtOnce, CancellationToken = cancellation },
                async (book, stop) =>
                {
                    var (some, later) = await writer.PostAsync(book.Key, book.Value, stop);
                    Interlocked.Add(ref posted, some);
                    if (later.Count > 0) refused.Add((book.Key.Next, later));
                });
            waiting = refused.GroupBy(one => one.Next).ToDictionary(one => one.Key, one => one.SelectMany(each => each.Entries).ToList());
        }
        return posted;
    }
}
