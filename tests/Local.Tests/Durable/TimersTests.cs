using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class TimersTests
{
    readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task A_timer_fires_when_it_is_due_and_not_before()
    {
        await using var engine = Sleeping(TimeSpan.FromHours(1));
        var id = await engine.BeginAsync("Sleep");

        await engine.PassAsync(TimeSpan.FromMinutes(59));
        var asleep = await engine.LookAsync(id);
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, asleep.RuntimeStatus);
        Assert.Equal(TimeSpan.FromHours(1), end.ReadOutputAs<TimeSpan>());
    }

    [Fact]
    public async Task A_timer_of_a_month_survives_crashes_on_the_way()
    {
        await using var engine = Sleeping(TimeSpan.FromDays(30));
        var id = await engine.BeginAsync("Sleep");

        for (var week = 0; week < 4; week++)
        {
            await engine.PassAsync(TimeSpan.FromDays(7));
            await engine.KillAndReopenAsync();
        }
        await engine.PassAsync(TimeSpan.FromDays(1), times: 2);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(TimeSpan.FromDays(30), end.ReadOutputAs<TimeSpan>());
    }

    [Fact]
    public async Task A_timer_that_became_due_while_the_engine_was_down_fires_at_the_start()
    {
        await using var engine = Sleeping(TimeSpan.FromHours(1));
        var id = await engine.BeginAsync("Sleep");

        await engine.Engine.AbandonAsync();
        clock.Advance(TimeSpan.FromHours(5));
        engine.Start();
        await engine.PassAsync(TimeSpan.FromMilliseconds(1));
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    [Fact]
    public async Task Many_timers_fire_each_at_its_time()
    {
        await using var engine = new TestEngine { Time = clock }
            .Orchestrator("Fan", async context =>
            {
                var fired = new List<int>();
                async Task Sleep(int minutes)
                {
                    await context.CreateTimer(TimeSpan.FromMinutes(minutes), CancellationToken.None);
                    fired.Add(minutes);
                }
                await Task.WhenAll(Sleep(3), Sleep(1), Sleep(2));
                return fired;
            })
            .Start();
        var id = await engine.BeginAsync("Fan");

        await engine.PassAsync(TimeSpan.FromMinutes(1), times: 3);
        var end = await engine.EndOfAsync(id);

        Assert.Equal([1, 2, 3], end.ReadOutputAs<List<int>>());
    }

    [Fact]
    public async Task An_orchestration_is_not_over_while_a_timer_of_its_is_open_as_officially()
    {
        await using var engine = new TestEngine { Time = clock }
            .Orchestrator("Forget", context =>
            {
                _ = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                return Task.FromResult("done");
            })
            .Start();
        var id = await engine.BeginAsync("Forget");

        var before = await engine.LookAsync(id);
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, before.RuntimeStatus);
        Assert.Equal("done", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_cancelled_timer_holds_nothing_up()
    {
        await using var engine = new TestEngine { Time = clock }
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Race", async context =>
            {
                using var cancel = new CancellationTokenSource();
                var late = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
                var answer = context.CallActivityAsync<int>("Echo", 1);
                var first = await Task.WhenAny(late, answer);
                cancel.Cancel();
                return first == answer && late.IsCanceled;
            })
            .Start();

        var end = await engine.RunAsync("Race");

        Assert.True(end.ReadOutputAs<bool>());
    }

    TestEngine Sleeping(TimeSpan delay) =>
        new TestEngine { Time = clock }
            .Orchestrator("Sleep", async context =>
            {
                var begun = context.CurrentUtcDateTime;
                await context.CreateTimer(delay, CancellationToken.None);
                return context.CurrentUtcDateTime - begun;
            })
            .Start();
}
