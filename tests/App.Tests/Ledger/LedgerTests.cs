using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Ledger;
using Railyard.App.Tests.Settlement;
using Railyard.Core;
using Railyard.Core.Ledger;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Ledger;

/// <summary>Each test has a currency of its own: the books are everybody's.</summary>
public sealed class LedgerTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    [Fact]
    public async Task What_is_authorised_captured_and_refunded_is_in_the_merchants_balances()
    {
        var paid = await railyard.Merchant.PayAsync(10_00, "automatic", currency: "GBP");
        await railyard.Merchant.PostAsync($"/v1/payments/{paid["id"]}/refunds", new { amount = 4_00 });

        var balance = await BalanceAsync("GBP", found => found.Pending == 10_00 && found.Available == -4_00);

        Assert.Equal(6_00, balance.Total);
        var books = await railyard.Operator.GetAsync("/ops/v1/ledger/books?owner=mer_sandbox&limit=100");
        Assert.Contains(books.Body.GetProperty("items").EnumerateArray(), book => book.GetRawText().Contains("GBP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_is_delivered_again_is_posted_once()
    {
        for (var time = 0; time < 3; time++) await railyard.PublishCaptureAsync(Confirmed("AGAIN1", 10_00, "SEK"));
        await railyard.PublishCaptureAsync(Confirmed("AGAIN2", 7_00, "SEK"));

        await BalanceAsync("SEK", found => found.Pending == 17_00);
        await railyard.PublishCaptureAsync(Confirmed("AGAIN1", 10_00, "SEK"));
        await railyard.PublishCaptureAsync(Confirmed("AGAIN3", 1_00, "SEK"));

        Assert.Equal(18_00, (await BalanceAsync("SEK", found => found.Pending >= 18_00)).Pending);
    }

    [Fact]
    public async Task A_settlement_file_moves_what_matches_and_what_stays_open_is_the_list()
    {
        await railyard.PublishCaptureAsync(Confirmed("SET1", 10_00, "NOK"));
        await railyard.PublishCaptureAsync(Confirmed("SET2", 20_00, "NOK"));
        foreach (var name in new[] { "SET1", "SET2" }) await railyard.RecordedAsync($"cap_{name}");

        var file = await railyard.ReconcileAsync("nok.csv", Sdr.File(
            Row("SET1", "10.00", "9.83", "0.17", "NOK"),
            Row("SET2", "21.00", "20.71", "0.29", "NOK"),
            Row("SET3", "5.00", "4.90", "0.10", "NOK"),
            ",,2026-11-24 22:00:00,UTC,Fee,Transaction Fees,NOK,,,,NOK,0.44,,,77",
            ",,2026-11-24 23:00:00,UTC,MerchantPayout,\"TX1XT batch 77, Railyard\",NOK,,,,NOK,35.00,,,77"));
        var balance = await BalanceAsync("NOK", found => found.Available == 10_00);
        var open = await OpenAsync("southbank", items => Sum(items, "unexplained", "NOK") is { } sum && sum.Ledger == 26_00
            && items.Body.GetProperty("batches").GetArrayLength() > 0 && Batch(items, "77", "settled") is null);

        Assert.Equal("balanced", file["control.status"]);
        Assert.Equal((20_00, 10_00), (balance.Pending, balance.Available));
        Assert.Equal(new Cleared(20_00, 20_00), Sum(open, "captured", "NOK"));
        Assert.Equal(new Cleared(26_00, 26_00), Sum(open, "unexplained", "NOK"));
        Assert.Equal(35_00, Batch(open, "77", "paid_out"));
        Assert.True((await TrialBalanceAsync()).Body.GetProperty("is_balanced").GetBoolean());
    }

    [Fact]
    public async Task A_line_whose_counterpart_comes_late_is_moved_from_the_unexplained()
    {
        await railyard.ReconcileAsync("dkk.csv", Sdr.File(
            Row("DKK1", "10.00", "9.83", "0.17", "DKK"),
            ",,2026-11-24 23:00:00,UTC,MerchantPayout,\"TX1XT batch 77, Railyard\",DKK,,,,DKK,9.83,,,77"));
        await OpenAsync("southbank", items => Sum(items, "unexplained", "DKK")?.Ledger == 10_00);

        await railyard.PublishCaptureAsync(Confirmed("DKK1", 10_00, "DKK"));

        await BalanceAsync("DKK", found => (found.Pending, found.Available) == (0, 10_00));
        var open = await OpenAsync("southbank", items => Sum(items, "unexplained", "DKK") is null or { Ledger: 0 });
        Assert.True(Sum(open, "captured", "DKK") is null or { Ledger: 0, Listed: 0 });
    }

    [Fact]
    public async Task The_same_and_different_causes_posted_at_the_same_time_are_each_posted_once()
    {
        var store = railyard.App.Services.GetRequiredService<LedgerStore>();
        var owner = BookOwner.Of(new MerchantId("mer_busy"));
        var entries = Enumerable.Range(0, 150).Select(number => Entry(owner, $"busy {number}", number + 1, "CHF", DateTimeOffset.UnixEpoch.AddYears(56))).ToList();
        var cancellation = TestContext.Current.CancellationToken;

        var posted = await Task.WhenAll(Enumerable.Range(0, 6).Select(writer =>
            store.PostAsync([.. entries.Skip(writer * 10).Take(100), .. entries.Take(20)], cancellation)));

        var reader = railyard.App.Services.GetRequiredService<LedgerReader>();
        Assert.Equal(150, posted.Sum());
        Assert.Equal(150 * 151 / 2, (await reader.OfOwnerAsync(owner, cancellation)).Net(AccountKind.MerchantPending)[Currency.Of("CHF")]);
        foreach (var book in entries.Select(entry => entry.Book).Distinct())
        {
            var found = await reader.EntriesAsync(book, null, 200, cancellation);
            Assert.Equal(Enumerable.Range(1, found.Count).Select(place => (long)place).Reverse(), found.Select(entry => entry.Sequence));
        }
    }

    [Fact]
    public async Task What_operators_ask_wrongly_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await railyard.Operator.GetAsync("/ops/v1/ledger/books?month=november")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await railyard.Operator.GetAsync("/ops/v1/ledger/books/none/entries?limit=0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await railyard.Operator.GetAsync("/ops/v1/ledger/open-items")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await railyard.Operator.GetAsync("/ops/v1/ledger/open-items?acquirer=nobank")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await railyard.Operator.GetAsync("/ops/v1/ledger/books/none/entries")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await railyard.Operator.GetAsync("/ops/v1/ledger/books/mer_none%7C2026-11%7C0/entries")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await railyard.Merchant.GetAsync("/v1/balances?as_of=9999-01-01")).Status);
    }

    internal static JournalEntry Entry(BookOwner owner, string cause, long amount, string currency, DateTimeOffset at) => new(
        BookId.Of(owner, at, cause), "payment_captured", cause, at,
        [
            Posting.Debit(Account.At(AccountKind.AcquirerCaptured, "testbank"), new Money(amount, Currency.Of(currency))),
            Posting.Credit(Account.At(AccountKind.MerchantPending), new Money(amount, Currency.Of(currency))),
        ]);

    static ConfirmedOperation Confirmed(string name, long amount, string currency) => new(
        new OperationId($"cap_{name}"), new Money(amount, Currency.Of(currency)), new AcquirerName("southbank"), name, $"M{name}");

    static string Row(string psp, string gross, string net, string fee, string currency) =>
        $"{psp},order,2026-11-24 10:00:00,UTC,Settled,M{psp},{currency},,{gross},1,{currency},,{net},{fee},77";

    sealed record Shown(long Pending, long Available, long Total);

    async Task<Shown> BalanceAsync(string currency, Func<Shown, bool> isWanted)
    {
        var reply = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync("/v1/balances"), reply => Balance(reply, currency) is { } found && isWanted(found));
        return Balance(reply, currency)!;
    }

    static Shown? Balance(Reply reply, string currency) => reply.Body.GetProperty("balances").EnumerateArray()
        .Where(one => one.GetProperty("currency").GetString() == currency)
        .Select(one => new Shown(one.GetProperty("pending").GetInt64(), one.GetProperty("available").GetInt64(), one.GetProperty("total").GetInt64()))
        .SingleOrDefault();

    sealed record Cleared(long Ledger, long Listed);

    Task<Reply> OpenAsync(string acquirer, Func<Reply, bool> isWanted) =>
        Eventually.ThatAsync(() => railyard.Operator.GetAsync($"/ops/v1/ledger/open-items?acquirer={acquirer}"), isWanted);

    Task<Reply> TrialBalanceAsync() => railyard.Operator.GetAsync("/ops/v1/ledger/trial-balance");

    static Cleared? Sum(Reply open, string place, string currency) => open.Body.GetProperty("sums").EnumerateArray()
        .Where(one => one.GetProperty("place").GetString() == place && one.GetProperty("currency").GetString() == currency)
        .Select(one => new Cleared(one.GetProperty("ledger").GetInt64(), one.GetProperty("listed").GetInt64()))
        .SingleOrDefault();

    static long? Batch(Reply open, string batch, string place) => open.Body.GetProperty("batches").EnumerateArray()
        .Where(one => one.GetProperty("batch").GetString() == batch && one.GetProperty("place").GetString() == place
            && one.GetProperty("currency").GetString() == "NOK")
        .Select(one => (long?)one.GetProperty("amount").GetInt64())
        .SingleOrDefault();
}
