using Railyard.Core.Ledger;

namespace Railyard.Core.Tests.Ledger;

/// <summary>Books as a store keeps them: an entry that is there stays as it is.</summary>
sealed class Shelf
{
    readonly Dictionary<EntryId, JournalEntry> entries = [];
    readonly Dictionary<string, Turnovers> books = [];

    public IReadOnlyCollection<JournalEntry> Entries => entries.Values;

    public IReadOnlyDictionary<string, Turnovers> Books => books;

    public Turnovers All => books.Values.Aggregate(new Turnovers(), (sum, book) => sum.Add(book));

    public Shelf Post(IEnumerable<JournalEntry> posted)
    {
        foreach (var entry in posted.Where(entry => entries.TryAdd(entry.Id, entry)))
        {
            if (!books.TryGetValue(entry.Book.Value, out var book)) books[entry.Book.Value] = book = new Turnovers();
            book.Add(entry);
        }
        return this;
    }

    public long Net(AccountKind kind, string currency = "EUR") => All.Net(kind).GetValueOrDefault(Currency.Of(currency));

    /// <summary>What must hold after every single event.</summary>
    public void AssertSound()
    {
        Assert.Empty(books.SelectMany(book => Invariants.OfBook(book.Key, book.Value)));
        foreach (var owner in Entries.Select(entry => entry.Book.Owner).Distinct().Where(owner => owner.IsMerchant))
        {
            var all = books.Where(book => book.Key.StartsWith($"{owner}|", StringComparison.Ordinal))
                .Aggregate(new Turnovers(), (sum, book) => sum.Add(book.Value));
            Assert.Empty(Invariants.OfMerchant(new(owner.Value), all));
        }
    }
}
