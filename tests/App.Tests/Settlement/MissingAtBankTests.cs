using System.Net;
using System.Text;
using Railyard.App.Tests.Merchants.Payouts;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;

namespace Railyard.App.Tests.Settlement;

/// <summary>An app of its own whose days pass in milliseconds.</summary>
public sealed class MissingAtBankTests : IAsyncLifetime
{
    const string Reference = "TX90XT batch 90, RailyardSouth";

    // A Tuesday: three working days later it is Friday.
    readonly VirtualTime time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    RunningApp? app;

    Client Operator => new(app!.Address, "ok_sandbox_local");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        app = await RunningApp.StartAsync(typeof(Containers).Assembly, new LocalOptions { Time = time, Settings = Timers.OffBut("FindOverdueAtBank") }, Stop);

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_without_its_bank_line_is_missing_after_the_agreed_days_and_its_late_line_closes_it()
    {
        var payout = Sdr.Payout("50.00", "90").Replace("TX1XT batch 90, Railyard", Reference, StringComparison.Ordinal);
        var settled = await Operator.PutAsync(
            "/ops/v1/settlement-files/southbank/late.csv", Encoding.UTF8.GetBytes(Sdr.File(Sdr.Settled("LATE90", "L90", "50.00", "90"), payout)));
        await Eventually.ThatAsync(
            () => Operator.GetAsync($"/ops/v1/settlement-files/{settled["file_id"]}"),
            file => file.Status == HttpStatusCode.OK && file["status"] == "reconciled_with_discrepancies");
        await Eventually.ThatAsync(() => app!.Services.BankExpectationsAsync(), found => found.Count == 1);

        await time.AdvanceAsync(TimeSpan.FromDays(3), Stop);
        var inTime = await MissingAsync();
        await time.AdvanceAsync(TimeSpan.FromDays(1), Stop);
        var overdue = await Eventually.ThatAsync(() => MissingAsync(), found => found.Count == 1);
        await time.AdvanceAsync(TimeSpan.FromDays(2), Stop);
        var still = await MissingAsync();
        await Operator.PutAsync("/ops/v1/bank-statements/main/late.xml", Encoding.UTF8.GetBytes(Camt.File("LATE", Camt.Credit("50.00", Reference, "2026-11-30"))));
        var closed = await Eventually.ThatAsync(() => MissingAsync(), found => found.Any(one => one["status"] == "closed"));

        Assert.Empty(inTime);
        Assert.Equal((settled["file_id"], "open"), (overdue[0]["file_id"], overdue[0]["status"]));
        Assert.Equal((overdue[0]["id"], overdue[0]["status"], overdue[0]["found_at"]), (Assert.Single(still)["id"], still[0]["status"], still[0]["found_at"]));
        Assert.Equal(overdue[0]["id"], Assert.Single(closed)["id"]);
    }

    [Fact]
    public async Task A_payout_whose_debit_does_not_come_is_missing_after_the_agreed_days_and_its_late_debit_pays_it()
    {
        var paying = new Paying(app!);
        await paying.AgreeAsync("mer_sandbox", Paying.Terms());
        await paying.SettleAsync("mer_sandbox", 100_00);
        var released = await paying.ReleaseAsync((await paying.RunAsync(new DateOnly(2026, 11, 24)))["id"]!);
        var file = await paying.FileAsync(released.Body.GetProperty("totals")[0].GetProperty("file").GetString()!);
        var endToEnd = file.Descendants().Single(one => one.Name.LocalName == "EndToEndId").Value;

        await time.AdvanceAsync(TimeSpan.FromDays(3), Stop);
        var inTime = await MissingAsync("bank");
        await time.AdvanceAsync(TimeSpan.FromDays(1), Stop);
        var overdue = await Eventually.ThatAsync(() => MissingAsync("bank"), found => found.Count == 1);
        await Operator.PutAsync(
            "/ops/v1/bank-statements/main/debit.xml", Encoding.UTF8.GetBytes(Camt.File("DEBIT", Camt.Debit("98.55", endToEnd, "2026-11-28"))));
        var closed = await Eventually.ThatAsync(() => MissingAsync("bank"), found => found.Any(one => one["status"] == "closed"));

        Assert.Empty(inTime);
        Assert.Equal(("open", "98.55"), (overdue[0]["status"]!, $"{overdue[0].Body.GetProperty("amount").GetInt64() / 100m:0.00}"));
        Assert.Equal(overdue[0]["id"], Assert.Single(closed)["id"]);
        await Eventually.ThatAsync(
            () => new Client(app!.Address, "sk_sandbox_local").GetAsync("/v1/payouts?status=paid"), found => found.Body.GetProperty("items").GetArrayLength() == 1);
    }

    async Task<IReadOnlyList<Reply>> MissingAsync(string acquirer = "southbank")
    {
        var page = await Operator.GetAsync($"/ops/v1/discrepancies?acquirer={acquirer}&limit=100");
        return [.. page.Body.GetProperty("items").EnumerateArray()
            .Select(item => new Reply(page.Status, item.GetRawText(), page.Response))
            .Where(one => one["kind"] == "missing_at_bank")];
    }
}
