using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Tests.Settlement;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Merchants.Payouts;

/// <summary>
/// The money's way to its end: what is payable is what the books have available, and what was paid is on the bank's statement.
/// </summary>
public sealed class ClosedLoopTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    readonly Paying paying = new(railyard.App);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payout_is_closed_by_the_banks_statement_reopened_by_a_return_and_goes_out_again()
    {
        // What other tests have made payable is not to be in the same run.
        await paying.AgreeAsync("mer_sandbox", Paying.Terms("SEK", hold: "Another test's."));
        var merchant = await Onboarding.OnboardAsync(railyard.App.Address, railyard.Operator);
        await paying.AgreeAsync(merchant.Id, Paying.Terms(reserve: new { type = "rolling", basis_points = 1_000, days = 30 }));
        var payment = await merchant.Client.PayAsync(100_00, "automatic");
        await railyard.RecordedAsync($"cap_{payment["id"]!["pay_".Length..]}");
        Assert.Equal(HttpStatusCode.Created, (await railyard.Northbank.PostAsync("/sim/settlement-reports")).Status);
        await Eventually.ThatAsync(() => Task.FromResult(railyard.Logs), logs => logs.Contains($"{merchant.Id}: 1 items of", StringComparison.Ordinal));
        var day = BusinessCalendar.Target.OnOrAfter(Paying.Today);

        // 100.00 - (1.20 + 0.25) - 10.00 of reserve.
        var first = await SendAsync(day, railyard.Operator, paying.Second);
        var unpaid = Assert.Single((await merchant.Client.GetAsync("/v1/payouts")).Body.GetProperty("items").EnumerateArray());
        var payout = unpaid.GetProperty("id").GetString()!;
        var missing = await railyard.Northbank.PostAsync("/sim/bank-statements", new { discrepancies = new[] { "missing" } });
        await railyard.Northbank.PostAsync("/sim/bank-statements");
        await StandsAsync(merchant, payout, "paid");
        var returned = await railyard.Northbank.PostAsync("/sim/bank-statements", new { discrepancies = new[] { "returned" } });
        var reopened = await StandsAsync(merchant, payout, "reopened");
        var second = await SendAsync(BusinessCalendar.Target.OnOrAfter(day.AddDays(1)), paying.Second, railyard.Operator);
        await railyard.Northbank.PostAsync("/sim/bank-statements");
        var paid = await StandsAsync(merchant, payout, "paid");

        Assert.Equal((88_55, "released"), (unpaid.GetProperty("amount").GetInt64(), unpaid.GetProperty("status").GetString()));
        Assert.Equal((HttpStatusCode.Conflict, "nothing_to_show"), (missing.Status, missing["error"]!));
        Assert.Equal(("88.55", "88.55"), (Value(first, "InstdAmt"), Value(second, "InstdAmt")));
        Assert.NotEqual(Value(first, "EndToEndId"), Value(second, "EndToEndId"));
        Assert.Contains("<RtrInf>", returned["content"]!, StringComparison.Ordinal);
        Assert.Equal("returned by the bank", reopened["fault"]);
        Assert.Equal("88.55", $"{paid.Body.GetProperty("amount").GetInt64() / 100m:0.00}");
        await AssertNothingIsOpenAsync();
        var balance = await BalanceAsync(merchant.Client, "EUR", one => one.GetProperty("in_transit").GetInt64() == 0);
        Assert.Equal((0, 10_00, 10_00), (Cents(balance, "available"), Cents(balance, "reserved"), Cents(balance, "total")));
    }

    [Fact]
    public async Task What_is_payable_is_what_is_available_whatever_the_file_said_and_people_decided()
    {
        await paying.AgreeAsync("mer_sandbox", Paying.Terms("SEK"));
        string[] names = ["RIGHT", "MORE", "LESS", "LOST", "FEE", "PARTS", "GONE"];
        long[] amounts = [10_00, 20_00, 20_00, 5_00, 10_00, 30_00, 6_00];
        foreach (var (name, amount) in names.Zip(amounts)) await railyard.PublishCaptureAsync(Confirmed($"cap_{name}", name, amount));
        await railyard.PublishRefundAsync(Confirmed("ref_BACK", "RIGHT", 4_00, "BACK"));
        foreach (var name in names) await railyard.RecordedAsync($"cap_{name}");
        await railyard.RecordedAsync("ref_BACK");

        var file = await railyard.ReconcileAsync("sek.csv", Sdr.File(
            Row("RIGHT", "10.00", 17), Row("MORE", "21.00", 29), Row("LESS", "19.00", 29), Row("FEE", "10.00", 1_00),
            Row("PARTS", "10.00", 21).Replace("MPARTS", "", StringComparison.Ordinal), Row("PARTS", "20.00", 20).Replace("MPARTS", "", StringComparison.Ordinal),
            Refunded("RIGHT", "BACK", "4.00"), PaidOut("83.84", "SEK")));
        await ResolveAsync(file, "amount_differs", "MORE", "accepted");
        await ResolveAsync(file, "amount_differs", "LESS", "written_off");
        await ResolveAsync(file, "missing_at_acquirer", "LOST", "written_off");
        await ResolveAsync(file, "missing_at_acquirer", "GONE", "accepted");
        await SweepAsync();
        await SweepAsync();

        // 10.00 and 21.00, as found; 20.00 and 5.00, which we bear; 10.00, 30.00 in two parts; less 4.00, and less what each costs.
        const long wanted = 10_00 - 37 + 21_00 - 50 + 20_00 - 49 + 5_00 - 31 + 10_00 - 37 + 30_00 - 61 - 4_00 - 30;
        var payable = await PayableAsync("SEK");
        Assert.Equal(7, payable.Sum(total => total.Count));
        Assert.Equal(wanted, payable.Sum(total => total.Gross.MinorUnits - total.Fees.MinorUnits));
        await BalanceAsync(railyard.Merchant, "SEK", one => Cents(one, "available") == wanted && Cents(one, "pending") == 0);
    }

    [Fact]
    public async Task Nothing_of_a_file_whose_totals_are_broken_is_payable_until_people_have_accepted_that()
    {
        await railyard.PublishCaptureAsync(Confirmed("cap_DOUBT", "DOUBT", 10_00, currency: "DKK"));
        await railyard.RecordedAsync("cap_DOUBT");
        var file = await railyard.ReconcileAsync("dkk.csv", Sdr.File(
            Row("DOUBT", "10.00", 17, "DKK"), PaidOut("8.00", "DKK")));
        await Eventually.ThatAsync(() => Task.FromResult(railyard.Logs), logs => logs.Contains($"{file["file_id"]} shards 0: its totals are broken", StringComparison.Ordinal));

        await SweepAsync();
        var before = await PayableAsync("DKK");
        await ResolveAsync(file, "control_total_broken", null, "accepted", approval: paying.Second);
        await SweepAsync();

        Assert.Equal("broken", file["control.status"]);
        Assert.Empty(before);
        Assert.Equal(10_00, Assert.Single(await PayableAsync("DKK")).Gross.MinorUnits);
    }

    async Task<XDocument> SendAsync(DateOnly day, Client by, Client approval)
    {
        var run = await paying.RunAsync(day, by);
        var released = await paying.ReleaseAsync(run["id"]!, approval);
        return await paying.FileAsync(released.Body.GetProperty("totals").EnumerateArray()
            .First(total => total.GetProperty("currency").GetString() == "EUR").GetProperty("file").GetString()!);
    }

    static Task<Reply> StandsAsync(Onboarded merchant, string payout, string status) =>
        Eventually.ThatAsync(() => merchant.Client.GetAsync($"/v1/payouts/{payout}"), found => found["status"] == status);

    // The bank's book has the other side of everything that has left, come back and left again.
    async Task AssertNothingIsOpenAsync()
    {
        var trial = await Eventually.ThatAsync(
            () => railyard.Operator.GetAsync("/ops/v1/ledger/trial-balance"), found => Account(found, "payouts_in_transit") == 0 && Account(found, "bank:main") != 0);
        Assert.True(trial.Body.GetProperty("is_balanced").GetBoolean());
        Assert.Equal((0, 0), (Account(trial, "between_books"), Account(trial, "merchant_in_transit")));
        var open = await railyard.Operator.GetAsync("/ops/v1/ledger/open-items?acquirer=northbank");
        Assert.Empty(open.Body.GetProperty("batches").EnumerateArray());
    }

    static long Account(Reply trial, string code) => trial.Body.GetProperty("accounts").EnumerateArray()
        .Where(one => one.GetProperty("account").GetString() == code && one.GetProperty("currency").GetString() == "EUR")
        .Sum(one => one.GetProperty("balance").GetInt64());

    async Task ResolveAsync(Reply file, string kind, string? reference, string resolution, Client? approval = null)
    {
        var found = (await railyard.DiscrepanciesAsync(file["file_id"]!)).Where(one => one["kind"] == kind && one["acquirer_reference"] == reference);
        var path = $"/ops/v1/discrepancies/{Assert.Single(found)["id"]}";
        var resolved = await railyard.Operator.PostAsync($"{path}/resolutions", new { kind = resolution, reason = "Asked them." });
        if (approval is not null) resolved = await approval.PostAsync($"{path}/approvals");
        Assert.True(resolved["status"] == "resolved", resolved.Text);
    }

    Task SweepAsync() => ActivatorUtilities.CreateInstance<SweepLateSettlements>(railyard.App.Services).SweepAsync(Cancellation);

    async Task<IReadOnlyList<PayableTotal>> PayableAsync(string currency)
    {
        var now = TimeProvider.System.GetUtcNow();
        var packets = await railyard.App.Services.GetRequiredService<PayableStore>().OpenAsync(
            new MerchantId("mer_sandbox"), Currency.Of(currency), new DateOnly(now.Year, now.Month, 1), 100, Cancellation);
        return PayableTotal.Sum(packets.SelectMany(packet => packet.Totals));
    }

    static async Task<JsonElement> BalanceAsync(Client merchant, string currency, Func<JsonElement, bool> isWanted) => await Eventually.ThatAsync(
        async () => (await merchant.GetAsync("/v1/balances")).Body.GetProperty("balances").EnumerateArray()
            .FirstOrDefault(one => one.GetProperty("currency").GetString() == currency),
        one => one.ValueKind == JsonValueKind.Object && isWanted(one));

    static long Cents(JsonElement balance, string place) => balance.GetProperty(place).GetInt64();

    static string Value(XDocument file, string name) => file.Descendants(PaymentFileNamespace + name).First().Value;

    static readonly XNamespace PaymentFileNamespace = PaymentFile.Namespace;

    static ConfirmedOperation Confirmed(string operation, string name, long amount, string? modification = null, string currency = "SEK") => new(
        new OperationId(operation), new Money(amount, Currency.Of(currency)), new AcquirerName("southbank"), name, $"M{modification ?? name}");

    static string Row(string psp, string gross, int fee, string currency = "SEK")
    {
        var net = $"{decimal.Parse(gross, System.Globalization.CultureInfo.InvariantCulture) - fee / 100m:0.00}";
        return $"{psp},order,2026-11-24 10:00:00,UTC,Settled,M{psp},{currency},,{gross},1,{currency},,{net},{fee / 100m:0.00},77";
    }

    static string PaidOut(string net, string currency) =>
        $",,2026-11-24 23:00:00,UTC,MerchantPayout,\"TX1XT batch 77, Railyard\",{currency},,,,{currency},{net},,,77";

    static string Refunded(string psp, string modification, string gross) =>
        $"{psp},order,2026-11-24 11:00:00,UTC,Refunded,M{modification},SEK,{gross},,1,SEK,{gross},,,77";
}
