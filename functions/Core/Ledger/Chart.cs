namespace Railyard.Core.Ledger;

/// <summary>What an account says: what we have, what we owe, what we earned, what we spent, or a note beside the books.</summary>
public enum AccountClass { Asset, Liability, Income, Expense, Memo }

/// <summary>Every line of the chart of accounts.</summary>
public enum AccountKind
{
    MerchantPending,
    MerchantAvailable,
    MerchantReserve,
    MerchantDisputed,
    MerchantInTransit,

    AcquirerCaptured,
    AcquirerSettled,
    AcquirerPaidOut,
    AcquirerReserve,
    AcquirerCarried,
    Disputes,
    Bank,

    BetweenBooks,
    PayoutsInTransit,
    Unexplained,

    MerchantFees,
    AcquirerFees,
    SchemeFees,
    Interchange,
    BankFees,
    Fx,
    Rounding,
    WriteOffs,

    Authorized,
    AuthorizedContra,
}

/// <summary>A line of the chart.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Code">Its name in documents and answers.</param>
/// <param name="Class">What it says.</param>
/// <param name="IsHeldAtSomebody">Whether there is one for each acquirer or bank account.</param>
/// <param name="IsByBatch">Whether there is one for each batch of the acquirer.</param>
/// <param name="Holds">What it holds, in a sentence.</param>
public sealed record ChartLine(
    AccountKind Kind, string Code, AccountClass Class, bool IsHeldAtSomebody, bool IsByBatch, string Holds)
{
    /// <summary>The side on which it grows.</summary>
    public Side Normal => Class is AccountClass.Asset or AccountClass.Expense || Kind == AccountKind.Authorized ? Side.Debit : Side.Credit;
}

/// <summary>The chart of accounts: everything that money can be.</summary>
public static class Chart
{
    /// <summary>Every line, in the order in which money meets them.</summary>
    public static IReadOnlyList<ChartLine> Lines { get; } =
    [
        Owed(AccountKind.MerchantPending, "merchant_pending", "Captured for the merchant; the acquirer has not settled it yet."),
        Owed(AccountKind.MerchantAvailable, "merchant_available", "Settled, and the merchant's; negative where refunds and fees exceed it."),
        Owed(AccountKind.MerchantReserve, "merchant_reserve", "Held back from the merchant for a while."),
        Owed(AccountKind.MerchantDisputed, "merchant_disputed", "Withheld from the merchant until a dispute is decided."),
        Owed(AccountKind.MerchantInTransit, "merchant_in_transit", "In a payout that the bank has not shown yet."),

        Held(AccountKind.AcquirerCaptured, "acquirer_captured", "Captured, refunded or charged back there; no settlement line has come yet."),
        ByBatch(AccountKind.AcquirerSettled, "acquirer_settled", "Settled in a batch that has not been paid out; nothing once it is."),
        ByBatch(AccountKind.AcquirerPaidOut, "acquirer_paid_out", "Paid out for a batch; nothing once the bank statement shows it."),
        Held(AccountKind.AcquirerReserve, "acquirer_reserve", "Held back by the acquirer."),
        Held(AccountKind.AcquirerCarried, "acquirer_carried", "Carried from one batch to another; nothing once both are there."),
        Ours(AccountKind.Disputes, "disputes", "Taken by acquirers for disputes that are not decided."),
        Held(AccountKind.Bank, "bank", "On our bank account."),

        Ours(AccountKind.BetweenBooks, "between_books", "On its way from one book to another; nothing over all books."),
        Owed(AccountKind.PayoutsInTransit, "payouts_in_transit", "Payouts between a merchant's book and the bank's; nothing once both have them."),
        ByBatch(AccountKind.Unexplained, "unexplained", "What settlement or bank lines say and nothing explains: the list of discrepancies."),

        new(AccountKind.MerchantFees, "merchant_fees", AccountClass.Income, false, false, "Charged to merchants."),
        Spent(AccountKind.AcquirerFees, "acquirer_fees", "Commission, markup and batch fees of acquirers."),
        Spent(AccountKind.SchemeFees, "scheme_fees", "The schemes' fees, passed on by acquirers."),
        Spent(AccountKind.Interchange, "interchange", "The issuers' part, passed on by acquirers."),
        Spent(AccountKind.BankFees, "bank_fees", "Charged by banks."),
        Spent(AccountKind.Fx, "fx", "The other side of an exchange, in each of its two currencies."),
        Spent(AccountKind.Rounding, "rounding", "What is lost or won in rounding."),
        Spent(AccountKind.WriteOffs, "write_offs", "Discrepancies that a person ended; what was corrected comes to nothing."),

        new(AccountKind.Authorized, "authorized", AccountClass.Memo, false, false, "Held on cardholders' accounts, not captured; a note, no money."),
        new(AccountKind.AuthorizedContra, "authorized_contra", AccountClass.Memo, false, false, "The other side of that note."),
    ];

    static readonly Dictionary<AccountKind, ChartLine> ByKind = Lines.ToDictionary(line => line.Kind);

    static readonly Dictionary<string, AccountKind> ByCode = Lines.ToDictionary(line => line.Code, line => line.Kind);

    /// <summary>The parts of what a merchant is owed.</summary>
    public static IReadOnlyList<AccountKind> OwedToMerchants { get; } =
    [
        AccountKind.MerchantPending,
        AccountKind.MerchantAvailable,
        AccountKind.MerchantReserve,
        AccountKind.MerchantDisputed,
        AccountKind.MerchantInTransit,
    ];

    /// <summary>The line of a kind.</summary>
    public static ChartLine Of(AccountKind kind) => ByKind[kind];

    /// <summary>The kind of a code.</summary>
    /// <exception cref="InvariantBroken">There is no such line.</exception>
    public static AccountKind KindOf(string code) =>
        ByCode.TryGetValue(code, out var kind) ? kind : throw new InvariantBroken($"'{code}' is no account.");

    static ChartLine Owed(AccountKind kind, string code, string holds) => new(kind, code, AccountClass.Liability, false, false, holds);

    static ChartLine Ours(AccountKind kind, string code, string holds) => new(kind, code, AccountClass.Asset, false, false, holds);

    static ChartLine Held(AccountKind kind, string code, string holds) => new(kind, code, AccountClass.Asset, true, false, holds);

    static ChartLine ByBatch(AccountKind kind, string code, string holds) => new(kind, code, AccountClass.Asset, true, true, holds);

    static ChartLine Spent(AccountKind kind, string code, string holds) => new(kind, code, AccountClass.Expense, false, false, holds);
}
