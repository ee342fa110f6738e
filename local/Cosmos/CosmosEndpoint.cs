using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Changes;
using Railyard.Local.Cosmos.Items;
using Railyard.Local.Cosmos.Query;
using Railyard.Local.Cosmos.Wire;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Cosmos;

/// <summary>Cosmos DB's gateway protocol on loopback over SQLite, for the SDK in gateway mode.</summary>
public sealed class CosmosEndpoint : IAsyncDisposable
{
    /// <summary>The key clients sign with. It is public on purpose: local only, and not a secret.</summary>
    public const string AccountKey =
        "cmFpbHlhcmQtbG9jYWwtY29zbW9zLWtleS1ub3QtYS1zZWNyZXQtcmFpbHlhcmQtbG9jYWwtY29zbW9zLWtleQ==";

    const int StopSecondsMax = 5;
    // Well above the 2 MB of an item, so that a client hears 413 and not a broken connection.
    const long RequestBytesMax = 16 * 1024 * 1024;

    readonly CosmosEndpointOptions options;
    readonly KestrelServer server;
    readonly Gateway gateway;
    Database database;

    CosmosEndpoint(CosmosEndpointOptions options, KestrelServer server, Gateway gateway, Database database)
    {
        this.options = options;
        this.server = server;
        this.gateway = gateway;
        this.database = database;
        Address = gateway.Address!;
    }

    /// <summary>The account endpoint to give to CosmosClient.</summary>
    public Uri Address { get; }

    /// <summary>Opens the file, creates what the resources name, and listens.</summary>
    /// <exception cref="DatabaseRefused">The file is not ours, or was written by a newer version.</exception>
    public static async Task<CosmosEndpoint> StartAsync(
        CosmosEndpointOptions options, CancellationToken cancellation)
    {
        var storage = Database.Open(options.DatabasePath, StoredSchema.Current, options.Faults);
        try
        {
            var catalog = new ResourceCatalog(storage, options.Time);
            if (options.ResourcesPath is { } path)
                await Resources.CreateAbsentAsync(catalog, path, cancellation);
            return await ListenAsync(options, storage, catalog, cancellation);
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the file anew after a crash that a test injected, while it goes on listening.</summary>
    internal async Task ReopenAsync()
    {
        var crashed = database;
        database = Database.Open(options.DatabasePath, StoredSchema.Current, options.Faults);
        gateway.Serve(ContentOf(options, database, new ResourceCatalog(database, options.Time)));
        await crashed.DisposeAsync();
    }

    /// <summary>Stops listening, finishes the writes already asked for and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(StopSecondsMax));
        await server.StopAsync(deadline.Token);
        server.Dispose();
        await database.DisposeAsync();
    }

    static async Task<CosmosEndpoint> ListenAsync(
        CosmosEndpointOptions options,
        Database storage,
        ResourceCatalog catalog,
        CancellationToken cancellation)
    {
        var answering = new Gateway(options, ContentOf(options, storage, catalog));
        var kestrel = Kestrel(options);
        try
        {
            await kestrel.StartAsync(answering, cancellation);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }
        var bound = new Uri(kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        answering.Address = new Uri($"http://localhost:{bound.Port}/");
        return new CosmosEndpoint(options, kestrel, answering, storage);
    }

    static Content ContentOf(CosmosEndpointOptions options, Database storage, ResourceCatalog catalog) => new(
        catalog,
        new ItemRequests(
            new ItemStore(storage, options.Time),
            new ItemQueries(storage, options.Time),
            new ChangeFeed(storage, options.Time)));

    static KestrelServer Kestrel(CosmosEndpointOptions options)
    {
        var limits = new KestrelServerOptions { AddServerHeader = false };
        limits.Limits.MaxRequestBodySize = RequestBytesMax;
        limits.Listen(IPAddress.Loopback, options.Port);
        var sockets = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions()), options.Logging);
        return new KestrelServer(Options.Create(limits), sockets, options.Logging);
    }
}
