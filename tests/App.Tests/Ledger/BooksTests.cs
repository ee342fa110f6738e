using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Railyard.App.Ledger;
using Railyard.App.Tests.Settlement;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Ledger;

/// <summary>What happens to books as time goes by, each test with an owner of its own.</summary>
public sealed class BooksTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    static readonly Currency Franc = Currency.Of("CHF");
    static readonly DateTimeOffset January = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Months_that_are_over_are_closed_carried_and_never_posted_to_again()
    {
        var owner = BookOwner.Of(new MerchantId("mer_old"));
        var entries = Enumerable.Range(0, 20).Select(number => Entry(owner, number, January.AddDays(number * 4))).ToList();
        await Store.PostAsync(entries, cancellation);
        var before = await PendingAsync(owner);

        await CloseAsync(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        var again = await Store.PostAsync(entries, cancellation);
        var late = Entry(owner, 99, January);
        var posted = (await Store.PostAsync([late], cancellation), await Store.PostAsync([late], cancellation));

        Assert.Equal((20_00, 20_00), (before, await PendingAsync(owner) - 1_00));
        Assert.Equal((0, (1, 0)), (again, posted));
        var closed = await Reader.FindAsync(BookId.Of(owner, new DateOnly(2026, 3, 1), late.Book.Lane), cancellation);
        var open = await Reader.FindAsync(BookId.Of(owner, new DateOnly(2026, 4, 1), late.Book.Lane), cancellation);
        Assert.Equal((true, false, 1L), (closed!.IsClosed, open!.IsClosed, open.Entries));
    }

    [Fact]
    public async Task A_balance_of_a_past_day_counts_what_had_taken_effect_however_late_it_was_told()
    {
        var owner = BookOwner.Of(new MerchantId("mer_past"));
        await Store.PostAsync([Entry(owner, 1, January), Entry(owner, 2, January.AddDays(1)), Entry(owner, 3, January.AddMonths(1))], cancellation);
        await CloseAsync(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        await Store.PostAsync([Entry(owner, 4, January.AddHours(1))], cancellation);

        Assert.Equal(0, await PendingAsync(owner, new DateOnly(2026, 1, 14)));
        Assert.Equal(2_00, await PendingAsync(owner, new DateOnly(2026, 1, 15)));
        Assert.Equal(3_00, await PendingAsync(owner, new DateOnly(2026, 1, 31)));
        Assert.Equal(4_00, await PendingAsync(owner, new DateOnly(2026, 2, 28)));
    }

    [Fact]
    public async Task Closing_again_changes_nothing_and_goes_on_from_month_to_month()
    {
        var owner = BookOwner.Of(new MerchantId("mer_slow"));
        await Store.PostAsync([Entry(owner, 1, January)], cancellation);

        for (var month = 2; month < 8; month++)
        {
            await CloseAsync(new DateTimeOffset(2026, month, 12, 0, 0, 0, TimeSpan.Zero));
            await CloseAsync(new DateTimeOffset(2026, month, 12, 0, 0, 0, TimeSpan.Zero));
            await Store.PostAsync([Entry(owner, month, January.AddMonths(month - 1))], cancellation);
        }

        Assert.Equal(7_00, await PendingAsync(owner));
        Assert.Equal(new DateOnly(2026, 6, 1), (await Owners.FindAsync(owner, cancellation))!.Value.CarriedThrough);
    }

    [Fact]
    public async Task A_book_that_was_tampered_with_is_found_and_said_to_be_broken()
    {
        var owner = BookOwner.Of(new MerchantId("mer_tampered"));
        var entry = Entry(owner, 1, TimeProvider.System.GetUtcNow());
        await Store.PostAsync([entry], cancellation);
        var watch = railyard.App.Services.GetRequiredService<WatchLedger>();
        Assert.DoesNotContain((await watch.CheckAsync(cancellation)).Broken, finding => finding.Where.Contains(owner.Value, StringComparison.Ordinal));

        var balances = (await Reader.FindAsync(entry.Book, cancellation))!;
        var tampered = balances with { Own = [.. balances.Own.Select(row => row.Account == "merchant_pending" ? row with { Credit = row.Credit + 5 } : row)] };
        await Container.UpsertAsync(tampered, entry.Book.Value, cancellation);
        var check = await watch.CheckAsync(cancellation);
        var rebuilt = await railyard.App.Services.GetRequiredService<BookRebuild>().CheckAsync(entry.Book, cancellation);
        await Container.UpsertAsync(balances, entry.Book.Value, cancellation);

        Assert.Contains(check.Broken, finding => finding is { Invariant: Invariant.BookBalances, DriftMinorUnits: 5 } && finding.Where == owner.Value);
        Assert.Contains(check.Broken, finding => finding is { Invariant: Invariant.MerchantIsItsParts, DriftMinorUnits: 5 });
        Assert.Equal(Invariant.BalancesFollowEntries, Assert.Single(rebuilt).Invariant);
        Assert.True(check.Drift >= 10);
        Assert.Contains("The ledger is broken", railyard.Logs, StringComparison.Ordinal);
        var shown = await railyard.Operator.GetAsync("/ops/v1/ledger/trial-balance");
        Assert.Equal("False", shown["last_check.is_sound"]);
    }

    [Fact]
    public async Task The_books_built_again_from_the_payments_events_are_the_books()
    {
        var payments = new List<string>();
        for (var number = 1; number <= 3; number++)
            payments.Add((await railyard.Merchant.PayAsync(10_00 + number, "automatic", currency: "PLN"))["id"]!);
        await railyard.Merchant.PostAsync($"/v1/payments/{payments[0]}/refunds", new { amount = 5_00 });
        var wanted = new Turnovers();
        foreach (var payment in payments)
        {
            using var read = await Containers.Payments.ReadItemStreamAsync(payment, new PartitionKey(payment), null, cancellation);
            var loaded = (await JsonSerializer.DeserializeAsync<Payment>(read.Content, Json.Storage, cancellation))!;
            foreach (var entry in loaded.Events.SelectMany(recorded => PaymentPostings.Of(PaymentHappening.Of(loaded, recorded), loaded)))
                wanted.Add(entry);
        }

        var kept = await Eventually.ThatAsync(
            () => Reader.OfOwnerAsync(BookOwner.Of(new MerchantId("mer_sandbox")), cancellation),
            found => InPln(found).Sum(row => row.Turnover.Debit) >= InPln(wanted).Sum(row => row.Turnover.Debit));

        Assert.Equal(InPln(wanted), InPln(kept));
    }

    static IEnumerable<(Account Account, Currency Currency, Turnover Turnover)> InPln(Turnovers turnovers) =>
        turnovers.Rows.Where(row => row.Currency == Currency.Of("PLN"));

    [Fact]
    public async Task What_a_cause_brings_by_now_is_posted_however_many_say_so_at_once_and_in_whatever_month_is_open()
    {
        var owner = BookOwner.Of(new MerchantId("mer_restated"));
        var restatement = railyard.App.Services.GetRequiredService<LedgerRestatement>();
        var cause = new LedgerCause(LedgerSource.SettlementGroup, "fil_restated", "shards-0@1");
        var source = new ChangingEntries(owner);

        for (var run = 0; run < 6; run++)
        {
            source.Cents = [1_00 + run, run % 2 * 5_00];
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => restatement.PostAsync(cause, source, cancellation)));
            Assert.Equal(source.Cents.Sum(), await PendingAsync(owner));
            Assert.Equal(0, await restatement.PostAsync(cause, source, cancellation));
            if (run == 3) await CloseAsync(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        }
        source.Cents = [];
        await restatement.PostAsync(cause, source, cancellation);

        Assert.Equal(0, await PendingAsync(owner));
    }

    LedgerStore Store => railyard.App.Services.GetRequiredService<LedgerStore>();

    LedgerReader Reader => railyard.App.Services.GetRequiredService<LedgerReader>();

    BookOwners Owners => railyard.App.Services.GetRequiredService<BookOwners>();

    Containers Containers => railyard.App.Services.GetRequiredService<Containers>();

    Container Container => Containers.Ledger;

    Task CloseAsync(DateTimeOffset now) =>
        new CloseBooks(Containers, Owners, new StandingClock(now), NullLogger<CloseBooks>.Instance).CloseAllAsync(cancellation);

    async Task<long> PendingAsync(BookOwner owner, DateOnly? day = null)
    {
        var turnovers = day is { } past ? await Reader.AsOfAsync(owner, past, cancellation) : await Reader.OfOwnerAsync(owner, cancellation);
        return turnovers.Net(AccountKind.MerchantPending).GetValueOrDefault(Franc);
    }

    static JournalEntry Entry(BookOwner owner, int number, DateTimeOffset at) => LedgerTests.Entry(owner, $"{owner} {number}", 1_00, "CHF", at);

    sealed class ChangingEntries(BookOwner owner) : IRestatedEntries
    {
        public long[] Cents { get; set; } = [];

        public LedgerSource Source => LedgerSource.SettlementGroup;

        public string KeyOf(LedgerCause cause) => $"{cause.Partition}:{cause.Document}";

        public Task<string?> StampAsync(LedgerCause cause, CancellationToken cancellation) => Task.FromResult<string?>($"{Cents.Sum()}");

        public Task<IReadOnlyList<JournalEntry>?> RestatedAsync(LedgerCause cause, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<JournalEntry>?>([.. Cents.Index().Where(one => one.Item > 0)
                .Select(one => LedgerTests.Entry(owner, $"{owner} {one.Index}", one.Item, "CHF", January))]);
    }

    sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
