using System.Threading.Channels;

namespace Railyard.Local.Acquirers.Notifications;

/// <summary>
/// Wakes one waiter, at a time or when rung. From the ring to its rest the waiter counts as at work, so that a
/// test on virtual time does not move the clock meanwhile.
/// </summary>
sealed class Alarm(TimeProvider time, Workload? workload)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(1);
    const int MostLooks = 20;

    readonly Channel<bool> rung = Channel.CreateBounded<bool>(1);

    public void Ring()
    {
        workload?.Begin();
        if (!rung.Writer.TryWrite(true)) workload?.End();
    }

    /// <summary>Waits until rung, or until the time has come.</summary>
    public async Task WaitAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ring = rung.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(ring, Until(until, over.Token));
        // What was rung has begun already; a time that has come begins here, before anybody else goes on.
        if (!rung.Reader.TryRead(out _)) workload?.Begin();
        over.Cancel();
    }

    public void Rest() => workload?.End();

    // A clock that is set by hand may go on between the look at it and the start of the delay, which then ends too late.
    Task Until(DateTimeOffset? until, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            var wait = TimeUntil(until);
            var delay = Task.Delay(wait, time, cancellation);
            if (wait - TimeUntil(until) < Noticeable || look == MostLooks) return delay;
        }
    }

    TimeSpan TimeUntil(DateTimeOffset? until)
    {
        var wait = until is { } at ? at - time.GetUtcNow() : LongestWait;
        if (wait > LongestWait) return LongestWait;
        // A delay is cut to whole milliseconds: the last part of one would be none, on a clock that may stand still.
        return wait < TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }
}
