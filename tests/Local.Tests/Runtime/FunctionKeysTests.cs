using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class FunctionKeysTests(FunctionKeysTests.Fixture sample) : IClassFixture<FunctionKeysTests.Fixture>
{
    public sealed class Functions
    {
        [Function("Open")]
        public static IResult Open(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text(request.Method);

        [Function("Keyed")]
        public static IResult Keyed(
            [HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => Results.Text(request.Method);

        [Function("Ruled")]
        public static IResult Ruled(
            [HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => Results.Text(request.Method);
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() =>
            Sample.StartAsync<Functions>(new LocalOptions
            {
                Settings = new Dictionary<string, string?>
                {
                    ["Local:EnforceKeys"] = "true",
                    ["Local:Keys:master"] = "master-key",
                    ["Local:Keys:host:default"] = "host-key",
                    ["Local:Keys:functions:Keyed:default"] = "keyed-key",
                    ["Local:Keys:functions:Ruled:default"] = "ruled-key",
                },
            });
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Open", "", HttpStatusCode.OK)]
    [InlineData("Open", "nonsense", HttpStatusCode.OK)]
    [InlineData("Keyed", "", HttpStatusCode.Unauthorized)]
    [InlineData("Keyed", "nonsense", HttpStatusCode.Unauthorized)]
    [InlineData("Keyed", "ruled-key", HttpStatusCode.Unauthorized)]
    [InlineData("Keyed", "keyed-key", HttpStatusCode.OK)]
    [InlineData("Keyed", "host-key", HttpStatusCode.OK)]
    [InlineData("Keyed", "master-key", HttpStatusCode.OK)]
    [InlineData("Ruled", "ruled-key", HttpStatusCode.Unauthorized)]
    [InlineData("Ruled", "host-key", HttpStatusCode.Unauthorized)]
    [InlineData("Ruled", "master-key", HttpStatusCode.OK)]
    public async Task A_function_asks_for_a_key_of_its_level_in_the_header_or_the_query(
        string function, string key, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, function);
        request.Headers.Add("x-functions-key", key);

        using var byHeader = await sample.Client.SendAsync(request, Cancellation);
        using var byQuery =
            await sample.Client.GetAsync(new Uri($"{function}?code={key}", UriKind.Relative), Cancellation);

        Assert.Equal(expected, byHeader.StatusCode);
        Assert.Equal(expected, byQuery.StatusCode);
    }
}
