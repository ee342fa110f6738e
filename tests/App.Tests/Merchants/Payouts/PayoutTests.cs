using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Tests.Settlement;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Merchants.Payouts;

/// <summary>From a payment to the merchant's account and back: everything that a payout goes through, on the running app.</summary>
public sealed class PayoutTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    static readonly XNamespace Pain = PaymentFile.Namespace;

    readonly Paying paying = new(railyard.App);

    [Fact]
    public async Task A_payment_is_settled_paid_out_refused_by_the_bank_and_paid_after_all()
    {
        await paying.AgreeAsync("mer_sandbox", Paying.Terms(reserve: new { type = "rolling", basis_points = 1_000, days = 30 }));
        var payment = await railyard.Merchant.PayAsync(100_00, "automatic");
        var refund = await railyard.Merchant.PostAsync($"/v1/payments/{payment["id"]}/refunds", new { amount = 20_00 });
        await railyard.RecordedAsync($"cap_{payment["id"]!["pay_".Length..]}");
        await railyard.RecordedAsync(refund["id"]!);
        Assert.Equal(HttpStatusCode.Created, (await railyard.Northbank.PostAsync("/sim/settlement-reports")).Status);
        await Eventually.ThatAsync(() => Task.FromResult(railyard.Logs), logs => logs.Contains("mer_sandbox: 2 items of", StringComparison.Ordinal));

        // Ten times: one run.
        var day = BusinessCalendar.Target.OnOrAfter(Paying.Today);
        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => paying.RunAsync(day)));
        var run = Assert.Single(runs.Select(one => one["id"]!).Distinct());
        // 100.00 - 20.00 - (1.20 + 0.25) - 0.30 - 10.00 of reserve.
        Assert.Equal("""[{"currency":"EUR","payouts":1,"amount":6825,"message_id":"MESSAGE","file":null}]""",
            runs[0]["totals"]!.Replace(Message(runs[0]), "MESSAGE", StringComparison.Ordinal));

        var own = await railyard.Operator.PostAsync($"/ops/v1/payout-runs/{run}/approvals");
        Assert.Equal((HttpStatusCode.Forbidden, "approval_by_creator"), (own.Status, own["code"]!));
        Assert.Equal(0, await paying.FilesAsync());

        // Ten times: one file, one payout.
        var released = (await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => paying.ReleaseAsync(run))))[0];
        Assert.Equal(1, await paying.FilesAsync());
        var file = await paying.FileAsync(released.Body.GetProperty("totals")[0].GetProperty("file").GetString()!);
        Assert.Equal(("1", "68.25"), (Value(file, "NbOfTxs"), Value(file, "CtrlSum")));
        Assert.Equal(("68.25", Paying.Iban), (Value(file, "InstdAmt"), file.Descendants(Pain + "CdtrAcct").Single().Value));
        Assert.Equal("Tea + Co", file.Descendants(Pain + "Cdtr").Single().Value);

        var payout = Assert.Single((await railyard.Merchant.GetAsync("/v1/payouts")).Body.GetProperty("items").EnumerateArray());
        var id = payout.GetProperty("id").GetString()!;
        await AssertAddsUpAsync(id, 68_25);

        var endToEnd = Value(file, "EndToEndId");
        var answer = await paying.AnswerAsync("refused.xml", Message(released), endToEnd, "RJCT");
        Assert.Equal(("1", "0"), (answer["reopened"]!, answer["known_before"]!));
        Assert.Equal("1", (await paying.AnswerAsync("refused.xml", Message(released), endToEnd, "RJCT"))["known_before"]);
        var reopened = await railyard.Merchant.GetAsync($"/v1/payouts/{id}");
        Assert.Equal(("reopened", "AC04"), (reopened["status"]!, reopened["fault"]!));

        // It goes with the next run, under a name of its own, and nothing else does.
        var second = await paying.RunAsync(BusinessCalendar.Target.OnOrAfter(day.AddDays(1)), paying.Second);
        var again = await paying.ReleaseAsync(second["id"]!, paying.Operator);
        var next = await paying.FileAsync(again.Body.GetProperty("totals")[0].GetProperty("file").GetString()!);
        Assert.Equal("68.25", Value(next, "CtrlSum"));
        Assert.NotEqual(endToEnd, Value(next, "EndToEndId"));

        var payouts = railyard.App.Services.GetRequiredService<PayoutStore>();
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(BankWord.NotExpected, await payouts.MarkPaidAsync(endToEnd, cancellation));
        Assert.Equal(BankWord.Applied, await payouts.MarkPaidAsync(Value(next, "EndToEndId"), cancellation));
        Assert.Equal(BankWord.KnownBefore, await payouts.MarkPaidAsync(Value(next, "EndToEndId"), cancellation));
        Assert.Equal(BankWord.NoPayoutOfOurs, await payouts.MarkPaidAsync("NOTPROVIDED", cancellation));
        Assert.Equal("paid", (await railyard.Merchant.GetAsync($"/v1/payouts/{id}"))["status"]);
        await AssertBooksAsync();
    }

    // 10.00 is in reserve, and all else has left: the payout to the bank, the fees to us.
    async Task AssertBooksAsync() => await Eventually.ThatAsync(
        async () => (await railyard.Merchant.GetAsync("/v1/balances")).Body.GetProperty("balances")[0],
        euro => euro.GetProperty("reserved").GetInt64() == 10_00 && euro.GetProperty("total").GetInt64() == 10_00
            && euro.GetProperty("available").GetInt64() == 0 && euro.GetProperty("in_transit").GetInt64() == 0);

    async Task AssertAddsUpAsync(string id, long paid)
    {
        var payout = await railyard.Merchant.GetAsync($"/v1/payouts/{id}");
        var statement = payout.Body.GetProperty("statement").EnumerateArray().ToList();
        Assert.Equal(paid, statement.Sum(line => line.GetProperty("amount").GetInt64()));
        Assert.Equal((paid, "released"), (payout.Body.GetProperty("amount").GetInt64(), payout["status"]!));
        Assert.DoesNotContain(Paying.Iban, payout.Text, StringComparison.Ordinal);

        var lines = (await railyard.Merchant.GetAsync($"/v1/payouts/{id}/lines")).Body.GetProperty("items").EnumerateArray().ToList();
        var beside = statement.Where(line => line.GetProperty("kind").GetString() is "carried" or "reserve_held" or "reserve_released");
        Assert.Equal(
            paid, lines.Sum(line => line.GetProperty("net").GetInt64()) + beside.Sum(line => line.GetProperty("amount").GetInt64()));

        var csv = (await railyard.Merchant.GetAsync($"/v1/payouts/{id}/statement?format=csv")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0m, csv.Skip(1).Sum(row => decimal.Parse(row.Split(',')[7], CultureInfo.InvariantCulture)));

        var page = await railyard.Merchant.GetAsync($"/v1/payouts/{id}/statement");
        Assert.Equal("text/html", page.ContentType);
        Assert.Contains("68.25 EUR", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    }

    static string Message(Reply run) => run.Body.GetProperty("totals")[0].GetProperty("message_id").GetString()!;

    static string Value(XDocument file, string name) => file.Descendants(Pain + name).First().Value;
}
