using Microsoft.Extensions.Logging;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Durable;

/// <summary>Fires what is due. One wake-up stands for the next due time of all; nothing polls.</summary>
sealed class Timers : IAsyncDisposable
{
    const int MostAtOnce = 256;

    // Longer than a timer of the platform can be; the wake-up is then only renewed.
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // The platform's timers count whole milliseconds.
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    readonly DurableEngine engine;
    readonly Lock gate = new();
    readonly ITimer wakeUp;
    DateTime next = DateTime.MaxValue;
    bool isFiring;
    bool fireAgain;

    public Timers(DurableEngine engine)
    {
        this.engine = engine;
        wakeUp = engine.Options.Time.CreateTimer(
            _ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void ArmStored()
    {
        if (engine.Hub.Read(TimerRows.NextDue) is { } due) Arm(due);
    }

    public void Arm(DateTime due)
    {
        lock (gate)
        {
            if (due >= next) return;
            next = due;
            Set(due - engine.Now);
        }
    }

    public ValueTask DisposeAsync() => wakeUp.DisposeAsync();

    void Set(TimeSpan wait) =>
        wakeUp.Change(
            wait <= TimeSpan.Zero ? TimeSpan.Zero
            : wait < ShortestWait ? ShortestWait
            : wait > LongestWait ? LongestWait
            : wait,
            Timeout.InfiniteTimeSpan);

    void Fire()
    {
        lock (gate)
        {
            fireAgain = isFiring;
            if (isFiring || engine.IsStopping) return;
            isFiring = true;
            next = DateTime.MaxValue;
        }
        engine.Workload.Begin();
        _ = FireAsync();
    }

    async Task FireAsync()
    {
        DateTime? following;
        try
        {
            (var woken, following) = await engine.Hub.WriteAsync(FireDue);
            foreach (var key in woken) engine.Live.Wake(key);
        }
        catch (HubClosed)
        {
            return;
        }
        catch (Exception fault)
        {
            engine.Log.LogError(fault, "Due timers could not be fired; they are tried again.");
            following = engine.Now + DurableEngine.PauseAfterFault;
        }
        Rest(following);
        engine.Workload.End();
    }

    void Rest(DateTime? following)
    {
        bool again;
        lock (gate) (again, isFiring, fireAgain) = (fireAgain, false, false);
        if (following is { } due) Arm(due);
        if (again) Fire();
    }

    (List<long> Woken, DateTime? Following) FireDue(Session session)
    {
        var now = engine.Now;
        var woken = new List<long>();
        foreach (var timer in TimerRows.ReadDue(session, now, MostAtOnce))
        {
            TimerRows.Remove(session, timer);
            var fired = new Message(MessageKind.TimerFired, timer.Task);
            if (timer.StartsInstance || LogRows.AppendToRun(session, timer.Key, timer.Run, fired, now))
                woken.Add(timer.Key);
        }
        return (woken, TimerRows.NextDue(session));
    }
}
