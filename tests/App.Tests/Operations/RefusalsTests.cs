using System.Net;
using System.Text;
using Railyard.App.Operations;
using Railyard.App.Tests.Merchants;

namespace Railyard.App.Tests.Operations;

/// <summary>Every operation refuses what none may let pass, in the words of the document.</summary>
public sealed class RefusalsTests(RunningRailyard railyard)
{
    const string Json = "application/json";
    const int MoreThanABody = 70_000;
    const int MostTries = 20;

    static readonly IReadOnlyList<ApiOperation> All = Contract.Document.Operations;

    public static TheoryData<string> Posts() => Ids(one => one.Method == "POST" && one.Scope is not null);

    public static TheoryData<string> WithJson() =>
        Ids(one => one.Scope is not null && one.Bodies.Any(body => body.ContentType == Json));

    public static TheoryData<string> WithTwoBodies() => Ids(one => one.Method == "POST" && one.Bodies.Any(body => body.Examples.Count > 1));

    public static TheoryData<string> WithObjects() => Ids(one => one.Scope is not null && one.Path.Contains('{', StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task A_POST_without_a_right_idempotency_key(string id)
    {
        var calls = await CallsOfAsync(id);

        AssertRefused(await calls.SendAsync("{}", idempotencyKey: null), HttpStatusCode.BadRequest, "idempotency_key_missing");
        AssertRefused(await calls.SendAsync("{}", new string('k', 256)), HttpStatusCode.BadRequest, "idempotency_key_malformed");
    }

    [Theory]
    [MemberData(nameof(WithJson))]
    public async Task A_body_that_is_no_JSON_too_large_or_has_an_unknown_member(string id)
    {
        var calls = await CallsOfAsync(id);
        var large = $$"""{"name":"{{new string('x', MoreThanABody)}}"}""";

        AssertRefused(await calls.SendAsync("{", "broken"), HttpStatusCode.BadRequest, "malformed_json");
        AssertRefused(await calls.SendAsync(large, "large"), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        AssertRefused(await calls.SendAsync("{}", "text", "text/plain"), HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        AssertRefused(await calls.SendAsync("""{"tip":5}""", "unknown"), HttpStatusCode.BadRequest, "validation_failed");
    }

    [Theory]
    [MemberData(nameof(WithTwoBodies))]
    public async Task An_idempotency_key_with_another_body_while_the_same_one_is_answered_again(string id)
    {
        var calls = await CallsOfAsync(id);
        var examples = Operation(id).Bodies[0].Examples;
        var key = $"{Guid.CreateVersion7()}";

        var first = await calls.SendAsync(examples[0], key);
        var other = await calls.SendAsync(examples[1], key);
        var again = await calls.SendAsync(examples[0], key);

        Assert.True(first.Response.IsSuccessStatusCode, first.Text);
        AssertRefused(other, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Equal((first.Status, first.Text, "true"), (again.Status, again.Text, again.Header("Idempotent-Replayed")));
    }

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task A_POST_that_comes_again_which_is_answered_as_before(string id)
    {
        var calls = await CallsOfAsync(id);
        var example = Operation(id).Bodies.SelectMany(body => body.Examples).FirstOrDefault();
        var key = $"{Guid.CreateVersion7()}";

        var first = await calls.SendAsync(example, key);
        var again = await calls.SendAsync(example, key);

        Assert.True(first.Response.IsSuccessStatusCode, first.Text);
        Assert.Equal((first.Status, first.Text, "true"), (again.Status, again.Text, again.Header("Idempotent-Replayed")));
    }

    [Theory]
    [MemberData(nameof(WithObjects))]
    public async Task An_object_that_is_not_there(string id)
    {
        var operation = Operation(id);
        var path = operation.ExamplePath.Replace("northbank", "nobank", StringComparison.Ordinal)
            .Replace("/main/", "/nobank/", StringComparison.Ordinal);
        var content = operation.Bodies.Count == 0 ? null : new StringContent(
            BodyFor(operation), Encoding.UTF8, operation.Bodies[0].ContentType);
        var client = (await CallsOfAsync(id)).Client;

        var reply = await client.SendRawAsync(
            new HttpMethod(operation.Method), path, content, ("Idempotency-Key", $"{Guid.CreateVersion7()}"), ("If-Match", "*"));

        AssertRefused(reply, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_key_that_was_revoked()
    {
        var merchant = await railyard.OnboardAsync();
        var operators = await railyard.IssueAsync("operators", ["operations:read", "operations:write"]);
        await railyard.Operator.PostAsync($"{merchant.KeyPath}/revocations");
        await railyard.Operator.PostAsync($"{Onboarded.Merchants}/operators/keys/{operators["id"]}/revocations");

        await EveryOperationRefusesAsync(merchant.Client, operators["key"]!, HttpStatusCode.Unauthorized, "api_key_revoked");
    }

    [Fact]
    public async Task A_key_that_has_expired()
    {
        var merchant = await railyard.OnboardAsync();
        var operators = await railyard.IssueAsync("operators", ["operations:read", "operations:write"]);
        await railyard.Operator.PostAsync($"{merchant.KeyPath}/rolls", new { overlap_seconds = 0 });
        await railyard.Operator.PostAsync($"{Onboarded.Merchants}/operators/keys/{operators["id"]}/rolls", new { overlap_seconds = 0 });

        await EveryOperationRefusesAsync(merchant.Client, operators["key"]!, HttpStatusCode.Unauthorized, "api_key_expired");
    }

    [Fact]
    public async Task A_key_of_a_merchant_who_is_suspended()
    {
        var merchant = await railyard.OnboardAsync();
        await railyard.Operator.SendAsync(HttpMethod.Patch, merchant.Path, new { status = "suspended" }, ("If-Match", "*"));

        await EveryOperationRefusesAsync(merchant.Client, null, HttpStatusCode.Forbidden, "merchant_suspended");
    }

    [Fact]
    public async Task A_key_that_is_used_too_fast()
    {
        var merchant = await railyard.OnboardAsync(rateLimit: new { per_second = 1, burst = 1 });
        foreach (var operation in All.Where(IsMerchants))
        {
            var reply = await CallAsync(merchant.Client, operation);
            // A second may have passed, and with it one more was allowed.
            for (var tries = 0; tries < MostTries && reply.Status != HttpStatusCode.TooManyRequests; tries++)
                reply = await CallAsync(merchant.Client, operation);

            AssertRefused(reply, HttpStatusCode.TooManyRequests, "rate_limited");
        }
    }

    async Task EveryOperationRefusesAsync(Client merchants, string? operatorsKey, HttpStatusCode status, string code)
    {
        foreach (var operation in All.Where(IsMerchants)) AssertRefused(await CallAsync(merchants, operation), status, code);
        if (operatorsKey is null) return;
        var operators = railyard.ClientOf(operatorsKey);
        foreach (var operation in All.Where(one => one.Scope is not null && !IsMerchants(one)))
            AssertRefused(await CallAsync(operators, operation), status, code);
    }

    static Task<Reply> CallAsync(Client client, ApiOperation operation) =>
        client.SendAsync(new HttpMethod(operation.Method), operation.ExamplePath);

    async Task<ExampleCalls> CallsOfAsync(string id) => new(railyard.App, railyard.Operator, await railyard.OnboardAsync(), Operation(id));

    // The body must be right, so that it is the object that is not found.
    static string BodyFor(ApiOperation operation) => operation.Bodies[0].Examples[0].Value.GetRawText();

    static void AssertRefused(Reply reply, HttpStatusCode status, string code) => Assert.True(
        reply.Status == status && reply["code"] == code, $"{reply.Response.RequestMessage} {reply.Status} {reply.Text}");

    static bool IsMerchants(ApiOperation operation) => operation.Path.StartsWith("/v1/", StringComparison.Ordinal);

    static ApiOperation Operation(string id) => All.Single(one => one.Id == id);

    static TheoryData<string> Ids(Func<ApiOperation, bool> which) => [.. All.Where(which).Select(one => one.Id)];
}
