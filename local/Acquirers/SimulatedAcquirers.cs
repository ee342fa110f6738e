using Microsoft.Extensions.Logging;
using Railyard.Local.Acquirers.Bank;
using Railyard.Local.Acquirers.Bookkeeping;
using Railyard.Local.Acquirers.Settlement;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Acquirers;

/// <summary>Where the acquirers find their profiles, keep their book and deliver their reports.</summary>
public sealed record AcquirersOptions
{
    /// <summary>The path of acquirers.json.</summary>
    public required string ResourcesPath { get; init; }

    /// <summary>The path of the SQLite file that holds the book.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The blob storage that settlement reports go to.</summary>
    public required string BlobConnectionString { get; init; }

    /// <summary>Completes when that storage can be used; a report waits for it.</summary>
    public Task BlobsStarted { get; init; } = Task.CompletedTask;

    /// <summary>Null: the ports of the file; 0: free ones; n: n, n + 1, …</summary>
    public int? FirstPort { get; init; }

    /// <summary>What each signs its notifications with, in hexadecimal; a key of its own where none is given.</summary>
    public IReadOnlyDictionary<string, string> HmacKeys { get; init; } = new Dictionary<string, string>();

    /// <summary>Which notifications each sends of its own accord; late ones where nothing is said.</summary>
    public IReadOnlyDictionary<string, NotificationsSent> Notifications { get; init; } =
        new Dictionary<string, NotificationsSent>();

    /// <summary>What all of them tell the time by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where they say what goes wrong.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>Counts what is under way on virtual time; null where nobody asks.</summary>
    internal Workload? Workload { get; init; }

    /// <summary>Crashes of the book that a test wants; null outside of tests.</summary>
    internal CommitFaults? Faults { get; init; }
}

/// <summary>Which notifications an acquirer sends of its own accord.</summary>
public enum NotificationsSent
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of what no answer has told: booked without an answer, failed later, reversed.</summary>
    Late,

    /// <summary>One of everything that happens.</summary>
    All,
}

/// <summary>The simulated acquirers: servers on loopback that speak Adyen's Checkout API or ISO 8583.</summary>
public sealed class SimulatedAcquirers : IAsyncDisposable
{
    readonly Database database;
    readonly BankDesk bank;
    readonly List<AcquirerServer> servers = [];
    readonly Dictionary<string, Uri> addresses = [];
    readonly Dictionary<string, Uri> endpoints = [];

    SimulatedAcquirers(Database database, BankDesk bank) => (this.database, this.bank) = (database, bank);

    /// <summary>Where each acquirer has its pages, by its name.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses => addresses;

    /// <summary>Where each acquirer is called, by its name: where its pages are, unless it does not speak HTTP.</summary>
    public IReadOnlyDictionary<string, Uri> Endpoints => endpoints;

    /// <summary>Opens the book and starts every acquirer.</summary>
    public static Task<SimulatedAcquirers> StartAsync(
        AcquirersOptions options, CancellationToken cancellation) =>
        StartAsync(
            options, new ReportInbox(options, ReportInbox.Settlement).DeliverAsync,
            new ReportInbox(options, ReportInbox.Statements).DeliverAsync, new PaymentOrders(options).TakeAsync, cancellation);

    internal static async Task<SimulatedAcquirers> StartAsync(
        AcquirersOptions options, DeliverReport deliver, DeliverReport deliverStatement, TakeOrders take, CancellationToken cancellation)
    {
        var profiles = AcquirerProfile.Read(options.ResourcesPath);
        var opened = Database.Open(options.DatabasePath, BookSchema.Tables, options.Faults);
        var acquirers = new SimulatedAcquirers(opened, new BankDesk(new BankBook(opened), take, deliverStatement, options.Time));
        try
        {
            var ports = new AcquirerPorts(profiles, options.FirstPort);
            foreach (var profile in profiles) await acquirers.AddAsync(profile, ports, options, deliver, cancellation);
            return acquirers;
        }
        catch
        {
            await acquirers.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Says where the app listens: notifications go to <c>notifications/adyen/{acquirer}</c> there from now on.
    /// A folder in the address ends with a slash.
    /// </summary>
    public void NotifyAt(Uri app)
    {
        foreach (var server in servers) server.NotifyAt(app);
    }

    /// <summary>Delivers the reports that were closed but not delivered before a crash.</summary>
    public async Task DeliverLeftBehindAsync(CancellationToken cancellation)
    {
        foreach (var server in servers) await server.DeliverLeftBehindAsync(cancellation);
    }

    /// <summary>Stops every acquirer, then closes the book.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers) await server.DisposeAsync();
        bank.Dispose();
        await database.DisposeAsync();
    }

    async Task AddAsync(
        AcquirerProfile profile, AcquirerPorts ports, AcquirersOptions options, DeliverReport deliver,
        CancellationToken cancellation)
    {
        var server = new AcquirerServer(profile, database, deliver, bank, options);
        servers.Add(server);
        addresses[profile.Name] = await server.StartAsync(ports.PagesOf(profile), cancellation);
        endpoints[profile.Name] = profile.Protocol == Protocol.Iso8583
            ? server.StartHost(ports.HostOf(profile))
            : addresses[profile.Name];
    }
}
