namespace Railyard.Local.Runtime.Testing;

/// <summary>
/// A clock that a test moves, and with it all that waits in an app started on it. It moves from one due time to the
/// next, and at each lets what became due run until nothing is under way.
/// </summary>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    const int MostLooksAtOneTime = 1_000;

    readonly Lock gate = new();
    readonly SortedSet<VirtualTimer> waiting = new(VirtualTimer.ByDue);
    readonly List<Func<Task<bool>>> lookouts = [];
    readonly DateTimeOffset start = start.ToUniversalTime();
    DateTimeOffset now = start.ToUniversalTime();
    Workload? functions;
    long timers;
    long looked;

    /// <summary>
    /// How long (on the real clock) work may stand still before it counts as waiting for this clock to move: a function
    /// that sleeps, or that waits for somebody who does.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Counts what is under way in every app on this clock.</summary>
    internal Workload Workload { get; } = new();

    /// <summary>Counts the functions that run, which are part of the work.</summary>
    internal Workload Functions => functions ??= new Workload(Workload);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => (GetUtcNow() - start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, () => callback(state), Interlocked.Increment(ref timers));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock this far, and returns when all that became due on the way has run.</summary>
    public async Task AdvanceAsync(TimeSpan time, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        await SettleAsync(cancellation).ConfigureAwait(false);
        var end = GetUtcNow() + time;
        while (MoveToNext(end) is { Count: > 0 } due)
        {
            // On a thread of the pool, where what waited for a timer goes on before the timer's callback returns.
            await Task.Run(() => due.ForEach(timer => timer.Run()), cancellation).ConfigureAwait(false);
            await RestAsync(cancellation).ConfigureAwait(false);
            // Only functions make work that has to be looked for.
            if (Functions.Moves != looked) await SettleAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Leaves the clock where it is, and returns when nothing but time can move anything.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        for (var looks = 0; looks < MostLooksAtOneTime; looks++)
        {
            await RestAsync(cancellation).ConfigureAwait(false);
            if (!await AnythingInSightAsync().ConfigureAwait(false)) return;
        }
        throw new InvalidOperationException("The app does not come to rest.");
    }

    /// <summary>Has somebody asked for work that only they can see, such as blobs in another process.</summary>
    internal void Ask(Func<Task<bool>> lookout)
    {
        lock (gate) lookouts.Add(lookout);
    }

    internal void AskNoMore(Func<Task<bool>> lookout)
    {
        lock (gate) lookouts.Remove(lookout);
    }

    internal void Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            waiting.Remove(timer);
            timer.Period = period;
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.Due = dueTime < DateTimeOffset.MaxValue - now ? now + dueTime : DateTimeOffset.MaxValue;
            if (dueTime > TimeSpan.Zero) waiting.Add(timer);
        }
        if (dueTime == TimeSpan.Zero) RunAtOnce(timer);
    }

    void RunAtOnce(VirtualTimer timer)
    {
        Workload.Begin();
        ThreadPool.QueueUserWorkItem(_ =>
        {
            lock (gate) Repeat(timer);
            timer.Run();
            Workload.End();
        });
    }

    async Task RestAsync(CancellationToken cancellation)
    {
        for (var before = -1L; Workload.Moves != before;)
        {
            before = Workload.Moves;
            var quiet = Workload.WhenQuietAsync();
            if (quiet.IsCompleted) return;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            await quiet.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    async Task<bool> AnythingInSightAsync()
    {
        Func<Task<bool>>[] asked;
        lock (gate) asked = [.. lookouts];
        looked = Functions.Moves;
        var isAnything = false;
        foreach (var lookout in asked) isAnything |= await lookout().ConfigureAwait(false);
        return isAnything;
    }

    List<VirtualTimer> MoveToNext(DateTimeOffset end)
    {
        lock (gate)
        {
            now = waiting.Min is { } first && first.Due < end ? first.Due : end;
            var due = waiting.TakeWhile(timer => timer.Due <= now).ToList();
            foreach (var timer in due)
            {
                waiting.Remove(timer);
                Repeat(timer);
            }
            return due;
        }
    }

    void Repeat(VirtualTimer timer)
    {
        if (timer.Period <= TimeSpan.Zero) return;
        timer.Due = now + timer.Period;
        waiting.Add(timer);
    }
}

/// <summary>A timer of a virtual clock.</summary>
sealed class VirtualTimer(VirtualTime time, Action callback, long number) : ITimer
{
    public static readonly IComparer<VirtualTimer> ByDue =
        Comparer<VirtualTimer>.Create((left, right) =>
            left.Due.CompareTo(right.Due) is var order && order != 0 ? order : left.Number.CompareTo(right.Number));

    volatile bool isDisposed;

    public long Number => number;

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; }

    public void Run()
    {
        if (!isDisposed) callback();
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (isDisposed) return false;
        time.Set(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        isDisposed = true;
        time.Set(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
