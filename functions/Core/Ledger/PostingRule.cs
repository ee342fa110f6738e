namespace Railyard.Core.Ledger;

/// <summary>Whose book an entry is posted in.</summary>
public enum BookKind { Merchant, Acquirer, Bank }

/// <summary>What an amount of a rule is.</summary>
public enum Part
{
    Amount,
    Hold,
    Found,
    Net,
    AcquirerFees,
    SchemeFees,
    Interchange,
    Matched,
    Rounded,
    Unmatched,
    FeeDifference,
    Exchanged,
    ExchangedTo,
    Loss,
}

/// <summary>One line of a rule: that part on that side of that account.</summary>
public sealed record Leg(Side Side, AccountKind Kind, Part Part)
{
    /// <summary>On the debit side.</summary>
    public static Leg Debit(AccountKind kind, Part part = Part.Amount) => new(Side.Debit, kind, part);

    /// <summary>On the credit side.</summary>
    public static Leg Credit(AccountKind kind, Part part = Part.Amount) => new(Side.Credit, kind, part);
}

/// <summary>The amounts of an entry, part by part. One below nothing goes to the other side; one of nothing goes nowhere.</summary>
public sealed record PartAmounts(params (Part Part, Balance Value)[] Values)
{
    /// <summary>The only part.</summary>
    public static PartAmounts Of(Money amount) => new((Part.Amount, Balance.Zero(amount.Currency).Credit(amount)));

    /// <summary>The part's amount, or null where there is none.</summary>
    public Balance? this[Part part] => Array.Find(Values, one => one.Part == part) is { Value: { MinorUnits: not 0 } value } ? value : null;
}

/// <summary>A posting rule: what is debited and credited when something happens. All of them are in <see cref="PostingRules"/>.</summary>
/// <param name="Name">Its name in entries.</param>
/// <param name="Book">Whose book it posts in.</param>
/// <param name="When">What must happen.</param>
/// <param name="Legs">What it posts.</param>
public sealed record PostingRule(string Name, BookKind Book, string When, params IReadOnlyList<Leg> Legs)
{
    /// <summary>The entry of the rule, or null where all its amounts are nothing.</summary>
    /// <param name="book">The book to post in.</param>
    /// <param name="cause">What happened, by an id that stays the same when it is told again.</param>
    /// <param name="effectiveAt">When it happened.</param>
    /// <param name="amounts">The amounts.</param>
    /// <param name="of">The acquirer or bank account; only where the rule posts to an account of one.</param>
    /// <param name="batch">The batch; only where the rule posts to an account of one.</param>
    /// <param name="about">What it is about.</param>
    /// <param name="reverses">The entry that it undoes.</param>
    /// <exception cref="InvariantBroken">The amounts do not balance.</exception>
    public JournalEntry? Post(
        BookId book,
        string cause,
        DateTimeOffset effectiveAt,
        PartAmounts amounts,
        string? of = null,
        string? batch = null,
        string? about = null,
        EntryId? reverses = null)
    {
        var postings = Legs.Select(leg => PostingOf(leg, amounts, of, batch)).OfType<Posting>().ToList();
        return postings.Count == 0 ? null : new JournalEntry(book, Name, cause, effectiveAt, postings, about, reverses);
    }

    Posting? PostingOf(Leg leg, PartAmounts amounts, string? of, string? batch)
    {
        if (amounts[leg.Part] is not { } value) return null;
        var posting = new Posting(leg.Side, AccountOf(leg.Kind, of, batch), new Money(Math.Abs(value.MinorUnits), value.Currency));
        return value.MinorUnits > 0 ? posting : posting.Reversed();
    }

    Account AccountOf(AccountKind kind, string? of, string? batch)
    {
        var line = Chart.Of(kind);
        if (!line.IsHeldAtSomebody) return Account.At(kind);
        var holder = of ?? throw new InvariantBroken($"{Name} posts to {line.Code} of nobody.");
        if (!line.IsByBatch) return Account.At(kind, holder);
        return Account.At(kind, holder, batch ?? throw new InvariantBroken($"{Name} posts to {line.Code} of no batch."));
    }
}
