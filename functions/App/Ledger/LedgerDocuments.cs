using System.Globalization;
using Railyard.Core;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>A posting as kept, with what its account came to in its book after it.</summary>
sealed record PostingDocument(Side Side, string Account, Money Amount, long BalanceAfter);

/// <summary>A journal entry as kept. It is written once and never changed.</summary>
sealed record EntryDocument
{
    public required EntryId Id { get; init; }

    /// <summary>The partition: where it was posted, which is a later month than it took effect in where that was closed.</summary>
    public required BookId Book { get; init; }

    /// <summary>Its place in the book, counted from 1 without gaps.</summary>
    public required long Sequence { get; init; }

    public required string Rule { get; init; }

    public required string Cause { get; init; }

    public string? About { get; init; }

    public EntryId? Reverses { get; init; }

    public required DateTimeOffset EffectiveAt { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required IReadOnlyList<PostingDocument> Postings { get; init; }

    /// <summary>The entry; it is checked again that it balances.</summary>
    public JournalEntry ToEntry() => new(
        Book, Rule, Cause, EffectiveAt,
        Postings.Select(posting => new Posting(posting.Side, Account.Parse(posting.Account), posting.Amount)), About, Reverses);
}

/// <summary>Debits and credits of an account in a currency.</summary>
sealed record TurnoverRow(string Account, string Currency, long Debit, long Credit)
{
    public static IReadOnlyList<TurnoverRow> Of(Turnovers turnovers) =>
    [
        .. turnovers.Rows.Select(row => new TurnoverRow(row.Account.Code, row.Currency.Code, row.Turnover.Debit, row.Turnover.Credit)),
    ];

    public static Turnovers Read(IEnumerable<TurnoverRow> rows)
    {
        var turnovers = new Turnovers();
        foreach (var row in rows) turnovers.Add(Ledger(row), Core.Currency.Of(row.Currency), new Turnover(row.Debit, row.Credit));
        return turnovers;

        static Account Ledger(TurnoverRow row) => Core.Ledger.Account.Parse(row.Account);
    }
}

/// <summary>
/// The balances of a book: changed in the same write as its entries, under If-Match, so that it is always what they come to.
/// </summary>
sealed record BalancesDocument(string Id, BookId Book, long Entries, IReadOnlyList<TurnoverRow> Own)
{
    public const string DocumentId = "balances";

    /// <summary>What was carried into it from the months before, once those are closed; null until then.</summary>
    public IReadOnlyList<TurnoverRow>? Opening { get; init; }

    /// <summary>Whether its month is closed: what is told later is posted in the next month.</summary>
    public bool IsClosed { get; init; }

    public static BalancesDocument Empty(BookId book) => new(DocumentId, book, 0, []);
}

/// <summary>What the entries of a book that took effect on one day come to: for balances of a past day.</summary>
sealed record DayDocument(string Id, BookId Book, string Day, IReadOnlyList<TurnoverRow> Own)
{
    public static DayDocument Empty(BookId book, DateOnly day) => new(IdOf(day), book, Text(day), []);

    public static string IdOf(DateOnly day) => $"day-{Text(day)}";

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Somebody who has books, and how far they are closed.</summary>
/// <param name="Id">The owner.</param>
/// <param name="First">The first month with entries.</param>
/// <param name="ClosedThrough">The last month that takes no more entries; null where none is closed.</param>
/// <param name="CarriedThrough">The last month whose balances are carried into the next.</param>
sealed record OwnerDocument(string Id, string Book, DateOnly First, DateOnly? ClosedThrough, DateOnly? CarriedThrough)
{
    /// <summary>The partition of all owners.</summary>
    public const string Partition = "owners";
}
