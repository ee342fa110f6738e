using System.Threading.Channels;

namespace Railyard.Local.Durable;

/// <summary>
/// Which instances have work, each at most once and never two turns of one at a time. Executions of instances
/// that wait are kept in memory while there is room. The file is what counts: whatever finds no room here is
/// found there.
/// </summary>
sealed class LiveInstances(Workload workload)
{
    const int MostInMemory = 8_192;

    readonly Lock gate = new();
    readonly Dictionary<long, LiveInstance> known = [];
    readonly LinkedList<LiveInstance> idle = new();

    // Holds each instance at most once, so it is bounded by MostInMemory.
    readonly Channel<LiveInstance> ready = Channel.CreateUnbounded<LiveInstance>();
    bool leftSomeOut;

    public ChannelReader<LiveInstance> Ready => ready.Reader;

    public static int MostAtOnce => MostInMemory;

    public void Wake(long key)
    {
        lock (gate)
        {
            if (Find(key) is { } instance) Wake(instance);
            else leftSomeOut = true;
        }
    }

    /// <summary>A turn is over; answers whether there is room for instances that found none before.</summary>
    public bool Rest(LiveInstance instance)
    {
        lock (gate)
        {
            if (instance.State == LiveState.AtWorkAndWoken) Queue(instance);
            else Idle(instance);
            if (!leftSomeOut || known.Count - idle.Count >= MostInMemory / 2) return false;
            leftSomeOut = false;
            return true;
        }
    }

    /// <summary>The file holds more instances with work than were read.</summary>
    public void ExpectMore()
    {
        lock (gate) leftSomeOut = true;
    }

    public void Close() => ready.Writer.TryComplete();

    public void Begin(LiveInstance instance)
    {
        lock (gate) instance.State = LiveState.AtWork;
    }

    void Wake(LiveInstance instance)
    {
        switch (instance.State)
        {
            case LiveState.Idle:
                if (instance.IdleEntry is { } entry) idle.Remove(entry);
                instance.IdleEntry = null;
                workload.Begin();
                Queue(instance);
                break;
            case LiveState.AtWork:
                instance.State = LiveState.AtWorkAndWoken;
                break;
            case LiveState.Queued or LiveState.AtWorkAndWoken:
                break;
        }
    }

    void Queue(LiveInstance instance)
    {
        instance.State = LiveState.Queued;
        ready.Writer.TryWrite(instance);
    }

    void Idle(LiveInstance instance)
    {
        instance.State = LiveState.Idle;
        if (instance.Execution is null) known.Remove(instance.Key);
        else instance.IdleEntry = idle.AddLast(instance);
        workload.End();
    }

    LiveInstance? Find(long key)
    {
        if (known.TryGetValue(key, out var instance)) return instance;
        if (known.Count >= MostInMemory && !ForgetOldest()) return null;
        return known[key] = new LiveInstance(key);
    }

    bool ForgetOldest()
    {
        if (idle.First is not { } oldest) return false;
        idle.Remove(oldest);
        known.Remove(oldest.Value.Key);
        return true;
    }
}

enum LiveState
{
    Idle,
    Queued,
    AtWork,
    AtWorkAndWoken,
}

/// <summary>An instance in memory, with its execution where that is warm.</summary>
sealed class LiveInstance(long key)
{
    public long Key => key;

    public LiveState State { get; set; }

    public LinkedListNode<LiveInstance>? IdleEntry { get; set; }

    public Instance? Instance { get; set; }

    public Execution? Execution { get; set; }

    public long AnsweredThrough { get; set; }

    public void Forget()
    {
        Instance = null;
        Execution = null;
        AnsweredThrough = 0;
    }
}
