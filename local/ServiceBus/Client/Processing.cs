#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>What both processors do: one message is handled, then completed, or reported and abandoned.</summary>
internal static class Processing
{
    public static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    // There is no connection that could break meanwhile, so a processor has no reason to ask again sooner.
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    static readonly TimeSpan LongestRenewalMargin = TimeSpan.FromSeconds(10);

    public delegate Task Report(Exception fault, ServiceBusErrorSource source);

    public static async Task HandleAsync(
        ServiceBusReceiver receiver, ServiceBusReceivedMessage message, bool autoComplete, Func<Task> handle,
        Report report)
    {
        var isHeld = receiver.ReceiveMode == ServiceBusReceiveMode.PeekLock;
        var doing = ServiceBusErrorSource.ProcessMessageCallback;
        try
        {
            await handle().ConfigureAwait(false);
            doing = ServiceBusErrorSource.Complete;
            if (isHeld && autoComplete && !message.IsSettled)
                await receiver.CompleteMessageAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await report(fault, doing).ConfigureAwait(false);
            if (isHeld && !message.IsSettled && !IsLockLost(fault))
                await AbandonAsync(receiver, message, report).ConfigureAwait(false);
        }
    }

    /// <summary>Renews a lock shortly before it ends, until told to stop or the limit is reached.</summary>
    public static async Task RenewAsync(
        TimeProvider time, TimeSpan atMost, Func<DateTimeOffset> lockedUntil, Func<Task> renew,
        Func<Exception, Task> failed, CancellationToken stop)
    {
        var end = atMost == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.GetUtcNow() + atMost;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var remaining = lockedUntil() - time.GetUtcNow();
                var margin = remaining / 2 < LongestRenewalMargin ? remaining / 2 : LongestRenewalMargin;
                var delay = remaining > margin ? remaining - margin : TimeSpan.Zero;
                if (time.GetUtcNow() + delay >= end) return;
                await Task.Delay(delay, time, stop).ConfigureAwait(false);
                await renew().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception fault)
        {
            if (!stop.IsCancellationRequested) await failed(fault).ConfigureAwait(false);
        }
    }

    public static bool IsLockLost(Exception fault) => fault is ServiceBusException
    {
        Reason: ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.SessionLockLost,
    };

    public static async Task PauseAsync(CancellationToken stop)
    {
        // On the real clock: what failed may be the broker, and with it the clock that it was given.
        await Task.Delay(PauseAfterFault, TimeProvider.System, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static async Task AbandonAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, Report report)
    {
        try
        {
            await receiver.AbandonMessageAsync(message, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await report(fault, ServiceBusErrorSource.Abandon).ConfigureAwait(false);
        }
    }
}

/// <summary>Starts and stops a processor's work.</summary>
internal sealed class ProcessorRun(Func<CancellationToken, Task> work) : IDisposable
{
    readonly SemaphoreSlim turn = new(1);
    CancellationTokenSource stopping;
    Task working;

    public bool IsRunning => working is { IsCompleted: false };

    public async Task StartAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsRunning) throw new InvalidOperationException("The processor is already running.");
            stopping = new CancellationTokenSource();
            var stop = stopping.Token;
            working = Task.Run(() => work(stop), CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (working is null) return;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (working is null) return;
            await stopping.CancelAsync().ConfigureAwait(false);
            await working.WaitAsync(cancellation).ConfigureAwait(false);
            stopping.Dispose();
            working = null;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        turn.Dispose();
        stopping?.Dispose();
    }
}
