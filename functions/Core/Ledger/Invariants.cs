using Railyard.Core.Payments;

namespace Railyard.Core.Ledger;

/// <summary>What must hold of the books at all times.</summary>
public enum Invariant
{
    /// <summary>In every book and currency, debits are credits.</summary>
    BookBalances,

    /// <summary>A book's balances are what its entries come to.</summary>
    BalancesFollowEntries,

    /// <summary>What passes from book to book arrives.</summary>
    BetweenBooksIsNothing,

    /// <summary>Everything captured and not settled, and everything that nothing explains, is on a list.</summary>
    OpenIsListed,

    /// <summary>What a merchant is owed is the sum of its parts, counted in another way.</summary>
    MerchantIsItsParts,

    /// <summary>The entries are those that the payments' events ask for.</summary>
    EntriesFollowEvents,
}

/// <summary>An invariant that does not hold: where, and by how much.</summary>
public sealed record LedgerFinding(Invariant Invariant, string Where, long DriftMinorUnits, string Detail);

/// <summary>Holds books to what must be true of them.</summary>
public static class Invariants
{
    /// <summary>Currencies in which a book's debits and credits differ.</summary>
    public static IEnumerable<LedgerFinding> OfBook(string book, Turnovers turnovers) => turnovers.Rows
        .GroupBy(row => row.Currency)
        .Select(rows => (Currency: rows.Key, Drift: rows.Sum(row => row.Turnover.Net)))
        .Where(sum => sum.Drift != 0)
        .Select(sum => new LedgerFinding(Invariant.BookBalances, book, sum.Drift, $"credits exceed debits by {sum.Drift} {sum.Currency}"));

    /// <summary>Accounts of a book whose balance is not what its entries come to.</summary>
    public static IEnumerable<LedgerFinding> OfEntries(string book, Turnovers kept, Turnovers rebuilt)
    {
        var accounts = kept.Rows.Concat(rebuilt.Rows).Select(row => (row.Account, row.Currency)).Distinct();
        foreach (var (account, currency) in accounts)
        {
            var (here, there) = (kept[account, currency], rebuilt[account, currency]);
            if (here == there) continue;
            yield return new(
                Invariant.BalancesFollowEntries, $"{book} {account}", here.Net - there.Net, $"kept {here} {currency}, rebuilt {there}");
        }
    }

    /// <summary>
    /// What is on its way between books. While entries are being posted, some always is: a finding that lasts is one.
    /// </summary>
    public static IEnumerable<LedgerFinding> OfAllBooks(Turnovers all) => all.Net(AccountKind.BetweenBooks)
        .Where(sum => sum.Value != 0)
        .Select(sum => new LedgerFinding(Invariant.BetweenBooksIsNothing, "all books", sum.Value, $"{sum.Value} {sum.Key} between books"));

    /// <summary>
    /// A merchant's parts against the rest of its books: as every entry balances, what it is owed is what all other
    /// accounts of its books hold.
    /// </summary>
    public static IEnumerable<LedgerFinding> OfMerchant(MerchantId merchant, Turnovers books)
    {
        foreach (var currency in books.Rows.GroupBy(row => row.Currency))
        {
            var owed = currency.Where(row => Chart.OwedToMerchants.Contains(row.Account.Kind)).Sum(row => row.Turnover.Net);
            var others = currency.Where(row => !Chart.OwedToMerchants.Contains(row.Account.Kind)).Sum(row => row.Turnover.Net);
            if (owed + others != 0)
                yield return new(Invariant.MerchantIsItsParts, merchant.Value, owed + others, $"owed {owed}, held {-others} {currency.Key}");
        }
    }
}
