#nullable disable
namespace Azure.Messaging.ServiceBus;

/// <summary>Takes one session after another, many at once, and has the messages of each handled in order.</summary>
public class ServiceBusSessionProcessor : IAsyncDisposable
{
    readonly ServiceBusClient client;
    readonly ServiceBusSessionProcessorOptions options;
    readonly ProcessorRun run;
    Func<ProcessSessionMessageEventArgs, Task> processMessage;
    Func<ProcessErrorEventArgs, Task> processError;
    Func<ProcessSessionEventArgs, Task> initializing;
    Func<ProcessSessionEventArgs, Task> closing;

    /// <summary>For a subclass in tests.</summary>
    protected ServiceBusSessionProcessor()
    {
    }

    internal ServiceBusSessionProcessor(
        ServiceBusClient client, string path, ServiceBusSessionProcessorOptions options)
    {
        this.client = client;
        this.options = options ?? new ServiceBusSessionProcessorOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.MaxConcurrentSessions, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.MaxConcurrentCallsPerSession, nameof(options));
        EntityPath = path;
        Identifier = this.options.Identifier ?? $"{path}-{Guid.CreateVersion7()}";
        run = new ProcessorRun(ProcessUntilStoppedAsync);
    }

    /// <summary>Handles a message.</summary>
    public event Func<ProcessSessionMessageEventArgs, Task> ProcessMessageAsync
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

    /// <summary>Is told that a session has been accepted.</summary>
    public event Func<ProcessSessionEventArgs, Task> SessionInitializingAsync
    {
        add => initializing = Handlers.Only(initializing, value, IsProcessing);
        remove => initializing = Handlers.Without(initializing, value, IsProcessing);
    }

    /// <summary>Is told that a session is about to be given back.</summary>
    public event Func<ProcessSessionEventArgs, Task> SessionClosingAsync
    {
        add => closing = Handlers.Only(closing, value, IsProcessing);
        remove => closing = Handlers.Without(closing, value, IsProcessing);
    }

    /// <summary>Whether a message is completed when its handler returns.</summary>
    public virtual bool AutoCompleteMessages => options.AutoCompleteMessages;

    /// <summary>The entity.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The host of the namespace.</summary>
    public virtual string FullyQualifiedNamespace => client.FullyQualifiedNamespace;

    /// <summary>What the processor is called in diagnostics.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether it has been closed.</summary>
    public virtual bool IsClosed { get; private set; }

    /// <summary>Whether it has been started and not stopped.</summary>
    public virtual bool IsProcessing => run.IsRunning;

    /// <summary>How long a session's lock is renewed.</summary>
    public virtual TimeSpan MaxAutoLockRenewalDuration => options.MaxAutoLockRenewalDuration;

    /// <summary>How many handlers run at once in one session.</summary>
    public virtual int MaxConcurrentCallsPerSession => options.MaxConcurrentCallsPerSession;

    /// <summary>How many sessions are held at once.</summary>
    public virtual int MaxConcurrentSessions => options.MaxConcurrentSessions;

    /// <summary>How many messages to fetch ahead.</summary>
    public virtual int PrefetchCount => options.PrefetchCount;

    /// <summary>Whether a message is held until it is settled.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode => options.ReceiveMode;

    /// <summary>How long to wait for a session's next message before it is given back.</summary>
    public virtual TimeSpan? SessionIdleTimeout => options.SessionIdleTimeout;

    /// <summary>Begins to accept sessions.</summary>
    public virtual Task StartProcessingAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Handlers.Require(processMessage, nameof(ProcessMessageAsync));
        Handlers.Require(processError, nameof(ProcessErrorAsync));
        return run.StartAsync(cancellationToken);
    }

    /// <summary>Stops, waits for the handlers that run, and gives the sessions back.</summary>
    public virtual Task StopProcessingAsync(CancellationToken cancellationToken = default) =>
        run.StopAsync(cancellationToken);

    /// <summary>Stops and closes the processor.</summary>
    public virtual async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        await StopProcessingAsync(cancellationToken).ConfigureAwait(false);
        IsClosed = true;
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
    protected internal virtual Task OnProcessSessionMessageAsync(ProcessSessionMessageEventArgs args) =>
        processMessage(args);

    /// <summary>Calls the handler of closing sessions.</summary>
    protected internal virtual Task OnSessionClosingAsync(ProcessSessionEventArgs args) =>
        closing?.Invoke(args) ?? Task.CompletedTask;

    /// <summary>Calls the handler of new sessions.</summary>
    protected internal virtual Task OnSessionInitializingAsync(ProcessSessionEventArgs args) =>
        initializing?.Invoke(args) ?? Task.CompletedTask;

    internal async Task ReportAsync(Exception fault, ServiceBusErrorSource source, CancellationToken stop)
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

    Task ProcessUntilStoppedAsync(CancellationToken stop) => Task.WhenAll(
        options.SessionIds.Count > 0
            ? options.SessionIds.Select(sessionId => AcceptUntilStoppedAsync(sessionId, stop))
            : Enumerable.Range(0, options.MaxConcurrentSessions).Select(_ => AcceptUntilStoppedAsync(null, stop)));

    async Task AcceptUntilStoppedAsync(string sessionId, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var receiver = await AcceptAsync(sessionId, stop).ConfigureAwait(false);
            if (receiver is null) continue;
            await new SessionTurn(this, receiver, options, client.TryTimeout).RunAsync(stop).ConfigureAwait(false);
        }
    }

    async Task<ServiceBusSessionReceiver> AcceptAsync(string sessionId, CancellationToken stop)
    {
        var how = new ServiceBusSessionReceiverOptions
        {
            Identifier = Identifier, PrefetchCount = PrefetchCount, ReceiveMode = ReceiveMode,
        };
        try
        {
            return sessionId is null
                ? await ServiceBusSessionReceiver.AcceptNextForProcessorAsync(client, EntityPath, how, stop)
                    .ConfigureAwait(false)
                : await ServiceBusSessionReceiver.AcceptAsync(client, EntityPath, sessionId, how, stop)
                    .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (ServiceBusException idle) when (idle.Reason == ServiceBusFailureReason.ServiceTimeout)
        {
            return null;
        }
        catch (Exception fault)
        {
            await ReportAsync(fault, ServiceBusErrorSource.AcceptSession, stop).ConfigureAwait(false);
            await Processing.PauseAsync(stop).ConfigureAwait(false);
            return null;
        }
    }
}
