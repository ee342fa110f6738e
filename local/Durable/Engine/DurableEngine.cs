using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Railyard.Local.Durable;

/// <summary>How a durable engine runs.</summary>
public sealed record DurableOptions
{
    internal const int UsualActivities = 256;
    internal const int UsualOrchestrators = 256;

    /// <summary>The SQLite file that holds everything.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The clock of timers and histories.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where faults are told.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Turns payloads into text; JSON where null.</summary>
    public DataConverter? Converter { get; init; }

    /// <summary>The version of orchestrations that are started without one; null for none.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>Activities that run at a time.</summary>
    public int MaxConcurrentActivities { get; init; } = UsualActivities;

    /// <summary>Orchestrators that take a turn at a time.</summary>
    public int MaxConcurrentOrchestrators { get; init; } = UsualOrchestrators;

    /// <summary>Replays the whole history at every turn, as after a crash.</summary>
    internal bool ReplaysEveryTurn { get; init; }

    /// <summary>What a test lets go wrong.</summary>
    internal DurableFaults? Faults { get; init; }

    /// <summary>What counts the work of the whole runtime, on virtual time.</summary>
    internal Workload? Workload { get; init; }
}

/// <summary>One call of an activity.</summary>
public sealed record ActivityCall(
    string Name, string InstanceId, int TaskId, string? SerializedInput, CancellationToken Cancellation)
{
    /// <summary>The trace that it belongs to (W3C traceparent), where its orchestration was started within one.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>Runs orchestrations durably in this process: killed at any moment, they go on.</summary>
public sealed class DurableEngine : IAsyncDisposable
{
    // Stopping is about the machine's time, also where the orchestrations live on a virtual one.
    static readonly TimeSpan PatienceOnDispose = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PatienceAfterCancellation = TimeSpan.FromSeconds(2);

    internal static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    readonly Orchestrators orchestrators;
    readonly Activities activities;
    readonly Timers timers;
    readonly CancellationTokenSource activityCancellation = new();
    Task[] workers = [];
    volatile bool isStopping;

    DurableEngine(DurableOptions options, TaskHub hub)
    {
        Options = options;
        Hub = hub;
        Log = options.Logging.CreateLogger("Railyard.Local.Durable");
        Converter = options.Converter ?? JsonDataConverter.Default;
        Workload = new Workload(options.Workload);
        Live = new LiveInstances(Workload);
        orchestrators = new Orchestrators(this);
        activities = new Activities(this);
        timers = new Timers(this);
        Client = new EngineClient(this);
    }

    /// <summary>Turns inputs, outputs and events into text and back.</summary>
    public DataConverter Converter { get; }

    /// <summary>Starts, asks about and steers orchestrations.</summary>
    public DurableTaskClient Client { get; }

    internal DurableOptions Options { get; }

    internal TaskHub Hub { get; }

    internal ILogger Log { get; }

    internal Workload Workload { get; }

    internal StatusSignals Signals { get; } = new();

    internal LiveInstances Live { get; }

    internal bool ReplaysEveryTurn => Options.ReplaysEveryTurn || Options.Faults?.ReplaysEveryTurn() == true;

    internal bool IsStopping => isStopping;

    internal CancellationToken ActivityCancellation => activityCancellation.Token;

    internal bool ActivitiesAreCancelled => activityCancellation.IsCancellationRequested;

    internal DateTime Now => Options.Time.GetUtcNow().UtcDateTime;

    /// <summary>Opens or creates the file.</summary>
    public static DurableEngine Open(DurableOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxConcurrentActivities, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(
            options.MaxConcurrentOrchestrators, nameof(options));
        return new(options, TaskHub.Open(options.DatabasePath, options.Faults?.Commits));
    }

    /// <summary>Makes an orchestrator known; names are compared without regard to case.</summary>
    public void AddOrchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> orchestrator)
    {
        RefuseOnceStarted();
        orchestrators.Add(name, orchestrator);
    }

    /// <summary>Makes an activity known, which answers its serialised output.</summary>
    public void AddActivity(string name, Func<ActivityCall, Task<string?>> activity)
    {
        RefuseOnceStarted();
        activities.Add(name, activity);
    }

    /// <summary>Begins to work, beginning with whatever was left unfinished.</summary>
    public void Start()
    {
        RefuseOnceStarted();
        workers =
        [
            .. Enumerable.Range(0, Options.MaxConcurrentOrchestrators).Select(_ => orchestrators.WorkAsync()),
            .. Enumerable.Range(0, Options.MaxConcurrentActivities).Select(_ => activities.WorkAsync()),
        ];
        WakeUnanswered();
        activities.OfferStored();
        timers.ArmStored();
    }

    /// <summary>Begins nothing more and waits for what runs; on cancellation it cancels activities.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        isStopping = true;
        Live.Close();
        activities.Close();
        await timers.DisposeAsync();
        var finished = Task.WhenAll(workers);
        await finished.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (finished.IsCompleted) return;
        await activityCancellation.CancelAsync();
        await Task.WhenAny(
            finished, Task.Delay(PatienceAfterCancellation, TimeProvider.System, CancellationToken.None));
    }

    /// <summary>Stops, gives running activities a few seconds, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(PatienceOnDispose, TimeProvider.System))
            await StopAsync(patience.Token);
        Signals.Close();
        Workload.Leave();
        await Hub.DisposeAsync();
        activityCancellation.Dispose();
    }

    /// <summary>Drops all that is in memory and commits nothing more, as if the process was killed.</summary>
    internal async Task AbandonAsync()
    {
        Hub.Abandon();
        Workload.Leave();
        isStopping = true;
        await activityCancellation.CancelAsync();
        Live.Close();
        activities.Close();
        Signals.Close();
        await timers.DisposeAsync();
        await Hub.DisposeAsync();
    }

    /// <summary>Completes when nothing is under way: all that is left waits for a time or an event.</summary>
    internal Task WhenQuietAsync() => Workload.WhenQuietAsync();

    internal void Publish(Effects effects)
    {
        activities.Offer(effects.Activities);
        if (effects.EarliestTimer is { } due) timers.Arm(due);
        foreach (var key in effects.Wake) Live.Wake(key);
        foreach (var id in effects.StatusChanged) Signals.Changed(id);
    }

    internal void WakeUnanswered()
    {
        var keys = Hub.Read(session => InstanceRows.ReadUnanswered(session, LiveInstances.MostAtOnce));
        foreach (var key in keys) Live.Wake(key);
        if (keys.Count == LiveInstances.MostAtOnce) Live.ExpectMore();
    }

    /// <summary>Does it, and after a fault does it again a little later, until the engine stops.</summary>
    internal void Attempt(Action action)
    {
        try
        {
            if (!isStopping) action();
        }
        catch (HubClosed)
        {
            // The engine went down meanwhile; the next start reads everything anew.
        }
        catch (Exception fault)
        {
            Log.LogError(fault, "The durable engine could not read its file; it tries again.");
            AttemptLater(action);
        }
    }

    internal void AttemptLater(Action action)
    {
        _ = WaitAndAttempt();

        async Task WaitAndAttempt()
        {
            await Task.Delay(PauseAfterFault, Options.Time, CancellationToken.None);
            Attempt(action);
        }
    }

    void RefuseOnceStarted()
    {
        if (workers.Length > 0) throw new InvalidOperationException("The engine has been started.");
    }
}
