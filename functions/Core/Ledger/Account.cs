namespace Railyard.Core.Ledger;

/// <summary>
/// What is posted to: a line of the chart, of whom, and for clearing by batch of which batch. It is the same account in
/// whatever book it appears; its balance is the sum over the books.
/// </summary>
public readonly record struct Account
{
    /// <summary>The longest batch name that an account tells apart; what is beyond is cut off.</summary>
    public const int LongestBatch = 64;

    const char Separator = ':';

    Account(AccountKind kind, string? of, string? batch)
    {
        Kind = kind;
        Of = of;
        Batch = batch;
    }

    /// <summary>Its line of the chart.</summary>
    public AccountKind Kind { get; }

    /// <summary>The acquirer or the bank account that it is held at; null where it is held at nobody.</summary>
    public string? Of { get; }

    /// <summary>The acquirer's batch that it clears; null where it does not clear by batch.</summary>
    public string? Batch { get; }

    /// <summary>An account that is held at nobody.</summary>
    /// <exception cref="InvariantBroken">The chart wants to know of whom.</exception>
    public static Account At(AccountKind kind) => Checked(kind, null, null);

    /// <summary>An account that is held at an acquirer or a bank.</summary>
    /// <exception cref="InvariantBroken">The chart wants more, or less.</exception>
    public static Account At(AccountKind kind, string of) => Checked(kind, of, null);

    /// <summary>An account that clears a batch.</summary>
    /// <exception cref="InvariantBroken">The chart does not clear it by batch.</exception>
    public static Account At(AccountKind kind, string of, string batch) =>
        Checked(kind, of, batch.Length > LongestBatch ? batch[..LongestBatch] : batch);

    /// <summary>The account as one text: the chart's code, of whom, which batch.</summary>
    public string Code => (Of, Batch) switch
    {
        (null, _) => Chart.Of(Kind).Code,
        (_, null) => $"{Chart.Of(Kind).Code}{Separator}{Of}",
        _ => $"{Chart.Of(Kind).Code}{Separator}{Of}{Separator}{Batch}",
    };

    /// <summary>The account of a text that <see cref="Code"/> made.</summary>
    /// <exception cref="InvariantBroken">It is none.</exception>
    public static Account Parse(string code)
    {
        var parts = code.Split(Separator, 3);
        return Checked(Chart.KindOf(parts[0]), parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2));
    }

    /// <inheritdoc/>
    public override string ToString() => Code;

    static Account Checked(AccountKind kind, string? of, string? batch)
    {
        var line = Chart.Of(kind);
        if ((of is not null) != line.IsHeldAtSomebody)
            throw new InvariantBroken($"{line.Code} is held at {(line.IsHeldAtSomebody ? "somebody" : "nobody")}, not at '{of}'.");
        if ((batch is not null) != line.IsByBatch)
            throw new InvariantBroken($"{line.Code} is {(line.IsByBatch ? "" : "not ")}cleared by batch: '{batch}'.");
        if (of?.Contains(Separator, StringComparison.Ordinal) == true)
            throw new InvariantBroken($"{line.Code} cannot be held at '{of}'.");
        return new Account(kind, of, batch);
    }
}
