using CsCheck;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Ledger;

public sealed class DeltaProperties
{
    // Of each run what its merchants settle: a merchant that is not among them settles nothing.
    static readonly Gen<(int Merchant, int Cents, int Fee)[][]> Targets =
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[0, 2]).Array[0, 3]
            .Select(some => some.DistinctBy(one => one.Item1).Select(one => (one.Item1, one.Item2, one.Item3)).ToArray())
            .Array[1, 5];

    [Fact]
    public void However_often_and_in_whatever_order_runs_are_told_the_books_are_those_of_the_last() =>
        Gen.Select(Targets, Gen.Int[0, 4].Array[0, 12]).Sample((runs, told) =>
        {
            var shelf = new Shelf();
            var keys = new HashSet<EntryKey>();
            // A message that comes late says what holds when it comes: no run that has not begun, and none that is over.
            for (var (now, place) = (0, 0); place < told.Length; place++)
            {
                now = Math.Max(now, Math.Min(told[place], runs.Length - 1));
                Restate(shelf, keys, Entries(runs[now]));
                shelf.AssertSound();
            }
            Restate(shelf, keys, Entries(runs[^1]));
            var entries = shelf.Entries.Count;
            Restate(shelf, keys, Entries(runs[^1]));

            Assert.Equal(entries, shelf.Entries.Count);
            Assert.Equal(Nets(new Shelf().Post(Entries(runs[^1])).All), Nets(shelf.All));
        });

    [Fact]
    public void Two_who_post_the_difference_at_once_post_it_once() =>
        Gen.Select(Targets, Targets).Sample((before, after) =>
        {
            var shelf = new Shelf();
            var keys = new HashSet<EntryKey>();
            Restate(shelf, keys, Entries(before[^1]));
            keys.UnionWith(Entries(after[^1]).Select(EntryKey.Of));
            var (one, other) = (Lacking(shelf, keys, Entries(after[^1])), Lacking(shelf, keys, Entries(after[^1])));
            shelf.Post(one).Post(other);

            Assert.Empty(Lacking(shelf, keys, Entries(after[^1])));
            Assert.Equal(Nets(new Shelf().Post(Entries(after[^1])).All), Nets(shelf.All));
        });

    [Fact]
    public void What_settles_nothing_any_more_is_posted_back()
    {
        var (shelf, keys) = (new Shelf(), new HashSet<EntryKey>());
        Restate(shelf, keys, Entries([(1, 5, 1)]));
        Restate(shelf, keys, []);

        Assert.Empty(Nets(shelf.All));
        Assert.Equal(["settled 1", "settled 1#2"], shelf.Entries.Where(entry => entry.Rule == "settled_payment").Select(entry => entry.Cause).Order());
    }

    static void Restate(Shelf shelf, HashSet<EntryKey> keys, List<JournalEntry> target)
    {
        keys.UnionWith(target.Select(EntryKey.Of));
        shelf.Post(Lacking(shelf, keys, target));
    }

    static List<JournalEntry> Lacking(Shelf shelf, HashSet<EntryKey> keys, List<JournalEntry> target)
    {
        var wanted = target.ToDictionary(EntryKey.Of);
        return [.. keys.Select(key => Delta.Of(key, Posted(shelf, key), wanted.GetValueOrDefault(key))).OfType<JournalEntry>()];
    }

    static List<JournalEntry> Posted(Shelf shelf, EntryKey key) =>
    [
        .. Enumerable.Range(1, shelf.Entries.Count).Select(number => shelf.Entries.FirstOrDefault(entry => entry.Id == key.IdOf(number)))
            .TakeWhile(entry => entry is not null).OfType<JournalEntry>(),
    ];

    static List<JournalEntry> Entries((int Merchant, int Cents, int Fee)[] settled) => [.. settled.SelectMany(Entries)];

    static IEnumerable<JournalEntry> Entries((int Merchant, int Cents, int Fee) one)
    {
        var (merchant, ours) = (BookOwner.Of(new MerchantId($"mer_{one.Merchant}")), BookOwner.Of(A.Northbank));
        var amount = one.Cents.Eur();
        yield return PostingRules.SettledPayment.Post(
            BookId.Of(merchant, A.Moment, "x"), $"settled {one.Merchant}", A.Moment, PartAmounts.Of(amount), A.Northbank.Value)!;
        var parts = new PartAmounts(
            (Part.Net, Balance.Zero(amount.Currency).Credit(amount).Debit(one.Fee.Eur())),
            (Part.AcquirerFees, Balance.Zero(amount.Currency).Credit(one.Fee.Eur())),
            (Part.Matched, Balance.Zero(amount.Currency).Credit(amount)));
        yield return PostingRules.SettlementLines.Post(
            BookId.Of(ours, A.Moment, "x"), $"batch {one.Merchant}", A.Moment, parts, A.Northbank.Value, "1")!;
    }

    static IEnumerable<string> Nets(Turnovers turnovers) => turnovers.Rows
        .Where(row => row.Turnover.Net != 0)
        .Select(row => $"{row.Account} {row.Currency} {row.Turnover.Net}");
}
