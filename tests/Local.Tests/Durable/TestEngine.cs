using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Railyard.Local.Durable;

namespace Railyard.Local.Tests.Durable;

/// <summary>An engine on a file of its own, which can be killed and opened again.</summary>
sealed class TestEngine : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    readonly string folder = Directory.CreateTempSubdirectory("railyard-durable-").FullName;
    readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> orchestrators = [];
    readonly Dictionary<string, Func<ActivityCall, Task<string?>>> activities = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool ReplaysEveryTurn { get; init; }

    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    public DurableEngine Engine { get; private set; } = null!;

    public DurableTaskClient Client => Engine.Client;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestEngine Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> body)
    {
        orchestrators[name] = async context => await body(context);
        return this;
    }

    public TestEngine Activity<TInput, TOutput>(string name, Func<TInput, TOutput> body) =>
        ActivityAsync<TInput, TOutput>(name, (input, _) => Task.FromResult(body(input)));

    public TestEngine ActivityAsync<TInput, TOutput>(
        string name, Func<TInput, ActivityCall, Task<TOutput>> body)
    {
        activities[name] = async call => Engine.Converter.Serialize(
            await body(Engine.Converter.Deserialize<TInput>(call.SerializedInput)!, call));
        return this;
    }

    public TestEngine Open()
    {
        Engine = DurableEngine.Open(new DurableOptions
        {
            DatabasePath = Path.Combine(folder, "durable.db"),
            Time = Time,
            Logging = Logging,
            ReplaysEveryTurn = ReplaysEveryTurn,
        });
        foreach (var (name, body) in orchestrators) Engine.AddOrchestrator(name, body);
        foreach (var (name, body) in activities) Engine.AddActivity(name, body);
        return this;
    }

    public TestEngine Start()
    {
        Open();
        Engine.Start();
        return this;
    }

    public async Task KillAndReopenAsync()
    {
        await Engine.AbandonAsync();
        Start();
    }

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null)
    {
        var options = new StartOrchestrationOptions(id);
        return await EndOfAsync(
            await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options, Cancellation));
    }

    public async Task<OrchestrationMetadata> EndOfAsync(string id) =>
        await Client.WaitForInstanceCompletionAsync(id, true, Cancellation).WaitAsync(Deadline, Cancellation);

    public async Task<string> BeginAsync(string name, object? input = null, string? id = null)
    {
        var started = await Client.ScheduleNewOrchestrationInstanceAsync(
            name, input, new StartOrchestrationOptions(id), Cancellation);
        await QuietAsync();
        return started;
    }

    public Task QuietAsync() => Engine.WhenQuietAsync().WaitAsync(Deadline, Cancellation);

    public Task RaiseAsync(string id, string name, object? payload = null) =>
        Client.RaiseEventAsync(id, name, payload, Cancellation);

    /// <summary>Moves the virtual clock, and lets everything that becomes due come to rest.</summary>
    public async Task PassAsync(TimeSpan step, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await QuietAsync();
            ((FakeTimeProvider)Time).Advance(step);
            await QuietAsync();
        }
    }

    public async Task<OrchestrationMetadata> LookAsync(string id) =>
        await Client.GetInstanceAsync(
            id, true, Cancellation) ?? throw new InvalidOperationException($"No {id}.");

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
