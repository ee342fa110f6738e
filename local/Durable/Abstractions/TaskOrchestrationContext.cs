using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>All that an orchestrator may touch; everything it does through this is replayed alike.</summary>
public abstract class TaskOrchestrationContext
{
    ReplaySafeLoggers? replaySafeLoggers;

    /// <summary>The orchestrator's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>This instance.</summary>
    public abstract string InstanceId { get; }

    /// <summary>Who called this as a sub-orchestration.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time of the current step, the same at each replay.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether a step is being repeated that ran before.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version it was started with.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Settings of the host.</summary>
    public virtual IReadOnlyDictionary<string, object?> Properties { get; } =
        new Dictionary<string, object?>();

    /// <summary>Loggers that are silent during replay.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory =>
        replaySafeLoggers ??= new ReplaySafeLoggers(this);

    /// <summary>Loggers that are not.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>What it was started with.</summary>
    public abstract T? GetInput<T>();

    /// <summary>Runs an activity.</summary>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Runs an activity.</summary>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) =>
        CallActivityAsync(name, null, options);

    /// <summary>Runs an activity.</summary>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Runs an activity.</summary>
    public abstract Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Waits durably.</summary>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Waits durably.</summary>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event raised from outside.</summary>
    public abstract Task<T> WaitForExternalEvent<T>(
        string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event, and is cancelled when it does not come in time.</summary>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event, and is cancelled when it does not come in time.</summary>
    public async Task<T> WaitForExternalEvent<T>(
        string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var noTimer = new CancellationTokenSource();
        using var noEvent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = CreateTimer(timeout, noTimer.Token);
        var arrived = WaitForExternalEvent<T>(eventName, noEvent.Token);
        var first = await Task.WhenAny(late, arrived);
        (first == arrived ? noTimer : noEvent).Cancel();
        return await arrived;
    }

    /// <summary>Raises an event at another instance.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Shows something to those who ask for the status.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Runs a sub-orchestration.</summary>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Runs a sub-orchestration.</summary>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Runs a sub-orchestration.</summary>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Runs a sub-orchestration.</summary>
    public virtual Task CallSubOrchestratorAsync(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Starts over with an empty history once this run ends.</summary>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Starts over with an empty history once this run ends.</summary>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A new id, the same at each replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent during replay.</summary>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) =>
        new ReplaySafeLogger(this, UnwrappedLoggers().CreateLogger(categoryName));

    /// <summary>A logger that is silent during replay.</summary>
    public virtual ILogger CreateReplaySafeLogger(Type type) =>
        new ReplaySafeLogger(this, UnwrappedLoggers().CreateLogger(type));

    /// <summary>A logger that is silent during replay.</summary>
    public virtual ILogger CreateReplaySafeLogger<T>() =>
        new ReplaySafeLogger(this, UnwrappedLoggers().CreateLogger<T>());

    /// <summary>Whether this version is before (negative), the same as (0) or after another.</summary>
    public virtual int CompareVersionTo(string version) =>
        Abstractions.TaskOrchestrationVersioningUtils.CompareVersions(Version, version);

    // A context that wraps another hands out loggers which are silent already.
    ILoggerFactory UnwrappedLoggers() =>
        LoggerFactory is ReplaySafeLoggers silent ? silent.Underlying : LoggerFactory;

    sealed class ReplaySafeLogger(TaskOrchestrationContext context, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!context.IsReplaying) logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    sealed class ReplaySafeLoggers(TaskOrchestrationContext context) : ILoggerFactory
    {
        public ILoggerFactory Underlying => context.UnwrappedLoggers();

        public ILogger CreateLogger(string categoryName) => context.CreateReplaySafeLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) =>
            throw new NotSupportedException("A replay-safe logger factory takes no providers.");

        public void Dispose()
        {
            // The loggers belong to the host.
        }
    }
}
