using System.Text.Json;
using Azure.Storage.Blobs;
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
internal sealed class Surroundings(Setup setup, ILoggerFactory logging, WorkerOptions worker)
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

    public Uri CosmosAddress => Open(cosmos).Address;

    public string ServiceBusConnectionString => Open(broker).ConnectionString;

    public DurableEngine Engine => Open(engine);

    public IReadOnlyDictionary<string, Uri> AcquirerAddresses => Open(acquirers).Addresses;

    /// <summary>
    /// Starts them in the order in which they need each other; whatever has started can be stopped.
    /// </summary>
    public async Task StartAsync(Stack<Func<Task>> toStop, CancellationToken cancellation)
    {
        var folder = DataFolder.Take(setup.DataFolder, setup.IsFresh);
        toStop.Push(() => Close(folder));
        setup.Ports.RefuseOccupied(AcquirerPortCount);

        // Node takes the longest to start, so the rest starts beside it.
        var azurite = Azurite.StartAsync(setup, cancellation);
        toStop.Push(() => CloseIfStartedAsync(azurite));
        cosmos = await CosmosEndpoint.StartAsync(CosmosOptions(folder), cancellation);
        toStop.Push(() => Close(cosmos));
        broker = Broker.Open(BrokerOptions());
        toStop.Push(() => Close(broker));
        setup.Provide(Settings.SettingNames.ServiceBus, broker.ConnectionString);
        engine = DurableEngine.Open(EngineOptions());
        toStop.Push(() => Close(engine));
        await azurite;
        await CreateContainersAsync(cancellation);
        acquirers = await SimulatedAcquirers.StartAsync(AcquirersOptions(folder), cancellation);
        toStop.Push(() => Close(acquirers));
        foreach (var (name, address) in acquirers.Addresses)
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

    int AcquirerPortCount => setup.Acquirers.Count;

    async Task StopEngineAsync()
    {
        using var deadline = new CancellationTokenSource(EngineStopDeadline);
        await Engine.StopAsync(deadline.Token);
    }

    async Task CreateContainersAsync(CancellationToken cancellation)
    {
        var text = await File.ReadAllTextAsync(setup.Folders.Resource("blobs.json"), cancellation);
        using var resource = JsonDocument.Parse(text);
        var account = new BlobServiceClient(setup.Ports.StorageConnectionString);
        foreach (var container in resource.RootElement.GetProperty("containers").EnumerateArray())
            await account.GetBlobContainerClient(container.GetString())
                .CreateIfNotExistsAsync(cancellationToken: cancellation);
    }

    CosmosEndpointOptions CosmosOptions(DataFolder folder) => new()
    {
        DatabasePath = folder.File("cosmos.db"),
        Port = setup.Ports.Cosmos,
        ResourcesPath = setup.Folders.Resource("cosmos.json"),
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
        Time = setup.Time,
        Logging = logging,
    };

    AcquirersOptions AcquirersOptions(DataFolder folder) => new()
    {
        ResourcesPath = setup.Folders.Resource("acquirers.json"),
        DatabasePath = folder.File("acquirers.db"),
        BlobConnectionString = setup.Ports.StorageConnectionString,
        FirstPort = setup.Ports.Acquirers,
        HmacKeys = setup.AcquirerHmacKeys,
        Notifications = setup.AcquirerNotifications,
        Workload = setup.Workload,
        Time = setup.Time,
        Logging = logging,
    };

    static async Task CloseIfStartedAsync(Task<Azurite> starting)
    {
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starting.IsCompletedSuccessfully) await starting.Result.DisposeAsync();
    }

    static Task Close(IAsyncDisposable part) => part.DisposeAsync().AsTask();

    static T Open<T>(T? part) where T : class =>
        part ?? throw new InvalidOperationException($"{typeof(T).Name} has not been started yet.");
}
