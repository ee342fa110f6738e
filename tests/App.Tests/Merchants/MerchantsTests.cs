using System.Net;

namespace Railyard.App.Tests.Merchants;

public sealed class MerchantsTests(RunningRailyard railyard)
{
    readonly Client operators = railyard.Operator;

    [Fact]
    public async Task A_merchant_is_made_and_read()
    {
        var made = await operators.PostAsync(
            Onboarded.Merchants, new { name = "Tea & Co", card_group = "tea", rate_limit = new { per_second = 5, burst = 9 } });

        var read = await operators.GetAsync(made.Header("Location")!);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.Status, read.Status));
        Assert.Equal(made.Text, read.Text);
        Assert.Equal(made.Header("ETag"), read.Header("ETag"));
        Assert.StartsWith("mer_", read["id"], StringComparison.Ordinal);
        Assert.Equal(("Tea & Co", "active", "tea", "5"), (read["name"]!, read["status"]!, read["card_group"]!, read["rate_limit.per_second"]!));
    }

    [Fact]
    public async Task A_merchant_that_joins_no_group_is_one()
    {
        var merchant = await railyard.OnboardAsync();

        var read = await operators.GetAsync(merchant.Path);

        Assert.Equal((merchant.Id, null), (read["card_group"], read["rate_limit"]));
    }

    [Fact]
    public async Task The_same_request_makes_one_merchant()
    {
        var first = await operators.PostAsync(Onboarded.Merchants, new { name = "Once" }, "merchant once");
        var again = await operators.PostAsync(Onboarded.Merchants, new { name = "Once" }, "merchant once");

        Assert.Equal((first.Text, "true"), (again.Text, again.Header("Idempotent-Replayed")));
    }

    [Theory]
    [InlineData("""{}""", "name", "required")]
    [InlineData("""{"name":""}""", "name", "wrong_length")]
    [InlineData("""{"name":"a","card_group":"Two Words"}""", "card_group", "invalid_name")]
    [InlineData("""{"name":"a","rate_limit":{"per_second":0,"burst":1}}""", "rate_limit.per_second", "out_of_range")]
    [InlineData("""{"name":"a","rate_limit":{"per_second":1}}""", "rate_limit.burst", "required")]
    [InlineData("""{"name":"a","status":"suspended"}""", "status", "unknown_field")]
    public async Task What_is_wrong_with_a_merchant_is_said(string body, string field, string code)
    {
        var reply = await operators.PostRawAsync(Onboarded.Merchants, body, headers: ("Idempotency-Key", $"bad {Guid.CreateVersion7()}"));

        var error = reply.Body.GetProperty("errors")[0];
        Assert.Equal((HttpStatusCode.BadRequest, field, code), (reply.Status, error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!));
    }

    [Fact]
    public async Task A_merchant_is_changed_as_it_was_read_or_not_at_all()
    {
        var merchant = await railyard.OnboardAsync(rateLimit: new { per_second = 5, burst = 9 });
        var etag = (await operators.GetAsync(merchant.Path)).Header("ETag")!;

        var missing = await ChangeAsync(merchant, new { name = "Renamed" });
        var changed = await ChangeAsync(merchant, new { name = "Renamed" }, etag);
        var late = await ChangeAsync(merchant, new { name = "Too late" }, etag);
        var weak = await ChangeAsync(merchant, new { name = "Weak" }, $"W/{changed.Header("ETag")}");
        var any = await ChangeAsync(merchant, new { rate_limit = (object?)null }, "*");

        Assert.Equal(((HttpStatusCode)428, "if_match_missing"), (missing.Status, missing["code"]!));
        Assert.Equal((HttpStatusCode.OK, "Renamed", "5"), (changed.Status, changed["name"]!, changed["rate_limit.per_second"]!));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "if_match_failed"), (late.Status, late["code"]!));
        Assert.Equal(HttpStatusCode.PreconditionFailed, weak.Status);
        Assert.Equal((HttpStatusCode.OK, "Renamed", null), (any.Status, any["name"]!, any["rate_limit"]));
        Assert.Equal(any.Header("ETag"), (await operators.GetAsync(merchant.Path)).Header("ETag"));
    }

    [Fact]
    public async Task A_suspended_merchants_keys_open_nothing_until_that_is_lifted()
    {
        var merchant = await railyard.OnboardAsync();

        await ChangeAsync(merchant, new { status = "suspended" }, "*");
        var refused = await merchant.Client.GetAsync("/v1/payments");
        await ChangeAsync(merchant, new { status = "active" }, "*");
        var again = await merchant.Client.GetAsync("/v1/payments");

        Assert.Equal((HttpStatusCode.Forbidden, "merchant_suspended"), (refused.Status, refused["code"]!));
        Assert.Equal(HttpStatusCode.OK, again.Status);
    }

    [Theory]
    [InlineData("mer_unknown")]
    [InlineData("operators")]
    [InlineData("keys_operators")]
    [InlineData("keys_mer_sandbox")]
    public async Task What_is_no_merchant_is_not_found(string id)
    {
        var read = await operators.GetAsync($"{Onboarded.Merchants}/{id}");
        var changed = await operators.SendAsync(HttpMethod.Patch, $"{Onboarded.Merchants}/{id}", new { name = "a" }, ("If-Match", "*"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (read.Status, changed.Status));
    }

    [Fact]
    public async Task Every_merchant_is_on_one_page_of_the_list()
    {
        var made = new List<string>();
        for (var number = 0; number < 3; number++) made.Add((await railyard.OnboardAsync()).Id);

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await operators.GetAsync($"{Onboarded.Merchants}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            listed.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page["next_cursor"];
        }
        while (cursor is not null);

        Assert.Contains("mer_sandbox", listed);
        Assert.Empty(made.Except(listed));
        Assert.Equal(listed.Distinct().Count(), listed.Count);
    }

    [Theory]
    [InlineData("cursor=abc")]
    [InlineData("cursor=%C3%A4")]
    [InlineData("limit=0")]
    [InlineData("sort=name")]
    public async Task A_query_that_is_not_valid_is_refused(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await operators.GetAsync($"{Onboarded.Merchants}?{query}")).Status);

    Task<Reply> ChangeAsync(Onboarded merchant, object change, string? etag = null) => operators.SendAsync(
        HttpMethod.Patch, merchant.Path, change, etag is null ? [] : [("If-Match", etag)]);
}
