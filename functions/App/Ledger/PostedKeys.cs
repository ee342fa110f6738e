using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>Some of the keys under which entries of a cause were ever posted.</summary>
sealed record PostedKeysPage(string Id, string Book, IReadOnlyList<EntryKey> Keys)
{
    /// <summary>The nth page, counted from 0.</summary>
    public static string IdOf(int number) => $"keys-{number}";
}

/// <summary>
/// Keeps under which keys entries of a cause were posted, so that what the cause no longer brings is found to be posted
/// back. A key is kept before its first entry is posted.
/// </summary>
public sealed class PostedKeys(Containers containers)
{
    const int KeysPerPage = 1_000;
    const int MostPages = 1_000;
    const int MostRounds = 20;

    /// <summary>Adds keys of a cause: all that it has then, and whether it had none.</summary>
    internal async Task<(IReadOnlyList<EntryKey> Keys, bool IsFirst)> AddAsync(
        string cause, IEnumerable<EntryKey> keys, CancellationToken cancellation)
    {
        var partition = $"cause|{cause}";
        List<EntryKey> wanted = [.. keys.Distinct()];
        for (var round = 0; round < MostRounds; round++)
        {
            var pages = await PagesAsync(partition, cancellation);
            var known = pages.SelectMany(page => page.Value.Keys).ToList();
            var fresh = wanted.Except(known).ToList();
            if (await TryAddAsync(partition, pages, fresh, cancellation)) return ([.. known, .. fresh], known.Count == 0);
        }
        throw new TimeoutException($"The keys of {cause} changed {MostRounds} times while some were being added.");
    }

    async Task<List<Stored<PostedKeysPage>>> PagesAsync(string partition, CancellationToken cancellation)
    {
        var pages = new List<Stored<PostedKeysPage>>();
        while (pages.Count < MostPages)
        {
            var page = await containers.Ledger.FindAsync<PostedKeysPage>(PostedKeysPage.IdOf(pages.Count), partition, cancellation);
            if (page is null) return pages;
            pages.Add(page);
            if (page.Value.Keys.Count < KeysPerPage) return pages;
        }
        throw new InvalidOperationException($"{partition} has more than {MostPages} pages of keys.");
    }

    // Page by page: a page that is full is never written again.
    async Task<bool> TryAddAsync(
        string partition, List<Stored<PostedKeysPage>> pages, List<EntryKey> fresh, CancellationToken cancellation)
    {
        var last = pages.LastOrDefault(page => page.Value.Keys.Count < KeysPerPage);
        var number = last is null ? pages.Count : pages.Count - 1;
        for (var (added, before) = (0, last); added < fresh.Count; number++, before = null)
        {
            var some = fresh.Skip(added).Take(KeysPerPage - (before?.Value.Keys.Count ?? 0)).ToList();
            var page = new PostedKeysPage(PostedKeysPage.IdOf(number), partition, [.. before?.Value.Keys ?? [], .. some]);
            if (await containers.Ledger.TrySaveAsync(page.Id, partition, page, before?.ETag, cancellation) is null) return false;
            added += some.Count;
        }
        return true;
    }
}
