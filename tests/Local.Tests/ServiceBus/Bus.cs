using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Time.Testing;
using Railyard.Local.ServiceBus;

namespace Railyard.Local.Tests.ServiceBus;

/// <summary>A broker in a folder of its own, with a clock that the test moves.</summary>
sealed class Bus : IAsyncDisposable
{
    public static readonly TimeSpan AtOnce = TimeSpan.Zero;

    readonly string folder = Directory.CreateTempSubdirectory("bus-").FullName;
    readonly BrokerTopology topology;
    string current = "";

    Bus(BrokerTopology topology) => this.topology = topology;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    public Broker Broker { get; private set; } = null!;
    public ServiceBusClient Client { get; private set; } = null!;
    public string Host { get; } = $"bus-{Guid.CreateVersion7():N}";

    public static Bus With(params QueueDefinition[] queues) => With(new BrokerTopology { Queues = queues });

    public static Bus With(BrokerTopology topology)
    {
        var bus = new Bus(topology);
        bus.Open(bus.folder);
        return bus;
    }

    public ServiceBusSender Sender(string path = "orders") => Client.CreateSender(path);

    public ServiceBusReceiver Receiver(string path = "orders") => Client.CreateReceiver(path);

    public ServiceBusReceiver DeadLetters(string path = "orders") =>
        Client.CreateReceiver(path, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    public Task SendAsync(params string[] bodies) =>
        Sender().SendMessagesAsync(bodies.Select(body => new ServiceBusMessage(body)), Stop);

    public EntityCounts Counts(string path = "orders") => Broker.Counts().Single(counts => counts.Path == path);

    public async Task ReopenAsync()
    {
        await Broker.DisposeAsync();
        Open(current);
    }

    /// <summary>Goes on from what a process that is killed now would leave on disk.</summary>
    public async Task CrashAsync()
    {
        var image = Directory.CreateDirectory(Path.Combine(folder, $"{Guid.CreateVersion7():N}")).FullName;
        foreach (var file in Directory.GetFiles(current, "bus.db*").Where(file =>
            !file.EndsWith("-shm", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(image, Path.GetFileName(file)));
        await Broker.DisposeAsync();
        Open(image);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    void Open(string at)
    {
        current = at;
        Broker = Broker.Open(new BrokerOptions
        {
            DatabasePath = Path.Combine(at, "bus.db"), Topology = topology, Host = Host, Time = Time,
        });
        Client = new ServiceBusClient(Broker.ConnectionString);
    }
}
