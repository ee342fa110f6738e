using System.Net;
using System.Text.Json;

namespace Railyard.App.Tests.Payments;

/// <summary>Whatever is wrong with a request is said, in the contract's words, and nothing comes of it.</summary>
public sealed class BadInputTests(RunningRailyard railyard)
{
    const string Card = """{"number":"4111111111111111","exp_month":3,"exp_year":2030}""";
    const string Method = $$"""{"type":"card","card":{{Card}}}""";

    readonly Client merchant = railyard.Merchant;

    public static TheoryData<string, string, string> Bodies() => new()
    {
        { $$"""{"currency":"EUR","payment_method":{{Method}}}""", "amount", "required" },
        { $$"""{"amount":-1,"currency":"EUR","payment_method":{{Method}}}""", "amount", "out_of_range" },
        { $$"""{"amount":-1,"currency":"EUR","payment_method":{{Method}}}""", "amount", "out_of_range" },
        { $$"""{"amount":1.5,"currency":"EUR","payment_method":{{Method}}}""", "amount", "wrong_type" },
        { $$"""{"amount":"100","currency":"EUR","payment_method":{{Method}}}""", "amount", "wrong_type" },
        { $$"""{"amount":99999999999999999999,"currency":"EUR","payment_method":{{Method}}}""", "amount", "wrong_type" },
        { $$"""{"amount":1000000000000,"currency":"EUR","payment_method":{{Method}}}""", "amount", "out_of_range" },
        { $$"""{"amount":100,"payment_method":{{Method}}}""", "currency", "required" },
        { $$"""{"amount":100,"currency":"eur","payment_method":{{Method}}}""", "currency", "unknown_currency" },
        { $$"""{"amount":100,"currency":"XXX","payment_method":{{Method}}}""", "currency", "unknown_currency" },
        { $$"""{"amount":100,"currency":"EUR","capture":"later","payment_method":{{Method}}}""", "capture", "unknown_value" },
        { """{"amount":100,"currency":"EUR"}""", "payment_method", "required" },
        { """{"amount":100,"currency":"EUR","payment_method":[]}""", "payment_method", "wrong_type" },
        { """{"amount":100,"currency":"EUR","payment_method":{"type":"cash"}}""", "payment_method.type", "unknown_value" },
        { """{"amount":100,"currency":"EUR","payment_method":{"type":"card"}}""", "payment_method.card", "required" },
        {
            """{"amount":100,"currency":"EUR","payment_method":{"type":"card","card":{"number":"4111111111111112","exp_month":3,"exp_year":2030}}}""",
            "payment_method.card.number", "invalid_card_number"
        },
        {
            """{"amount":100,"currency":"EUR","payment_method":{"type":"card","card":{"number":"4111111111111111","exp_month":13,"exp_year":2030}}}""",
            "payment_method.card.exp_month", "out_of_range"
        },
        {
            """{"amount":100,"currency":"EUR","payment_method":{"type":"card","card":{"number":"4111111111111111","exp_month":3,"exp_year":2020}}}""",
            "payment_method.card.exp_year", "out_of_range"
        },
        {
            """{"amount":100,"currency":"EUR","payment_method":{"type":"card","card":{"number":"4111111111111111","exp_month":3,"exp_year":2030,"cvc":"12"}}}""",
            "payment_method.card.cvc", "invalid_cvc"
        },
        {
            """{"amount":100,"currency":"EUR","payment_method":{"type":"card_token","token":"tok_unknown"}}""",
            "payment_method.token", "not_found"
        },
        { $$"""{"amount":100,"currency":"EUR","payment_method":{{Method}},"reference":7}""", "reference", "wrong_type" },
        { $$"""{"amount":100,"currency":"EUR","payment_method":{{Method}},"reference":"card 4111 1111 1111 1111"}""", "reference", "card_number" },
        { $$$"""{"amount":100,"currency":"EUR","payment_method":{{{Method}}},"metadata":{"a":1}}""", "metadata.a", "wrong_type" },
        { $$$"""{"amount":100,"currency":"EUR","payment_method":{{{Method}}},"metadata":{"pan":"4111111111111111"}}""", "metadata", "card_number" },
        { $$"""{"amount":100,"currency":"EUR","payment_method":{{Method}},"tip":5}""", "tip", "unknown_field" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_not_valid_is_refused_with_the_member_and_the_reason(string body, string field, string code)
    {
        var reply = await merchant.PostRawAsync("/v1/payments", body, headers: ("Idempotency-Key", $"bad {Guid.CreateVersion7()}"));

        AssertProblem(reply, HttpStatusCode.BadRequest, "validation_failed");
        Assert.Contains((field, code), Errors(reply));
        Assert.DoesNotContain("41111111", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var reply = await merchant.PostRawAsync("/v1/payments", "{}", headers: ("Idempotency-Key", "all at once"));

        Assert.Equal(["amount", "currency", "payment_method"], Errors(reply).Select(error => error.Field));
    }

    [Theory]
    [InlineData("", "malformed_json")]
    [InlineData("{", "malformed_json")]
    [InlineData("[]", "malformed_json")]
    [InlineData("\"4111111111111111\"", "malformed_json")]
    [InlineData("""{"amount":1,"amount":2}""", "malformed_json")]
    public async Task What_is_no_JSON_object_is_refused(string body, string code) =>
        AssertProblem(
            await merchant.PostRawAsync("/v1/payments", body, headers: ("Idempotency-Key", "malformed")), HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task Another_content_type_is_refused() =>
        AssertProblem(
            await merchant.PostRawAsync("/v1/payments", "amount=1", "application/x-www-form-urlencoded", ("Idempotency-Key", "form")),
            HttpStatusCode.UnsupportedMediaType,
            "unsupported_media_type");

    [Fact]
    public async Task A_body_that_is_too_large_is_refused() =>
        AssertProblem(
            await merchant.PostRawAsync(
                "/v1/payments", $$"""{"reference":"{{new string('x', 70_000)}}"}""", headers: ("Idempotency-Key", "large")),
            HttpStatusCode.RequestEntityTooLarge,
            "body_too_large");

    [Fact]
    public async Task A_POST_without_an_idempotency_key_is_refused() =>
        AssertProblem(await merchant.PostRawAsync("/v1/payments", "{}"), HttpStatusCode.BadRequest, "idempotency_key_missing");

    [Fact]
    public async Task An_idempotency_key_that_is_too_long_is_refused() =>
        AssertProblem(
            await merchant.PostRawAsync("/v1/payments", "{}", headers: ("Idempotency-Key", new string('k', 256))),
            HttpStatusCode.BadRequest,
            "idempotency_key_malformed");

    [Theory]
    [InlineData("/v1/payments", null, HttpStatusCode.Unauthorized, "unauthenticated")]
    [InlineData("/v1/payments", "sk_unknown", HttpStatusCode.Unauthorized, "unauthenticated")]
    [InlineData("/v1/payments", "ok_sandbox_local", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("/ops/v1/settlement-files/fil_1", "sk_sandbox_local", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("/ops/v1/settlement-files/fil_1", null, HttpStatusCode.Unauthorized, "unauthenticated")]
    public async Task Nobody_passes_without_the_right_key(string path, string? key, HttpStatusCode status, string code)
    {
        var reply = await new Client(railyard.App.Address, key).GetAsync(path);

        AssertProblem(reply, status, code);
        if (status == HttpStatusCode.Unauthorized) Assert.Equal("Bearer", reply.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("/v1/payments/pay_unknown")]
    [InlineData("/v1/payments/pay_unknown/attempts")]
    [InlineData("/v1/payments/pay_unknown/events")]
    public async Task A_payment_that_is_not_there_is_not_found(string path) =>
        AssertProblem(await merchant.GetAsync(path), HttpStatusCode.NotFound, "not_found");

    [Theory]
    [InlineData("captures")]
    [InlineData("refunds")]
    [InlineData("voids")]
    public async Task Nothing_can_be_done_with_a_payment_that_is_not_there(string operation) =>
        AssertProblem(await merchant.PostAsync($"/v1/payments/pay_unknown/{operation}"), HttpStatusCode.NotFound, "not_found");

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("status=paid", "status")]
    [InlineData("sort=amount", "query")]
    public async Task A_query_that_is_not_valid_is_refused(string query, string field)
    {
        var reply = await merchant.GetAsync($"/v1/payments?{query}");

        AssertProblem(reply, HttpStatusCode.BadRequest, "validation_failed");
        Assert.Equal([field], Errors(reply).Select(error => error.Field));
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        var key = $"nothing {Guid.CreateVersion7()}";
        await merchant.PostRawAsync("/v1/payments", """{"amount":100}""", headers: ("Idempotency-Key", key));

        // The key is still free: a valid request with it is a first one.
        var valid = await merchant.PostAsync("/v1/payments", Client.Payment(), key);

        Assert.Equal(HttpStatusCode.Created, valid.Status);
        Assert.Null(valid.Header("Idempotent-Replayed"));
    }

    static void AssertProblem(Reply reply, HttpStatusCode status, string code)
    {
        Assert.True(reply.Status == status && reply["code"] == code, $"{reply.Status} {reply.Text}");
        Assert.Equal("application/problem+json", reply.ContentType);
        Assert.Equal(((int)status).ToString(), reply["status"]);
        Assert.NotEmpty(reply["title"]!);
        Assert.StartsWith("https://", reply["type"], StringComparison.Ordinal);
    }

    static IEnumerable<(string Field, string Code)> Errors(Reply reply) => reply.Body.GetProperty("errors").EnumerateArray()
        .Select(error => (error.GetProperty("field").GetString()!, error.GetProperty("code").GetString()!));
}
