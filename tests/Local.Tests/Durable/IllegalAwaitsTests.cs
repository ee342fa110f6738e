using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Railyard.Local.Tests.Durable;

public sealed class IllegalAwaitsTests
{
    [Fact]
    public async Task Awaiting_nothing_durable_fails_at_once()
    {
        await AssertFails(async _ =>
        {
            await new TaskCompletionSource().Task;
            return 0;
        });
    }

    [Fact]
    public async Task Awaiting_a_delay_of_the_machine_fails_even_while_something_durable_is_open()
    {
        await AssertFails(async context =>
        {
            _ = context.WaitForExternalEvent<int>("Never");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            return await context.CallActivityAsync<int>("Echo", 1);
        });
    }

    [Fact]
    public async Task Going_on_in_the_thread_pool_fails()
    {
        await AssertFails(async context =>
        {
            _ = context.WaitForExternalEvent<int>("Never");
            await Task.Run(() => context.CallActivityAsync<int>("Echo", 1));
            return 0;
        });
    }

    [Fact]
    public async Task Leaving_the_orchestrator_thread_by_ConfigureAwait_fails()
    {
        await AssertFails(async context =>
        {
            await context.CallActivityAsync<int>("Echo", 1).ConfigureAwait(false);
            return await context.CallActivityAsync<int>("Echo", 2);
        });
    }

    [Fact]
    public async Task Yielding_and_durable_tasks_combined_are_fine()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Legal", async context =>
            {
                await Task.Yield();
                var both = await Task.WhenAll(
                    context.CallActivityAsync<int>("Echo", 1), context.CallActivityAsync<int>("Echo", 2));
                return both.Sum() + await Task.FromResult(10);
            })
            .Start();

        var end = await engine.RunAsync("Legal");

        Assert.Equal(13, end.ReadOutputAs<int>());
    }

    static async Task AssertFails(Func<TaskOrchestrationContext, Task<int>> body)
    {
        foreach (var replaysEveryTurn in (bool[])[false, true])
        {
            await using var engine = new TestEngine { ReplaysEveryTurn = replaysEveryTurn }
                .Activity<int, int>("Echo", value => value)
                .Orchestrator("Illegal", body)
                .Start();

            var end = await engine.RunAsync("Illegal");

            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            Assert.Contains("awaited something that is not durable", end.FailureDetails?.ErrorMessage);
        }
    }
}
