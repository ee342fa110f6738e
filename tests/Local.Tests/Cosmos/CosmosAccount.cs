using Microsoft.Azure.Cosmos;
using Railyard.Local.Cosmos;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Tests.Cosmos;

/// <summary>An endpoint on a temporary folder, and the official SDK in front of it.</summary>
sealed class CosmosAccount : IAsyncDisposable
{
    readonly DirectoryInfo folder;
    readonly TimeProvider time;
    readonly RequestHooks hooks;
    CosmosEndpoint endpoint;

    CosmosAccount(
        DirectoryInfo folder, TimeProvider time, RequestHooks hooks, CosmosEndpoint endpoint)
    {
        (this.folder, this.time, this.hooks, this.endpoint) = (folder, time, hooks, endpoint);
        Client = Connect();
    }

    public CosmosClient Client { get; private set; }

    public Uri Address => endpoint.Address;

    public string Folder => folder.FullName;

    public static async Task<CosmosAccount> OpenAsync(
        TimeProvider? time = null, RequestHooks? hooks = null, string? resources = null)
    {
        var temporary = Directory.CreateTempSubdirectory("railyard-cosmos-");
        var clock = time ?? TimeProvider.System;
        var started = await StartAsync(temporary, clock, hooks ?? new RequestHooks(), resources);
        return new CosmosAccount(temporary, clock, hooks ?? new RequestHooks(), started);
    }

    /// <summary>A container of its own.</summary>
    public async Task<Container> ContainerAsync(
        string partitionKeyPath = "/shop", int? timeToLive = null, string id = "orders")
    {
        var cancellation = TestContext.Current.CancellationToken;
        Database database = await Client.CreateDatabaseIfNotExistsAsync(
            "shops", cancellationToken: cancellation);
        var properties = new ContainerProperties(id, partitionKeyPath)
        {
            DefaultTimeToLive = timeToLive,
        };
        return await database.CreateContainerIfNotExistsAsync(properties, cancellationToken: cancellation);
    }

    /// <summary>Stops the endpoint and starts another one on the same file and port.</summary>
    public async Task RestartAsync()
    {
        Client.Dispose();
        await endpoint.DisposeAsync();
        endpoint = await StartAsync(folder, time, hooks, resources: null);
        Client = Connect();
    }

    public CosmosClient Connect(
        string key = CosmosEndpoint.AccountKey, int retries = 0, bool bulk = false) =>
        new(Address.ToString(), key, new CosmosClientOptions
        {
            AllowBulkExecution = bulk,
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
            MaxRetryAttemptsOnRateLimitedRequests = retries,
            UseSystemTextJsonSerializerWithOptions = System.Text.Json.JsonSerializerOptions.Web,
        });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await endpoint.DisposeAsync();
        folder.Delete(recursive: true);
    }

    static Task<CosmosEndpoint> StartAsync(
        DirectoryInfo folder, TimeProvider time, RequestHooks hooks, string? resources) =>
        CosmosEndpoint.StartAsync(
            new CosmosEndpointOptions
            {
                DatabasePath = Path.Combine(folder.FullName, "cosmos.db"),
                ResourcesPath = resources,
                Time = time,
                Hooks = hooks,
            },
            TestContext.Current.CancellationToken);
}

/// <summary>One account for the tests of a class, each of which takes a container of its own.</summary>
public sealed class SharedCosmosAccount : IAsyncLifetime
{
    CosmosAccount? account;

    internal async Task<Container> ContainerAsync(ContainerProperties properties)
    {
        var cancellation = TestContext.Current.CancellationToken;
        Database database = await account!.Client.CreateDatabaseIfNotExistsAsync(
            "shops", cancellationToken: cancellation);
        properties.Id = $"orders-{Guid.CreateVersion7()}";
        return await database.CreateContainerAsync(properties, cancellationToken: cancellation);
    }

    internal Task<Container> ContainerAsync(string partitionKeyPath = "/shop") =>
        account!.ContainerAsync(partitionKeyPath, id: $"orders-{Guid.CreateVersion7()}");

    internal CosmosClient Connect(bool bulk = false) => account!.Connect(bulk: bulk);

    public async ValueTask InitializeAsync() => account = await CosmosAccount.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (account is not null) await account.DisposeAsync();
    }
}

sealed record Order(string Id, string Shop, long Amount = 0, string? Note = null, int? Ttl = null);
