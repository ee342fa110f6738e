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

    readonly KestrelServer server;
    readonly Database database;

    CosmosEndpoint(KestrelServer server, Database database, Uri address)
    {
        this.server = server;
        this.database = database;
        Address = address;
    }

    /// <summary>The account endpoint to give to CosmosClient.</summary>
    public Uri Address { get; }

    /// <summary>Opens the file, creates what the resources name, and listens.</summary>
    /// <exception cref="DatabaseRefused">The file is not ours, or was written by a newer version.</exception>
    public static async Task<CosmosEndpoint> StartAsync(
        CosmosEndpointOptions options, CancellationToken cancellation)
    {
        var storage = Database.Open(options.DatabasePath, StoredSchema.Current);
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
        var items = new ItemStore(storage, options.Time);
        var queries = new ItemQueries(storage, options.Time);
        var changes = new ChangeFeed(storage, options.Time);
        var gateway = new Gateway(options, catalog, new ItemRequests(items, queries, changes));
        var kestrel = Kestrel(options);
        try
        {
            await kestrel.StartAsync(gateway, cancellation);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }
        var bound = new Uri(kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        gateway.Address = new Uri($"http://localhost:{bound.Port}/");
        return new CosmosEndpoint(kestrel, storage, gateway.Address);
    }

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
