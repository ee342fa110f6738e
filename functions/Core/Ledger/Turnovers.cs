using System.Runtime.InteropServices;

namespace Railyard.Core.Ledger;

/// <summary>What was debited and credited to an account so far, in one currency.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Turnover(long Debit, long Credit)
{
    /// <summary>Credits less debits.</summary>
    public long Net => Credit - Debit;

    public static Turnover operator +(Turnover left, Turnover right) => new(left.Debit + right.Debit, left.Credit + right.Credit);
}

/// <summary>The turnovers of accounts, in each currency.</summary>
public sealed class Turnovers
{
    readonly SortedDictionary<(string Account, string Currency), Turnover> rows = new(Order);

    static readonly Comparer<(string Account, string Currency)> Order = Comparer<(string Account, string Currency)>.Create(
        (left, right) => string.CompareOrdinal(left.Account, right.Account) is not 0 and var byAccount
            ? byAccount
            : string.CompareOrdinal(left.Currency, right.Currency));

    /// <summary>Every account in every currency it has, in the order of their codes.</summary>
    public IEnumerable<(Account Account, Currency Currency, Turnover Turnover)> Rows =>
        rows.Select(row => (Account.Parse(row.Key.Account), Currency.Of(row.Key.Currency), row.Value));

    /// <summary>What an account comes to; nothing where nothing was posted to it.</summary>
    public Turnover this[Account account, Currency currency] => rows.GetValueOrDefault((account.Code, currency.Code));

    /// <summary>Adds an entry's postings.</summary>
    public Turnovers Add(JournalEntry entry)
    {
        foreach (var posting in entry.Postings) Add(posting);
        return this;
    }

    /// <summary>Adds a posting.</summary>
    public void Add(Posting posting) => Add(
        posting.Account,
        posting.Amount.Currency,
        posting.Side == Side.Debit ? new Turnover(posting.Amount.MinorUnits, 0) : new Turnover(0, posting.Amount.MinorUnits));

    /// <summary>Adds what others came to.</summary>
    public Turnovers Add(Turnovers others)
    {
        foreach (var (key, turnover) in others.rows) rows[key] = rows.GetValueOrDefault(key) + turnover;
        return this;
    }

    /// <summary>Adds a turnover of an account.</summary>
    public void Add(Account account, Currency currency, Turnover turnover)
    {
        var key = (account.Code, currency.Code);
        rows[key] = rows.GetValueOrDefault(key) + turnover;
    }

    /// <summary>What all accounts of a kind come to, in each currency: credits less debits.</summary>
    public IReadOnlyDictionary<Currency, long> Net(AccountKind kind) => Rows
        .Where(row => row.Account.Kind == kind)
        .GroupBy(row => row.Currency)
        .ToDictionary(row => row.Key, row => row.Sum(one => one.Turnover.Net));

    /// <summary>
    /// What is carried into the next month: each account's balance on its side, without the accounts that came to nothing.
    /// </summary>
    public Turnovers Carried()
    {
        var carried = new Turnovers();
        foreach (var (account, currency, turnover) in Rows.Where(row => row.Turnover.Net != 0))
            carried.Add(account, currency, turnover.Net > 0 ? new Turnover(0, turnover.Net) : new Turnover(-turnover.Net, 0));
        return carried;
    }

    /// <summary>Whether the same accounts come to the same.</summary>
    public bool IsSameAs(Turnovers others) => rows.SequenceEqual(others.rows);
}
