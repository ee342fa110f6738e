using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class ExternalEventsTests
{
    [Fact]
    public async Task An_event_reaches_the_one_who_waits_without_regard_to_case()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Approved"))
            .Start();
        var id = await engine.BeginAsync("Wait");

        await engine.RaiseAsync(id, "aPPROVED", "yes");
        var end = await engine.EndOfAsync(id);

        Assert.Equal("yes", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Early_events_are_kept_and_handed_out_first_in_first_out()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Late", async context =>
            {
                await context.WaitForExternalEvent<int>("Go");
                var first = await context.WaitForExternalEvent<int>("Value");
                var second = await context.WaitForExternalEvent<int>("VALUE");
                return first * 10 + second;
            })
            .Start();
        var id = await engine.BeginAsync("Late");

        await engine.RaiseAsync(id, "value", 1);
        await engine.RaiseAsync(id, "Value", 2);
        await engine.QuietAsync();
        await engine.KillAndReopenAsync();
        await engine.RaiseAsync(id, "Go", 0);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(12, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task The_newest_waiter_gets_the_event()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Stack", async context =>
            {
                var older = context.WaitForExternalEvent<string>("Value");
                var newer = context.WaitForExternalEvent<string>("Value");
                return $"newer {await newer}, older {await older}";
            })
            .Start();
        var id = await engine.BeginAsync("Stack");

        await engine.RaiseAsync(id, "Value", "first");
        await engine.RaiseAsync(id, "Value", "second");
        var end = await engine.EndOfAsync(id);

        Assert.Equal("newer first, older second", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_waiter_that_gave_up_still_swallows_the_next_event_as_officially()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new TestEngine { Time = clock }
            .Orchestrator("GiveUp", async context =>
            {
                var patient = context.WaitForExternalEvent<string>("Value");
                try
                {
                    return await context.WaitForExternalEvent<string>(
                        "Value", TimeSpan.FromMinutes(1), CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    return await patient;
                }
            })
            .Start();
        var id = await engine.BeginAsync("GiveUp");
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        await engine.RaiseAsync(id, "Value", "lost");
        await engine.RaiseAsync(id, "Value", "kept");
        var end = await engine.EndOfAsync(id);

        Assert.Equal("kept", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Waiting_for_an_event_ends_in_a_cancellation_at_the_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var engine = new TestEngine { Time = clock }
            .Orchestrator("Timeout", async context =>
            {
                try
                {
                    return await context.WaitForExternalEvent<string>(
                        "Value", TimeSpan.FromMinutes(5), CancellationToken.None);
                }
                catch (TaskCanceledException)
                {
                    return "too late";
                }
            })
            .Start();
        var id = await engine.BeginAsync("Timeout");

        await engine.PassAsync(TimeSpan.FromMinutes(4));
        var waiting = await engine.LookAsync(id);
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        var end = await engine.EndOfAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, waiting.RuntimeStatus);
        Assert.Equal("too late", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_in_time_cancels_the_timeout_and_the_orchestration_ends_at_once()
    {
        await using var engine = new TestEngine { Time = new FakeTimeProvider() }
            .Orchestrator("InTime", context =>
                context.WaitForExternalEvent<string>("Value", TimeSpan.FromDays(30), CancellationToken.None))
            .Start();
        var id = await engine.BeginAsync("InTime");

        await engine.RaiseAsync(id, "Value", "here");
        var end = await engine.EndOfAsync(id);

        Assert.Equal("here", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_same_event_cannot_be_awaited_as_two_types()
    {
        await using var engine = new TestEngine()
            .Orchestrator("TwoTypes", async context =>
            {
                _ = context.WaitForExternalEvent<string>("Value");
                return await context.WaitForExternalEvent<int>("value");
            })
            .Start();

        var end = await engine.RunAsync("TwoTypes");

        Assert.Equal("System.ArgumentException", end.FailureDetails?.ErrorType);
    }

    [Fact]
    public async Task An_orchestration_sends_events_to_another_and_to_nobody()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Listen", context => context.WaitForExternalEvent<string>("Word"))
            .Orchestrator("Speak", context =>
            {
                context.SendEvent("nobody", "Word", "lost");
                context.SendEvent("listener", "word", "heard");
                return Task.FromResult(true);
            })
            .Start();
        await engine.BeginAsync("Listen", id: "listener");

        var speaker = await engine.RunAsync("Speak");
        var listener = await engine.EndOfAsync("listener");

        Assert.True(speaker.ReadOutputAs<bool>());
        Assert.Equal("heard", listener.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Raising_an_event_at_an_unknown_or_ended_instance_is_refused()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Quick", _ => Task.FromResult(1))
            .Start();
        await engine.RunAsync("Quick", id: "ended");

        await Assert.ThrowsAsync<ArgumentException>(() => engine.RaiseAsync("unknown", "Value"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RaiseAsync("ended", "Value"));
    }
}
