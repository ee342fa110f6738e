namespace Railyard.Simulation.Engine;

/// <summary>Something that is due at a time of the loop's.</summary>
/// <param name="Subject">The payment that it concerns, if it is one.</param>
/// <param name="What">What it is, for a person who reads the trace.</param>
/// <param name="IsPlanned">Whether it only lies ahead (an end, a merchant's wish), so that its payment is at rest meanwhile.</param>
sealed record Due(DateTimeOffset At, Case? Subject, string What, bool IsPlanned, Action Act)
{
    public bool IsCancelled { get; private set; }

    /// <summary>Takes it back, as though it had never been due.</summary>
    public void Cancel()
    {
        if (IsCancelled) return;
        IsCancelled = true;
        Subject?.Count(this, -1);
    }
}

/// <summary>Virtual time: what is due happens in order of its time, and time is nothing but what is due.</summary>
sealed class Loop(DateTimeOffset start)
{
    readonly PriorityQueue<Due, (long Ticks, long Order)> queue = new();
    readonly int thread = Environment.CurrentManagedThreadId;
    long order;

    /// <summary>What time it is, whatever a skewed clock says.</summary>
    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>How many steps it has made.</summary>
    public long Steps { get; private set; }

    /// <summary>Has that happen after so long.</summary>
    public Due In(TimeSpan delay, Case? subject, string what, Action act, bool isPlanned = false)
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("A continuation left the loop: the run cannot be repeated from its seed.");
        var due = new Due(Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay), subject, what, isPlanned, act);
        subject?.Count(due, 1);
        queue.Enqueue(due, (due.At.Ticks, order++));
        return due;
    }

    /// <summary>Makes the next step and answers with it, or null where nothing is due any more.</summary>
    public Due? Step()
    {
        while (queue.TryDequeue(out var due, out _))
        {
            if (due.IsCancelled) continue;
            Now = due.At;
            Steps++;
            due.Subject?.Count(due, -1);
            due.Act();
            return due;
        }
        return null;
    }
}
