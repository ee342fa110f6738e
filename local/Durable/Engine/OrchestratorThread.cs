namespace Railyard.Local.Durable;

/// <summary>
/// The single thread that an orchestrator believes to run on. Whatever comes back to it from elsewhere, or
/// outside a turn, shows that something other than durable work was awaited.
/// </summary>
sealed class OrchestratorThread(Action strayed) : SynchronizationContext
{
    const int MostCallbacksInOneTurn = 1_000_000;

    readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    SynchronizationContext? outside;
    int owner;
    int callbacks;
    volatile bool hasStrayed;

    public bool HasStrayed => hasStrayed;

    public bool IsCurrent => Volatile.Read(ref owner) == Environment.CurrentManagedThreadId;

    public void Enter()
    {
        outside = Current;
        callbacks = 0;
        Volatile.Write(ref owner, Environment.CurrentManagedThreadId);
        SetSynchronizationContext(this);
    }

    public void Leave()
    {
        SetSynchronizationContext(outside);
        Volatile.Write(ref owner, 0);
    }

    public void Drain()
    {
        while (queue.TryDequeue(out var next) && ++callbacks < MostCallbacksInOneTurn)
            next.Callback(next.State);
        if (callbacks >= MostCallbacksInOneTurn) Stray();
    }

    public void Stray()
    {
        hasStrayed = true;
        strayed();
    }

    public void Require()
    {
        if (IsCurrent) return;
        Stray();
        throw new InvalidOperationException(IllegalAwait.Message);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent) queue.Enqueue((d, state));
        else Stray();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        Require();
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}

/// <summary>An orchestrator awaited something that replay cannot repeat.</summary>
static class IllegalAwait
{
    public const string Message =
        "An invalid asynchronous invocation was detected: the orchestrator awaited something that is not " +
        "durable, such as Task.Delay, Task.Run or I/O, or used ConfigureAwait(false). Await only what " +
        "TaskOrchestrationContext returns, and do everything else in an activity.";

    public static Ending.Failed Ending => new(Failure.From(new InvalidOperationException(Message)));
}
