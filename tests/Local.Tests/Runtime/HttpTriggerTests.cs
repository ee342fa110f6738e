using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Railyard.Local.Tests.Runtime;

public sealed class HttpTriggerTests
{
    public sealed record Greeting(string Text);

    public sealed class Functions
    {
        [Function("Result")]
        public static IResult Result([HttpTrigger("get", Route = "result/{name}")] HttpRequest request, string name) =>
            Results.Json(new Greeting($"{name} {request.Query["and"]}"), statusCode: StatusCodes.Status202Accepted);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_result_is_written_as_it_says()
    {
        await using var app = await Sample.StartAsync<Functions>();

        using var client = new HttpClient { BaseAddress = app.Address };
        var answer = await client.GetAsync(new Uri("/api/result/Ada?and=Bob", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(new Greeting("Ada Bob"), await answer.Content.ReadFromJsonAsync<Greeting>(Cancellation));
    }
}
