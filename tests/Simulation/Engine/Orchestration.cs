using Railyard.Simulation.Flow;

namespace Railyard.Simulation.Engine;

/// <summary>
/// An orchestration: it survives every crash (that a replay repeats it is tested elsewhere), its timers and the messages to it
/// with it. Its instance id is started once.
/// </summary>
sealed class Orchestration(World world, Case subject)
{
    static readonly TimeSpan ShortestWay = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan LongestWay = TimeSpan.FromMilliseconds(50);

    /// <summary>What the acquirer says of the attempt.</summary>
    public Mailbox<AcquirerWord> AcquirerSaid { get; } = new();

    /// <summary>That the cardholder came back.</summary>
    public Mailbox<string> CardholderReturned { get; } = new();

    public bool IsCompleted { get; private set; }

    public World World => world;

    public Case Subject => subject;

    /// <summary>What the orchestrator's clock says.</summary>
    public DateTimeOffset Now => world.Loop.Now;

    /// <summary>Starts it, at once or for that time, unless one of that id was ever started.</summary>
    public static void StartOnce(
        Run starter, string id, Func<Orchestration, Task> orchestrator, DateTimeOffset? startAt = null)
    {
        var (world, subject) = (starter.World, starter.Subject);
        var orchestration = new Orchestration(world, subject);
        if (!subject.Orchestrations.TryAdd(id, orchestration)) return;
        var delay = (startAt ?? world.Loop.Now) - world.Loop.Now + world.Chance.Between(ShortestWay, LongestWay);
        world.Loop.In(
            delay, subject, $"start {id}", () => world.Watch(orchestration.RunAsync(orchestrator)), isPlanned: startAt is not null);
    }

    /// <summary>Brings a message to the orchestration of that id, if there is one by then.</summary>
    public static void Tell<T>(World world, Case subject, string id, Func<Orchestration, Mailbox<T>> box, T message)
    {
        if (!subject.Orchestrations.TryGetValue(id, out var found) || found.IsCompleted) return;
        world.Loop.In(world.Chance.Between(ShortestWay, LongestWay), subject, "tell", () => box(found).Post(message));
    }

    public Task<T> CallAsync<T>(string activity, Func<Run, Task<T>> body) => AtLeastOnce.RunAsync(world, subject, activity, body);

    public Task CallAsync(string activity, Func<Run, Task> body) => AtLeastOnce.RunAsync(world, subject, activity, body);

    /// <summary>A timer; cancelled, it never fires.</summary>
    public (Task Fired, Due? Due) Timer(TimeSpan delay)
    {
        var fired = new TaskCompletionSource();
        return (fired.Task, world.Loop.In(delay, subject, "timer", fired.SetResult));
    }

    public Task WaitAsync(TimeSpan delay) => Timer(delay).Fired;

    async Task RunAsync(Func<Orchestration, Task> orchestrator)
    {
        await orchestrator(this);
        IsCompleted = true;
    }
}

/// <summary>Messages of one name to an orchestration: kept until somebody waits, and each for one who waits.</summary>
sealed class Mailbox<T>
{
    readonly Queue<T> kept = [];
    readonly LinkedList<TaskCompletionSource<T>> waiting = [];

    public void Post(T message)
    {
        if (waiting.First is not { } first)
        {
            kept.Enqueue(message);
            return;
        }
        waiting.RemoveFirst();
        first.Value.SetResult(message);
    }

    public Task<T> Wait()
    {
        if (kept.TryDequeue(out var message)) return Task.FromResult(message);
        var next = new TaskCompletionSource<T>();
        waiting.AddLast(next);
        return next.Task;
    }

    /// <summary>No longer waits for that one.</summary>
    public void Forget(Task<T> wait)
    {
        if (waiting.FirstOrDefault(one => one.Task == wait) is { } found) waiting.Remove(found);
    }
}
