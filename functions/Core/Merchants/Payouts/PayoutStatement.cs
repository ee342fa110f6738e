namespace Railyard.Core.Merchants.Payouts;

/// <summary>What a line of a payout statement tells.</summary>
public enum StatementLineKind
{
    Carried,
    Sales,
    Refunds,
    RefundReversals,
    Chargebacks,
    ChargebackReversals,
    Adjustments,
    Fees,
    ReserveReleased,
    ReserveHeld,
}

/// <summary>A line of a statement: what is added, negative where it is taken off, and of how many things.</summary>
public sealed record StatementLine(StatementLineKind Kind, int Count, Balance Amount);

/// <summary>Why a balance is carried to the next payout instead of paid.</summary>
public enum CarryReason { Negative, BelowMinimum }

/// <summary>What a payout comes to. Its lines add up to what is paid and what is carried on, to the last minor unit.</summary>
public sealed record PayoutStatement
{
    /// <summary>Line by line.</summary>
    public required IReadOnlyList<StatementLine> Lines { get; init; }

    /// <summary>What is paid: zero or more.</summary>
    public required Money Payout { get; init; }

    /// <summary>What the next payout begins with: negative where the merchant owes us.</summary>
    public required Balance CarriedOn { get; init; }

    /// <summary>Why nothing is paid; null where something is, or there is nothing.</summary>
    public CarryReason? Reason { get; init; }

    /// <summary>The sum of its lines.</summary>
    public Balance Total => Lines.Aggregate(Balance.Zero(Payout.Currency), (sum, line) => sum + line.Amount);

    /// <summary>What a kind of line comes to; nothing where there is none.</summary>
    public Balance Of(StatementLineKind kind) =>
        Lines.FirstOrDefault(line => line.Kind == kind)?.Amount ?? Balance.Zero(Payout.Currency);
}

/// <summary>How a merchant stands with us in one currency between payouts.</summary>
/// <param name="Carried">What the next payout begins with.</param>
public sealed record MerchantStanding(Balance Carried, Reserve Reserve)
{
    /// <summary>Before the first payout.</summary>
    public static MerchantStanding New(Currency currency) => new(Balance.Zero(currency), Reserve.Empty(currency));
}

/// <summary>Works out what a merchant is paid.</summary>
public static class PayoutRule
{
    /// <summary>
    /// The statement of a day, and how the merchant stands after it: carried balance + settled − refunds − chargebacks − fees
    /// + adjustments + reserve released − reserve held. What is less than nothing, or than the minimum, is carried.
    /// </summary>
    public static (PayoutStatement Statement, MerchantStanding After) Pay(
        PayoutTerms terms, MerchantStanding before, IReadOnlyList<PayableTotal> items, DateOnly day)
    {
        var lines = Opening(before, items);
        var (left, released) = before.Reserve.Release(terms.Reserve, day);
        lines.Add(new(StatementLineKind.ReserveReleased, released.IsZero ? 0 : 1, Balance.Zero(terms.Currency).Credit(released)));
        var (reserve, held) = left.Hold(terms.Reserve, Sales(items, terms.Currency), Positive(Sum(lines, terms.Currency)), day);
        lines.Add(new(StatementLineKind.ReserveHeld, held.IsZero ? 0 : 1, Balance.Zero(terms.Currency).Debit(held)));
        var statement = Conclude([.. lines.Where(line => line.Count > 0)], terms);
        return (statement, new MerchantStanding(statement.CarriedOn, reserve));
    }

    static List<StatementLine> Opening(MerchantStanding before, IReadOnlyList<PayableTotal> items)
    {
        var currency = before.Carried.Currency;
        var fees = items.Aggregate(Balance.Zero(currency), (sum, total) => sum + total.Fees);
        return
        [
            new(StatementLineKind.Carried, before.Carried.MinorUnits == 0 ? 0 : 1, before.Carried),
            .. PayableTotal.Sum(items).Select(total => new StatementLine(LineOf(total.Kind), total.Count, total.Gross)),
            new(StatementLineKind.Fees, items.Sum(total => total.Count), Balance.Zero(currency) - fees),
        ];
    }

    static PayoutStatement Conclude(IReadOnlyList<StatementLine> lines, PayoutTerms terms)
    {
        var total = Sum(lines, terms.Currency);
        var isPaid = total.MinorUnits > 0 && total.MinorUnits >= terms.MinimumPayout;
        return new PayoutStatement
        {
            Lines = lines,
            Payout = isPaid ? Positive(total) : Money.Zero(terms.Currency),
            CarriedOn = isPaid ? Balance.Zero(terms.Currency) : total,
            Reason = isPaid || total.MinorUnits == 0 ? null : total.MinorUnits < 0 ? CarryReason.Negative : CarryReason.BelowMinimum,
        };
    }

    static StatementLineKind LineOf(PayableKind kind) => kind switch
    {
        PayableKind.Sale => StatementLineKind.Sales,
        PayableKind.Refund => StatementLineKind.Refunds,
        PayableKind.RefundReversal => StatementLineKind.RefundReversals,
        PayableKind.Chargeback => StatementLineKind.Chargebacks,
        PayableKind.ChargebackReversal => StatementLineKind.ChargebackReversals,
        PayableKind.Adjustment => StatementLineKind.Adjustments,
    };

    static Money Sales(IReadOnlyList<PayableTotal> items, Currency currency) => Positive(items
        .Where(total => total.Kind == PayableKind.Sale)
        .Aggregate(Balance.Zero(currency), (sum, total) => sum + total.Gross));

    static Balance Sum(IEnumerable<StatementLine> lines, Currency currency) =>
        lines.Aggregate(Balance.Zero(currency), (sum, line) => sum + line.Amount);

    static Money Positive(Balance balance) => new(Math.Max(0, balance.MinorUnits), balance.Currency);
}
