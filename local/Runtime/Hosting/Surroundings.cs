using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Local.Acquirers;
using Railyard.Local.Cosmos;
using Railyard.Local.Durable;
using Railyard.Local.Runtime.Functions;
using Railyard.Local.Runtime.Orchestrations;
using Railyard.Local.Runtime.Storage;
using Railyard.Local.ServiceBus;

namespace Railyard.Local.Runtime.Hosting;

/// <summary>
/// What Azure would provide: storage, Cosmos DB, the message broker, the durable engine, the acquirers.
/// </summary>
internal sealed class Surroundings(
    Setup setup, ILoggerFactory logging, WorkerOptions worker, UntilStorageStarts blobClients)
{
    readonly Mending mending = new(setup.Workload, fault =>
        logging.CreateLogger<Surroundings>().LogCritical(fault, "A part could not be opened after a crash"));
    static readonly TimeSpan EngineStopDeadline = TimeSpan.FromSeconds(15);

    readonly Attention? attention = setup.Workload is { } workload ? new Attention(workload) : null;
    IReadOnlyList<ITriggers> durableFunctions = [];
    CosmosEndpoint? cosmos;
    Broker? broker;
    volatile DurableEngine? engine;
    SimulatedAcquirers? acquirers;
    BlobStorage? storage;

    public Uri CosmosAddress => Open(cosmos).Address;

    public string ServiceBusConnectionString => Open(broker).ConnectionString;

    public DurableEngine Engine => Open(engine);

    /// <summary>Completes when blob storage answers, which is after everything else.</summary>
    public Task StorageStarted => Open(storage).Started;

    public IReadOnlyDictionary<string, Uri> AcquirerAddresses => Open(acquirers).Addresses;

    /// <summary>
    /// Starts them all at once, blob storage without waiting for it; whatever has started can be stopped.
    /// </summary>
    public async Task StartAsync(Stack<Func<Task>> toStop, CancellationToken cancellation)
    {
        var folder = DataFolder.Take(setup.DataFolder, setup.IsFresh);
        toStop.Push(() => CloseAsync(folder));
        setup.Ports.RefuseOccupied(setup.AcquirerPortCount);
        storage = BlobStorage.Start(setup);
        blobClients.WaitFor(storage.Started);
        toStop.Push(() => CloseAsync(storage));
        toStop.Push(() => CloseAsync(cosmos));
        toStop.Push(() => CloseAsync(broker));
        toStop.Push(() => CloseAsync(engine));
        toStop.Push(() => CloseAsync(acquirers));
        // What a start costs is mostly compiling, which the cores can share.
        await Task.WhenAll(
            Task.Run(() => StartCosmosAsync(folder, cancellation), CancellationToken.None),
            Task.Run(() => StartAcquirersAsync(cancellation), CancellationToken.None),
            Task.Run(() => broker = Broker.Open(BrokerOptions()), CancellationToken.None),
            Task.Run(() => engine = DurableEngine.Open(EngineOptions()), CancellationToken.None));
        Announce();
    }

    async Task StartCosmosAsync(DataFolder folder, CancellationToken cancellation)
    {
        try
        {
            cosmos = await CosmosEndpoint.StartAsync(CosmosOptions(folder), cancellation);
        }
        catch (InvalidDataException fault)
        {
            throw new StartRefused(fault.Message, fault);
        }
    }

    async Task StartAcquirersAsync(CancellationToken cancellation) =>
        acquirers = await SimulatedAcquirers.StartAsync(AcquirersOptions(), cancellation);

    void Announce()
    {
        setup.Provide(Settings.SettingNames.ServiceBus, ServiceBusConnectionString);
        foreach (var (name, address) in Open(acquirers).Endpoints)
            setup.Provide(Settings.SettingNames.AcquirerEndpoint(name), address.ToString().TrimEnd('/'));
    }

    /// <summary>Lets the engine run, with every orchestrator and activity added.</summary>
    public async Task StartEngineAsync(
        IReadOnlyList<ITriggers> functions, Stack<Func<Task>> toStop, CancellationToken cancellation)
    {
        durableFunctions = functions;
        await RunEngineAsync(Engine, cancellation);
        toStop.Push(StopEngineAsync);
    }

    /// <summary>Lets the acquirers notify the app, which listens now.</summary>
    public void NotifyApp()
    {
        var app = new Uri($"http://127.0.0.1:{setup.Ports.App}/");
        var prefix = setup.Host.RoutePrefix.Trim('/');
        Open(acquirers).NotifyAt(prefix.Length == 0 ? app : new Uri(app, $"{prefix}/"));
    }

    /// <summary>
    /// What an acquirer had closed but not delivered before a crash goes to the inbox, once there is one.
    /// </summary>
    public Task DeliverReportsLeftBehindAsync(CancellationToken cancellation) =>
        Open(acquirers).DeliverLeftBehindAsync(cancellation);

    /// <summary>Completes when no part is down after a crash.</summary>
    public Task WhenMendedAsync() => mending.WhenMendedAsync();

    /// <summary>From here on a part that crashes stays as it is.</summary>
    public Task EndMendingAsync() => mending.EndAsync();

    async Task RunEngineAsync(DurableEngine opened, CancellationToken cancellation)
    {
        engine = opened;
        foreach (var triggers in durableFunctions) await triggers.StartAsync(cancellation);
        opened.Start();
    }

    async Task ReopenEngineAsync()
    {
        await Engine.AbandonAsync();
        await RunEngineAsync(DurableEngine.Open(EngineOptions()), CancellationToken.None);
    }

    async Task ReopenBrokerAsync()
    {
        await Open(broker).DisposeAsync();
        broker = Broker.Open(BrokerOptions());
    }

    Task ReopenCosmosAsync() => Open(cosmos).ReopenAsync();

    async Task ReopenAcquirersAsync()
    {
        await Open(acquirers).DisposeAsync();
        acquirers = await SimulatedAcquirers.StartAsync(AcquirersOptions(), CancellationToken.None);
        NotifyApp();
        await acquirers.DeliverLeftBehindAsync(CancellationToken.None);
    }

    async Task StopEngineAsync()
    {
        using var deadline = new CancellationTokenSource(EngineStopDeadline);
        await Engine.StopAsync(deadline.Token);
    }

    CosmosEndpointOptions CosmosOptions(DataFolder folder) => new()
    {
        DatabasePath = folder.File("cosmos.db"),
        Port = setup.Ports.Cosmos,
        ResourcesPath = setup.Folders.Resource("cosmos.json"),
        Hooks = setup.Faults?.Cosmos() ?? new(),
        Faults = setup.Faults?.Commits(() => mending.Begin(ReopenCosmosAsync)),
        Time = setup.Time,
        Logging = logging,
    };

    BrokerOptions BrokerOptions() => new()
    {
        DatabasePath = Path.Combine(setup.DataFolder, "servicebus.db"),
        Topology = BrokerTopology.Load(setup.Folders.Resource("servicebus.json")),
        Host = setup.BrokerHost,
        Attention = attention,
        Faults = setup.Faults?.Broker(() => mending.Begin(ReopenBrokerAsync)),
        Time = setup.Time,
        Logging = logging,
    };

    DurableOptions EngineOptions() => new()
    {
        DatabasePath = Path.Combine(setup.DataFolder, "durable.db"),
        Converter = worker.Serializer is { } serializer ? new SerializerConverter(serializer) : null,
        Workload = setup.Workload,
        Faults = setup.Faults?.Durable(() => mending.Begin(ReopenEngineAsync)),
        DefaultVersion = setup.Host.OrchestrationVersion,
        MaxConcurrentActivities = setup.Host.Activities ?? DurableOptions.UsualActivities,
        MaxConcurrentOrchestrators = setup.Host.Orchestrators ?? DurableOptions.UsualOrchestrators,
        Time = setup.Time,
        Logging = logging,
    };

    AcquirersOptions AcquirersOptions() => new()
    {
        ResourcesPath = setup.Folders.Resource("acquirers.json"),
        DatabasePath = Path.Combine(setup.DataFolder, "acquirers.db"),
        BlobConnectionString = setup.Ports.StorageConnectionString,
        BlobsStarted = StorageStarted,
        FirstPort = setup.Ports.Acquirers,
        HmacKeys = setup.AcquirerHmacKeys,
        Notifications = setup.AcquirerNotifications,
        Workload = setup.Workload,
        Faults = setup.Faults?.Commits(() => mending.Begin(ReopenAcquirersAsync)),
        Time = setup.Time,
        Logging = logging,
    };

    static Task CloseAsync(IAsyncDisposable? part) => part?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    static T Open<T>(T? part) where T : class =>
        part ?? throw new InvalidOperationException($"{typeof(T).Name} has not been started yet.");
}
