namespace Railyard.Local.Runtime.Blobs;

/// <summary>Wakes one waiter. Set before the wait, it makes the wait return at once.</summary>
internal sealed class Signal
{
    TaskCompletionSource set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => Volatile.Read(ref set).TrySetResult();

    /// <summary>Forgets what was set; to be called before looking for work, never after.</summary>
    public void Reset() =>
        Volatile.Write(ref set, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        var elapsed = Task.Delay(atMost, time, cancellation);
        await await Task.WhenAny(Volatile.Read(ref set).Task, elapsed);
    }
}
