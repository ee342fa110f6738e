using System.Net;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Tests.Settlement;

public sealed class SettlementFileTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    [Fact]
    public async Task A_report_with_one_wrong_one_missing_and_one_extra_line_shows_exactly_these_three()
    {
        var captures = new List<string>();
        for (var i = 1; i <= 5; i++)
        {
            var paid = await railyard.Merchant.PayAsync(10_00 + i, "automatic");
            captures.Add($"cap_{paid["id"]!["pay_".Length..]}");
        }
        var refund = await railyard.Merchant.PostAsync(
            $"/v1/payments/pay_{captures[0]["cap_".Length..]}/refunds", new { amount = 4_00 });
        foreach (var operation in captures.Append(refund["id"]!)) await railyard.RecordedAsync(operation);

        var report = await railyard.Northbank.PostAsync(
            "/sim/settlement-reports", new { discrepancies = new[] { "wrong_amount", "missing", "extra" } });
        Assert.True(report.Status == HttpStatusCode.Created, report.Text);
        var three = await Eventually.ThatAsync(
            async () => (await railyard.Operator.GetAsync("/ops/v1/discrepancies?acquirer=northbank&status=open")).Body.GetProperty("items"),
            items => items.GetArrayLength() >= 3);
        var file = await railyard.ConcludedAsync(three[0].GetProperty("file_id").GetString()!);
        var found = await railyard.DiscrepanciesAsync(file["file_id"]!, "northbank");

        Assert.Equal(["amount_differs", "missing_at_acquirer", "missing_here"], found.Select(one => one["kind"]!).Order());
        Assert.Equal(("reconciled_with_discrepancies", "balanced"), (file["status"]!, file["control.status"]!));
        Assert.Equal(("4", "2", "1"), (file["matched"]!, file["discrepancies"]!, file["missing"]!));
        AssertAddsUp(file);
        var wrong = found.Single(one => one["kind"] == "amount_differs").Body.GetProperty("fields")[0];
        Assert.Equal(("amount", "1001 EUR", "1101 EUR"), (
            wrong.GetProperty("field").GetString(), wrong.GetProperty("expected").GetString(), wrong.GetProperty("found").GetString()));
    }

    [Fact]
    public async Task The_real_donation_is_unknown_to_us_and_balances_and_its_reordered_twin_gives_the_same()
    {
        var plain = await railyard.ReconcileAsync("donation.csv", Sdr.Real("donation"));
        var reordered = await railyard.ReconcileAsync("donation_reordered.csv", Sdr.Real("donation_reordered"));

        Assert.Equal(("reconciled_with_discrepancies", "balanced"), (plain["status"]!, plain["control.status"]!));
        Assert.Equal(("2", "0", "1", "0", "1"), Counts(plain));
        Assert.Equal("""[{"currency":"USD","gross":100,"fees":24,"net":76,"payout":76}]""", plain["totals"]);
        Assert.Equal(Counts(plain), Counts(reordered));
        Assert.Equal((plain["totals"], plain["control"], plain["status"]), (reordered["totals"], reordered["control"], reordered["status"]));
        Assert.NotEqual(plain["file_id"], reordered["file_id"]);
        Assert.Equal("missing_here", Assert.Single(await railyard.DiscrepanciesAsync(plain["file_id"]!))["kind"]);
    }

    [Fact]
    public async Task The_real_chargeback_has_a_broken_control_and_says_so()
    {
        var file = await railyard.ReconcileAsync("chargeback.csv", Sdr.Real("chargeback"));

        var finding = file.Body.GetProperty("control").GetProperty("findings")[0];
        Assert.Equal(("reconciled_with_discrepancies", "broken"), (file["status"]!, file["control.status"]!));
        Assert.Equal("-480 USD", finding.GetProperty("expected").GetString());
        Assert.Contains(
            await railyard.DiscrepanciesAsync(file["file_id"]!), one => one["kind"] == "control_total_broken");
        AssertAddsUp(file);
    }

    [Fact]
    public async Task The_same_content_twice_is_one_file_and_delivering_its_shards_again_changes_nothing()
    {
        var content = Sdr.File(Sdr.Settled("TWICE1", "M1"), Sdr.Settled("TWICE1", "M1"), Sdr.Payout("20.00"));
        var first = await railyard.ReconcileAsync("twice_a.csv", content);
        var before = await railyard.DiscrepanciesAsync(first["file_id"]!);

        var second = await railyard.ReconcileAsync("twice_b.csv", content);
        for (var round = 1000; round < 1003; round++) await railyard.DeliverAgainAsync(first["file_id"]!, round);
        await railyard.ReconcileAsync("twice_c.csv", Sdr.File(Sdr.Settled("TWICE2", "M2"), Sdr.Payout("10.00")));

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Text, (await railyard.ConcludedAsync(first["file_id"]!)).Text);
        Assert.Equal(before.Select(one => one.Text), (await railyard.DiscrepanciesAsync(first["file_id"]!)).Select(one => one.Text));
        Assert.Equal(2, before.Count);
    }

    [Fact]
    public async Task An_expectation_that_comes_after_its_line_closes_the_break()
    {
        var file = await railyard.ReconcileAsync("late.csv", Sdr.File(Sdr.Settled("LATE1", "LATEM1", "50.00"), Sdr.Payout("50.00")));
        var open = Assert.Single(await railyard.DiscrepanciesAsync(file["file_id"]!));

        await railyard.PublishCaptureAsync(Confirmed("LATE1", "LATEM1", 60_00));
        var closed = await Eventually.ThatAsync(
            () => railyard.DiscrepanciesAsync(file["file_id"]!), found => found.Any(one => one["status"] == "closed"));

        var differs = closed.Single(one => one["kind"] == "amount_differs");
        Assert.Equal(("missing_here", "open"), (open["kind"]!, open["status"]!));
        Assert.Equal(open["id"], closed.Single(one => one["status"] == "closed")["id"]);
        Assert.Equal("6000 EUR", differs.Body.GetProperty("fields")[0].GetProperty("expected").GetString());
    }

    [Fact]
    public async Task A_line_that_comes_a_file_late_closes_the_break_and_joining_again_changes_nothing()
    {
        await railyard.PublishCaptureAsync(Confirmed("LATE2", "LATEM2", 50_00));
        await railyard.RecordedAsync("cap_LATE2");
        var first = await railyard.ReconcileAsync("without.csv", Sdr.File(Sdr.Settled("OTHER2", "M2"), Sdr.Payout("10.00")));
        var missing = (await railyard.DiscrepanciesAsync(first["file_id"]!)).Single(one => one["kind"] == "missing_at_acquirer");

        var second = await railyard.ReconcileAsync("with.csv", Sdr.File(
            Sdr.Settled("LATE2", "LATEM2", "50.00").Replace(",50.00,,1", ",49.35,0.65,1", StringComparison.Ordinal), Sdr.Payout("49.35")));
        var before = await AllAsync(first, second);
        var again = await railyard.JoinAgainAsync(second["file_id"]!);

        Assert.Equal(("LATE2", "open"), (missing["acquirer_reference"]!, missing["status"]!));
        Assert.Equal(("reconciled", "1"), (second["status"]!, second["matched"]!));
        Assert.Equal("closed", before.Single(one => one["id"] == missing["id"])["status"]);
        Assert.Equal((1, 0), (again.Matched, again.Discrepancies));
        Assert.Equal(before.Select(one => one.Text), (await AllAsync(first, second)).Select(one => one.Text));
    }

    [Fact]
    public async Task A_damaged_file_is_reconciled_all_the_same_and_every_line_is_accounted_for()
    {
        var content = await System.IO.File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "tests", "Samples", "settlement-details-damaged.csv"), TestContext.Current.CancellationToken);

        var file = await railyard.ReconcileAsync("damaged.csv", content);

        Assert.Equal(("9", "0", "2", "6", "1"), Counts(file));
        Assert.Equal("broken", file["control.status"]);
        Assert.Contains(await railyard.DiscrepanciesAsync(file["file_id"]!), one => one["kind"] == "unknown_type");
        AssertAddsUp(file);
    }

    [Fact]
    public async Task A_file_of_no_known_format_is_rejected_with_the_line_and_what_was_expected()
    {
        var file = await railyard.ReconcileAsync("letter.txt", "Dear Sirs,\nplease find enclosed");

        Assert.Equal("rejected", file["status"]);
        Assert.Equal("1", file["rejection.line"]);
        Assert.Contains("a known format", file["rejection.fault.expected"], StringComparison.Ordinal);
        Assert.Null(file["format"]);
    }

    [Fact]
    public async Task A_file_of_several_groups_of_shards_adds_up()
    {
        // A long column makes the file large, and so divides it, without making thousands of discrepancies.
        var filling = new string('x', 100);
        var ours = Enumerable.Range(0, 200).Select(i => Sdr.Settled($"MANY{i:000000000000}", $"MOD{i}"));
        var fees = Enumerable.Repeat($",{filling},2026-11-24 10:00:00,UTC,Fee,{filling},EUR,,,,EUR,0.00,,,1", 20_000);

        var file = await railyard.ReconcileAsync("many.csv", Sdr.File([.. ours, .. fees, Sdr.Payout("2000.00")]));

        Assert.Equal(("20201", "0", "200", "0", "20001"), Counts(file));
        Assert.Equal("balanced", file["control.status"]);
        Assert.Equal(200, (await railyard.DiscrepanciesAsync(file["file_id"]!)).Count);
    }

    [Fact]
    public async Task What_cannot_be_taken_in_gets_its_status()
    {
        var content = Sdr.File(Sdr.Settled("BAD1", "M1"));
        var first = await railyard.PutAsync("taken.csv", content);

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal(first["file_id"], (await railyard.PutAsync("taken.csv", content))["file_id"]);
        Problem(await railyard.PutAsync("taken.csv", content + "\n"), HttpStatusCode.Conflict, "name_taken");
        Problem(await railyard.PutAsync("nobody.csv", content, "nobody"), HttpStatusCode.NotFound, "not_found");
        Problem(await railyard.PutAsync("empty.csv", ""), HttpStatusCode.BadRequest, "empty_body");
        Problem(await railyard.PutAsync(".hidden", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.PutAsync("a%2f..%2fb.csv", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.PutAsync("..%2fb.csv", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.PutAsync("a%20b.csv", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.Operator.GetAsync("/ops/v1/settlement-files/fil_nothing"), HttpStatusCode.NotFound, "not_found");
        Problem(await railyard.Merchant.GetAsync("/ops/v1/settlement-files/fil_nothing"), HttpStatusCode.Forbidden, "forbidden");
        Problem(await railyard.Operator.GetAsync("/ops/v1/discrepancies?limit=0"), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.Operator.GetAsync("/ops/v1/discrepancies?cursor=zz"), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.Operator.GetAsync("/ops/v1/discrepancies?status=lost"), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.Operator.GetAsync("/ops/v1/discrepancies?acquirer=nobody"), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Discrepancies_are_listed_page_by_page_without_gap_or_repeat()
    {
        var rows = Enumerable.Range(0, 5).Select(i => Sdr.Settled($"PAGE{i}", "M1"));
        var file = await railyard.ReconcileAsync("pages.csv", Sdr.File([.. rows, Sdr.Payout("50.00")]));
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await railyard.Operator.GetAsync($"/ops/v1/discrepancies?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Distinct(ids);
        Assert.Superset(
            (await railyard.DiscrepanciesAsync(file["file_id"]!)).Select(one => one["id"]!).ToHashSet(), ids.ToHashSet());
    }

    async Task<IReadOnlyList<Reply>> AllAsync(params Reply[] files)
    {
        var found = new List<Reply>();
        foreach (var file in files) found.AddRange(await railyard.DiscrepanciesAsync(file["file_id"]!));
        return found;
    }

    static ConfirmedOperation Confirmed(string psp, string modification, long cents) => new(
        new OperationId($"cap_{psp}"), new Money(cents, Currency.Of("EUR")), new AcquirerName("southbank"), psp, modification);

    static (string, string, string, string, string) Counts(Reply file) =>
        (file["lines"]!, file["matched"]!, file["discrepancies"]!, file["quarantined"]!, file["ignored"]!);

    static void AssertAddsUp(Reply file) => Assert.Equal(
        int.Parse(file["lines"]!),
        new[] { "matched", "discrepancies", "quarantined", "ignored" }.Sum(name => int.Parse(file[name]!)));

    static void Problem(Reply reply, HttpStatusCode status, string code)
    {
        Assert.Equal((status, "application/problem+json"), (reply.Status, reply.ContentType));
        Assert.Equal(code, reply["code"]);
    }
}
