using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Reconciliation.Bank;
using Railyard.Core;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Settlement;

public sealed class BankStatementTests(ReconcilingRailyard railyard) : IClassFixture<ReconcilingRailyard>
{
    [Fact]
    public async Task A_payment_is_matched_three_ways_and_the_statement_sent_ten_times_more_changes_nothing()
    {
        var paid = await railyard.Merchant.PayAsync(10_00, "automatic");
        await railyard.RecordedAsync($"cap_{paid["id"]!["pay_".Length..]}");
        await railyard.Northbank.PostAsync("/sim/settlement-reports");
        var expected = await ExpectedAsync("northbank");

        var statement = await railyard.Northbank.PostAsync("/sim/bank-statements");
        Assert.True(statement.Status == HttpStatusCode.Created, statement.Text);
        var file = await ConcludedAsync((await PutAsync("again.xml", statement["content"]!))["file_id"]!);
        var before = await AllDiscrepanciesAsync();
        for (var i = 0; i < 10; i++) await PutAsync($"again_{i}.xml", statement["content"]!);
        var other = await PutAndConcludeAsync("reprinted.xml", statement["content"]!.Replace("RAILBANK-1<", "REPRINT-1<", StringComparison.Ordinal));

        Assert.Equal(("reconciled", "balanced", "camt053"), (file["status"]!, file["control.status"]!, file["format"]!));
        Assert.Equal(("1", "1", "0", "0", "0"), Counts(file));
        var payment = file.Body.GetProperty("matches")[0].GetProperty("payments")[0];
        Assert.Equal(("northbank", "acquirer_payout", expected), (
            payment.GetProperty("party").GetString(), payment.GetProperty("kind").GetString(), payment.GetProperty("settlement_file_id").GetString()));
        Assert.Equal(file.Text, (await ReportAsync(file["file_id"]!)).Text);
        Assert.Equal(("1", "0", "0", "0", "1"), Counts(other));
        Assert.Equal("already_read", other.Body.GetProperty("ignored_reasons")[0].GetProperty("reason").GetString());
        Assert.Equal(before, await AllDiscrepanciesAsync());
    }

    [Fact]
    public async Task A_statement_before_its_settlement_file_is_closed_once_by_it()
    {
        const string reference = "TX77XT batch 77, RailyardSouth";
        var statement = await PutAndConcludeAsync("early.xml", Camt.File("EARLY", Camt.Credit("50.00", reference), Camt.Credit("1.00", "rent")));
        var open = Assert.Single(await railyard.DiscrepanciesAsync(statement["file_id"]!));

        var settled = await railyard.ReconcileAsync(
            "early.csv", Sdr.File(Sdr.Settled("EARLY1", "E1", "50.00", "77"), Payout("50.00", reference, "77")));
        var matched = await Eventually.ThatAsync(() => ReportAsync(statement["file_id"]!), report => report["matched"] == "1");

        Assert.Equal(("unexpected_at_bank", "open"), (open["kind"]!, open["status"]!));
        Assert.Equal(("2", "0", "1", "0", "1"), Counts(statement));
        Assert.Equal(("2", "1", "0", "0", "1"), Counts(matched));
        Assert.Equal("reconciled", matched["status"]);
        var closed = Assert.Single(await railyard.DiscrepanciesAsync(statement["file_id"]!));
        Assert.Equal((open["id"], "closed"), (closed["id"], closed["status"]));
        Assert.Equal(
            settled["file_id"],
            matched.Body.GetProperty("matches")[0].GetProperty("payments")[0].GetProperty("settlement_file_id").GetString());
    }

    [Fact]
    public async Task Another_amount_than_was_paid_out_is_a_discrepancy_that_says_both()
    {
        const string reference = "TX78XT batch 78, RailyardSouth";
        var settled = await railyard.ReconcileAsync(
            "wrong.csv", Sdr.File(Sdr.Settled("WRONG1", "W1", "50.00", "78"), Payout("50.00", reference, "78")));
        await ExpectedAsync("southbank", settled["file_id"]!);

        var statement = await PutAndConcludeAsync("wrong.xml", Camt.File("WRONG", Camt.Credit("49.00", reference)));

        var found = Assert.Single(await railyard.DiscrepanciesAsync(statement["file_id"]!));
        var field = found.Body.GetProperty("fields")[0];
        Assert.Equal(("differs_at_bank", "5000 EUR", "4900 EUR"), (
            found["kind"]!, field.GetProperty("expected").GetString(), field.GetProperty("found").GetString()));
        Assert.Equal("reconciled_with_discrepancies", statement["status"]);
    }

    [Fact]
    public async Task The_simulated_bank_can_be_wrong_on_demand()
    {
        await railyard.Merchant.PayAsync(20_00, "automatic");
        await Eventually.ThatAsync(
            () => railyard.Northbank.PostAsync("/sim/settlement-reports"), report => report.Status == HttpStatusCode.Created);

        var unreadable = await railyard.Northbank.PostAsync("/sim/bank-statements", new { discrepancies = new[] { "lost" } });
        var statement = await railyard.Northbank.PostAsync("/sim/bank-statements", new { discrepancies = new[] { "wrong_amount" } });
        var nothing = await railyard.Northbank.PostAsync("/sim/bank-statements");
        var file = await ConcludedAsync((await PutAsync("wrong_on_demand.xml", statement["content"]!))["file_id"]!);
        var differs = await Eventually.ThatAsync(
            () => railyard.DiscrepanciesAsync(file["file_id"]!, "northbank"), found => found.Any(one => one["kind"] == "differs_at_bank"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Conflict), (unreadable.Status, nothing.Status));
        Assert.Equal("balanced", file["control.status"]);
        Assert.Contains(differs, one => one["status"] == "open");
    }

    [Fact]
    public async Task A_payout_of_ours_is_closed_by_its_debit_and_reopened_by_its_return()
    {
        var payout = BankExpectation.OfMerchantPayout(
            new("main"), new("mer_sandbox"), "po_1", new Money(90_00, Currency.Of("EUR")), "E2E-po_1", new(2026, 11, 24), new(2026, 11, 27));
        await railyard.App.Services.GetRequiredService<BankDesk>().ExpectAsync(
            new("main"), [payout], TestContext.Current.CancellationToken);

        var debit = Camt.Credit("90.00", "payout").Replace("CRDT", "DBIT", StringComparison.Ordinal).Replace("<RmtInf>", "<Refs><EndToEndId>E2E-po_1</EndToEndId></Refs><RmtInf>", StringComparison.Ordinal);
        var paid = await PutAndConcludeAsync("paid.xml", Camt.File("PAID", debit));
        var back = await PutAndConcludeAsync("back.xml", Camt.File("BACK", debit.Replace("DBIT", "CRDT", StringComparison.Ordinal).Replace("<RmtInf>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>", StringComparison.Ordinal)));

        Assert.Equal("merchant_payout", paid.Body.GetProperty("matches")[0].GetProperty("payments")[0].GetProperty("kind").GetString());
        Assert.True(back.Body.GetProperty("matches")[0].GetProperty("is_return").GetBoolean());
        Assert.IsType<BankExpectationState.Returned>((await railyard.BankExpectationsAsync()).Single(one => one.Id == payout.Id).State);
    }

    [Fact]
    public async Task A_damaged_statement_is_accounted_for_and_a_gap_between_statements_is_a_broken_control()
    {
        var first = await PutAndConcludeAsync("gap_1.sta", Swift(211, "100,00", "110,00", "10,00"));
        var second = await PutAndConcludeAsync("gap_2.sta", Swift(213, "120,00", "130,00", "10,00", "1x,00"));

        Assert.Equal(("reconciled", "balanced"), (first["status"]!, first["control.status"]!));
        Assert.Equal(("2", "0", "0", "1", "1"), Counts(second));
        Assert.Equal("61 amount", second.Body.GetProperty("quarantined_lines")[0].GetProperty("fault").GetProperty("field").GetString());
        Assert.Equal(
            ["closing_balance", "opening", "sequence"],
            second.Body.GetProperty("control").GetProperty("findings").EnumerateArray().Select(one => one.GetProperty("rule").GetString()!).Order());
        Assert.Contains(await BankDiscrepanciesAsync(second["file_id"]!), one => one.Contains("control_total_broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_taken_in_gets_its_status()
    {
        var letter = await PutAndConcludeAsync("letter.txt", "Dear Sirs,\nplease find enclosed");
        var content = Camt.File("TAKEN", Camt.Credit("1.00", "rent"));
        await PutAsync("taken.xml", content);

        Assert.Equal(("rejected", "1"), (letter["status"]!, letter["rejection.line"]!));
        Problem(await PutAsync("taken.xml", content + "\n"), HttpStatusCode.Conflict, "name_taken");
        Problem(await PutAsync("nobody.xml", content, "nobody"), HttpStatusCode.NotFound, "not_found");
        Problem(await PutAsync("empty.xml", ""), HttpStatusCode.BadRequest, "empty_body");
        Problem(await PutAsync(".hidden", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await PutAsync("a%2f..%2fb.xml", content), HttpStatusCode.BadRequest, "validation_failed");
        Problem(await railyard.Operator.GetAsync("/ops/v1/bank-statements/fil_nothing"), HttpStatusCode.NotFound, "not_found");
        Problem(await railyard.Operator.GetAsync($"/ops/v1/settlement-files/{letter["file_id"]}"), HttpStatusCode.NotFound, "not_found");
        Problem(await railyard.Merchant.GetAsync("/ops/v1/bank-statements/fil_nothing"), HttpStatusCode.Forbidden, "forbidden");
    }

    static string Payout(string amount, string reference, string batch) =>
        Sdr.Payout(amount, batch).Replace($"TX1XT batch {batch}, Railyard", reference, StringComparison.Ordinal);

    static string Swift(int number, string opening, string closing, params string[] credits) => string.Join('\n',
    [
        ":20:GAP", ":25:NL68INGB0000012345", $":28C:{number}/1", $":60F:C2611{number - 190}EUR{opening}",
        .. credits.Select(amount => $":61:2611{number - 190}C{amount}NTRFNONREF//B1\n:86:rent"),
        $":62F:C2611{number - 190}EUR{closing}", "-", "",
    ]);

    Task<Reply> PutAsync(string name, string content, string account = "main") =>
        railyard.Operator.PutAsync($"/ops/v1/bank-statements/{account}/{name}", Encoding.UTF8.GetBytes(content));

    async Task<Reply> PutAndConcludeAsync(string name, string content)
    {
        var put = await PutAsync(name, content);
        Assert.True(put.Status == HttpStatusCode.Accepted, put.Text);
        return await ConcludedAsync(put["file_id"]!);
    }

    Task<Reply> ReportAsync(string file) => railyard.Operator.GetAsync($"/ops/v1/bank-statements/{file}");

    Task<Reply> ConcludedAsync(string file) => Eventually.ThatAsync(
        () => ReportAsync(file),
        reply => reply.Status == HttpStatusCode.OK && reply["status"] is "reconciled" or "reconciled_with_discrepancies" or "rejected");

    // What the bank should show is written down after the file is concluded.
    async Task<string> ExpectedAsync(string acquirer, string? file = null)
    {
        var expected = await Eventually.ThatAsync(
            async () => (await railyard.BankExpectationsAsync()).FirstOrDefault(one => one.Party == acquirer && (file is null || one.File?.Value == file)),
            one => one is not null);
        return expected!.File!.Value.Value;
    }

    async Task<IReadOnlyList<string>> AllDiscrepanciesAsync()
    {
        var page = await railyard.Operator.GetAsync("/ops/v1/discrepancies?limit=100");
        return [.. page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetRawText())];
    }

    async Task<IReadOnlyList<string>> BankDiscrepanciesAsync(string file)
    {
        var page = await railyard.Operator.GetAsync("/ops/v1/discrepancies?acquirer=bank&limit=100");
        return [.. page.Body.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("file_id").GetString() == file).Select(item => item.GetRawText())];
    }

    static (string, string, string, string, string) Counts(Reply file) =>
        (file["lines"]!, file["matched"]!, file["discrepancies"]!, file["quarantined"]!, file["ignored"]!);

    static void Problem(Reply reply, HttpStatusCode status, string code) =>
        Assert.Equal((status, "application/problem+json", code), (reply.Status, reply.ContentType, reply["code"]));
}

/// <summary>Statements of camt.053 as a test writes them.</summary>
static class Camt
{
    public static string File(string id, params string[] entries) =>
        $"""
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
        <GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-11-25T18:00:00Z</CreDtTm></GrpHdr>
        <Stmt><Id>{id}</Id><CreDtTm>2026-11-25T18:00:00Z</CreDtTm><Acct><Id><IBAN>NL{id}</IBAN></Id><Ccy>EUR</Ccy></Acct>
        {string.Concat(entries)}</Stmt></BkToCstmrStmt></Document>
        """;

    public static string Credit(string amount, string text, string day = "2026-11-25") =>
        $"""
        <Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
        <NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>

        """;

    /// <summary>A payment of ours that has left the account.</summary>
    public static string Debit(string amount, string endToEnd, string day = "2026-11-25") => Credit(amount, "payout", day)
        .Replace("CRDT", "DBIT", StringComparison.Ordinal)
        .Replace("<RmtInf>", $"<Refs><EndToEndId>{endToEnd}</EndToEndId></Refs><RmtInf>", StringComparison.Ordinal);
}
