using Microsoft.DurableTask;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class ContinueAsNewTests
{
    [Fact]
    public async Task An_orchestration_starts_over_with_a_new_input_until_it_is_done()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Next", value => value + 1)
            .Orchestrator("Loop", async context =>
            {
                var value = await context.CallActivityAsync<int>("Next", context.GetInput<int>());
                if (value < 20) context.ContinueAsNew(value);
                return value;
            })
            .Start();

        var end = await engine.RunAsync("Loop", 0);

        Assert.Equal(20, end.ReadOutputAs<int>());
        Assert.Equal(19, end.ReadInputAs<int>());
    }

    [Fact]
    public async Task Events_that_nobody_waited_for_are_kept_in_their_order()
    {
        await using var engine = Collecting(preserve: true);
        var id = await engine.BeginAsync("Collect", new List<int>());

        for (var value = 1; value <= 4; value++) await engine.RaiseAsync(id, "Value", value);
        await engine.RaiseAsync(id, "Go", 0);
        var end = await engine.EndOfAsync(id);

        Assert.Equal([1, 2, 3, 4], end.ReadOutputAs<List<int>>());
    }

    [Fact]
    public async Task Events_that_nobody_waited_for_are_dropped_where_that_is_asked_for()
    {
        await using var engine = Collecting(preserve: false);
        var id = await engine.BeginAsync("Collect", new List<int>());

        for (var value = 1; value <= 2; value++) await engine.RaiseAsync(id, "Value", value);
        await engine.RaiseAsync(id, "Go", 0);
        await engine.QuietAsync();
        for (var value = 3; value <= 5; value++) await engine.RaiseAsync(id, "Value", value);
        var end = await engine.EndOfAsync(id);

        Assert.Equal([1, 3, 4, 5], end.ReadOutputAs<List<int>>());
    }

    [Fact]
    public async Task A_new_run_has_an_empty_history_and_late_answers_of_the_old_one_do_not_reach_it()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new TestEngine { Time = clock, ReplaysEveryTurn = true }
            .Orchestrator("Poll", async context =>
            {
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                var run = context.GetInput<int>();
                if (run < 3) context.ContinueAsNew(run + 1);
                return context.CurrentUtcDateTime;
            })
            .Start();
        var begun = clock.GetUtcNow().UtcDateTime;
        var id = await engine.BeginAsync("Poll", 0);

        await engine.PassAsync(TimeSpan.FromMinutes(1), times: 4);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(begun.AddMinutes(4), end.ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task A_sub_orchestration_that_starts_over_still_answers_its_parent()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Child", context =>
            {
                var left = context.GetInput<int>();
                if (left > 0) context.ContinueAsNew(left - 1);
                return Task.FromResult($"left {left}");
            })
            .Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>("Child", 3))
            .Start();

        var end = await engine.RunAsync("Parent");

        Assert.Equal("left 0", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_next_run_may_have_another_version()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Upgrade", context =>
            {
                if (context.CompareVersionTo("2.0") < 0)
                    context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
                return Task.FromResult(context.Version);
            })
            .Start();
        var options = new StartOrchestrationOptions { Version = "1.10" };

        var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync(
            "Upgrade", options, TestEngine.Cancellation);
        var end = await engine.EndOfAsync(id);

        Assert.Equal("2.0", end.ReadOutputAs<string>());
    }

    // The first run takes one value and leaves the others; each later run takes one and starts over.
    static TestEngine Collecting(bool preserve) =>
        new TestEngine()
            .Orchestrator("Collect", async context =>
            {
                var values = context.GetInput<List<int>>()!;
                if (values.Count == 0) await context.WaitForExternalEvent<int>("Go");
                values.Add(await context.WaitForExternalEvent<int>("Value"));
                if (values.Count < 4) context.ContinueAsNew(values, preserve);
                return values;
            })
            .Start();
}
