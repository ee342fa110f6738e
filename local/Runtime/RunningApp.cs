using System.Reflection;
using Microsoft.DurableTask.Client;
using Railyard.Local.Durable;
using Railyard.Local.Runtime.Hosting;
using Railyard.Local.Runtime.Testing;

namespace Railyard.Local.Runtime;

/// <summary>An app whose entry point a test runs in its own process, on the whole local runtime.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);
    static readonly TimeSpan StopDeadline = TimeSpan.FromMinutes(1);

    readonly LocalHost host;
    readonly Task main;
    readonly bool ownsDataFolder;

    RunningApp(LocalHost host, Task main, bool ownsDataFolder)
    {
        this.host = host;
        this.main = main;
        this.ownsDataFolder = ownsDataFolder;
    }

    public Uri Address => new($"http://127.0.0.1:{host.Setup.Ports.App}");

    public IServiceProvider Services => host.Services;

    public string DataFolder => host.Setup.DataFolder;

    public string StorageConnectionString => host.Setup.Ports.StorageConnectionString;

    public string ServiceBusConnectionString => host.Surroundings.ServiceBusConnectionString;

    /// <summary>Starts, asks about and steers the app's orchestrations.</summary>
    public DurableTaskClient Durable => host.Surroundings.Engine.Client;

    /// <summary>What runs them, for who wants to see their histories.</summary>
    internal DurableEngine Engine => host.Surroundings.Engine;

    public Uri CosmosAddress => host.Surroundings.CosmosAddress;

    public IReadOnlyDictionary<string, Uri> Acquirers => host.Surroundings.AcquirerAddresses;

    /// <summary>Runs the entry point of <paramref name="app"/>; completes when it listens.</summary>
    public static Task<RunningApp> StartAsync(
        Assembly app, LocalOptions options, CancellationToken cancellation) =>
        StartAsync(app, args => app.EntryPoint!.Invoke(null, [args]), app.GetTypes(), options, cancellation);

    internal static async Task<RunningApp> StartAsync(
        Assembly app,
        Action<string[]> entryPoint,
        IReadOnlyList<Type> functionTypes,
        LocalOptions options,
        CancellationToken cancellation)
    {
        var dataFolder = options.DataFolder ?? Directory.CreateTempSubdirectory("railyard-").FullName;
        var launch = new Launch(app, functionTypes, options, dataFolder);
        var running = Task.Factory.StartNew(
            () => RunEntryPoint(entryPoint, launch),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var started = await launch.Started.WaitAsync(StartDeadline, TimeProvider.System, cancellation);
            return new RunningApp(started, running, ownsDataFolder: options.DataFolder is null);
        }
        catch
        {
            if (options.DataFolder is null) Directory.Delete(dataFolder, recursive: true);
            throw;
        }
    }

    /// <summary>Lets another plan decide what goes wrong from now on; null for nothing.</summary>
    public void Inject(FaultPlan? plan) => host.Setup.Faults!.Plan = plan;

    /// <summary>Stops the app and everything around it.</summary>
    public async ValueTask DisposeAsync()
    {
        host.RequestStop();
        await main.WaitAsync(StopDeadline, TimeProvider.System);
        if (ownsDataFolder) Directory.Delete(DataFolder, recursive: true);
    }

    static void RunEntryPoint(Action<string[]> entryPoint, Launch launch)
    {
        Launch.Current = launch;
        try
        {
            entryPoint([]);
            launch.HasFailed(new StartRefused("The entry point returned before the app had started."));
        }
        catch (Exception fault)
        {
            var cause = (fault as TargetInvocationException)?.InnerException ?? fault;
            // After the start nobody awaits the launch any more, and the fault comes out of DisposeAsync
            // instead.
            if (launch.Started.IsCompletedSuccessfully) throw;
            launch.HasFailed(cause);
        }
    }
}
