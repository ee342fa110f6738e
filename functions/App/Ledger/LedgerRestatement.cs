using System.Collections.Concurrent;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>
/// Posts what a cause brings by now, of which something else may have been posted before: only the difference. It reads
/// again what the cause brings until nothing is lacking, so whoever comes last leaves the books right.
/// </summary>
public sealed class LedgerRestatement(LedgerStore ledger, LedgerReader reader, PostedKeys posted)
{
    const int MostRounds = 20;
    const int MostCorrections = 1_000;
    const int BooksAtOnce = 8;

    /// <summary>Posts what is lacking; how many entries.</summary>
    internal async Task<int> PostAsync(LedgerCause cause, IRestatedEntries source, CancellationToken cancellation)
    {
        var count = 0;
        for (var round = 0; round < MostRounds; round++)
        {
            var stamp = await source.StampAsync(cause, cancellation);
            if (await source.RestatedAsync(cause, cancellation) is not { } target) return count;
            var (keys, isFirst) = await posted.AddAsync(source.KeyOf(cause), target.Select(EntryKey.Of), cancellation);
            var lacking = isFirst ? target : await LackingAsync(keys, target, cancellation);
            if (lacking.Count == 0) return count;
            var some = await ledger.PostAsync(lacking, cancellation);
            count += some;
            // The usual case, in which nobody else has posted meanwhile, and nothing else is to be posted.
            if (isFirst && some == lacking.Count && stamp is not null && stamp == await source.StampAsync(cause, cancellation)) return count;
        }
        throw new TimeoutException($"{cause} brought something else {MostRounds} times while it was being posted.");
    }

    async Task<IReadOnlyList<JournalEntry>> LackingAsync(
        IReadOnlyList<EntryKey> keys, IReadOnlyList<JournalEntry> target, CancellationToken cancellation)
    {
        var wanted = target.ToDictionary(EntryKey.Of);
        var lacking = new ConcurrentBag<JournalEntry>();
        await Parallel.ForEachAsync(
            keys.GroupBy(key => key.Book),
            new ParallelOptions { MaxDegreeOfParallelism = BooksAtOnce, CancellationToken = cancellation },
            async (book, stop) =>
            {
                var found = await PostedAsync(book.Key, [.. book], stop);
                foreach (var key in book)
                    if (Delta.Of(key, found[key], wanted.GetValueOrDefault(key)) is { } entry) lacking.Add(entry);
            });
        return [.. lacking];
    }

    async Task<Dictionary<EntryKey, List<JournalEntry>>> PostedAsync(BookId book, List<EntryKey> keys, CancellationToken cancellation)
    {
        var found = keys.ToDictionary(key => key, _ => new List<JournalEntry>());
        for (var (number, open) = (1, keys); open.Count > 0; number++)
        {
            if (number > MostCorrections) throw new TimeoutException($"{open[0]} was corrected more than {MostCorrections} times.");
            var entries = await reader.FindAsync(book, [.. open.Select(key => key.IdOf(number))], cancellation);
            foreach (var key in open)
                if (entries.TryGetValue(key.IdOf(number), out var entry)) found[key].Add(entry);
            open = open.FindAll(key => found[key].Count == number);
        }
        return found;
    }
}
