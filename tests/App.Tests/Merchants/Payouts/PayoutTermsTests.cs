using System.Net;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Merchants.Payouts;

/// <summary>On what terms a merchant is paid is said by an operator, and checked.</summary>
public sealed class PayoutTermsTests(RunningRailyard railyard)
{
    [Fact]
    public async Task What_was_put_is_read_and_can_be_put_again()
    {
        var merchant = await railyard.OnboardAsync();
        var path = $"{merchant.Path}/payout-terms";
        var before = await railyard.Operator.GetAsync(path);

        var put = await PutAsync(path, Paying.Terms(reserve: new { type = "fixed", basis_points = 500, cap = 100_00 }, hold: "New"), before.Header("ETag")!);
        var read = await railyard.Operator.GetAsync(path);
        var again = await PutAsync(path, read.Body, read.Header("ETag")!);

        Assert.Equal("""{"currencies":[],"hold":null}""", before.Text);
        Assert.Equal((HttpStatusCode.OK, put.Text, put.Text), (put.Status, read.Text, again.Text));
        Assert.Equal("New", read["hold"]);
    }

    [Fact]
    public async Task A_change_of_what_has_changed_meanwhile_is_refused()
    {
        var merchant = await railyard.OnboardAsync();
        var path = $"{merchant.Path}/payout-terms";
        var first = await railyard.Operator.GetAsync(path);
        await PutAsync(path, Paying.Terms(), first.Header("ETag")!);

        var late = await PutAsync(path, Paying.Terms(), first.Header("ETag")!);
        var blind = await railyard.Operator.SendAsync(HttpMethod.Put, path, Paying.Terms());

        Assert.Equal((HttpStatusCode.PreconditionFailed, "if_match_failed"), (late.Status, late["code"]!));
        Assert.Equal((HttpStatusCode.PreconditionRequired, "if_match_missing"), (blind.Status, blind["code"]!));
    }

    [Theory]
    [InlineData("NL91ABNA0417164301", "currencies[0].account.iban", "invalid_iban")]
    [InlineData("US00", "currencies[0].account.iban", "invalid_iban")]
    public async Task An_account_that_cannot_be_is_refused(string iban, string field, string code)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(Paying.Terms()).Replace(Paying.Iban, iban, StringComparison.Ordinal);

        await AssertRefusedAsync(body, field, code);
    }

    [Theory]
    [InlineData("\"ABNANL2A\"", "\"ABNA\"", "currencies[0].account.bic", "invalid_bic")]
    [InlineData("\"23:59\"", "\"25:00\"", "currencies[0].schedule.cut_off", "invalid_time")]
    [InlineData("\"Europe/Amsterdam\"", "\"Europe/Atlantis\"", "currencies[0].schedule.time_zone", "unknown_time_zone")]
    [InlineData("\"daily\"", "\"weekly\"", "currencies[0].schedule.weekday", "required")]
    [InlineData("\"daily\"", "\"daily\",\"holidays\":[\"24.12.2026\"]", "currencies[0].schedule.holidays", "invalid_date")]
    [InlineData("\"basis_points\":120", "\"basis_points\":120,\"brand\":\"visa\"", "currencies[0].fees.lines", "no_line_for_all")]
    [InlineData("\"basis_points\":120", "\"basis_points\":10001", "currencies[0].fees.lines[0].basis_points", "out_of_range")]
    [InlineData("\"basis_points\":120", "\"basis_points\":120,\"region\":\"Europe\"", "currencies[0].fees.lines[0].region", "wrong_length")]
    [InlineData("\"basis_points\":120", "\"basis_points\":120,\"region\":\"nl\"", "currencies[0].fees.lines[0].region", "unknown_value")]
    [InlineData("\"blended\"", "\"interchange_plus_plus\"", "currencies[0].fees.where_unknown", "required")]
    [InlineData("\"reserve\":null", "\"reserve\":{\"type\":\"rolling\",\"basis_points\":1}", "currencies[0].reserve.days", "required")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":\"EUX\"", "currencies[0].currency", "unknown_currency")]
    [InlineData("\"minimum_payout\":0", "\"minimum_payout\":-1", "currencies[0].minimum_payout", "out_of_range")]
    public async Task Terms_that_cannot_be_are_refused_by_the_field(string right, string wrong, string field, string code)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(Paying.Terms());
        Assert.Contains(right, body, StringComparison.Ordinal);

        await AssertRefusedAsync(body.Replace(right, wrong, StringComparison.Ordinal), field, code);
    }

    [Fact]
    public async Task A_currency_twice_is_refused()
    {
        var one = System.Text.Json.JsonSerializer.SerializeToElement(Paying.Terms()).GetProperty("currencies")[0].GetRawText();

        await AssertRefusedAsync($"{{\"currencies\":[{one},{one}]}}", "currencies", "duplicate_currency");
    }

    async Task AssertRefusedAsync(string body, string field, string code)
    {
        var merchant = await railyard.OnboardAsync();
        var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var reply = await railyard.Operator.SendRawAsync(HttpMethod.Put, $"{merchant.Path}/payout-terms", content, ("If-Match", "*"));

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(
            reply.Body.GetProperty("errors").EnumerateArray(),
            error => error.GetProperty("field").GetString() == field && error.GetProperty("code").GetString() == code);
    }

    Task<Reply> PutAsync(string path, object terms, string etag) =>
        railyard.Operator.SendAsync(HttpMethod.Put, path, terms, ("If-Match", etag));
}
