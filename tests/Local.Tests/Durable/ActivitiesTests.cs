using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Railyard.Local.Tests.Durable;

public sealed class ActivitiesTests
{
    [Fact]
    public async Task Three_activities_run_in_order_and_the_output_is_theirs()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Double", input => input * 2)
            .Orchestrator("Thrice", async context =>
            {
                var value = context.GetInput<int>();
                for (var i = 0; i < 3; i++) value = await context.CallActivityAsync<int>("Double", value);
                return value;
            })
            .Start();

        var end = await engine.RunAsync("Thrice", 5);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(40, end.ReadOutputAs<int>());
        Assert.Equal(5, end.ReadInputAs<int>());
    }

    [Fact]
    public async Task An_orchestration_killed_while_its_activity_runs_goes_on_after_reopening()
    {
        var calls = 0;
        var reached = new TaskCompletionSource();
        await using var engine = new TestEngine()
            .ActivityAsync<int, int>("Slow", async (input, call) =>
            {
                if (Interlocked.Increment(ref calls) > 1) return input + 1;
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
                return -1;
            })
            .Orchestrator("Once", context => context.CallActivityAsync<int>("slow", 1))
            .Start();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("once", TestEngine.Cancellation);
        await reached.Task;

        await engine.KillAndReopenAsync();
        var end = await engine.EndOfAsync(id);

        Assert.Equal(2, end.ReadOutputAs<int>());
        Assert.Equal(2, calls);
    }
}
