using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class LifecycleTests
{
    static CancellationToken Cancellation => TestEngine.Cancellation;

    [Fact]
    public async Task A_terminated_instance_ends_with_the_output_it_was_given()
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Wait");

        await engine.Client.TerminateInstanceAsync(id, "enough", Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true, OrchestrationRuntimeStatus.Terminated)]
    [InlineData(false, OrchestrationRuntimeStatus.Running)]
    public async Task Terminating_reaches_the_children_only_where_that_is_asked_for(
        bool recursive, OrchestrationRuntimeStatus expected)
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Parent");

        await engine.Client.TerminateInstanceAsync(
            id, new TerminateInstanceOptions("enough", recursive), Cancellation);
        await engine.EndOfAsync(id);
        await engine.QuietAsync();

        Assert.Equal(expected, (await engine.LookAsync("child")).RuntimeStatus);
    }

    [Fact]
    public async Task A_parent_is_told_that_its_child_was_terminated()
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Parent");

        await engine.Client.TerminateInstanceAsync("child", "enough", Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("'child' was terminated", end.FailureDetails?.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public async Task Terminating_an_unknown_or_ended_instance_is_refused()
    {
        await using var engine = Waiting();
        await engine.RunAsync("Quick", id: "ended");

        await Assert.ThrowsAsync<ArgumentException>(
            () => engine.Client.TerminateInstanceAsync("unknown", Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => engine.Client.TerminateInstanceAsync("ended", Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_suspended_instance_does_nothing_until_it_is_resumed(bool killedBetween)
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Wait");
        await engine.Client.SuspendInstanceAsync(id, "look into it", Cancellation);
        await engine.RaiseAsync(id, "End", "later");
        await engine.QuietAsync();
        var suspended = await engine.LookAsync(id);

        if (killedBetween) await engine.KillAndReopenAsync();
        await engine.Client.ResumeInstanceAsync(id, cancellation: Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, suspended.RuntimeStatus);
        Assert.Equal("later", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_suspended_instance_can_be_terminated()
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Wait");
        await engine.Client.SuspendInstanceAsync(id, cancellation: Cancellation);

        await engine.Client.TerminateInstanceAsync(id, Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
    }

    [Fact]
    public async Task What_an_instance_decided_before_its_suspension_waits_for_the_resumption()
    {
        var calls = 0;
        await using var engine = new TestEngine { ReplaysEveryTurn = true }
            .Activity<int, int>("Count", _ => ++calls)
            .Orchestrator("Step", async context =>
            {
                await context.WaitForExternalEvent<int>("Go");
                return await context.CallActivityAsync<int>("Count", 1);
            })
            .Open();
        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Step", Cancellation);
        await engine.RaiseAsync(id, "Go", 1);
        await engine.Client.SuspendInstanceAsync(id, cancellation: Cancellation);

        engine.Engine.Start();
        await engine.QuietAsync();
        var callsWhileSuspended = calls;
        await engine.Client.ResumeInstanceAsync(id, cancellation: Cancellation);
        await engine.EndOfAsync(id);

        Assert.Equal(0, callsWhileSuspended);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_purged_instance_is_gone_and_its_id_free()
    {
        await using var engine = Waiting();
        await engine.RunAsync("Quick", id: "once");

        var purged = await engine.Client.PurgeInstanceAsync("once", Cancellation);
        var gone = await engine.Client.GetInstanceAsync("once", Cancellation);
        var again = await engine.RunAsync("Quick", id: "once");

        Assert.Equal(1, purged.PurgedInstanceCount);
        Assert.Null(gone);
        Assert.True(again.IsCompleted);
    }

    [Fact]
    public async Task An_unknown_instance_purges_nothing_and_a_live_one_is_refused()
    {
        await using var engine = Waiting();
        await engine.BeginAsync("Wait", id: "live");

        var nothing = await engine.Client.PurgeInstanceAsync("unknown", Cancellation);

        Assert.Equal(0, nothing.PurgedInstanceCount);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => engine.Client.PurgeInstanceAsync("live", Cancellation));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_purge_takes_the_children_along_where_that_is_asked_for(bool recursive, int expected)
    {
        await using var engine = Waiting();
        var id = await engine.BeginAsync("Parent");
        await engine.RaiseAsync("child", "End", "done");
        await engine.EndOfAsync(id);

        var purged = await engine.Client.PurgeInstanceAsync(
            id, new PurgeInstanceOptions(recursive), Cancellation);

        Assert.Equal(expected, purged.PurgedInstanceCount);
        Assert.Equal(recursive, await engine.Client.GetInstanceAsync("child", Cancellation) is null);
    }

    [Fact]
    public async Task A_purge_by_filter_takes_every_ended_instance_and_no_other()
    {
        await using var engine = Waiting();
        for (var i = 0; i < 450; i++)
            await engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick", Cancellation);
        await engine.BeginAsync("Wait", id: "live");

        var purged = await engine.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), Cancellation);

        Assert.Equal(450, purged.PurgedInstanceCount);
        Assert.True(purged.IsComplete);
        Assert.NotNull(await engine.Client.GetInstanceAsync("live", Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_runs_the_instance_again_with_its_input(bool newId)
    {
        var runs = 0;
        await using var engine = new TestEngine()
            .Activity<int, int>("Add", value => value + ++runs)
            .Orchestrator("Add", context => context.CallActivityAsync<int>("Add", context.GetInput<int>()))
            .Start();
        await engine.RunAsync("Add", 10, "first");

        var id = await engine.Client.RestartAsync("first", newId, Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(newId, id != "first");
        Assert.Equal(12, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Restarting_a_live_or_unknown_instance_is_refused()
    {
        await using var engine = Waiting();
        await engine.BeginAsync("Wait", id: "live");

        await Assert.ThrowsAnyAsync<InvalidOperationException>(
            () => engine.Client.RestartAsync("live", cancellation: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => engine.Client.RestartAsync("unknown", cancellation: Cancellation));
    }

    [Fact]
    public async Task A_terminated_instance_leaves_no_timer_behind()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new TestEngine { Time = clock }
            .Orchestrator("Sleep", async context =>
            {
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                return context.GetInput<int>();
            })
            .Start();
        var id = await engine.BeginAsync("Sleep", 1, "sleeper");
        await engine.Client.TerminateInstanceAsync(id, Cancellation);
        await engine.EndOfAsync(id);
        await engine.PassAsync(TimeSpan.FromMinutes(30));

        await engine.BeginAsync("Sleep", 2, "sleeper");
        await engine.PassAsync(TimeSpan.FromMinutes(45));
        var stillAsleep = await engine.LookAsync(id);
        await engine.PassAsync(TimeSpan.FromMinutes(15));
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, stillAsleep.RuntimeStatus);
        Assert.Equal(2, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_closed_engine_says_so_and_lets_nobody_wait()
    {
        var engine = Waiting();
        var id = await engine.BeginAsync("Wait");
        var waiting = engine.Client.WaitForInstanceCompletionAsync(id, Cancellation);

        await engine.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => engine.RaiseAsync(id, "End"));
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => engine.LookAsync(id));
    }

    static TestEngine Waiting() =>
        new TestEngine()
            .Orchestrator("Quick", _ => Task.FromResult("quick"))
            .Orchestrator("Wait", context => context.WaitForExternalEvent<string>("End"))
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
                "Wait", new TaskOptions().WithInstanceId("child")))
            .Start();
}
