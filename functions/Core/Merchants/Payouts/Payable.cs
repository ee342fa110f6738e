using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>
/// Something that was settled for a merchant, <c>pyb_…</c>; derived from what it settles, so that it is payable once.
/// </summary>
public readonly record struct PayableId(string Value)
{
    /// <summary>What its id starts with.</summary>
    public const string Prefix = "pyb_";

    /// <summary>The id of what an expectation brings: one for good, whichever file or person says that it is settled.</summary>
    public static PayableId Of(ExpectationId expectation) => new(DerivedId.Of(Prefix, expectation.Value));

    /// <summary>The id of what no expectation stands for: a chargeback, an adjustment.</summary>
    public static PayableId Of(string cause) => new(DerivedId.Of(Prefix, "other", cause));

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// Items of one merchant that became payable together, <c>pyp_…</c>; derived from where they come from, so that recording
/// them twice is recording them once.
/// </summary>
public readonly record struct PacketId(string Value)
{
    /// <summary>What its id starts with.</summary>
    public const string Prefix = "pyp_";

    /// <summary>The id of the nth packet of a merchant's that comes from one place, such as a group of a file's shards.</summary>
    public static PacketId Of(string source, MerchantId merchant, Currency currency, int number) =>
        new(DerivedId.Of(Prefix, source, merchant.Value, currency.Code, $"{number}"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What a merchant is paid for, or pays for.</summary>
public enum PayableKind { Sale, Refund, RefundReversal, Chargeback, ChargebackReversal, Adjustment }

/// <summary>One settled movement of a merchant's money, before fees.</summary>
public sealed record PayableItem
{
    /// <summary>Its id.</summary>
    public required PayableId Id { get; init; }

    /// <summary>What it is.</summary>
    public required PayableKind Kind { get; init; }

    /// <summary>The amount, and whether the merchant gets it (a credit) or owes it.</summary>
    public required Movement Gross { get; init; }

    /// <summary>The payment that it is of; null for an adjustment.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The capture or refund that it is; null where the merchant did not ask for it.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>The item that an adjustment corrects, because its file was read again; null for most.</summary>
    public PayableId? Corrects { get; init; }

    /// <summary>The card's scheme, as far as it is known.</summary>
    public CardBrand? Brand { get; init; }

    /// <summary>Where the card was issued (ISO 3166-1 alpha-2), as far as it is known.</summary>
    public string? IssuerCountry { get; init; }

    /// <summary>
    /// What issuer and scheme charged for it, negative where they gave something back; null where the acquirer did not
    /// say, or said it in another currency.
    /// </summary>
    public Balance? PassedOn { get; init; }

    /// <summary>What it adds to the merchant's balance, before fees.</summary>
    public Balance Balance => Gross.ToBalance();

    /// <summary>Which way such a thing goes; null where it goes either way.</summary>
    public static Direction? DirectionOf(PayableKind kind) => kind switch
    {
        PayableKind.Sale or PayableKind.RefundReversal or PayableKind.ChargebackReversal => Direction.Credit,
        PayableKind.Refund or PayableKind.Chargeback => Direction.Debit,
        PayableKind.Adjustment => null,
    };

    /// <summary>What a line of a settlement file is to a merchant; null where it is no merchant's.</summary>
    public static PayableKind? KindOf(LineKind kind) => kind switch
    {
        LineKind.Payment => PayableKind.Sale,
        LineKind.Refund => PayableKind.Refund,
        LineKind.RefundReversal => PayableKind.RefundReversal,
        LineKind.Chargeback or LineKind.SecondChargeback => PayableKind.Chargeback,
        LineKind.ChargebackReversal => PayableKind.ChargebackReversal,
        LineKind.Fee or LineKind.Payout or LineKind.PayoutReturned or LineKind.PayIn => null,
        LineKind.ReserveHold or LineKind.ReserveRelease or LineKind.Carry or LineKind.Transfer => null,
        LineKind.Conversion or LineKind.CaptureReversal or LineKind.Adjustment or LineKind.Unknown => null,
    };
}

/// <summary>An item and what the merchant is charged for it; negative where a fee is given back.</summary>
public sealed record PricedItem(PayableItem Item, Balance Fee)
{
    /// <summary>What it adds to the merchant's balance, after fees.</summary>
    public Balance Net => Item.Balance - Fee;
}

/// <summary>How many items of one kind there are, and what they come to; fees are what is charged for them.</summary>
public sealed record PayableTotal(PayableKind Kind, int Count, Balance Gross, Balance Fees)
{
    /// <summary>Items added up kind by kind, in the order of the kinds; kinds without items are left out.</summary>
    public static IReadOnlyList<PayableTotal> Of(IEnumerable<PricedItem> items) => Sum(items.Select(
        one => new PayableTotal(one.Item.Kind, 1, one.Item.Balance, one.Fee)));

    /// <summary>Totals added up kind by kind.</summary>
    public static IReadOnlyList<PayableTotal> Sum(IEnumerable<PayableTotal> totals) =>
    [
        .. totals.GroupBy(total => total.Kind).OrderBy(kind => kind.Key).Select(kind => kind.Aggregate(
            (left, right) => new PayableTotal(kind.Key, left.Count + right.Count, left.Gross + right.Gross, left.Fees + right.Fees))),
    ];
}
