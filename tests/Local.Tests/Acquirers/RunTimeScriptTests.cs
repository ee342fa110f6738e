using System.Text.Json.Nodes;
using System.Xml.Linq;
using Railyard.Local.Acquirers;

namespace Railyard.Local.Tests.Acquirers;

public sealed class RunTimeScriptTests
{
    const string ErrorsForAMinute =
        """{ "rules": [ { "behaviour": "error_after_commit", "share": 1.0, "for_seconds": 60 } ] }""";

    [Fact]
    public async Task A_rule_strikes_until_its_time_is_over()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(ErrorsForAMinute);

        var struck = await bench.PayAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        var after = await bench.PayAsync();

        Assert.Equal((500, 200), (struck.Status, after.Status));
        Assert.Equal(2, (await bench.BookAsync())["live_approvals"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_rule_strikes_a_share_of_the_calls_the_same_ones_for_one_seed()
    {
        await using var bench = await AcquirerBench.StartAsync();
        const string Some =
            """{ "seed": 7, "rules": [ { "match": { "operation": "payment" }, "behaviour": "decline_5", "share": 0.3 } ] }""";

        var first = await OutcomesAsync(bench, Some);
        var second = await OutcomesAsync(bench, Some);

        Assert.Equal(first, second);
        Assert.InRange(first.Count(result => result == "Refused"), 6, 24);
    }

    [Fact]
    public async Task A_rule_is_for_its_operation_card_and_amount_only()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(
            """
            { "rules": [
              { "match": { "operation": "capture", "amount": 300 }, "behaviour": "error_before_commit" },
              { "match": { "card": "5555444433331111" }, "behaviour": "decline_12" } ] }
            """);

        var payment = await bench.PayAsync(amount: 300);
        var other = await bench.PayAsync("5555444433331111");
        var struck = await bench.ModifyAsync(payment.Psp, "captures", 300);
        var spared = await bench.ModifyAsync(payment.Psp, "captures", 299);

        Assert.Equal(("Authorised", "Refused"), (payment.Word("resultCode"), other.Word("resultCode")));
        Assert.Equal((503, 201), (struck.Status, spared.Status));
    }

    [Fact]
    public async Task A_rule_wins_over_the_fixed_script_and_the_first_over_the_second()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(
            """{ "rules": [ { "behaviour": "approve" }, { "behaviour": "decline_2" } ] }""");

        var declinedByScript = await bench.PayAsync("4000000000000002");

        Assert.Equal("Authorised", declinedByScript.Word("resultCode"));
    }

    [Fact]
    public async Task A_call_that_was_struck_goes_through_under_its_key()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(ErrorsForAMinute);

        var struck = await bench.PayAsync(key: "attempt-1");
        var repeat = await bench.PayAsync(key: "attempt-1");

        Assert.Equal((500, 200), (struck.Status, repeat.Status));
        Assert.Single((await bench.BookAsync())["payments"]!.AsArray());
    }

    [Fact]
    public async Task What_a_rule_left_untold_is_notified()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await using var app = await NotifiedApp.StartAsync();
        bench.NotifyAt(app.Address);
        await bench.PutScriptAsync(ErrorsForAMinute);

        await bench.PayAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("AUTHORISATION", (await app.NextAsync()).Code);
    }

    [Fact]
    public async Task The_rules_are_shown_with_what_they_did_and_can_be_taken_off()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(ErrorsForAMinute);
        await bench.PayAsync();

        var shown = (await bench.GetAsync("/sim/script")).Json["rules"]![0]!;
        var cleared = await bench.SendAsync(HttpMethod.Delete, "/sim/script", null);
        var after = await bench.PayAsync();

        Assert.Equal(
            ("error_after_commit", 1L, 1L),
            ((string?)shown["behaviour"], (long)shown["occasions"]!, (long)shown["struck"]!));
        Assert.Equal(DateTimeOffset.Parse("2026-03-02T10:01:00.25Z"), shown["ends_at"]!.GetValue<DateTimeOffset>());
        Assert.Equal((204, 200), (cleared.Status, after.Status));
        Assert.Empty((await bench.GetAsync("/sim/script")).Json["rules"]!.AsArray());
    }

    [Fact]
    public async Task One_acquirers_rules_leave_the_other_alone()
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(ErrorsForAMinute);

        Assert.Equal(200, (await bench.PayAsync(acquirer: AcquirerBench.South)).Status);
    }

    [Theory]
    [InlineData("nonsense", "the body is")]
    [InlineData("{}", "the body is")]
    [InlineData("""{ "rules": [ null ] }""", "the body is")]
    [InlineData("""{ "rules": [ { "share": 0.5 } ] }""", "the body is")]
    [InlineData("""{ "rules": [ { "behaviour": "slow", "colour": "red" } ] }""", "the body is")]
    [InlineData("""{ "rules": [ { "behaviour": "slow", "match": { "operation": "dance" } } ] }""", "the body is")]
    [InlineData("""{ "rules": [ { "behaviour": "explode" } ] }""", "behaviour is one of")]
    [InlineData("""{ "rules": [ { "behaviour": "slow", "share": 0 } ] }""", "share is")]
    [InlineData("""{ "rules": [ { "behaviour": "slow", "share": 1.1 } ] }""", "share is")]
    [InlineData("""{ "rules": [ { "behaviour": "slow", "for_seconds": 0 } ] }""", "for_seconds is")]
    [InlineData("""{ "rules": [ { "behaviour": "decline_2", "match": { "operation": "refund" } } ] }""", "only a payment")]
    public async Task Rules_that_are_not_understood_change_nothing(string rules, string why)
    {
        await using var bench = await AcquirerBench.StartAsync();
        await bench.PutScriptAsync(ErrorsForAMinute);

        var reply = await bench.SendAsync(HttpMethod.Put, "/sim/script", rules);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(why, reply.Word("error"), StringComparison.Ordinal);
        Assert.Equal(500, (await bench.PayAsync()).Status);
    }

    [Fact]
    public async Task The_page_shows_the_rules_and_changes_them_without_script()
    {
        await using var bench = await AcquirerBench.StartAsync();
        var before = await PageAsync(bench);

        var form = before.Descendants("form").Single();
        var changed = await bench.SubmitFormAsync(
            form.Attribute("action")!.Value, "script", ErrorsForAMinute);
        var struck = await bench.PayAsync();
        var after = await PageAsync(bench);
        var cleared = await bench.SubmitFormAsync("/sim/script", "clear", "yes");

        Assert.Equal((303, "/sim"), (changed.Status, changed.Location?.OriginalString));
        Assert.Equal(500, struck.Status);
        Assert.Contains("struck 1 of 1", after.Descendants("li").Single().Value, StringComparison.Ordinal);
        Assert.Equal("error_after_commit", Sheet(after)["rules"]![0]!["behaviour"]!.GetValue<string>());
        Assert.Equal(303, cleared.Status);
        Assert.Equal(200, (await bench.PayAsync()).Status);
    }

    [Fact]
    public async Task A_page_with_rules_that_are_not_understood_says_so()
    {
        await using var bench = await AcquirerBench.StartAsync();

        var refused = await bench.SubmitFormAsync("/sim/script", "script", "{ <b>");

        Assert.Equal((400, "text/html"), (refused.Status, refused.ContentType));
    }

    [Fact]
    public void Every_fault_can_be_laid_on()
    {
        Assert.All(
            Enum.GetValues<Fault>().Where(fault => fault != Fault.None),
            fault => Assert.Contains(Behaviours.ByName.Values, one => one.Fault == fault));
    }

    static async Task<List<string?>> OutcomesAsync(AcquirerBench bench, string rules)
    {
        await bench.PutScriptAsync(rules);
        var outcomes = new List<string?>();
        for (var i = 0; i < 50; i++) outcomes.Add((await bench.PayAsync()).Word("resultCode"));
        return outcomes;
    }

    static JsonNode Sheet(XElement page) => JsonNode.Parse(page.Descendants("textarea").Single().Value)!;

    static async Task<XElement> PageAsync(AcquirerBench bench) =>
        (await bench.SendAsync(HttpMethod.Get, "/sim", null, "text/html")).Html;
}
