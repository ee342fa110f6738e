using CsCheck;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class PayableCorrectionsTests
{
    static readonly Gen<int[][]> Runs = Gen.Int[0, 3].Array[3].Array[1, 6];

    [Fact]
    public void However_often_what_is_settled_changes_the_items_come_to_what_is_settled_last() => Runs.Sample(runs =>
    {
        var recorded = new List<PricedItem>();
        foreach (var run in runs) Record(recorded, run);
        var count = recorded.Count;
        Record(recorded, runs[^1]);

        Assert.Equal(count, recorded.Count);
        Assert.Equal(runs[^1].Sum(), recorded.Sum(one => one.Item.Balance.MinorUnits));
        Assert.Equal(runs[^1].Count(cents => cents > 0), recorded.Sum(one => one.Fee.MinorUnits));
    });

    [Fact]
    public void What_is_settled_no_more_is_taken_back_with_its_fee()
    {
        var recorded = new List<PricedItem>();
        Record(recorded, [3, 0, 0]);

        var taken = Assert.Single(PayableCorrections.Of(recorded, []));

        Assert.Equal((PayableKind.Adjustment, Direction.Debit, 3L), (taken.Item.Kind, taken.Item.Gross.Direction, taken.Item.Gross.Amount.MinorUnits));
        Assert.Equal((recorded[0].Item.Id, -1L), (taken.Item.Corrects, taken.Fee.MinorUnits));
    }

    static void Record(List<PricedItem> recorded, int[] run)
    {
        List<PayableItem> settled = [.. run.Select(Item).OfType<PayableItem>()];
        recorded.AddRange(settled.Where(item => !recorded.Exists(one => one.Item.Id == item.Id)).Select(item => new PricedItem(item, new Balance(1, item.Gross.Amount.Currency))).ToList());
        recorded.AddRange(PayableCorrections.Of(recorded, settled));
    }

    static PayableItem? Item(int cents, int number) => cents == 0 ? null : new()
    {
        Id = PayableId.Of($"{number}"), Kind = PayableKind.Sale, Gross = new Movement(cents.Eur(), Direction.Credit),
    };
}
