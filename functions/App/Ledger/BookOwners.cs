using Microsoft.Azure.Cosmos;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>Keeps who has books. An owner is written down before its first book is, so that no book is ever overlooked.</summary>
public sealed class BookOwners(Containers containers)
{
    const int MostRounds = 20;
    const int PageRows = 500;
    const int MostOwners = 1_000_000;

    /// <summary>The owner, or null where it has no books.</summary>
    internal async Task<Stored<OwnerDocument>?> FindAsync(BookOwner owner, CancellationToken cancellation) =>
        await containers.Ledger.FindAsync<OwnerDocument>(owner.Value, OwnerDocument.Partition, cancellation);

    /// <summary>Notes that a book is about to be opened. Whether it may: a month that is closed opens no more books.</summary>
    internal async Task<bool> OpenAsync(BookId book, CancellationToken cancellation)
    {
        var (owner, month) = (book.Owner, book.Month);
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(owner, cancellation);
            if (stored?.Value.ClosedThrough >= month) return false;
            if (stored?.Value.First <= month) return true;
            var changed = stored is null
                ? new OwnerDocument(owner.Value, OwnerDocument.Partition, month, null, null)
                : stored.Value with { First = month };
            if (await TrySaveAsync(changed, stored?.ETag, cancellation)) return true;
        }
        throw new TimeoutException($"{owner} changed {MostRounds} times while a book of it was being opened.");
    }

    /// <summary>Saves an owner as it was read; false where it has changed since.</summary>
    internal async Task<bool> TrySaveAsync(OwnerDocument changed, string? etag, CancellationToken cancellation) =>
        await containers.Ledger.TrySaveAsync(changed.Id, OwnerDocument.Partition, changed, etag, cancellation) is not null;

    /// <summary>Everybody who has books, in the order of their names.</summary>
    internal Task<List<OwnerDocument>> AllAsync(CancellationToken cancellation) => containers.Ledger.FirstAsync<OwnerDocument>(
        new QueryDefinition("SELECT * FROM c ORDER BY c.id"), OwnerDocument.Partition, MostOwners, cancellation, PageRows);
}
