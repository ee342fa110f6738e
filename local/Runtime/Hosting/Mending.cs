namespace Railyard.Local.Runtime.Hosting;

/// <summary>Opens a part again after a crash that a test injected; never while the app stops.</summary>
internal sealed class Mending(Workload? whole, Action<Exception> failed)
{
    readonly Lock gate = new();
    readonly Workload workload = new(whole);
    Task last = Task.CompletedTask;
    bool isOver;

    /// <summary>Returns at once: it is called by the thread that crashed.</summary>
    public void Begin(Func<Task> reopen)
    {
        lock (gate)
        {
            if (isOver) return;
            workload.Begin();
            last = ReopenAsync(last, reopen);
        }
    }

    /// <summary>Completes when everything that crashed is open again.</summary>
    public Task WhenMendedAsync()
    {
        lock (gate) return last;
    }

    /// <summary>Waits for what is being mended, and mends nothing more.</summary>
    public Task EndAsync()
    {
        lock (gate)
        {
            isOver = true;
            return last;
        }
    }

    async Task ReopenAsync(Task before, Func<Task> reopen)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await reopen();
        }
        catch (Exception fault)
        {
            failed(fault);
        }
        finally
        {
            workload.End();
        }
    }
}
