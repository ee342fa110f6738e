using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation.Bank;

/// <summary>A bank account of ours as we call it, such as <c>main</c>.</summary>
public readonly record struct BankAccountName(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A line of a bank statement, by its file and its number there.</summary>
public readonly record struct BankLineRef(FileId File, int Line);

/// <summary>Whose payment the bank should show.</summary>
public enum BankExpectationKind
{
    /// <summary>An acquirer pays a batch to us.</summary>
    AcquirerPayout,

    /// <summary>We pay a merchant.</summary>
    MerchantPayout,
}

/// <summary>How an expectation stands at the bank.</summary>
public abstract record BankExpectationState
{
    /// <summary>Nothing has come for it yet.</summary>
    public sealed record Open : BankExpectationState;

    /// <summary>Nothing has come for it within the agreed days.</summary>
    public sealed record Overdue(DiscrepancyId Discrepancy) : BankExpectationState;

    /// <summary>One line has come for it, or several that together are it.</summary>
    public sealed record Met(IReadOnlyList<BankLineRef> Lines) : BankExpectationState;

    /// <summary>A line has come under its reference, of another amount.</summary>
    public sealed record Differs(DiscrepancyId Discrepancy, BankLineRef Line) : BankExpectationState;

    /// <summary>It was there, and has come back.</summary>
    public sealed record Returned(IReadOnlyList<BankLineRef> Lines, BankLineRef Back) : BankExpectationState;

    BankExpectationState() { }
}

/// <summary>A payment that our bank should show on an account of ours.</summary>
public sealed record BankExpectation
{
    public required ExpectationId Id { get; init; }

    public required BankAccountName Account { get; init; }

    public required BankExpectationKind Kind { get; init; }

    /// <summary>The acquirer that pays us, or the merchant that we pay.</summary>
    public required string Party { get; init; }

    /// <summary>The batch or the payout that it is for.</summary>
    public required string For { get; init; }

    /// <summary>The settlement file that says so; none where we pay.</summary>
    public FileId? File { get; init; }

    /// <summary>A credit where it comes into the account.</summary>
    public required Movement Paid { get; init; }

    /// <summary>What stands in the bank's text; null where nobody has said.</summary>
    public string? Reference { get; init; }

    /// <summary>The end-to-end reference that it was ordered with.</summary>
    public string? EndToEndId { get; init; }

    /// <summary>When it was paid.</summary>
    public required DateOnly PaidOn { get; init; }

    /// <summary>The last of the agreed days; until it is over we wait, which is no break.</summary>
    public required DateOnly OverdueAfter { get; init; }

    public required BankExpectationState State { get; init; }

    /// <summary>Whether a line may still come for it.</summary>
    public bool IsAwaited => State is BankExpectationState.Open or BankExpectationState.Overdue;

    /// <summary>
    /// What an acquirer says it has paid for a batch. Two files that say the same expect it once.
    /// </summary>
    /// <param name="file">The file that says it.</param>
    /// <param name="acquirer">Whose file it is.</param>
    /// <param name="account">The account that the acquirer pays to.</param>
    /// <param name="payout">What it has paid.</param>
    /// <param name="nth">Which of the file's payouts that look the same it is, counted from 1.</param>
    /// <param name="overdueAfter">The last of the agreed days.</param>
    public static BankExpectation OfBatch(
        FileId file, AcquirerName acquirer, BankAccountName account, BatchPayout payout, int nth, DateOnly overdueAfter) => new()
    {
        Id = IdOf(account, acquirer.Value, $"{payout.Batch} {payout.Reference} {payout.Paid.Amount.Currency} {nth}"),
        Account = account,
        Kind = BankExpectationKind.AcquirerPayout,
        Party = acquirer.Value,
        For = payout.Batch,
        File = file,
        Paid = payout.Paid,
        Reference = payout.Reference,
        PaidOn = DateOnly.FromDateTime(payout.PaidAt.DateTime),
        OverdueAfter = overdueAfter,
        State = new BankExpectationState.Open(),
    };

    /// <summary>What we have ordered our bank to pay to a merchant.</summary>
    public static BankExpectation OfMerchantPayout(
        BankAccountName account, MerchantId merchant, string payout, Money amount, string endToEndId, DateOnly orderedFor, DateOnly overdueAfter) => new()
    {
        Id = IdOf(account, merchant.Value, payout),
        Account = account,
        Kind = BankExpectationKind.MerchantPayout,
        Party = merchant.Value,
        For = payout,
        Paid = new(amount, Direction.Debit),
        EndToEndId = endToEndId,
        PaidOn = orderedFor,
        OverdueAfter = overdueAfter,
        State = new BankExpectationState.Open(),
    };

    static ExpectationId IdOf(BankAccountName account, string party, string cause) =>
        new(DerivedId.Of(ExpectationId.Prefix, "bank", account.Value, party, cause));
}
