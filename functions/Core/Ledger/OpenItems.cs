using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Ledger;

/// <summary>
/// What expectations and discrepancies leave open, in the ledger's words: what stays in <c>acquirer_captured</c> and in
/// <c>unexplained</c> must be exactly this.
/// </summary>
public static class OpenItems
{
    /// <summary>
    /// What an expectation leaves captured and not settled, by the way it goes; nothing where it is settled, where only the
    /// fee differs, or where a person has resolved its break.
    /// </summary>
    /// <param name="expected">The expectation.</param>
    /// <param name="openBreak">The break it is in, if that is still open.</param>
    public static Balance Captured(Expectation expected, Discrepancy? openBreak)
    {
        var isOpen = expected.State is ExpectationState.Open
            || expected.State is ExpectationState.Broken && openBreak is not null and not { Kind: DiscrepancyKind.FeeDiffers };
        if (!isOpen) return Balance.Zero(expected.Amount.Currency);
        return SettlementPostings.IsTaken(expected.Kind)
            ? Balance.Zero(expected.Amount.Currency).Debit(expected.Amount)
            : Balance.Zero(expected.Amount.Currency).Credit(expected.Amount);
    }

    /// <summary>What an open break leaves unexplained: its line, or the part of its fee that was not agreed; null for nothing.</summary>
    /// <param name="open">The break.</param>
    /// <param name="expected">What was expected, where only the fee differs.</param>
    public static Balance? Unexplained(Discrepancy open, Expectation? expected) => open.Kind switch
    {
        DiscrepancyKind.MissingHere or DiscrepancyKind.Duplicate or DiscrepancyKind.UnknownType => GrossOf(open.Line),
        DiscrepancyKind.AmountDiffers or DiscrepancyKind.CurrencyDiffers => GrossOf(open.Line),
        DiscrepancyKind.FeeDiffers when open.Line is { } line && expected is not null =>
            SettlementPostings.Negative(new SettledLine(line, [], expected.ExpectedFee).FeeDifference),
        DiscrepancyKind.FeeDiffers or DiscrepancyKind.MissingAtAcquirer or DiscrepancyKind.ControlTotalBroken => null,
    };

    static Balance? GrossOf(SettlementLine? line) => line is null ? null : SettledLine.Unexplained(line).Gross;
}
