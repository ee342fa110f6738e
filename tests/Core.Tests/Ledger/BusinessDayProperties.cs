using CsCheck;
using Railyard.Core.Ledger;
using Railyard.Core.Reconciliation;

namespace Railyard.Core.Tests.Ledger;

public sealed class BusinessDayProperties
{
    static readonly Gen<BusinessDay> Days =
        Gen.Select(Gen.Int[1, 3], Gen.Bool, Gen.Int[20, 90], Gen.Int[0, 8], Gen.Int[0, 2]).Array[0, 14].Select(drawn =>
            new BusinessDay([.. drawn.Select(one => new Trade(one.Item1, one.Item2, one.Item3, (Fate)one.Item4, one.Item5))]));

    [Fact]
    public void Every_book_balances_and_every_merchant_is_its_parts_after_every_event() => Days.Sample(day =>
    {
        var shelf = new Shelf();
        foreach (var delivery in day.Deliveries)
        {
            shelf.Post(delivery);
            shelf.AssertSound();
        }
        Assert.Empty(Invariants.OfAllBooks(shelf.All));
    });

    [Fact]
    public void Delivered_in_any_order_and_again_the_books_come_to_the_same() => Gen.Select(Days, Gen.Int[0, 1000]).Sample((day, seed) =>
    {
        var once = new Shelf();
        foreach (var delivery in day.Deliveries) once.Post(delivery);
        var again = day.Deliveries.Concat(day.Deliveries.Where((_, number) => (number + seed) % 2 == 0))
            .Select((delivery, number) => (delivery, place: (number + 1) * (seed + 7_919) % 997))
            .OrderBy(one => one.place)
            .Select(one => one.delivery);

        var shelf = new Shelf();
        foreach (var delivery in again)
        {
            shelf.Post(delivery);
            shelf.AssertSound();
        }

        Assert.Equal(once.Entries.Select(entry => entry.Id).ToHashSet(), shelf.Entries.Select(entry => entry.Id).ToHashSet());
        Assert.True(once.All.IsSameAs(shelf.All));
    });

    [Fact]
    public void What_stays_open_is_the_list_of_breaks_and_of_what_we_wait_for() => Days.Sample(day =>
    {
        var shelf = new Shelf();
        foreach (var delivery in day.Deliveries) shelf.Post(delivery);

        foreach (var currency in new[] { "EUR", "USD" })
        {
            var waiting = day.Expectations.Select(expected => OpenItems.Captured(expected, BreakOf(day, expected)));
            var unexplained = day.Open.Values
                .Select(found => OpenItems.Unexplained(found, day.Expectations.FirstOrDefault(one => one.Id == found.Expectation)))
                .OfType<Balance>();
            Assert.Equal(-SumOf(waiting, currency), shelf.Net(AccountKind.AcquirerCaptured, currency));
            Assert.Equal(SumOf(unexplained, currency), shelf.Net(AccountKind.Unexplained, currency));
        }
    });

    [Fact]
    public void Every_batch_that_was_paid_out_and_banked_comes_to_nothing() => Days.Sample(day =>
    {
        var shelf = new Shelf();
        foreach (var delivery in day.Deliveries) shelf.Post(delivery);

        var clearing = shelf.All.Rows.Where(row => row.Account.Kind is AccountKind.AcquirerSettled or AccountKind.AcquirerPaidOut);
        Assert.All(clearing, row => Assert.Equal(0, row.Turnover.Net));
    });

    static Discrepancy? BreakOf(BusinessDay day, Expectation expected) =>
        expected.State is ExpectationState.Broken broken ? day.Open.GetValueOrDefault(broken.Discrepancy) : null;

    static long SumOf(IEnumerable<Balance> balances, string currency) =>
        balances.Where(balance => balance.Currency == Currency.Of(currency)).Sum(balance => balance.MinorUnits);
}
