using System.Net;
using Microsoft.Azure.Cosmos;
using Railyard.Local.Cosmos;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosEndpointTests
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_keeps_items_and_never_repeats_a_tag()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        var created = await orders.CreateItemAsync(
            new Order("1", "north", 5), North, cancellationToken: Cancellation);
        await orders.CreateItemAsync(new Order("2", "north"), North, cancellationToken: Cancellation);
        var deleted = await orders.DeleteItemAsync<Order>("2", North, cancellationToken: Cancellation);

        await account.RestartAsync();
        orders = account.Client.GetContainer("shops", "orders");
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);
        var later = await orders.CreateItemAsync(
            new Order("2", "north"), North, cancellationToken: Cancellation);

        Assert.Equal((5, created.ETag), (read.Resource.Amount, read.ETag));
        Assert.True(Lsn(later.Headers) > Lsn(deleted.Headers));
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_the_files_that_a_killed_process_leaves()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(id =>
                orders.CreateItemAsync(new Order($"{id}", "north"), North, cancellationToken: Cancellation)));
        var left = Directory.CreateDirectory(Path.Combine(account.Folder, "left"));
        foreach (var file in Directory.GetFiles(account.Folder, "cosmos.db*"))
            File.Copy(file, Path.Combine(left.FullName, Path.GetFileName(file)));

        await using var reopened = await CosmosEndpoint.StartAsync(
            new CosmosEndpointOptions { DatabasePath = Path.Combine(left.FullName, "cosmos.db") },
            Cancellation);
        using var client = Connect(reopened);
        var found = await client.GetContainer("shops", "orders").GetItemQueryIterator<string>(
                "SELECT VALUE c.id FROM c", requestOptions: new QueryRequestOptions { PartitionKey = North })
            .ReadNextAsync(Cancellation);

        Assert.Equal(200, found.Distinct().Count());
    }

    [Fact]
    public async Task It_listens_on_loopback_only_and_refuses_an_occupied_port()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var second = new CosmosEndpointOptions
        {
            DatabasePath = Path.Combine(account.Folder, "second.db"),
            Port = account.Address.Port,
        };

        Assert.Equal("localhost", account.Address.Host);
        await Assert.ThrowsAsync<IOException>(() => CosmosEndpoint.StartAsync(second, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory("railyard-cosmos-");
        var path = Path.Combine(folder.FullName, "cosmos.db");
        await File.WriteAllTextAsync(path, new string('x', 8_192), Cancellation);

        await Assert.ThrowsAsync<DatabaseRefused>(
            () => CosmosEndpoint.StartAsync(new CosmosEndpointOptions { DatabasePath = path }, Cancellation));
        var content = await File.ReadAllTextAsync(path, Cancellation);
        folder.Delete(recursive: true);

        Assert.Equal(new string('x', 8_192), content);
    }

    [Fact]
    public async Task Many_writers_lose_no_update()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => orders.PatchItemStreamAsync(
            "1", North, [PatchOperation.Increment("/amount", 1)], cancellationToken: Cancellation)));
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.Equal((HttpStatusCode.OK, 100), (read.StatusCode, read.Resource.Amount));
    }

    static CosmosClient Connect(CosmosEndpoint endpoint) =>
        new(endpoint.Address.ToString(), CosmosEndpoint.AccountKey, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
        });

    static long Lsn(Headers headers) => long.Parse(headers.Session[(headers.Session.LastIndexOf('#') + 1)..]);
}
