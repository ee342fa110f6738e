#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>Receives messages and has each of them handled, many at once.</summary>
public class ServiceBusProcessor : IAsyncDisposable
{
    const int MostMessagesInOneReceive = 256;

    readonly ServiceBusReceiver receiver;
    readonly ServiceBusProcessorOptions options;
    readonly ProcessorRun run;
    readonly string identifier;
    Func<ProcessMessageEventArgs, Task> processMessage;
    Func<ProcessErrorEventArgs, Task> processError;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusProcessor()
    {
    }

    internal ServiceBusProcessor(ServiceBusClient client, string path, ServiceBusProcessorOptions options)
    {
        this.options = options ?? new ServiceBusProcessorOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.MaxConcurrentCalls, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(
            this.options.MaxAutoLockRenewalDuration, Timeout.InfiniteTimeSpan, nameof(options));
        identifier = this.options.Identifier ?? $"{path}-{Guid.CreateVersion7()}";
        receiver = new ServiceBusReceiver(client, path, new ServiceBusReceiverOptions
        {
            Identifier = identifier,
            PrefetchCount = this.options.PrefetchCount,
            ReceiveMode = this.options.ReceiveMode,
        })
        {
            IsForProcessor = true,
        };
        run = new ProcessorRun(ReceiveUntilStoppedAsync);
    }

    /// <summary>Handles a message.</summary>
    public event Func<ProcessMessageEventArgs, Task> ProcessMessageAsync
    {
        add => processMessage = Handlers.Only(processMessage, value, IsProcessing);
        remove => processMessage = Handlers.Without(processMessage, value, IsProcessing);
    }

    /// <summary>Is told of every failure.</summary>
    public event Func<ProcessErrorEventArgs, Task> ProcessErrorAsync
    {
        add => processError = Handlers.Only(processError, value, IsProcessing);
        remove => processError = Handlers.Without(processError, value, IsProcessing);
    }

    /// <summary>Whether a message is completed when its handler returns.</summary>
    public virtual bool AutoCompleteMessages => options.AutoCompleteMessages;

    /// <summary>The entity.</summary>
    public virtual string EntityPath => receiver.EntityPath;

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace => receiver.FullyQualifiedNamespace;

    /// <summary>What the processor is called in diagnostics.</summary>
    public virtual string Identifier => identifier;

    /// <summary>Whether it has been closed.</summary>
    public virtual bool IsClosed => receiver.IsClosed;

    /// <summary>Whether it has been started and not stopped.</summary>
    public virtual bool IsProcessing => run.IsRunning;

    /// <summary>How long a message's lock is renewed while its handler runs.</summary>
    public virtual TimeSpan MaxAutoLockRenewalDuration => options.MaxAutoLockRenewalDuration;

    /// <summary>How many handlers run at once.</summary>
    public virtual int MaxConcurrentCalls => options.MaxConcurrentCalls;

    /// <summary>How many messages to fetch ahead.</summary>
    public virtual int PrefetchCount => options.PrefetchCount;

    /// <summary>Whether a message is held until it is settled.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode => options.ReceiveMode;

    /// <summary>Begins to receive.</summary>
    public virtual Task StartProcessingAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Handlers.Require(processMessage, nameof(ProcessMessageAsync));
        Handlers.Require(processError, nameof(ProcessErrorAsync));
        return run.StartAsync(cancellationToken);
    }

    /// <summary>Stops receiving and waits for the handlers that run.</summary>
    public virtual Task StopProcessingAsync(CancellationToken cancellationToken = default) =>
        run.StopAsync(cancellationToken);

    /// <summary>Stops and closes the processor.</summary>
    public virtual async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        await StopProcessingAsync(cancellationToken).ConfigureAwait(false);
        await receiver.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops and closes the processor.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        run.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Calls the error handler.</summary>
    protected internal virtual Task OnProcessErrorAsync(ProcessErrorEventArgs args) => processError(args);

    /// <summary>Calls the message handler.</summary>
    protected internal virtual Task OnProcessMessageAsync(ProcessMessageEventArgs args) => processMessage(args);

    async Task ReceiveUntilStoppedAsync(CancellationToken stop)
    {
        using var slots = new SemaphoreSlim(options.MaxConcurrentCalls);
        while (!stop.IsCancellationRequested) await ReceiveOnceAsync(slots, stop).ConfigureAwait(false);
        // Every slot taken back means that every handler has returned.
        for (var i = 0; i < options.MaxConcurrentCalls; i++)
            await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    async Task ReceiveOnceAsync(SemaphoreSlim slots, CancellationToken stop)
    {
        var taken = 0;
        try
        {
            await slots.WaitAsync(stop).ConfigureAwait(false);
            taken = 1;
            while (taken < MostMessagesInOneReceive && slots.Wait(0, CancellationToken.None)) taken++;
            var messages = await receiver.ReceiveMessagesAsync(taken, Processing.LongestWait, stop).ConfigureAwait(false);
            foreach (var message in messages)
            {
                taken--;
                _ = Task.Run(() => ProcessAsync(message, slots, stop), CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            await ReportAsync(fault, ServiceBusErrorSource.Receive, stop).ConfigureAwait(false);
            await Processing.PauseAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            if (taken > 0) slots.Release(taken);
        }
    }

    async Task ProcessAsync(ServiceBusReceivedMessage message, SemaphoreSlim slots, CancellationToken stop)
    {
        try
        {
            var args = new ProcessMessageEventArgs(message, receiver, Identifier, stop);
            await Processing.HandleAsync(
                receiver, message, AutoCompleteMessages, () => HandleRenewingAsync(args, stop),
                (fault, source) => ReportAsync(fault, source, stop)).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
            message.InHand?.End();
        }
    }

    async Task HandleRenewingAsync(ProcessMessageEventArgs args, CancellationToken stop)
    {
        var time = receiver.Time;
        var handling = OnProcessMessageAsync(args);
        if (handling.IsCompleted || ReceiveMode != ServiceBusReceiveMode.PeekLock
            || MaxAutoLockRenewalDuration == TimeSpan.Zero)
        {
            await handling.ConfigureAwait(false);
            return;
        }
        using var handled = new CancellationTokenSource();
        var renewing = RenewAsync(args, time, stop, handled.Token);
        try
        {
            await handling.ConfigureAwait(false);
        }
        finally
        {
            await handled.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    // Goes on after the processor was told to stop: its handlers still run, and need their messages.
    Task RenewAsync(
        ProcessMessageEventArgs args, TimeProvider time, CancellationToken stop, CancellationToken handled) =>
        Processing.RenewAsync(
            time, options.MaxAutoLockRenewalDuration, () => args.Message.LockedUntil,
            () => args.Message.IsSettled
                ? Task.FromCanceled(new CancellationToken(canceled: true))
                : receiver.RenewMessageLockAsync(args.Message, handled),
            async fault =>
            {
                await ReportAsync(fault, ServiceBusErrorSource.RenewLock, stop).ConfigureAwait(false);
                if (Processing.IsLockLost(fault))
                    await args.OnMessageLockLostAsync(new MessageLockLostEventArgs(args.Message, fault))
                        .ConfigureAwait(false);
            },
            handled);

    async Task ReportAsync(Exception fault, ServiceBusErrorSource source, CancellationToken stop)
    {
        try
        {
            await OnProcessErrorAsync(new ProcessErrorEventArgs(
                fault, source, FullyQualifiedNamespace, EntityPath, Identifier, stop)).ConfigureAwait(false);
        }
        catch (Exception second)
        {
            // The official client drops what an error handler throws; at least a debugger and a trace see it here.
            System.Diagnostics.Trace.TraceError($"The error handler of '{EntityPath}' failed: {second}");
        }
    }
}

/// <summary>An event of a processor has one handler, which cannot change while it runs.</summary>
internal static class Handlers
{
    public static Func<T, Task> Only<T>(Func<T, Task> current, Func<T, Task> added, bool isRunning)
    {
        ArgumentNullException.ThrowIfNull(added);
        RequireStopped(isRunning);
        return current is null ? added : throw new NotSupportedException("Another handler has already been added.");
    }

    public static Func<T, Task> Without<T>(Func<T, Task> current, Func<T, Task> removed, bool isRunning)
    {
        RequireStopped(isRunning);
        return current == removed ? null : throw new ArgumentException("This handler has not been added.", nameof(removed));
    }

    public static void Require(Delegate handler, string name)
    {
        if (handler is null) throw new InvalidOperationException($"Cannot begin processing without {name} handler set.");
    }

    static void RequireStopped(bool isRunning)
    {
        if (isRunning) throw new InvalidOperationException("A running processor's handlers cannot be changed.");
    }
}
