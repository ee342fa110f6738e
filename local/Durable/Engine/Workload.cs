namespace Railyard.Local.Durable;

/// <summary>
/// Counts what is under way, so that a test on virtual time moves the clock only when nothing else moves.
/// </summary>
sealed class Workload
{
    readonly Lock gate = new();
    TaskCompletionSource? quiet;
    int underWay;

    public void Begin()
    {
        lock (gate) underWay++;
    }

    public void End()
    {
        TaskCompletionSource? reached = null;
        lock (gate)
        {
            if (--underWay == 0) (reached, quiet) = (quiet, null);
        }
        reached?.SetResult();
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
