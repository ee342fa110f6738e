using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Storage;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>The app with everything it needs around it, started in order and stopped in reverse.</summary>
internal sealed class LocalHost : IHost, IAsyncDisposable
{
    readonly Setup setup;
    readonly IHost inner;
    readonly FunctionList functions;
    readonly Surroundings surroundings;
    readonly CancellationTokenSource stopping = new();
    readonly Stack<Func<Task>> toStop = new();
    Task completing = Task.CompletedTask;

    LocalHost(Setup setup, IHost inner, FunctionList functions, Surroundings surroundings)
    {
        this.setup = setup;
        this.inner = inner;
        this.functions = functions;
        this.surroundings = surroundings;
    }

    public IServiceProvider Services => inner.Services;

    public Setup Setup => setup;

    public Surroundings Surroundings => surroundings;

    public static IHost Build(
        Setup setup,
        HostApplicationBuilder builder,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        if (setup.Launch is { } launch) ApplyTest(builder.Services, launch);
        var blobs = new UntilStorageStarts();
        builder.Services.TryAddSingleton(blobs.Options());
        // Registered after the app's own services, so that it starts when they have, and the app counts as started
        // only when its triggers listen.
        var triggers = new StartsLast();
        builder.Services.AddSingleton<IHostedService>(triggers);
        var app = builder.Build();
        var logging = app.Services.GetRequiredService<ILoggerFactory>();
        var around = new Surroundings(
            setup, logging, app.Services.GetRequiredService<IOptions<WorkerOptions>>().Value, blobs);
        var runner = new Runner(app.Services, middleware, setup.Time, setup.VirtualTime?.Functions)
        {
            WhenMendedAsync = setup.Faults is null ? null : around.WhenMendedAsync,
        };
        var host = new LocalHost(setup, app, FunctionList.Of(setup, around, runner, logging), around);
        triggers.Start = host.StartTriggersAsync;
        return host;
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await StartInOrderAsync(cancellationToken);
        }
        catch (Exception fault)
        {
            await StopInReverseAsync();
            setup.Launch?.HasFailed(fault);
            if (setup.Launch is null && Refusal.IsRefusal(fault)) throw Refusal.Exit(fault);
            throw;
        }
        setup.Launch?.HasStarted(this);
    }

    public async Task StopAsync(CancellationToken cancellationToken = default) => await StopInReverseAsync();

    /// <summary>Asks the entry point to return, as Ctrl-C does.</summary>
    public void RequestStop() => Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await StopInReverseAsync();
        stopping.Dispose();
        if (inner is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else inner.Dispose();
    }

    async Task StartInOrderAsync(CancellationToken cancellation)
    {
        await surroundings.StartAsync(toStop, cancellation);
        if (surroundings.StorageStarted.IsFaulted) await surroundings.StorageStarted;
        toStop.Push(() => inner.StopAsync(CancellationToken.None));
        await inner.StartAsync(cancellation);
        toStop.Push(StopCompletingAsync);
        completing = CompleteAsync();
        if (setup.Launch?.Options.AwaitsStorage == true) await completing;
        else _ = EndIfIncompleteAsync();
    }

    // What needs blob storage comes late, and the app has answered since.
    async Task CompleteAsync()
    {
        await surroundings.StorageStarted.WaitAsync(stopping.Token);
        await functions.Blobs.StartAsync(stopping.Token);
        await surroundings.DeliverReportsLeftBehindAsync(stopping.Token);
        setup.Faults?.Arm();
    }

    async Task EndIfIncompleteAsync()
    {
        try
        {
            await completing;
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            if (setup.Launch is null) Refusal.Tell(fault);
            if (setup.Launch is not null || !Refusal.IsRefusal(fault)) LogIncomplete(fault);
            RequestStop();
        }
        catch (OperationCanceledException)
        {
            // It stops before it was complete.
        }
    }

    void LogIncomplete(Exception fault) =>
        Services.GetRequiredService<ILogger<LocalHost>>().LogCritical(fault, "The app ends: blob storage did not start");

    async Task StopCompletingAsync()
    {
        await stopping.CancelAsync();
        await completing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await functions.Blobs.DisposeAsync();
    }

    async Task StartTriggersAsync(CancellationToken cancellation)
    {
        ReportHostSettings();
        await surroundings.StartEngineAsync(functions.Durable, toStop, cancellation);
        foreach (var triggers in functions.Triggers)
        {
            toStop.Push(() => triggers.DisposeAsync().AsTask());
            await triggers.StartAsync(cancellation);
        }
        surroundings.NotifyApp();
        if (setup.Launch is null) Console.WriteLine(functions);
    }

    void ReportHostSettings()
    {
        var log = Services.GetRequiredService<ILogger<LocalHost>>();
        foreach (var setting in setup.Host.NotUnderstood)
            log.LogWarning("host.json: {Setting} has no effect on the local runtime", setting);
    }

    // One part that fails to stop must not keep the others, least of all a child process, from stopping.
    async Task StopInReverseAsync()
    {
        setup.Faults?.Disarm();
        await surroundings.EndMendingAsync();
        while (toStop.TryPop(out var stop))
        {
            try
            {
                await stop();
            }
            catch (Exception fault)
            {
                Services.GetRequiredService<ILogger<LocalHost>>().LogError(
                    fault, "A part of the runtime did not stop");
            }
        }
    }

    static void ApplyTest(IServiceCollection services, Launch launch)
    {
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, Unattended>());
        if (launch.Options.Time is { } time) services.Replace(ServiceDescriptor.Singleton(time));
        launch.Options.Services?.Invoke(services);
    }

    sealed class StartsLast : IHostedService
    {
        public Func<CancellationToken, Task> Start { get; set; } = _ => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Start(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
