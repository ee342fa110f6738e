using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class RouteTests(RouteTests.Fixture sample) : IClassFixture<RouteTests.Fixture>
{
    public sealed class Functions
    {
        [Function("Whole")]
        public static string Whole(
            [HttpTrigger("get", Route = "whole/{id:int}")] HttpRequest request, int id) => $"{request.Method} {id}";

        [Function("Unique")]
        public static string Unique(
            [HttpTrigger("get", Route = "unique/{id:guid}")] HttpRequest request, Guid id) => $"{request.Method} {id:N}";

        [Function("Three")]
        public static string Three(
            [HttpTrigger("get", Route = "three/{code:length(3)}")] HttpRequest request, string code) =>
            $"{request.Method} {code}";

        [Function("Rest")]
        public static string Rest(
            [HttpTrigger("get", Route = "rest/{*path}")] HttpRequest request, string? path) => $"{request.Method} {path}";

        [Function("Either")]
        public static string Either(
            [HttpTrigger("get", Route = "either/{id:int}")] HttpRequest request, int id) => $"{request.Method} number {id}";

        [Function("Or")]
        public static string Or(
            [HttpTrigger("get", Route = "either/{name:alpha}")] HttpRequest request, string name) =>
            $"{request.Method} name {name}";
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<Functions>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("whole/42", "GET 42")]
    [InlineData("whole/-7", "GET -7")]
    [InlineData("unique/0192f6b3-6f7e-7000-8000-000000000001", "GET 0192f6b36f7e70008000000000000001")]
    [InlineData("three/EUR", "GET EUR")]
    [InlineData("rest/of/the/way", "GET of/the/way")]
    [InlineData("rest", "GET ")]
    [InlineData("either/7", "GET number 7")]
    [InlineData("either/seven", "GET name seven")]
    public async Task A_value_that_keeps_to_its_constraint_reaches_the_function(string path, string expected)
    {
        var answer = await sample.Client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(expected, answer.Trim('"'));
    }

    [Theory]
    [InlineData("whole/seven")]
    [InlineData("whole/4.2")]
    [InlineData("whole/2147483648")]
    [InlineData("whole")]
    [InlineData("whole/1/2")]
    [InlineData("unique/0192f6b3")]
    [InlineData("three/EU")]
    [InlineData("three/EURO")]
    [InlineData("either/7b")]
    public async Task A_value_that_breaks_its_constraint_is_not_found(string path)
    {
        using var answer = await sample.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
