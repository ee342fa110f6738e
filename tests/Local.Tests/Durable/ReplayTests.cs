using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Durable;

public sealed class ReplayTests
{
    [Fact]
    public async Task An_activity_with_another_name_on_replay_fails_the_orchestration()
    {
        await using var engine = Waiting(context => context.CallActivityAsync<int>("Old", 1));

        var end = await RunWithChangedCode(engine, context => context.CallActivityAsync<int>("New", 1));

        AssertNotDeterministic(end, "activity 'Old' (#0)", "activity 'New' (#0)");
    }

    [Fact]
    public async Task Something_of_another_kind_on_replay_fails_the_orchestration()
    {
        await using var engine = Waiting(context => context.CallActivityAsync<int>("Old", 1));

        var end = await RunWithChangedCode(
            engine, context => context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None));

        AssertNotDeterministic(end, "activity 'Old' (#0)", "a timer (#0)");
    }

    [Fact]
    public async Task A_call_that_is_missing_on_replay_fails_the_orchestration()
    {
        await using var engine = Waiting(context => context.CallActivityAsync<int>("Old", 1));

        var end = await RunWithChangedCode(engine, _ => Task.CompletedTask);

        AssertNotDeterministic(end, "activity 'Old' (#0)", "nothing");
    }

    [Fact]
    public async Task A_call_that_is_new_on_replay_fails_the_orchestration()
    {
        await using var engine = Waiting(_ => Task.CompletedTask);

        var end = await RunWithChangedCode(engine, context => context.CallActivityAsync<int>("New", 1));

        AssertNotDeterministic(end, "nothing", "activity 'New' (#0)");
    }

    [Fact]
    public async Task Another_input_on_replay_is_not_looked_at()
    {
        await using var engine = Waiting(context => context.CallActivityAsync<int>("Old", 1));

        var end = await RunWithChangedCode(engine, context => context.CallActivityAsync<int>("Old", 2));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    [Fact]
    public async Task A_wake_up_without_a_message_changes_nothing()
    {
        await using var engine = new TestEngine()
            .Orchestrator("Two", async context =>
            {
                var first = await context.WaitForExternalEvent<int>("Value");
                return first * 10 + await context.WaitForExternalEvent<int>("Value");
            })
            .Start();
        var id = await engine.BeginAsync("Two");
        await engine.RaiseAsync(id, "Value", 1);
        await engine.QuietAsync();

        await engine.KillAndReopenAsync();
        const long onlyInstance = 1;
        engine.Engine.Live.Wake(onlyInstance);
        await engine.QuietAsync();
        await engine.RaiseAsync(id, "Value", 2);
        var end = await engine.EndOfAsync(id);

        Assert.Equal(12, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task The_time_of_a_step_is_the_same_at_every_replay()
    {
        var clock = new FakeTimeProvider();
        var seen = new List<DateTime>();
        await using var engine = new TestEngine { Time = clock, ReplaysEveryTurn = true }
            .Orchestrator("Clock", async context =>
            {
                seen.Add(context.CurrentUtcDateTime);
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                seen.Add(context.CurrentUtcDateTime);
                return await context.WaitForExternalEvent<int>("End");
            })
            .Start();
        var begun = clock.GetUtcNow().UtcDateTime;
        var id = await engine.BeginAsync("Clock");

        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.RaiseAsync(id, "End", 1);
        await engine.EndOfAsync(id);

        Assert.Equal([begun, begun.AddMinutes(1)], seen.Distinct());
        Assert.True(seen.Count > 2);
    }

    [Fact]
    public async Task A_replay_safe_logger_writes_each_line_once()
    {
        using var log = new LineLog();
        await using var engine = new TestEngine { Logging = log, ReplaysEveryTurn = true }
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Talk", async context =>
            {
                var logger = context.CreateReplaySafeLogger("talk");
                logger.LogInformation("begun");
                await context.CallActivityAsync<int>("Echo", 1);
                context.ReplaySafeLoggerFactory.CreateLogger("talk").LogInformation("between");
                return await context.CallActivityAsync<int>("Echo", 2);
            })
            .Start();

        await engine.RunAsync("Talk");

        Assert.Equal(["begun", "between"], log.Lines);
    }

    [Fact]
    public async Task IsReplaying_tells_old_steps_from_new_ones()
    {
        var seen = new List<bool>();
        await using var engine = new TestEngine { ReplaysEveryTurn = true }
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Look", async context =>
            {
                seen.Add(context.IsReplaying);
                return await context.CallActivityAsync<int>("Echo", 1);
            })
            .Start();

        await engine.RunAsync("Look");

        Assert.Equal([false, true], seen);
    }

    [Fact]
    public async Task An_unhandled_exception_fails_the_orchestration_with_its_details()
    {
        await using var engine = new TestEngine()
            .Orchestrator<int>("Break", _ => throw new InvalidDataException("no such row"))
            .Start();

        var end = await engine.RunAsync("Break");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("System.IO.InvalidDataException", end.FailureDetails?.ErrorType);
        Assert.Equal("no such row", end.FailureDetails?.ErrorMessage);
        Assert.True(end.FailureDetails?.IsCausedBy<InvalidDataException>());
        Assert.Contains(nameof(ReplayTests), end.FailureDetails?.StackTrace);
    }

    [Fact]
    public async Task An_exception_in_an_async_void_fails_the_orchestration_and_nothing_else()
    {
        await using var engine = new TestEngine()
            .Activity<int, int>("Echo", value => value)
            .Orchestrator("Void", context =>
            {
                Forget(context);
                return context.WaitForExternalEvent<int>("Never");
            })
            .Start();

        var end = await engine.RunAsync("Void");

        Assert.Equal("nobody awaits this", end.FailureDetails?.ErrorMessage);

#pragma warning disable MA0155 // The subject of this test is an async void.
        static async void Forget(TaskOrchestrationContext context)
        {
            await context.CallActivityAsync<int>("Echo", 1);
            throw new InvalidDataException("nobody awaits this");
        }
#pragma warning restore MA0155
    }

    static TestEngine Waiting(Func<TaskOrchestrationContext, Task> first) =>
        Body(
            new TestEngine()
                .Activity<int, int>("Old", value => value)
                .Activity<int, int>("New", value => value),
            first)
            .Start();

    static TestEngine Body(TestEngine engine, Func<TaskOrchestrationContext, Task> first) =>
        engine.Orchestrator("Changing", async context =>
        {
            await first(context);
            return await context.WaitForExternalEvent<int>("End");
        });

    static async Task<OrchestrationMetadata> RunWithChangedCode(
        TestEngine engine, Func<TaskOrchestrationContext, Task> first)
    {
        var id = await engine.BeginAsync("Changing");
        Body(engine, first);
        await engine.KillAndReopenAsync();
        await engine.RaiseAsync(id, "End", 1);
        return await engine.EndOfAsync(id);
    }

    static void AssertNotDeterministic(OrchestrationMetadata end, string before, string now)
    {
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.EndsWith("NonDeterministicOrchestrationException", end.FailureDetails?.ErrorType);
        Assert.Contains(
            $"it scheduled {before}, and its replay schedules {now}", end.FailureDetails?.ErrorMessage);
    }

    sealed class LineLog : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));

        public void Dispose()
        {
            // There is nothing to let go of.
        }
    }
}
