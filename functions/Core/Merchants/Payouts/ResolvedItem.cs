using Railyard.Core.Ledger;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>What a person's word on a discrepancy brings a merchant, or takes: as <see cref="ResolutionPostings"/> books it.</summary>
public static class ResolvedItem
{
    /// <summary>The item, under the id of what was expected; null where nobody has ended it, or no merchant's money moves by that.</summary>
    /// <param name="found">The discrepancy.</param>
    /// <param name="expected">What was expected, where something was.</param>
    public static PayableItem? Of(Discrepancy found, Expectation? expected)
    {
        // What was decided of a line that its file no longer has is decided of nothing.
        if (found.GoneIn is not null || found.State is not DiscrepancyState.Resolved { Resolution.Kind: var kind } || expected is null) return null;
        if (PayableItem.KindOf(expected.Kind) is not { } payable || BalanceOf(found, expected, kind) is not { } balance) return null;
        return balance.MinorUnits == 0 ? null : new PayableItem
        {
            Id = PayableId.Of(expected.Id),
            Kind = payable,
            Gross = new Movement(
                new Money(Math.Abs(balance.MinorUnits), balance.Currency), balance.MinorUnits < 0 ? Direction.Debit : Direction.Credit),
            Payment = expected.Payment,
            Operation = expected.Operation,
        };
    }

    static Balance? BalanceOf(Discrepancy found, Expectation expected, ResolutionKind kind)
    {
        var wanted = new Movement(expected.Amount, Expectation.DirectionOf(expected.Kind)).ToBalance();
        switch (found.Kind)
        {
            // What never comes is the merchant's nonetheless where we bear it; a refund that is never taken is not paid for.
            case DiscrepancyKind.MissingAtAcquirer:
                return kind == ResolutionKind.Accepted ? null : wanted;
            case DiscrepancyKind.AmountDiffers or DiscrepancyKind.CurrencyDiffers:
                var gross = SettledLine.Unexplained(found.Line ?? throw new InvariantBroken($"{found.Id} has no line.")).Gross;
                return kind == ResolutionKind.Accepted && gross.Currency == wanted.Currency ? gross : wanted;
            default:
                return null;
        }
    }
}
