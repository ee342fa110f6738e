using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Railyard.Local.Runtime;

namespace Railyard.Local.Tests.Runtime;

public sealed class OrchestrationTriggerTests(OrchestrationTriggerTests.Fixture sample)
    : IClassFixture<OrchestrationTriggerTests.Fixture>
{
    static readonly ConcurrentDictionary<string, int> Passed = new();

    public sealed record Order(string Name, int Count);

    public sealed class Punctuation
    {
        public string Mark => "!";
    }

    public sealed class Functions(Punctuation punctuation)
    {
        [Function("Start")]
        public static async Task<IResult> Start(
            [HttpTrigger("post", Route = "start/{name}")] HttpRequest request, string name,
            [DurableClient] DurableTaskClient client)
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(Greet), new Order(name, 2), request.HttpContext.RequestAborted);
            var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
            return Results.Text(done.ReadOutputAs<string>());
        }

        [Function(nameof(Greet))]
        public static async Task<string> Greet(
            [OrchestrationTrigger] TaskOrchestrationContext context, Order order)
        {
            var greetings = new List<string>();
            for (var i = 0; i < order.Count; i++)
                greetings.Add(await context.CallActivityAsync<string>(nameof(Say), order with { Count = i }));
            return string.Join(' ', greetings);
        }

        [Function(nameof(Say))]
        public string Say([ActivityTrigger] Order order, string instanceId) =>
            $"{order.Name}{order.Count}{punctuation.Mark}{instanceId[..0]}";
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() =>
            Sample.StartAsync<Functions>(configure: builder =>
            {
                builder.Services.AddSingleton<Punctuation>();
                builder.UseMiddleware(async (context, next) =>
                {
                    Passed.AddOrUpdate(context.FunctionDefinition.Name, 1, (_, before) => before + 1);
                    await next();
                });
            });
    }

    [Fact]
    public async Task An_orchestration_runs_its_activities_through_the_middleware()
    {
        var cancellation = TestContext.Current.CancellationToken;

        var answer =
            await sample.Client.PostAsync(new Uri("start/Ada", UriKind.Relative), null, cancellation);

        Assert.Equal("Ada0! Ada1!", await answer.Content.ReadAsStringAsync(cancellation));
        Assert.Equal(2, Passed["Say"]);
        Assert.True(Passed["Greet"] >= 1);
    }
}
