using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Tests.Merchants;
using Railyard.Core;
using Railyard.Core.Merchants.Payouts;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Tests.Merchants.Payouts;

/// <summary>Runs, approvals and the bank's answers, beside all other tests of the running app.</summary>
public sealed class PayoutRunsTests(RunningRailyard railyard)
{
    readonly Paying paying = new(railyard.App);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Held_owing_and_below_the_minimum_are_not_paid_and_what_is_carried_is_paid_later()
    {
        var (held, owing, small) = (await railyard.OnboardAsync(), await railyard.OnboardAsync(), await railyard.OnboardAsync());
        await paying.AgreeAsync(held.Id, Paying.Terms(hold: "Their bank is being asked."));
        await paying.AgreeAsync(owing.Id, Paying.Terms());
        await paying.AgreeAsync(small.Id, Paying.Terms(minimum: 50_00));
        await paying.SettleAsync(held.Id, 10_00);
        await paying.SettleAsync(owing.Id, 10_00, PayableKind.Refund);
        await paying.SettleAsync(small.Id, 40_00);
        var (late, early) = (Paying.ADay(), Paying.ADay());

        var first = await paying.RunAsync(early);
        await paying.AgreeAsync(held.Id, Paying.Terms());
        await paying.SettleAsync(owing.Id, 30_00);
        await paying.SettleAsync(small.Id, 40_00);
        await paying.RunAsync(late);

        Assert.Equal(["held"], Outcomes(first, held));
        Assert.Equal(["carried"], Outcomes(first, owing));
        Assert.Equal(["carried"], Outcomes(first, small));
        // 10.00 - 0.37; 30.00 - 0.61 - 10.00 - 0.30; twice 40.00 - 0.73.
        Assert.Equal([9_63], await AmountsAsync(held));
        Assert.Equal([19_09, 0], await AmountsAsync(owing));
        Assert.Equal([78_54, 0], await AmountsAsync(small));
        var carried = (await small.Client.GetAsync("/v1/payouts?status=carried")).Body.GetProperty("items")[0];
        Assert.Equal(("below_minimum", 39_27), (carried.GetProperty("carried_because").GetString(), carried.GetProperty("carried_on").GetInt64()));
        Assert.Contains("carried to the next payout", (await small.Client.GetAsync(
            $"/v1/payouts/{carried.GetProperty("id").GetString()}/statement")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_no_day_is_of_the_next_one_on_which_it_can_pay()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

        var started = await paying.Operator.PostAsync("/ops/v1/payout-runs");
        var same = await paying.Operator.PostAsync("/ops/v1/payout-runs", new { date = started["date"] });

        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        Assert.InRange(DateOnly.Parse(started["date"]!, System.Globalization.CultureInfo.InvariantCulture), today, today.AddDays(6));
        Assert.True(BusinessCalendar.Target.IsOpen(DateOnly.Parse(started["date"]!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(started["id"], same["id"]);
    }

    [Fact]
    public async Task A_payout_of_many_items_is_listed_page_by_page_and_adds_up()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.AgreeAsync(merchant.Id, Paying.Terms());
        await paying.SettleAsync(merchant.Id, 10_00, items: 1_101);
        await paying.SettleAsync(merchant.Id, 5_00, items: 3);

        await paying.RunAsync(Paying.ADay());

        var payout = (await merchant.Client.GetAsync("/v1/payouts")).Body.GetProperty("items")[0];
        var lines = await LinesAsync(merchant, payout.GetProperty("id").GetString()!);
        Assert.Equal(1_104, lines.Select(line => line.GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(payout.GetProperty("amount").GetInt64(), lines.Sum(line => line.GetProperty("net").GetInt64()));
        Assert.Equal((1_101 * (10_00 - 37)) + (3 * (5_00 - 31)), payout.GetProperty("amount").GetInt64());
        var page = await merchant.Client.GetAsync($"/v1/payouts/{payout.GetProperty("id").GetString()}/statement");
        Assert.Contains("104 further items", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_settled_before_there_were_terms_is_priced_when_it_is_paid()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.SettleAsync(merchant.Id, 100_00);
        await paying.AgreeAsync(merchant.Id, Paying.Terms());

        await paying.RunAsync(Paying.ADay());

        Assert.Equal([98_55], await AmountsAsync(merchant));
    }

    [Fact]
    public async Task A_payout_that_was_cut_short_anywhere_is_made_once()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.AgreeAsync(merchant.Id, Paying.Terms());
        await paying.SettleAsync(merchant.Id, 100_00);
        var day = Paying.ADay();
        var (desk, terms) = (railyard.App.Services.GetRequiredService<PayoutDesk>(), railyard.App.Services.GetRequiredService<TermsStore>());
        var agreed = (await terms.LoadAsync(new MerchantId(merchant.Id), Cancellation)).Terms.Currencies[0];

        // At once and after one another: one payout, which has everything.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => desk.MakeAsync(
            PayoutRunId.Of(day), day, new MerchantId(merchant.Id), agreed, Cancellation)));
        await paying.SettleAsync(merchant.Id, 50_00);
        await desk.MakeAsync(PayoutRunId.Of(day), day, new MerchantId(merchant.Id), agreed, Cancellation);

        Assert.Equal([98_55], await AmountsAsync(merchant));
    }

    [Fact]
    public async Task A_crash_between_the_decision_and_the_marks_neither_loses_nor_pays_twice()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.AgreeAsync(merchant.Id, Paying.Terms());
        await paying.SettleAsync(merchant.Id, 100_00);
        var owner = new MerchantId(merchant.Id);
        var payouts = railyard.App.Services.GetRequiredService<PayoutStore>();
        var payables = railyard.App.Services.GetRequiredService<PayableStore>();
        var agreed = (await railyard.App.Services.GetRequiredService<TermsStore>().LoadAsync(owner, Cancellation)).Terms.Currencies[0];
        var (late, early) = (Paying.ADay(), Paying.ADay());
        var month = new DateOnly(TimeProvider.System.GetUtcNow().Year, TimeProvider.System.GetUtcNow().Month, 1);
        var open = await payables.OpenAsync(owner, agreed.Currency, month, 10, Cancellation);

        // What the desk writes, and nothing after it.
        var before = StandingDocument.New(owner, agreed.Currency, month);
        var (statement, after) = PayoutRule.Pay(agreed, before.Standing, [.. open.SelectMany(packet => packet.Totals)], early);
        var payout = Payout.Of(owner, early, statement, TimeProvider.System.GetUtcNow());
        Assert.True(await payouts.TryDecideAsync(
            PayoutDocument.Of(payout, agreed, [.. open.Select(packet => new PacketPlace(packet.Id, packet.Bucket))]),
            before with { Standing = after, LastDay = early, Marking = payout.Id }, null, Cancellation));

        await paying.SettleAsync(merchant.Id, 50_00);
        await railyard.App.Services.GetRequiredService<PayoutDesk>().MakeAsync(PayoutRunId.Of(late), late, owner, agreed, Cancellation);

        Assert.Equal([49_15, 98_55], await AmountsAsync(merchant));
        Assert.Empty(await payables.OpenAsync(owner, agreed.Currency, month, 10, Cancellation));
    }

    [Fact]
    public async Task Items_that_come_again_with_others_are_recorded_once()
    {
        var merchant = new MerchantId((await railyard.OnboardAsync()).Id);
        var payables = railyard.App.Services.GetRequiredService<PayableStore>();
        var euro = Currency.Of("EUR");
        var items = Enumerable.Range(0, 1_200).Select(number => new PricedItem(
            new PayableItem
            {
                Id = PayableId.Of($"{merchant} {number}"), Kind = PayableKind.Sale, Gross = new(new Money(1_00, euro), Core.Settlement.Direction.Credit),
            },
            new Balance(1, euro))).ToList();

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => payables.RecordAsync($"again {merchant}", merchant, euro, items[..900], isPriced: true, Cancellation)));
        var more = await payables.RecordAsync($"again {merchant}", merchant, euro, items, isPriced: true, Cancellation);

        Assert.All(all, packets => Assert.Equal(900, packets.Sum(packet => packet.Totals.Sum(total => total.Count))));
        Assert.Equal((1_200, 1_200_00, 1_200), (
            more.Sum(packet => packet.Totals.Sum(total => total.Count)),
            more.Sum(packet => packet.Totals.Sum(total => total.Gross.MinorUnits)),
            more.Sum(packet => packet.Fees.MinorUnits)));
    }

    [Fact]
    public async Task What_cannot_be_approved_is_not()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.AgreeAsync(merchant.Id, Paying.Terms(currency: "USD"));
        await paying.SettleAsync(merchant.Id, 100_00, currency: "USD");
        var run = await paying.RunAsync(Paying.ADay());

        var noAccount = await paying.Second.PostAsync($"/ops/v1/payout-runs/{run["id"]}/approvals");
        // It must not stand in the way of other runs.
        await paying.AgreeAsync(merchant.Id, Paying.Terms(currency: "USD", hold: "No account of ours in dollars."));
        var past = await paying.Operator.PostAsync("/ops/v1/payout-runs", new { date = $"{DateOnly.FromDateTime(DateTimeOffset.UnixEpoch.DateTime):yyyy-MM-dd}" });
        var wrong = await paying.Operator.PostAsync("/ops/v1/payout-runs", new { date = "24.12.2026" });

        Assert.Equal((HttpStatusCode.Conflict, "no_debtor_account"), (noAccount.Status, noAccount["code"]!));
        Assert.Equal("out_of_range", past.Body.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal("invalid_date", wrong.Body.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await paying.Operator.GetAsync($"/ops/v1/payout-runs/{run["id"]}?limit=0")).Status);
    }

    [Fact]
    public async Task A_run_is_approved_once_and_a_merchant_held_meanwhile_is_left_out()
    {
        var (paid, held) = (await railyard.OnboardAsync(), await railyard.OnboardAsync());
        foreach (var merchant in (Onboarded[])[paid, held])
        {
            await paying.AgreeAsync(merchant.Id, Paying.Terms());
            await paying.SettleAsync(merchant.Id, 100_00);
        }
        var run = await paying.RunAsync(Paying.ADay());
        await paying.AgreeAsync(held.Id, Paying.Terms(hold: "Stop."));
        var own = await paying.Operator.PostAsync($"/ops/v1/payout-runs/{run["id"]}/approvals");

        var released = await paying.ReleaseAsync(run["id"]!);
        var third = await railyard.IssueAsync("operators", ["operations:read", "operations:write"]);
        var late = await railyard.ClientOf(third["key"]).PostAsync($"/ops/v1/payout-runs/{run["id"]}/approvals");

        Assert.Equal((HttpStatusCode.Forbidden, "approval_by_creator"), (own.Status, own["code"]!));
        Assert.Equal((HttpStatusCode.Conflict, "not_awaiting_approval"), (late.Status, late["code"]!));
        Assert.Equal("released", await StatusAsync(paid));
        Assert.Equal("awaiting_approval", await StatusAsync(held));
        var file = await paying.FileAsync(released.Body.GetProperty("totals")[0].GetProperty("file").GetString()!);
        XNamespace pain = PaymentFile.Namespace;
        Assert.Equal($"{file.Descendants(pain + "CdtTrfTxInf").Count()}", file.Descendants(pain + "NbOfTxs").First().Value);
        Assert.Contains(file.Descendants(pain + "InstdAmt"), amount => amount.Value == "98.55");

        // The bank refuses all of it: both what it names and the file as a whole.
        var message = released.Body.GetProperty("totals")[0].GetProperty("message_id").GetString()!;
        var whole = await paying.PutAsync(
            $"whole-{message}.xml",
            $"<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>");
        Assert.Equal(("rejected", $"{file.Descendants(pain + "CdtTrfTxInf").Count()}"), (whole["group"]!, whole["reopened"]!));
        Assert.Equal("reopened", await StatusAsync(paid));
        await AssertReportsRefusedAsync(message);
    }

    async Task AssertReportsRefusedAsync(string message)
    {
        var strange = await paying.AnswerAsync($"strange-{message}.xml", message, "NOTPROVIDED", "ACSC");
        Assert.Equal(("1", "0"), (strange["unknown"]!, strange["reopened"]!));
        var (first, other) = (await paying.AnswerAsync($"a-{message}.xml", message, "x", "ACCP"), await paying.AnswerAsync($"a-{message}.xml", message, "x", "RJCT"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict, "name_taken"), (first.Status, other.Status, other["code"]!));
        var none = await paying.AnswerAsync("none.xml", "RY0193526c2f2b7c6f8d2f0a1b2c3d4e5f", "x", "RJCT");
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (none.Status, none["code"]!));
        var hostile = await paying.PutAsync("hostile.xml", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unreadable_report"), (hostile.Status, hostile["code"]!));
        Assert.DoesNotContain("passwd", hostile.Text, StringComparison.Ordinal);
        var empty = await paying.PutAsync("empty.xml", "");
        Assert.Equal((HttpStatusCode.BadRequest, "empty_body"), (empty.Status, empty["code"]!));
        var name = await paying.PutAsync(".hidden", "<a/>");
        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (name.Status, name["code"]!));
        var large = await paying.Operator.PutAsync("/ops/v1/payout-status-reports/large.xml", new byte[(16 * 1024 * 1024) + 1]);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (large.Status, large["code"]!));
        var latin = await paying.Operator.PutAsync("/ops/v1/payout-status-reports/latin.xml", Encoding.Latin1.GetBytes("<a>é</a>"));
        Assert.Equal("unreadable_report", latin["code"]);
    }

    [Fact]
    public async Task A_list_says_what_is_wrong_with_its_parameters()
    {
        var merchant = await railyard.OnboardAsync();
        await paying.AgreeAsync(merchant.Id, Paying.Terms());
        await paying.SettleAsync(merchant.Id, 10_00);
        await paying.RunAsync(Paying.ADay());
        var id = (await merchant.Client.GetAsync("/v1/payouts?limit=1")).Body.GetProperty("items")[0].GetProperty("id").GetString();

        foreach (var path in (string[])["?cursor=zz", $"/{id}/lines?cursor=zz", $"/{id}/statement?format=pdf"])
        {
            var reply = await merchant.Client.GetAsync($"/v1/payouts{path}");
            Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (reply.Status, reply["code"]!));
        }
    }

    static IEnumerable<string?> Outcomes(Reply run, Onboarded merchant) => run.Body.GetProperty("payouts").EnumerateArray()
        .Where(entry => entry.GetProperty("merchant").GetString() == merchant.Id)
        .Select(entry => entry.GetProperty("outcome").GetString());

    static async Task<IEnumerable<long>> AmountsAsync(Onboarded merchant) =>
        (await merchant.Client.GetAsync("/v1/payouts")).Body.GetProperty("items").EnumerateArray()
            .Select(payout => payout.GetProperty("amount").GetInt64());

    static async Task<string?> StatusAsync(Onboarded merchant) =>
        (await merchant.Client.GetAsync("/v1/payouts")).Body.GetProperty("items")[0].GetProperty("status").GetString();

    static async Task<List<JsonElement>> LinesAsync(Onboarded merchant, string payout)
    {
        var found = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await merchant.Client.GetAsync($"/v1/payouts/{payout}/lines?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.Body.GetProperty("items").EnumerateArray());
            cursor = page["next_cursor"];
        }
        while (cursor is not null);
        return found;
    }
}
