using System.Net;
using System.Text;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Routing;

public sealed class RoutingProgramTests(RunningRailyard railyard)
{
    static readonly object Visa = new { brand = new[] { "visa" } };

    static object ToNorth => Programs.Program(Programs.Priority("northbank"));

    static object ToSouth => Programs.Program(Programs.Priority("southbank"));

    [Fact]
    public async Task Who_has_said_nothing_has_version_0_with_every_acquirer()
    {
        var client = (await railyard.OnboardAsync()).Client;

        var routing = await client.GetAsync(Programs.Path);

        Assert.Equal(("0", "\"0\""), (routing["version"], routing.Header("ETag")));
        Assert.Equal(
            railyard.App.Acquirers.Keys.Order(StringComparer.Ordinal),
            routing.Body.GetProperty("program").GetProperty("otherwise").GetProperty("priority").EnumerateArray().Select(one => one.GetString()!));
        Assert.Null(routing["changed_by"]);
    }

    [Fact]
    public async Task A_program_is_read_as_it_was_sent_with_who_put_it_there()
    {
        var merchant = await railyard.OnboardAsync();
        const string Program = """
            {"rules":[{"name":"all of it","when":{"all":[
            {"any":[{"currency":["EUR","USD"]},{"amount":{"currency":"GBP","at_least":1,"at_most":5}}]},
            {"not":{"metadata":{"name":"channel","one_of":["store"]}}},{"bin":["400000-499999","510510"]},
            {"issuer_country":["NL"]},{"card_type":["credit"]},{"capture":["manual"]},{"initiator":["cardholder"]},
            {"time_of_day":{"utc_offset":"-05:30","from":"22:00","until":"06:15"}},
            {"day_of_week":{"utc_offset":"+01:00","one_of":["saturday","sunday"]}},{"brand":["visa","union_pay"]}]},
            "then":{"volume_split":[{"acquirer":"northbank","percent":70},{"acquirer":"southbank","percent":30}]}}],
            "otherwise":{"optimise":{"among":["southbank"]}},
            "limits":{"tries_in_30_days":10,"tries_in_24_hours":null,"cascades":1}}
            """;

        var put = await merchant.Client.SendRawAsync(
            HttpMethod.Put,
            Programs.Path,
            new StringContent($$"""{"program":{{Program}},"note":"Try it"}""", Encoding.UTF8, "application/json"),
            ("If-Match", "*"));
        var got = await merchant.Client.GetAsync(Programs.Path);

        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
        Assert.Equal(put.Text, got.Text);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(
            System.Text.Json.JsonElement.Parse(Program), got.Body.GetProperty("program")), got["program"]);
        Assert.Equal(("1", "changed", merchant.KeyId, "Try it"), (got["version"], got["cause"], got["changed_by"], got["note"]));
    }

    [Theory]
    [InlineData("""{"otherwise":{"priority":["northbank"]}}""", "program.rules", "required")]
    [InlineData("""{"rules":[],"otherwise":{"priority":["nobank"]}}""", "program.otherwise.priority", "unknown_acquirer")]
    [InlineData("""{"rules":[],"otherwise":{"priority":["northbank","northbank"]}}""", "program.otherwise.priority", "duplicate_acquirer")]
    [InlineData("""{"rules":[],"otherwise":{"priority":["northbank"],"optimise":{}}}""", "program.otherwise", "not_one_member")]
    [InlineData("""{"rules":[],"otherwise":{"cheapest":{}}}""", "program.otherwise", "unknown_outcome")]
    [InlineData("""{"rules":[],"otherwise":{"optimise":{"most":1}}}""", "program.otherwise.optimise.most", "unknown_field")]
    [InlineData("""{"rules":[],"otherwise":{"volume_split":[{"acquirer":"northbank","percent":99}]}}""", "program.otherwise.volume_split", "wrong_sum")]
    [InlineData("""{"rules":[],"otherwise":{"volume_split":[{"acquirer":"nobank","percent":100}]}}""", "program.otherwise.volume_split[0].acquirer", "unknown_acquirer")]
    [InlineData("""{"rules":[],"otherwise":{"optimise":{}},"fallback":1}""", "program.fallback", "unknown_field")]
    [InlineData("""{"rules":[],"otherwise":{"optimise":{}},"limits":{"tries_in_30_days":36}}""", "program.limits.tries_in_30_days", "out_of_range")]
    [InlineData("""{"rules":[],"otherwise":{"optimise":{}},"limits":{"cascades":4}}""", "program.limits.cascades", "out_of_range")]
    [InlineData("""{"rules":[],"otherwise":{"optimise":{}},"limits":{"tries":4}}""", "program.limits.tries", "unknown_field")]
    public async Task A_program_with_a_fault_is_refused_with_the_path_to_it(string program, string field, string code) =>
        await AssertFaultAsync(program, field, code);

    [Theory]
    [InlineData("""{"brnd":["visa"]}""", "", "unknown_condition")]
    [InlineData("""{}""", "", "not_one_member")]
    [InlineData("""{"brand":["visa"],"currency":["EUR"]}""", "", "not_one_member")]
    [InlineData("""{"brand":["vista"]}""", ".brand", "unknown_value")]
    [InlineData("""{"all":[]}""", ".all", "wrong_length")]
    [InlineData("""{"all":[{"brand":["visa"]},{"currency":["EURO"]}]}""", ".all[1].currency", "wrong_length")]
    [InlineData("""{"any":[{"not":{"currency":["XXX"]}}]}""", ".any[0].not.currency", "unknown_currency")]
    [InlineData("""{"amount":{"currency":"XXX","at_least":1}}""", ".amount.currency", "unknown_currency")]
    [InlineData("""{"amount":{"currency":"EUR"}}""", ".amount", "required")]
    [InlineData("""{"amount":{"currency":"EUR","at_least":-1}}""", ".amount.at_least", "out_of_range")]
    [InlineData("""{"bin":["41111"]}""", ".bin", "invalid_bin")]
    [InlineData("""{"bin":["411119-411111"]}""", ".bin", "invalid_bin")]
    [InlineData("""{"issuer_country":["nl"]}""", ".issuer_country", "unknown_country")]
    [InlineData("""{"time_of_day":{"utc_offset":"CET","from":"08:00","until":"09:00"}}""", ".time_of_day.utc_offset", "invalid_offset")]
    [InlineData("""{"time_of_day":{"utc_offset":"+01:00","from":"8:00","until":"25:00"}}""", ".time_of_day.from", "invalid_time")]
    [InlineData("""{"time_of_day":{"utc_offset":"+01:00","from":"08:00","until":"08:00"}}""", ".time_of_day.until", "out_of_range")]
    [InlineData("""{"day_of_week":{"utc_offset":"+01:00","one_of":["caturday"]}}""", ".day_of_week.one_of", "unknown_value")]
    [InlineData("""{"metadata":{"name":"channel"}}""", ".metadata.one_of", "required")]
    public async Task A_condition_with_a_fault_is_refused_with_the_path_to_it(string when, string path, string code) =>
        await AssertFaultAsync(
            $$$$"""{"rules":[{"name":"one","when":{{{{when}}}},"then":{"optimise":{}}}],"otherwise":{"optimise":{}}}""",
            $"program.rules[0].when{path}",
            code);

    [Fact]
    public async Task Two_rules_of_one_name_are_refused()
    {
        var rule = """{"name":"one","when":{"brand":["visa"]},"then":{"optimise":{}}}""";

        await AssertFaultAsync($$$$"""{"rules":[{{{{rule}}}},{{{{rule}}}}],"otherwise":{"optimise":{}}}""", "program.rules[1].name", "duplicate_name");
    }

    [Fact]
    public async Task More_conditions_than_a_program_can_have_are_refused()
    {
        var twenty = string.Join(',', Enumerable.Repeat("""{"brand":["visa"]}""", 49));
        var all = string.Join(',', Enumerable.Repeat($$"""{"any":[{{twenty}}]}""", 11));

        await AssertFaultAsync(
            $$$$"""{"rules":[{"name":"one","when":{"all":[{{{{all}}}}]},"then":{"optimise":{}}}],"otherwise":{"optimise":{}}}""",
            "program.rules[0].when.all[9].any[48]",
            "too_many",
            isOnly: false);
    }

    [Fact]
    public async Task Rules_that_say_something_in_vain_are_taken_and_answered_with_warnings()
    {
        var client = (await railyard.OnboardAsync()).Client;
        var never = new { all = new object[] { Visa, new { brand = new[] { "amex" } } } };

        var put = await client.PutProgramAsync(Programs.Program(
            Programs.Priority("northbank"),
            Programs.Rule("never", never, Programs.Priority("northbank")),
            Programs.Rule("visa", Visa, Programs.Priority("northbank")),
            Programs.Rule("visa again", Visa, Programs.Priority("southbank")),
            Programs.Rule("the rest", new { not = Visa }, Programs.Priority("southbank"))));

        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
        Assert.Equal(
            [
                ("program.rules[0].when", "never_matches"),
                ("program.rules[2].when", "contradicted"),
                ("program.otherwise", "nothing_left"),
            ],
            put.Body.GetProperty("warnings").EnumerateArray()
                .Select(one => (one.GetProperty("path").GetString()!, one.GetProperty("code").GetString()!)));
    }

    [Fact]
    public async Task A_change_is_made_of_what_was_read_or_not_at_all()
    {
        var client = (await railyard.OnboardAsync()).Client;
        var seen = (await client.GetAsync(Programs.Path)).Header("ETag")!;
        var first = await client.PutProgramAsync(ToNorth, seen);

        var late = await client.PutProgramAsync(ToSouth, seen);
        var blind = await client.SendAsync(HttpMethod.Put, Programs.Path, new { program = ToSouth });
        var strange = await client.PutProgramAsync(ToSouth, "\"other\"");
        var next = await client.PutProgramAsync(ToSouth, first.Header("ETag")!);

        Assert.Equal((HttpStatusCode.PreconditionFailed, "if_match_failed"), (late.Status, late["code"]));
        Assert.Equal(HttpStatusCode.PreconditionFailed, strange.Status);
        Assert.Equal((HttpStatusCode.PreconditionRequired, "if_match_missing"), (blind.Status, blind["code"]));
        Assert.Equal(("2", "\"2\""), (next["version"], next.Header("ETag")));
    }

    [Fact]
    public async Task Of_two_who_change_what_they_read_one_wins()
    {
        var client = (await railyard.OnboardAsync()).Client;

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PutProgramAsync(ToNorth, "\"0\"")));

        Assert.Equal(1, replies.Count(reply => reply.Status == HttpStatusCode.OK));
        Assert.Equal("1", (await client.GetAsync(Programs.Path))["version"]);
    }

    [Fact]
    public async Task A_payment_goes_where_the_first_rule_that_matches_says_and_shows_why()
    {
        var client = (await railyard.OnboardAsync()).Client;
        await client.PutProgramAsync(Programs.Program(
            Programs.Priority("northbank"),
            Programs.Rule("large", new { amount = new { currency = "EUR", at_least = 500_00 } }, Programs.Priority("southbank"))));

        var (large, largeRoute) = await client.RouteOfAsync(await client.PayAsync(500_00));
        var (_, smallRoute) = await client.RouteOfAsync(await client.PayAsync(499_99));

        Assert.Equal(("1", "large"), (large["routing.program_version"], large["routing.rule"]));
        Assert.Equal("southbank", large.Body.GetProperty("items")[0].GetProperty("acquirer").GetString());
        Assert.Equal(railyard.App.Acquirers.Count, largeRoute.Count);
        Assert.Equal(("southbank", true, "first in the priority list of the rule 'large'"), largeRoute[0]);
        Assert.Contains(("northbank", false, "The rule 'large' does not name it"), largeRoute);
        Assert.Equal(("northbank", true), (smallRoute[0].Acquirer, smallRoute[0].IsKept));
    }

    [Fact]
    public async Task A_payment_that_nobody_can_take_shows_why_not_each()
    {
        var client = (await railyard.OnboardAsync()).Client;

        await client.PutProgramAsync(ToNorth);

        // It counts rupiah in units of a hundred.
        var payment = await client.PayAsync(150, currency: "IDR");
        var (attempts, route) = await client.RouteOfAsync(payment);

        Assert.Equal(("declined", 0), (payment["status"], attempts.Body.GetProperty("items").GetArrayLength()));
        Assert.Equal(("northbank", false, "counts IDR in units of 100"), route[0]);
        Assert.All(route, candidate => Assert.False(candidate.IsKept));
    }

    [Fact]
    public async Task Every_version_is_listed_with_who_made_it_and_an_old_one_can_be_had_again()
    {
        var merchant = await railyard.OnboardAsync();
        var client = merchant.Client;
        foreach (var program in new[] { ToNorth, ToSouth, ToNorth }) await client.PutProgramAsync(program);

        var back = await client.PostAsync($"{Programs.Path}/rollbacks", new { version = 2, note = "It was better" });
        var none = await client.PostAsync($"{Programs.Path}/rollbacks", new { version = 9 });
        var newest = await client.GetAsync($"{Programs.Path}/versions?limit=3");
        var oldest = await client.GetAsync($"{Programs.Path}/versions?limit=3&cursor={newest["next_cursor"]}");
        var wrong = await client.GetAsync($"{Programs.Path}/versions?cursor=x");

        Assert.Equal((HttpStatusCode.Created, "4", "2", "rolled_back"), (back.Status, back["version"], back["content_of"], back["cause"]));
        Assert.Contains("southbank", back["program"], StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "no_such_version"), (none.Status, none["code"]));
        Assert.Equal([4, 3, 2], Versions(newest));
        Assert.Equal([1], Versions(oldest));
        Assert.All(
            newest.Body.GetProperty("items").EnumerateArray(),
            one => Assert.Equal(merchant.KeyId, one.GetProperty("changed_by").GetString()));
        Assert.Null(oldest["next_cursor"]);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
    }

    static IEnumerable<int> Versions(Reply page) =>
        page.Body.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("version").GetInt32());

    async Task AssertFaultAsync(string program, string field, string code, bool isOnly = true)
    {
        var client = (await railyard.OnboardAsync()).Client;

        var refused = await client.SendRawAsync(
            HttpMethod.Put,
            Programs.Path,
            new StringContent($$"""{"program":{{program}}}""", Encoding.UTF8, "application/json"),
            ("If-Match", "*"));

        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.Text);
        var errors = refused.Body.GetProperty("errors").EnumerateArray()
            .Select(one => (one.GetProperty("field").GetString()!, one.GetProperty("code").GetString()!)).ToList();
        Assert.Equal((field, code), errors[0]);
        if (isOnly && errors.Count > 1) Assert.All(errors, error => Assert.StartsWith("program", error.Item1, StringComparison.Ordinal));
    }
}
