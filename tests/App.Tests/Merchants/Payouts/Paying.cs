using System.Net;
using System.Text;
using System.Xml.Linq;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Merchants.Payouts;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Merchants.Payouts;

/// <summary>Pays merchants of a running app: what two operators do, and what a bank answers.</summary>
sealed class Paying(RunningApp app)
{
    public const string Iban = "NL91ABNA0417164300";

    static readonly TimeZoneInfo TermsZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    // Each test takes a day of its own, the latest first: a run is of all merchants, and there is one of a day.
    static readonly Lock One = new();
    static DateOnly next = Today.AddDays(60);

    public Client Operator => new(app.Address, "ok_sandbox_local");

    public Client Second => new(app.Address, "ok_sandbox_second");

    /// <summary>
    /// The day on which what is settled now can be paid: that of the terms, which begins before that of UTC does. In the last
    /// minute, after the cut-off, it is the next.
    /// </summary>
    public static DateOnly Today => DateOnly.FromDateTime(
        TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1), TermsZone).DateTime);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The body of terms: paid at once, 1.20 % + 0.25 for a sale and 0.30 for a refund.</summary>
    public static object Terms(string currency = "EUR", object? reserve = null, string? hold = null, long minimum = 0, int delay = 0) => new
    {
        currencies = new[]
        {
            new
            {
                currency,
                account = new { name = "Tea & Co", iban = Iban, bic = "ABNANL2A" },
                schedule = new { interval = "daily", delay_business_days = delay, cut_off = "23:59", time_zone = "Europe/Amsterdam" },
                fees = new { pricing = "blended", lines = new[] { new { basis_points = 120, @fixed = 25 } }, refund = 30, chargeback = 15_00, minimum = 10 },
                reserve,
                minimum_payout = minimum,
            },
        },
        hold,
    };

    public async Task AgreeAsync(string merchant, object terms)
    {
        var put = await Operator.SendAsync(HttpMethod.Put, $"/ops/v1/merchants/{merchant}/payout-terms", terms, ("If-Match", "*"));
        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
    }

    /// <summary>Makes something payable, as a settlement file would.</summary>
    public async Task SettleAsync(string merchant, long cents, PayableKind kind = PayableKind.Sale, string currency = "EUR", int items = 1)
    {
        var code = Currency.Of(currency);
        var settled = Enumerable.Range(0, items).Select(_ => new PayableItem
        {
            Id = PayableId.Of($"{Guid.CreateVersion7()}"),
            Kind = kind,
            Gross = new Movement(new Money(cents, code), PayableItem.DirectionOf(kind) ?? Direction.Credit),
            Payment = new PaymentId("pay_1"),
        }).ToList();
        var (terms, _) = await app.Services.GetRequiredService<TermsStore>().LoadAsync(new MerchantId(merchant), Cancellation);
        var fees = terms.In(code)?.Fees;
        await app.Services.GetRequiredService<PayableStore>().RecordAsync(
            $"test {Guid.CreateVersion7()}", new MerchantId(merchant), code,
            [.. settled.Select(item => fees?.Price(item) ?? new PricedItem(item, Balance.Zero(code)))], fees is not null, Cancellation);
    }

    /// <summary>A business day that no other test has.</summary>
    public static DateOnly ADay()
    {
        lock (One)
        {
            while (!BusinessCalendar.Target.IsOpen(next)) next = next.AddDays(-1);
            var day = next;
            next = next.AddDays(-1);
            return day;
        }
    }

    /// <summary>A payout of a merchant's, worked out and in no run yet.</summary>
    public async Task<string> PayoutAsync(string merchant)
    {
        await AgreeAsync(merchant, Terms());
        await SettleAsync(merchant, 100_00);
        var (owner, day) = (new MerchantId(merchant), BusinessCalendar.Target.OnOrAfter(Today));
        var (terms, _) = await app.Services.GetRequiredService<TermsStore>().LoadAsync(owner, Cancellation);
        await app.Services.GetRequiredService<PayoutDesk>().MakeAsync(PayoutRunId.Of(day), day, owner, terms.Currencies[0], Cancellation);
        return PayoutId.Of(owner, Currency.Of("EUR"), day).Value;
    }

    /// <summary>A run that waits for an approval, with a payout of that merchant's.</summary>
    public async Task<string> WaitingRunAsync(string merchant)
    {
        await AgreeAsync(merchant, Terms());
        await SettleAsync(merchant, 100_00);
        return (await RunAsync(ADay(), Second))["id"]!;
    }

    /// <summary>The message of a run that was sent, with a payout of that merchant's.</summary>
    public async Task<string> SentMessageAsync(string merchant)
    {
        var run = await ReleaseAsync(await WaitingRunAsync(merchant), Operator);
        return run.Body.GetProperty("totals").EnumerateArray()
            .First(total => total.GetProperty("currency").GetString() == "EUR").GetProperty("message_id").GetString()!;
    }

    /// <summary>A run of that day, worked out.</summary>
    public async Task<Reply> RunAsync(DateOnly day, Client? by = null)
    {
        var started = await (by ?? Operator).PostAsync("/ops/v1/payout-runs", new { date = $"{day:yyyy-MM-dd}" });
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        return await Eventually.ThatAsync(() => GetAsync(started["id"]!), run => run["status"] is not "collecting");
    }

    public Task<Reply> GetAsync(string run) => Operator.GetAsync($"/ops/v1/payout-runs/{run}?limit=100");

    /// <summary>The run once it is approved and everything of it is sent.</summary>
    public async Task<Reply> ReleaseAsync(string run, Client? by = null)
    {
        var approved = await (by ?? Second).PostAsync($"/ops/v1/payout-runs/{run}/approvals");
        Assert.True(approved.Status == HttpStatusCode.Accepted, approved.Text);
        return await Eventually.ThatAsync(() => GetAsync(run), found => found["status"] == "released");
    }

    /// <summary>A file of the outbox.</summary>
    public async Task<XDocument> FileAsync(string name)
    {
        var blob = app.Services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(PaymentOutbox.Container).GetBlobClient(name);
        return XDocument.Parse((await blob.DownloadContentAsync(Cancellation)).Value.Content.ToString());
    }

    public async Task<int> FilesAsync()
    {
        var count = 0;
        await foreach (var _ in app.Services.GetRequiredService<BlobServiceClient>()
            .GetBlobContainerClient(PaymentOutbox.Container).GetBlobsAsync(cancellationToken: Cancellation)) count++;
        return count;
    }

    /// <summary>Puts in a bank's answer.</summary>
    public Task<Reply> AnswerAsync(string name, string message, string endToEnd, string status, string reason = "AC04") => PutAsync(
        name,
        $"""
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId></GrpHdr>
        <OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts>
        <OrgnlEndToEndId>{endToEnd}</OrgnlEndToEndId><TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>
        </TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
        """);

    public Task<Reply> PutAsync(string name, string text) =>
        Operator.PutAsync($"/ops/v1/payout-status-reports/{name}", Encoding.UTF8.GetBytes(text));
}
