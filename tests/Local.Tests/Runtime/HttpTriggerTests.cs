using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Runtime;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Railyard.Local.Tests.Runtime;

public sealed class HttpTriggerTests(HttpTriggerTests.Fixture sample)
    : IClassFixture<HttpTriggerTests.Fixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TaskCompletionSource Aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed record Greeting(string Text);

    public sealed class Functions
    {
        [Function("Result")]
        public static IResult Result(
            [HttpTrigger("get", Route = "result/{name}/{times:int?}")] HttpRequest request,
            string name, int times = 1) =>
            Results.Json(
                new Greeting($"{name} {times} {request.Query["and"]}"),
                statusCode: StatusCodes.Status202Accepted);

        [Function("Action")]
        public static Task<IActionResult> Action(
            [HttpTrigger("post", Route = "action")] HttpRequest request, [FromBody] Greeting greeting) =>
            Task.FromResult<IActionResult>(
                new ConflictObjectResult(greeting with { Text = greeting.Text + request.Method }));

        [Function("Plain")]
        public async Task<Greeting> Plain([HttpTrigger] HttpRequest request)
        {
            await Task.Yield();
            return new Greeting(request.HttpContext.TraceIdentifier.Length > 0 ? "plain" : "");
        }

        [Function("ById")]
        public static IResult ById(
            [HttpTrigger("get", Route = "things/{id:guid}")] HttpRequest request, Guid id) =>
            Results.Text(id.ToString("N") + request.Protocol[..0]);

        [Function("Faulty")]
        public static IResult Faulty([HttpTrigger("get")] HttpRequest request) =>
            throw new InvalidOperationException($"a secret of {request.Method}");

        [Function("Slow")]
        public static async Task Slow(
            [HttpTrigger("get")] HttpRequest request, CancellationToken cancellation)
        {
            using var noticed = cancellation.Register(Aborted.SetResult);
            await request.HttpContext.Response.Body.FlushAsync(CancellationToken.None);
            await Aborted.Task.WaitAsync(Patience, TimeProvider.System, CancellationToken.None);
        }

        [Function("Keyed")]
        public static IResult Keyed(
            [HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => Results.Text(request.Method);

        [Function("Upload")]
        public static async Task<IResult> Upload([HttpTrigger("post")] HttpRequest request)
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.Ok();
        }
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<Functions>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_result_is_written_as_it_says_with_route_values_and_query()
    {
        var answer = await GetAsync("result/Ada/3?and=Bob");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(
            new Greeting("Ada 3 Bob"), await answer.Content.ReadFromJsonAsync<Greeting>(Cancellation));
    }

    [Fact]
    public async Task An_optional_route_value_that_is_absent_has_the_parameters_default()
    {
        var answer = await GetAsync("result/Ada");

        Assert.Equal(new Greeting("Ada 1 "), await answer.Content.ReadFromJsonAsync<Greeting>(Cancellation));
    }

    [Fact]
    public async Task An_action_result_is_executed_and_the_body_is_bound()
    {
        var answer = await sample.Client.PostAsJsonAsync("action", new Greeting("hello "), Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(
            new Greeting("hello POST"), await answer.Content.ReadFromJsonAsync<Greeting>(Cancellation));
    }

    [Fact]
    public async Task A_plain_object_becomes_json_and_a_function_without_route_has_its_own_name()
    {
        var answer = await GetAsync("Plain");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new Greeting("plain"), await answer.Content.ReadFromJsonAsync<Greeting>(Cancellation));
    }

    [Theory]
    [InlineData("things/0192f6b3-6f7e-7000-8000-000000000001", HttpStatusCode.OK)]
    [InlineData("things/seven", HttpStatusCode.NotFound)]
    [InlineData("action", HttpStatusCode.NotFound)]
    [InlineData("nowhere", HttpStatusCode.NotFound)]
    public async Task A_request_that_fits_no_route_or_verb_is_not_found(string path, HttpStatusCode expected)
    {
        var answer = await GetAsync(path);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task An_unhandled_exception_is_500_without_details()
    {
        var answer = await GetAsync("Faulty");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_function_that_asks_for_a_key_is_open_to_all_unless_a_setting_says_otherwise()
    {
        var answer = await GetAsync("Keyed");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_function()
    {
        using (await sample.Client.GetAsync(
            new Uri("Slow", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            Assert.False(Aborted.Task.IsCompleted);
        }

        await Aborted.Task.WaitAsync(Patience, TimeProvider.System, Cancellation);
    }

    [Fact]
    public async Task A_body_over_100_megabytes_is_refused()
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "Upload") { Content = new ByteArrayContent([1]) };
        request.Content.Headers.ContentLength = 104_857_601;
        request.Headers.ExpectContinue = true;

        var answer =
            await sample.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    Task<HttpResponseMessage> GetAsync(string path) =>
        sample.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
}
