namespace Railyard.Core.Ledger;

/// <summary>
/// An entry of the journal: in every currency its debits and credits are the same, or it cannot be built. It is never
/// changed; what turns out wrong is undone by <see cref="Reversed"/>, a new entry.
/// </summary>
public sealed record JournalEntry
{
    /// <summary>More postings than this are no entry but several.</summary>
    public const int MostPostings = 200;

    /// <summary>An entry.</summary>
    /// <param name="book">The book it is posted in, and balances in.</param>
    /// <param name="rule">The rule that posts it.</param>
    /// <param name="cause">What happened, by an id that stays the same when it is told again.</param>
    /// <param name="effectiveAt">When it happened; when it is posted is noted beside it.</param>
    /// <param name="postings">At least two.</param>
    /// <param name="about">What it is about, for who looks for it: a payment, a file, a payout.</param>
    /// <param name="reverses">The entry that it undoes.</param>
    /// <exception cref="InvariantBroken">It does not balance, or an amount is nothing.</exception>
    public JournalEntry(
        BookId book,
        string rule,
        string cause,
        DateTimeOffset effectiveAt,
        IEnumerable<Posting> postings,
        string? about = null,
        EntryId? reverses = null)
    {
        Id = EntryId.Of(cause, rule);
        (Book, Rule, Cause, About, Reverses) = (book, rule, cause, about, reverses);
        EffectiveAt = effectiveAt.ToUniversalTime();
        Postings = [.. postings];
        CheckBalanced();
    }

    /// <summary>Its id, which follows from cause and rule.</summary>
    public EntryId Id { get; }

    /// <summary>The book it is posted in.</summary>
    public BookId Book { get; }

    /// <summary>The rule that posts it, as in the table of posting rules.</summary>
    public string Rule { get; }

    /// <summary>What happened.</summary>
    public string Cause { get; }

    /// <summary>What it is about; null where that is the cause itself.</summary>
    public string? About { get; }

    /// <summary>The entry that it undoes; null for most.</summary>
    public EntryId? Reverses { get; }

    /// <summary>When it happened, in UTC.</summary>
    public DateTimeOffset EffectiveAt { get; }

    /// <summary>Its two sides.</summary>
    public IReadOnlyList<Posting> Postings { get; }

    /// <summary>The entry that undoes this one, because of something that happened later.</summary>
    public JournalEntry Reversed(BookId book, string rule, string cause, DateTimeOffset effectiveAt) =>
        new(book, rule, cause, effectiveAt, Postings.Select(posting => posting.Reversed()), About, Id);

    void CheckBalanced()
    {
        if (Postings.Count is < 2 or > MostPostings)
            throw new InvariantBroken($"{Rule} of {Cause} has {Postings.Count} postings.");
        if (Postings.Any(posting => posting.Amount.IsZero))
            throw new InvariantBroken($"{Rule} of {Cause} posts nothing to an account.");
        foreach (var currency in Postings.GroupBy(posting => posting.Amount.Currency))
            if (Sum(currency) is var sum && sum != 0)
                throw new InvariantBroken($"{Rule} of {Cause} is out by {sum} {currency.Key}.");
    }

    // Wider than an amount: two amounts that no account could hold must not overflow into balance.
    static Int128 Sum(IEnumerable<Posting> postings)
    {
        Int128 sum = 0;
        foreach (var posting in postings) sum += posting.ToBalance().MinorUnits;
        return sum;
    }
}
