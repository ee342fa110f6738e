namespace Railyard.Core.Ledger;

/// <summary>Under what an entry and all that corrects it are posted.</summary>
/// <param name="Book">The book of the first.</param>
/// <param name="Cause">Its cause; that of the nth is <c>cause#n</c>.</param>
/// <param name="Rule">The rule of all of them.</param>
public sealed record EntryKey(BookId Book, string Cause, string Rule)
{
    const char Separator = '#';

    /// <summary>The key of a first entry.</summary>
    public static EntryKey Of(JournalEntry entry) => new(entry.Book, entry.Cause, entry.Rule);

    /// <summary>The cause of the nth entry, counted from 1.</summary>
    public string CauseOf(int number) => number == 1 ? Cause : $"{Cause}{Separator}{number}";

    /// <summary>The id of the nth entry, counted from 1.</summary>
    public EntryId IdOf(int number) => EntryId.Of(CauseOf(number), Rule);
}

/// <summary>
/// Brings what was posted under a key to what it should be by now: entries are never changed, so the difference is posted
/// after them.
/// </summary>
public static class Delta
{
    /// <summary>The entry that is lacking; null where nothing is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="posted">All that was posted under it so far, the first one first.</param>
    /// <param name="target">What all of them should come to; null for nothing.</param>
    public static JournalEntry? Of(EntryKey key, IReadOnlyList<JournalEntry> posted, JournalEntry? target)
    {
        if (posted.Count == 0) return target;
        var postings = Difference(posted, target);
        if (postings.Count == 0) return null;
        var like = target ?? posted[0];
        return new JournalEntry(key.Book, key.Rule, key.CauseOf(posted.Count + 1), like.EffectiveAt, postings, like.About);
    }

    static List<Posting> Difference(IReadOnlyList<JournalEntry> posted, JournalEntry? target)
    {
        var lacking = new SortedDictionary<(string Account, string Currency), (Account Account, Currency Currency, long Amount)>(Order);
        foreach (var posting in target?.Postings ?? []) Add(posting);
        foreach (var posting in posted.SelectMany(entry => entry.Postings)) Add(posting.Reversed());
        return
        [
            .. lacking.Values.Where(one => one.Amount != 0).Select(one => new Posting(
                one.Amount > 0 ? Side.Credit : Side.Debit, one.Account, new Money(Math.Abs(one.Amount), one.Currency))),
        ];

        void Add(Posting posting)
        {
            var key = (posting.Account.Code, posting.Amount.Currency.Code);
            var before = lacking.TryGetValue(key, out var known) ? known.Amount : 0;
            lacking[key] = (posting.Account, posting.Amount.Currency, before + posting.ToBalance().MinorUnits);
        }
    }

    static readonly Comparer<(string Account, string Currency)> Order = Comparer<(string Account, string Currency)>.Create(
        (left, right) => string.CompareOrdinal(left.Account, right.Account) is not 0 and var byAccount
            ? byAccount
            : string.CompareOrdinal(left.Currency, right.Currency));
}
