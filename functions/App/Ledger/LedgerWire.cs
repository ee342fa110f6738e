using Railyard.Core;
using Railyard.Core.Ledger;

namespace Railyard.App.Ledger;

/// <summary>An account in a list: its debits, credits, and what it comes to on the side on which it grows.</summary>
sealed record AccountWire(string Account, Currency Currency, long Debits, long Credits, long Balance)
{
    public static IReadOnlyList<AccountWire> Of(Turnovers turnovers) =>
    [
        .. turnovers.Rows.Select(row => new AccountWire(
            row.Account.Code, row.Currency, row.Turnover.Debit, row.Turnover.Credit,
            Chart.Of(row.Account.Kind).Normal == Side.Credit ? row.Turnover.Net : -row.Turnover.Net)),
    ];
}

/// <summary>The two sides of a currency, which are the same.</summary>
sealed record SidesWire(Currency Currency, long Debits, long Credits, bool IsBalanced)
{
    public static IReadOnlyList<SidesWire> Of(Turnovers turnovers) =>
    [
        .. turnovers.Rows.GroupBy(row => row.Currency)
            .OrderBy(rows => rows.Key.Code, StringComparer.Ordinal)
            .Select(rows => Of(rows.Key, rows.Sum(row => row.Turnover.Debit), rows.Sum(row => row.Turnover.Credit))),
    ];

    static SidesWire Of(Currency currency, long debits, long credits) => new(currency, debits, credits, debits == credits);
}

/// <summary>A book: its entries are under its own address.</summary>
sealed record BookWire(
    BookId Book, string Owner, string Month, int Lane, long Entries, bool IsClosed, IReadOnlyList<SidesWire> Sides, IReadOnlyList<AccountWire> Accounts)
{
    public static BookWire Of(BalancesDocument book)
    {
        var own = TurnoverRow.Read(book.Own);
        return new(
            book.Book, book.Book.Owner.Value, FormattableString.Invariant($"{book.Book.Month:yyyy-MM}"), book.Book.Lane, book.Entries,
            book.IsClosed, SidesWire.Of(own), AccountWire.Of(own));
    }
}

/// <summary>A page of books.</summary>
sealed record BookPage(IReadOnlyList<BookWire> Items, string? NextCursor);

/// <summary>A posting of an entry, with what its account came to in the book after it.</summary>
sealed record PostingWire(Side Side, string Account, long Amount, Currency Currency, long BalanceAfter);

/// <summary>A journal entry.</summary>
sealed record EntryWire(
    EntryId Id, long Sequence, string Rule, string Cause, string? About, EntryId? Reverses, DateTimeOffset EffectiveAt,
    DateTimeOffset InsertedAt, IReadOnlyList<PostingWire> Postings)
{
    public static EntryWire Of(EntryDocument entry) => new(
        entry.Id, entry.Sequence, entry.Rule, entry.Cause, entry.About, entry.Reverses, entry.EffectiveAt, entry.InsertedAt,
        [.. entry.Postings.Select(Of)]);

    static PostingWire Of(PostingDocument posting) =>
        new(posting.Side, posting.Account, posting.Amount.MinorUnits, posting.Amount.Currency, posting.BalanceAfter);
}

/// <summary>A page of entries, newest first.</summary>
sealed record EntryPage(IReadOnlyList<EntryWire> Items, string? NextCursor);

/// <summary>All books together, and what the last look at them has found.</summary>
sealed record TrialBalanceWire(
    int Owners, bool IsBalanced, IReadOnlyList<SidesWire> Sides, IReadOnlyList<AccountWire> Accounts, CheckWire? LastCheck)
{
    public static TrialBalanceWire Of(AllBooks books, LedgerCheck? last)
    {
        var sides = SidesWire.Of(books.All);
        return new(books.Owners, sides.All(side => side.IsBalanced), sides, AccountWire.Of(books.All), last is null ? null : CheckWire.Of(last));
    }
}

/// <summary>What a look at the books has found.</summary>
sealed record CheckWire(DateTimeOffset At, bool IsSound, long Drift, IReadOnlyList<LedgerFinding> Findings)
{
    public static CheckWire Of(LedgerCheck check) => new(check.At, check.IsSound, check.Drift, check.Broken);
}
