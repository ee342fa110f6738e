using Railyard.Core.Settlement;

namespace Railyard.Core.Merchants.Payouts;

/// <summary>
/// What was recorded as payable and is settled no more, or otherwise, once its file was read again. An item is never
/// changed, for it may be paid: an adjustment brings it to what it should be.
/// </summary>
public static class PayableCorrections
{
    /// <summary>The adjustments that are lacking; none where they are there.</summary>
    /// <param name="recorded">Everything that was recorded of the file's lines for the merchant in the currency, corrections too.</param>
    /// <param name="settled">What is settled by now.</param>
    public static IReadOnlyList<PricedItem> Of(IEnumerable<PricedItem> recorded, IEnumerable<PayableItem> settled)
    {
        var wanted = settled.DistinctBy(item => item.Id).ToDictionary(item => item.Id);
        return
        [
            .. recorded.DistinctBy(one => one.Item.Id).GroupBy(one => one.Item.Corrects ?? one.Item.Id)
                .Select(of => Lacking(of.Key, [.. of], wanted.GetValueOrDefault(of.Key)))
                .OfType<PricedItem>(),
        ];
    }

    // The fee goes with the item: it is given back with it, and charged again with it, as it was.
    static PricedItem? Lacking(PayableId id, List<PricedItem> recorded, PayableItem? settled)
    {
        if (recorded.Find(one => one.Item.Id == id) is not { } first) return null;
        var nothing = Balance.Zero(first.Fee.Currency);
        var gross = (settled?.Balance ?? nothing) - recorded.Aggregate(nothing, (sum, one) => sum + one.Item.Balance);
        var fee = (settled is null ? nothing : first.Fee) - recorded.Aggregate(nothing, (sum, one) => sum + one.Fee);
        if (gross.MinorUnits == 0) return null;
        var item = new PayableItem
        {
            Id = PayableId.Of($"{id}#{recorded.Count + 1}"),
            Kind = PayableKind.Adjustment,
            Gross = new Movement(
                new Money(Math.Abs(gross.MinorUnits), gross.Currency), gross.MinorUnits > 0 ? Direction.Credit : Direction.Debit),
            Payment = first.Item.Payment,
            Operation = first.Item.Operation,
            Corrects = id,
        };
        return new PricedItem(item, fee);
    }
}
