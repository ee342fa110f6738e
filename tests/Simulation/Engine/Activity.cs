using System.Runtime.CompilerServices;

namespace Railyard.Simulation.Engine;

/// <summary>
/// One run of an activity (or of a request, or of a message's receiver). Between any two of its steps the process may
/// crash: then the run ends there, and another begins from the beginning, as often as it takes. Or its lease is lost while it
/// lives: then another begins beside it.
/// </summary>
sealed class Run(World world, Case subject, bool isRepeat, Action again)
{
    static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan SlowestStep = TimeSpan.FromSeconds(20);
    static readonly TimeSpan SoonestRestart = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LatestRestart = TimeSpan.FromMinutes(10);

    bool isOver;

    public World World => world;

    public Case Subject => subject;

    /// <summary>Whether it is not the first: what went before is not known.</summary>
    public bool IsRepeat => isRepeat;

    /// <summary>The way to the next step, on which anything may happen.</summary>
    public Pause Step(string what) => new(this, what);

    /// <summary>Takes up what comes next in a moment, if this run lives to see it.</summary>
    public void Continue(Action next, string what)
    {
        if (isOver) return;
        if (world.Strikes(Fault.Crash))
        {
            Crash();
            return;
        }
        if (world.Strikes(Fault.LostLease)) Restart();
        var longest = world.Strikes(Fault.SlowStep) ? SlowestStep : LongestStep;
        world.Loop.In(world.Chance.Between(ShortestStep, longest), subject, what, next);
    }

    /// <summary>Ends this run; another begins.</summary>
    public void Crash()
    {
        isOver = true;
        Restart();
    }

    void Restart() => world.Loop.In(world.Chance.Spread(SoonestRestart, LatestRestart), subject, "again", again);
}

/// <summary>What a run awaits between two steps.</summary>
readonly struct Pause(Run run, string what) : INotifyCompletion
{
    public bool IsCompleted => false;

    public Pause GetAwaiter() => this;

    public void OnCompleted(Action continuation) => run.Continue(continuation, what);

    public void GetResult()
    {
        // What is awaited is only that time passes.
    }
}

/// <summary>An answer that a run waits for, and that may come when the run is no more.</summary>
sealed class Reply<T>(Run run) : INotifyCompletion
{
    Action? waiting;
    T? answer;

    public bool IsCompleted => false;

    public Reply<T> GetAwaiter() => this;

    public void OnCompleted(Action continuation)
    {
        waiting = continuation;
        // While it waits, its process may crash; what it asked for goes on.
        if (run.World.Strikes(Fault.Crash)) run.Crash();
    }

    public void Come(T value)
    {
        answer = value;
        run.Continue(waiting!, "answer");
    }

    public T GetResult() => answer!;
}

/// <summary>What is done at least once.</summary>
static class AtLeastOnce
{
    /// <summary>Runs it until one run has come to its end, which is the one that counts.</summary>
    public static Task<T> RunAsync<T>(World world, Case subject, string what, Func<Run, Task<T>> activity)
    {
        var done = new TaskCompletionSource<T>();
        var runs = 0;
        world.Loop.In(world.Chance.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30)), subject, what, Begin);
        return done.Task;

        void Begin() => world.Watch(FinishAsync(new Run(world, subject, isRepeat: runs++ > 0, Begin)));

        async Task FinishAsync(Run run) => done.TrySetResult(await activity(run));
    }

    /// <summary>The same, of what answers nothing.</summary>
    public static Task RunAsync(World world, Case subject, string what, Func<Run, Task> activity) =>
        RunAsync(
            world,
            subject,
            what,
            async run =>
            {
                await activity(run);
                return true;
            });
}
