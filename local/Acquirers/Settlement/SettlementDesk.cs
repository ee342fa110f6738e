namespace Railyard.Local.Acquirers.Settlement;

/// <summary>Closes batches one at a time and sees to it that each is delivered, across crashes.</summary>
sealed class SettlementDesk(
    AcquirerProfile profile, BatchBook batches, DeliverReport deliver, TimeProvider time) : IDisposable
{
    const int MostBatchesDeliveredAtOnce = 1_000;

    readonly SemaphoreSlim oneAtATime = new(1, 1);

    /// <summary>Closes and delivers a batch, or delivers the one that a crash left behind.</summary>
    public async Task<Closing> CloseAsync(
        IReadOnlySet<DiscrepancyKind> wrong, bool withLeftOut, CancellationToken cancellation)
    {
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            if (batches.Undelivered() is { } left) return await DeliverAsync(left, cancellation);
            var closedAt = await NextFullSecondAsync(cancellation);
            var closing = await batches.CloseAsync(closedAt, wrong, withLeftOut);
            return closing is Closing.Closed closed ? await DeliverAsync(closed.Batch, cancellation) : closing;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>Delivers what was closed but not delivered before a crash.</summary>
    public async Task DeliverLeftBehindAsync(CancellationToken cancellation)
    {
        await oneAtATime.WaitAsync(cancellation);
        try
        {
            for (var i = 0; i < MostBatchesDeliveredAtOnce && batches.Undelivered() is { } left; i++)
                await DeliverAsync(left, cancellation);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    async Task<Closing> DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        await deliver(profile.Name, batch.FileName, batch.Content, cancellation);
        await batches.NoteDeliveredAsync(batch.Number);
        return new Closing.Closed(batch);
    }

    // A report tells time in whole seconds: what was booked before the second the batch closes at is in it.
    async Task<DateTimeOffset> NextFullSecondAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var closedAt = now.AddTicks(TimeSpan.TicksPerSecond - now.UtcTicks % TimeSpan.TicksPerSecond);
        while (time.GetUtcNow() is var current && current < closedAt)
            await Task.Delay(closedAt - current + TimeSpan.FromMilliseconds(1), time, cancellation);
        return closedAt;
    }
}
