using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Railyard.App.Tests.Operations;

/// <summary>What holds every answer of the tests to the contract lets none pass that is not as it says.</summary>
public sealed class ContractTests
{
    const string Health = """{"status":"healthy","database":"up","orchestrations":"up","messages":"up","storage":"up"}""";
    const string Unauthenticated = """{"type":"https://railyard.dev/problems/x","status":401,"code":"unauthenticated","title":"No."}""";

    [Fact]
    public async Task An_answer_as_the_contract_says_passes()
    {
        await Contract.AssertAsync(Answer("GET", "/health", HttpStatusCode.OK, Health), Health);
        await Contract.AssertAsync(Refusal(Unauthenticated), Unauthenticated);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.OK, Health, "no operation")]
    [InlineData("PUT", "/health", HttpStatusCode.OK, Health, "no operation")]
    [InlineData("GET", "/health", HttpStatusCode.Accepted, Health, "no such status")]
    [InlineData("GET", "/health", HttpStatusCode.OK, """{"status":"healthy","database":"up","orchestrations":"up","messages":"up"}""", "$.storage is missing")]
    [InlineData("GET", "/health", HttpStatusCode.OK, """{"status":"well","database":"up","orchestrations":"up","messages":"up","storage":"up"}""", "none of the words")]
    [InlineData("GET", "/health", HttpStatusCode.OK, """{"status":"healthy","database":"up","orchestrations":"up","messages":"up","storage":"up","a":1}""", "$.a is unknown")]
    [InlineData("GET", "/health?a=1", HttpStatusCode.OK, Health, "the parameter a was taken")]
    [InlineData("DELETE", "/v1/card-tokens/tok_1", HttpStatusCode.NoContent, Health, "no body")]
    [InlineData("DELETE", "/v1/card-tokens/tok_1", HttpStatusCode.NoContent, "", "the header RateLimit is missing")]
    public async Task Any_other_does_not(string method, string path, HttpStatusCode status, string body, string flaw) =>
        await FailsAsync(Answer(method, path, status, body), body, flaw);

    [Fact]
    public async Task A_code_that_is_not_listed_for_its_status_does_not()
    {
        var body = Unauthenticated.Replace("unauthenticated", "rate_limited", StringComparison.Ordinal);

        await FailsAsync(Refusal(body), body, "rate_limited is not answered with this status");
    }

    [Fact]
    public async Task A_header_that_is_missing_wrong_or_not_documented_does_not()
    {
        var (missing, wrong, extra) = (Refusal(Unauthenticated), Refusal(Unauthenticated), Refusal(Unauthenticated));
        missing.Headers.Remove("WWW-Authenticate");
        wrong.Headers.Remove("WWW-Authenticate");
        wrong.Headers.TryAddWithoutValidation("WWW-Authenticate", "Basic");
        extra.Headers.TryAddWithoutValidation("Location", "/v1");

        await FailsAsync(missing, Unauthenticated, "the header WWW-Authenticate is missing");
        await FailsAsync(wrong, Unauthenticated, "WWW-Authenticate is none of the words");
        await FailsAsync(extra, Unauthenticated, "the header Location is not documented");
    }

    [Fact]
    public async Task A_request_that_was_taken_and_is_not_documented_does_not()
    {
        const string Merchant =
            """{"id":"mer_1","name":"a","status":"active","card_group":"a","rate_limit":null,"created_at":"2026-11-24T12:00:00Z","updated_at":"2026-11-24T12:00:00Z"}""";
        var response = Answer("POST", "/ops/v1/merchants", HttpStatusCode.Created, Merchant);
        response.Headers.TryAddWithoutValidation("Location", "/ops/v1/merchants/mer_1");
        response.RequestMessage!.Content = new StringContent("""{"name":"a","colour":"red"}""", Encoding.UTF8, "application/json");

        await FailsAsync(response, Merchant, "request.colour is unknown");
    }

    static HttpResponseMessage Refusal(string body)
    {
        var response = Answer("GET", "/v1/payments", HttpStatusCode.Unauthorized, body, "application/problem+json");
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", "Bearer");
        return response;
    }

    static HttpResponseMessage Answer(string method, string path, HttpStatusCode status, string body, string type = "application/json") => new(status)
    {
        RequestMessage = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://localhost{path}")),
        Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)),
    };

    static async Task FailsAsync(HttpResponseMessage response, string text, string flaw)
    {
        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Contract.AssertAsync(response, text));
        Assert.Contains(flaw, failure.Message, StringComparison.Ordinal);
    }
}
