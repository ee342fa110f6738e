namespace Railyard.Local;

/// <summary>
/// Counts what is under way, so that a test on virtual time moves the clock only when nothing else moves. The work of
/// a part counts for the whole as well, until the part is left for dead.
/// </summary>
sealed class Workload(Workload? whole = null)
{
    readonly Lock gate = new();
    TaskCompletionSource? quiet;
    int underWay;
    long moves;
    bool isLeft;

    /// <summary>How often something began or ended.</summary>
    public long Moves => Interlocked.Read(ref moves);

    public void Begin()
    {
        lock (gate)
        {
            if (isLeft) return;
            underWay++;
            Interlocked.Increment(ref moves);
            whole?.Begin();
        }
    }

    public void End()
    {
        TaskCompletionSource? reached = null;
        lock (gate)
        {
            if (isLeft) return;
            if (--underWay == 0) (reached, quiet) = (quiet, null);
            Interlocked.Increment(ref moves);
            whole?.End();
        }
        reached?.SetResult();
    }

    /// <summary>What is still under way here never ends, and no longer counts.</summary>
    public void Leave()
    {
        lock (gate)
        {
            isLeft = true;
            for (; underWay > 0; underWay--) whole?.End();
        }
    }

    public Task WhenQuietAsync()
    {
        lock (gate)
        {
            if (underWay == 0) return Task.CompletedTask;
            quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return quiet.Task;
        }
    }
}
