using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Railyard.Local.Durable;

/// <summary>What an orchestrator is given: every call becomes a decision of its execution.</summary>
sealed class ReplayedContext(Execution execution, ILoggerFactory loggers) : TaskOrchestrationContext
{
    // Officially a longer timer is a chain of timers, because not every store can hold one that long.
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(3);

    int guids;

    public override TaskName Name => new(execution.Instance.Name);

    public override string InstanceId => execution.Instance.Id;

    public override ParentOrchestrationInstance? Parent =>
        execution.Instance.Caller is { } caller ? new(new TaskName(caller.Name), caller.Id) : null;

    public override DateTime CurrentUtcDateTime => execution.Now;

    public override bool IsReplaying => execution.IsReplaying;

    public override string Version => execution.Instance.Version;

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default => execution.Converter.Deserialize<T>(execution.Input);

    public override Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null)
    {
        Require(name.Name, input, options);
        return Retries.RunAsync(this, options?.Retry, () => RunActivity<TResult>(name.Name, input));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        Require(orchestratorName.Name, input, options);

        // The child keeps its id over all attempts.
        var child = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        return Retries.RunAsync(
            this, options?.Retry, () => RunChild<TResult>(orchestratorName.Name, child, input, options));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        execution.Thread.Require();
        var due = fireAt.ToUniversalTime();
        while (due - CurrentUtcDateTime > LongestTimer && !cancellationToken.IsCancellationRequested)
            await StartTimer(CurrentUtcDateTime + LongestTimer, cancellationToken);
        await StartTimer(due, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(
        string eventName, CancellationToken cancellationToken = default)
    {
        execution.Thread.Require();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return execution.Events.Wait<T>(eventName, execution.Thread, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        execution.Thread.Require();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        execution.Decide(new Decision.SendEvent(
            execution.NextId(), instanceId, eventName, execution.Converter.Serialize(payload)));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        execution.Thread.Require();
        execution.SetCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions
        {
            NewInput = newInput,
            PreserveUnprocessedEvents = preserveUnprocessedEvents,
        });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        execution.Thread.Require();
        execution.ContinueAsNew(options);
    }

    public override Guid NewGuid()
    {
        execution.Thread.Require();
        return RepeatableGuid.From(InstanceId, CurrentUtcDateTime, guids++);
    }

    void Require(string? name, object? input, TaskOptions? options)
    {
        execution.Thread.Require();
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (input is TaskOptions && options is null)
            throw new ArgumentException(
                "Options were given as the input. Name the parameter: options: …", nameof(input));
    }

    async Task<TResult> RunActivity<TResult>(string name, object? input)
    {
        var decision = new Decision.RunActivity(
            execution.NextId(), name, execution.Converter.Serialize(input));
        return execution.Converter.Deserialize<TResult>(await execution.Open(decision))!;
    }

    async Task<TResult> RunChild<TResult>(string name, string child, object? input, TaskOptions? options)
    {
        var decision = new Decision.StartChild(
            execution.NextId(),
            name,
            child,
            execution.Converter.Serialize(input),
            options?.Version?.Version,
            options?.Tags is { Count: > 0 } tags ? JsonSerializer.Serialize(tags) : null);
        return execution.Converter.Deserialize<TResult>(await execution.Open(decision, child))!;
    }

    Task StartTimer(DateTime due, CancellationToken cancellation) =>
        execution.OpenTimer(new Decision.StartTimer(execution.NextId(), due), cancellation);
}
