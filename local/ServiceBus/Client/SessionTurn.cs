#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>One session in the hands of a processor, from its acceptance until it is given back.</summary>
internal sealed class SessionTurn(
    ServiceBusSessionProcessor processor, ServiceBusSessionReceiver receiver,
    ServiceBusSessionProcessorOptions options, TimeSpan tryTimeout)
{
    readonly TimeSpan idleTimeout = options.SessionIdleTimeout ?? tryTimeout;
    volatile bool isReleased;
    ProcessSessionMessageEventArgs latest;

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(ending, done.Token, stop);
        try
        {
            await processor.OnSessionInitializingAsync(Session(ending)).ConfigureAwait(false);
            await Task.WhenAll(Enumerable.Range(0, options.MaxConcurrentCallsPerSession)
                .Select(_ => ReceiveUntilIdleAsync(ending, stop))).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await processor.ReportAsync(fault, ServiceBusErrorSource.AcceptSession, stop).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(ending, stop).ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    async Task ReceiveUntilIdleAsync(CancellationTokenSource ending, CancellationToken stop)
    {
        try
        {
            while (!ending.IsCancellationRequested && !isReleased)
            {
                var message = await receiver.ReceiveMessageAsync(idleTimeout, ending.Token).ConfigureAwait(false);
                if (message is null) return;
                await ProcessAsync(message, ending, stop).ConfigureAwait(false);
                message.InHand?.End();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            await processor.ReportAsync(fault, ServiceBusErrorSource.Receive, stop).ConfigureAwait(false);
        }
    }

    Task ProcessAsync(ServiceBusReceivedMessage message, CancellationTokenSource ending, CancellationToken stop)
    {
        var args = new ProcessSessionMessageEventArgs(message, receiver, processor.Identifier, ending.Token)
        {
            Release = Release,
        };
        latest = args;
        return Processing.HandleAsync(
            receiver, message, options.AutoCompleteMessages, () => processor.OnProcessSessionMessageAsync(args),
            async (fault, source) =>
            {
                await processor.ReportAsync(fault, source, stop).ConfigureAwait(false);
                if (Processing.IsLockLost(fault)) isReleased = true;
            });
    }

    // Told to stop, the processor still waits for the handlers that run, and they need the session meanwhile.
    Task RenewAsync(CancellationTokenSource ending, CancellationToken done, CancellationToken stop) =>
        options.MaxAutoLockRenewalDuration == TimeSpan.Zero
            ? Task.CompletedTask
            : Processing.RenewAsync(
                receiver.Time, options.MaxAutoLockRenewalDuration, () => receiver.SessionLockedUntil,
                () => receiver.RenewSessionLockAsync(done),
                fault => LoseAsync(fault, ending, stop),
                done);

    async Task LoseAsync(Exception fault, CancellationTokenSource ending, CancellationToken stop)
    {
        // The turn ended while its lock was being renewed.
        if (fault is ObjectDisposedException) return;
        await processor.ReportAsync(fault, ServiceBusErrorSource.RenewLock, stop).ConfigureAwait(false);
        if (!Processing.IsLockLost(fault)) return;
        await ending.CancelAsync().ConfigureAwait(false);
        if (latest is { Message.IsSettled: false } args)
            await args.OnSessionLockLostAsync(
                new SessionLockLostEventArgs(args.Message, args.SessionLockedUntil, fault)).ConfigureAwait(false);
    }

    async Task CloseAsync(CancellationTokenSource ending, CancellationToken stop)
    {
        try
        {
            await processor.OnSessionClosingAsync(Session(ending)).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await processor.ReportAsync(fault, ServiceBusErrorSource.CloseSession, stop).ConfigureAwait(false);
        }
        await GiveBackAsync(stop).ConfigureAwait(false);
    }

    async Task GiveBackAsync(CancellationToken stop)
    {
        try
        {
            await receiver.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await processor.ReportAsync(fault, ServiceBusErrorSource.CloseSession, stop).ConfigureAwait(false);
        }
    }

    ProcessSessionEventArgs Session(CancellationTokenSource ending) =>
        new(receiver, processor.Identifier, ending.Token) { Release = Release };

    void Release() => isReleased = true;
}
