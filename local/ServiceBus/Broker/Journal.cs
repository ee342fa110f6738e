using System.Threading.Channels;
using Azure.Messaging.ServiceBus;
using Railyard.Local.Sqlite;

namespace Railyard.Local.ServiceBus;

/// <summary>A decision taken in memory, and what it means on disk.</summary>
/// <param name="write">Writes it, on the database's writer.</param>
/// <param name="apply">Makes it visible in memory, after the commit, under the gate.</param>
/// <param name="undo">Takes the decision back where the commit failed, under the gate.</param>
internal sealed class Change(Action<Session> write, Action apply, Action<Exception> undo)
{
    readonly TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Committed => committed.Task;

    public void Write(Session session) => write(session);

    public void Apply() => apply();

    public void Undo(Exception fault) => undo(fault);

    public void Acknowledge() => committed.TrySetResult();

    public void Fail(Exception fault)
    {
        committed.TrySetException(fault);
        // Decisions of the broker itself (an expiry, a claim) have nobody who awaits them.
        _ = committed.Task.Exception;
    }
}

/// <summary>
/// Decisions are taken in memory under one gate and reach the disk in the order they were taken, many to a commit;
/// only then do they show. So a consumer sees messages in the order of their sequence numbers, and nothing that a
/// crash could take back.
/// </summary>
internal sealed class Journal : IAsyncDisposable
{
    const int MostChangesInOneCommit = 512;
    const int MostCallersAtOnce = 16_384;
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestTimer = TimeSpan.FromHours(24);

    readonly Queue<Change> decided = new();
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    readonly SemaphoreSlim callers = new(MostCallersAtOnce);
    readonly CancellationTokenSource closing = new();
    readonly Database database;
    readonly TimeProvider time;
    readonly Action<DateTimeOffset> settleWhatIsDue;
    readonly Action<Exception> failWaiting;
    readonly ITimer timer;
    readonly Task writing;
    DateTimeOffset armedFor = DateTimeOffset.MaxValue;
    volatile bool hasRung;
    bool isClosed;

    public Journal(
        Database database, TimeProvider time, Workload? workload, Action<DateTimeOffset> settleWhatIsDue,
        Action<Exception> failWaiting)
    {
        this.failWaiting = failWaiting;
        this.database = database;
        this.time = time;
        Workload = workload;
        this.settleWhatIsDue = settleWhatIsDue;
        timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        writing = Task.Run(WriteUntilClosedAsync);
    }

    public Lock Gate { get; } = new();

    /// <summary>Is cancelled when <paramref name="wait"/> is over.</summary>
    public CancellationTokenSource After(TimeSpan wait) => new(wait, time);

    public TimeProvider Time => time;

    /// <summary>Counts what is under way; null where nobody asks.</summary>
    public Workload? Workload { get; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes a decision and returns when it is on disk and visible; null means it was only in memory.</summary>
    public async Task CommitAsync(Func<Change?> decide, CancellationToken cancellation)
    {
        await callers.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var change = Decide(() =>
            {
                var decision = decide();
                Append(decision);
                return decision;
            });
            if (change is not null) await change.Committed.ConfigureAwait(false);
        }
        finally
        {
            callers.Release();
        }
    }

    /// <summary>Takes a decision that concerns memory alone.</summary>
    public T Decide<T>(Func<T> decide)
    {
        lock (Gate)
        {
            if (isClosed) throw Closed();
            Workload?.Begin();
            try
            {
                SettleWhatIsDue();
                return decide();
            }
            finally
            {
                Workload?.End();
            }
        }
    }

    /// <summary>Appends a decision to what will be written next. Needs the gate.</summary>
    public void Append(Change? change)
    {
        if (change is null) return;
        Workload?.Begin();
        decided.Enqueue(change);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Makes sure that somebody looks at what is due at <paramref name="deadline"/>. Needs the gate.</summary>
    public void Arm(DateTimeOffset deadline)
    {
        if (deadline >= armedFor) return;
        armedFor = deadline;
        StartTimer();
    }

    public async ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            if (isClosed) return;
            isClosed = true;
        }
        await closing.CancelAsync().ConfigureAwait(false);
        wake.Writer.TryComplete();
        await writing.ConfigureAwait(false);
        await timer.DisposeAsync().ConfigureAwait(false);
        closing.Dispose();
    }

    async Task WriteUntilClosedAsync()
    {
        var batch = new List<Change>(MostChangesInOneCommit);
        while (await wake.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            wake.Reader.TryRead(out _);
            await WriteWhatIsDecidedAsync(batch).ConfigureAwait(false);
        }
        await WriteWhatIsDecidedAsync(batch).ConfigureAwait(false);
    }

    async Task WriteWhatIsDecidedAsync(List<Change> batch)
    {
        while (TakeBatch(batch))
        {
            var fault = await WriteAsync(batch).ConfigureAwait(false);
            lock (Gate)
            {
                foreach (var change in batch) Conclude(change, fault);
            }
            foreach (var change in batch) Answer(change, fault);
            if (fault is null) continue;
            if (closing.IsCancellationRequested)
            {
                GiveUp(fault);
                return;
            }
            await PauseAsync().ConfigureAwait(false);
        }
    }

    // Nothing more will be written. Nobody may wait any longer, or what is undone would be decided again for ever.
    void GiveUp(Exception fault)
    {
        lock (Gate)
        {
            failWaiting(fault);
            while (decided.TryDequeue(out var change))
            {
                Conclude(change, fault);
                change.Fail(fault);
            }
        }
    }

    // What expired is tried again at once, which on a full disk would go round and round. The disk is on the real
    // clock, whatever clock the messages are on.
    async Task PauseAsync()
    {
        try
        {
            await Task.Delay(PauseAfterFault, TimeProvider.System, closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    bool TakeBatch(List<Change> batch)
    {
        batch.Clear();
        lock (Gate)
        {
            Workload?.Begin();
            SettleWhatIsDue();
            Workload?.End();
            while (batch.Count < MostChangesInOneCommit && decided.TryDequeue(out var change)) batch.Add(change);
        }
        return batch.Count > 0;
    }

    // A batch is written whole or not at all: its statements depend on each other (sequence numbers, duplicates).
    async Task<Exception?> WriteAsync(List<Change> batch)
    {
        try
        {
            await database.WriteAsync(session =>
            {
                foreach (var change in batch) change.Write(session);
            }).ConfigureAwait(false);
            return null;
        }
        catch (InjectedCrash)
        {
            return new ServiceBusException(
                "The broker went away. What was asked of it may have happened or not.",
                ServiceBusFailureReason.ServiceCommunicationProblem);
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    void Conclude(Change change, Exception? fault)
    {
        if (fault is null) change.Apply();
        else change.Undo(fault);
        Workload?.End();
    }

    static void Answer(Change change, Exception? fault)
    {
        if (fault is null) change.Acknowledge();
        else change.Fail(fault);
    }

    void SettleWhatIsDue()
    {
        var now = Now;
        if (now >= armedFor)
        {
            armedFor = DateTimeOffset.MaxValue;
            settleWhatIsDue(now);
        }
        else if (hasRung && armedFor != DateTimeOffset.MaxValue)
        {
            StartTimer();
        }
    }

    // On the timer's thread, so that on virtual time everything has begun when the clock has moved.
    void Ring()
    {
        hasRung = true;
        lock (Gate)
        {
            if (isClosed) return;
            Workload?.Begin();
            SettleWhatIsDue();
            Workload?.End();
        }
    }

    void StartTimer()
    {
        hasRung = false;
        var delay = armedFor - Now;
        if (delay < TimeSpan.Zero) delay = TimeSpan.Zero;
        timer.Change(delay > LongestTimer ? LongestTimer : delay, Timeout.InfiniteTimeSpan);
    }

    static ServiceBusException Closed() =>
        new("The broker has been closed.", ServiceBusFailureReason.ServiceCommunicationProblem);
}
