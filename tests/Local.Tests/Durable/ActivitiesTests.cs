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
    public async Task Names_are_matched_without_regard_to_case()
    {
        await using var engine = new TestEngine()
            .Activity<string, string>("Greet", name => $"Hello {name}")
            .Orchestrator("Welcome", context => context.CallActivityAsync<string>("gREET", "Ada"))
            .Start();

        var end = await engine.RunAsync("wELCOME");

        Assert.Equal("Hello Ada", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_interrupted_by_a_crash_runs_again()
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
            .Orchestrator("Once", context => context.CallActivityAsync<int>("Slow", 1))
            .Start();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Once", TestEngine.Cancellation);
        await reached.Task;

        await engine.KillAndReopenAsync();
        var end = await engine.EndOfAsync(id);

        Assert.Equal(2, end.ReadOutputAs<int>());
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_finished_activity_is_not_run_again_by_replay_after_a_crash()
    {
        var calls = 0;
        await using var engine = new TestEngine()
            .Activity<int, int>("Count", _ => Interlocked.Increment(ref calls))
            .Orchestrator("CountThenWait", async context =>
            {
                var count = await context.CallActivityAsync<int>("Count", 0);
                return count + await context.WaitForExternalEvent<int>("More");
            })
            .Start();
        var id = await engine.BeginAsync("CountThenWait");

        await engine.KillAndReopenAsync();
        await engine.RaiseAsync(id, "More", 10);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(11, end.ReadOutputAs<int>());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_failed_activity_throws_with_its_details_into_the_orchestrator()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>(
                "Break", _ => throw new InvalidDataException("bad", new FormatException("worse")))
            .Orchestrator("Catch", async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Break", 1);
                }
                catch (TaskFailedException failed)
                {
                    var details = failed.FailureDetails;
                    return $"{failed.TaskName} #{failed.TaskId} {details.ErrorType}: {details.ErrorMessage}"
                        + $" <- {details.InnerFailure?.ErrorMessage} {details.IsCausedBy<SystemException>()}";
                }
            })
            .Start();

        var end = await engine.RunAsync("Catch");

        Assert.Equal(
            "Break #0 System.IO.InvalidDataException: bad <- worse True", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unknown_activity_fails_the_call_and_is_not_retried()
    {
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1)));
        await using var engine = new TestEngine()
            .Orchestrator("CallNobody", context => context.CallActivityAsync<int>("Nobody", 1, retry))
            .Start();

        var end = await engine.RunAsync("CallNobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("ActivityTaskNotFound", end.FailureDetails?.InnerFailure?.ErrorType);
        Assert.Contains("No activity task named 'Nobody' was found", end.FailureDetails?.ErrorMessage);
    }

    [Fact]
    public async Task An_unknown_orchestrator_fails_the_instance()
    {
        await using var engine = new TestEngine().Start();

        var end = await engine.RunAsync("Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails?.ErrorType);
    }

    [Fact]
    public async Task Inputs_and_outputs_may_be_much_larger_than_64_KB()
    {
        var large = new string('x', 300_000);
        await using var engine = new TestEngine()
            .Activity<string, string>("Echo", text => text + "!")
            .Orchestrator("Large", context =>
                context.CallActivityAsync<string>("Echo", context.GetInput<string>()))
            .Start();

        var end = await engine.RunAsync("Large", large);

        Assert.Equal(large, end.ReadInputAs<string>());
        Assert.Equal(large + "!", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_fan_out_larger_than_the_queue_in_memory_is_finished_all_the_same()
    {
        const int calls = 17_000;
        var ran = 0;
        await using var engine = new TestEngine()
            .Activity<int, int>("One", _ =>
            {
                Interlocked.Increment(ref ran);
                return 1;
            })
            .Orchestrator("FanOut", async context =>
            {
                var ones = Enumerable.Range(0, calls).Select(i => context.CallActivityAsync<int>("One", i));
                return (await Task.WhenAll(ones)).Sum();
            })
            .Start();

        var end = await engine.RunAsync("FanOut");

        Assert.Equal(calls, end.ReadOutputAs<int>());
        Assert.Equal(calls, ran);
    }

    [Fact]
    public async Task Stopping_lets_a_running_activity_finish_and_keeps_its_answer()
    {
        var calls = 0;
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var engine = new TestEngine()
            .ActivityAsync<int, int>("Slow", async (_, _) =>
            {
                Interlocked.Increment(ref calls);
                reached.SetResult();
                await release.Task;
                return 7;
            })
            .Orchestrator("Once", context => context.CallActivityAsync<int>("Slow", 1))
            .Start();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Once", TestEngine.Cancellation);
        await reached.Task;

        var stopping = engine.Engine.StopAsync(TestEngine.Cancellation);
        release.SetResult();
        await stopping;
        await engine.KillAndReopenAsync();
        var end = await engine.EndOfAsync(id);

        Assert.Equal(7, end.ReadOutputAs<int>());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Stopping_without_patience_cancels_the_activity_which_runs_again_at_the_next_start()
    {
        var calls = 0;
        var reached = new TaskCompletionSource();
        await using var engine = new TestEngine()
            .ActivityAsync<int, int>("Slow", async (_, call) =>
            {
                if (Interlocked.Increment(ref calls) > 1) return 7;
                reached.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);
                return -1;
            })
            .Orchestrator("Once", context => context.CallActivityAsync<int>("Slow", 1))
            .Start();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Once", TestEngine.Cancellation);
        await reached.Task;

        await engine.Engine.StopAsync(new CancellationToken(canceled: true));
        await engine.KillAndReopenAsync();
        var end = await engine.EndOfAsync(id);

        Assert.Equal(7, end.ReadOutputAs<int>());
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Nothing_can_be_added_once_the_engine_runs()
    {
        await using var engine = new TestEngine().Start();

        void Add() => engine.Engine.AddActivity("Late", _ => Task.FromResult<string?>(null));

        Assert.Throws<InvalidOperationException>(Add);
    }
}
