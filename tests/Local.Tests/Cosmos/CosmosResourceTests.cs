using System.Net;
using Microsoft.Azure.Cosmos;
using Railyard.Local.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosResourceTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_account_has_session_consistency_and_one_write_region()
    {
        await using var account = await CosmosAccount.OpenAsync();

        var read = await account.Client.ReadAccountAsync();

        Assert.Equal(ConsistencyLevel.Session, read.Consistency.DefaultConsistencyLevel);
        Assert.Equal(account.Address.ToString(), Assert.Single(read.WritableRegions).Endpoint);
    }

    [Fact]
    public async Task A_request_signed_with_another_key_is_unauthorized()
    {
        await using var account = await CosmosAccount.OpenAsync();
        using var stranger = account.Connect(Convert.ToBase64String(new byte[64]));

        var refused = await Assert.ThrowsAsync<CosmosException>(stranger.ReadAccountAsync);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_signature_is_unauthorized()
    {
        await using var account = await CosmosAccount.OpenAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(account.Address, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_database_is_created_once_and_deleted_with_all_it_holds()
    {
        await using var account = await CosmosAccount.OpenAsync();

        var created = await account.Client.CreateDatabaseIfNotExistsAsync(
            "shops", cancellationToken: Cancellation);
        var again = await account.Client.CreateDatabaseIfNotExistsAsync(
            "shops", cancellationToken: Cancellation);
        await created.Database.CreateContainerAsync("orders", "/shop", cancellationToken: Cancellation);
        await created.Database.DeleteAsync(cancellationToken: Cancellation);
        var missing = await Assert.ThrowsAsync<CosmosException>(
            () => created.Database.ReadAsync(cancellationToken: Cancellation));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.StatusCode, again.StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_container_keeps_its_partition_key_and_time_to_live()
    {
        await using var account = await CosmosAccount.OpenAsync();

        var orders = await account.ContainerAsync("/shop", timeToLive: 60);
        var read = await orders.ReadContainerAsync(cancellationToken: Cancellation);
        var conflict = await Assert.ThrowsAsync<CosmosException>(
            () => orders.Database.CreateContainerAsync("orders", "/shop", cancellationToken: Cancellation));

        Assert.Equal(("/shop", 60), (read.Resource.PartitionKeyPath, read.Resource.DefaultTimeToLive));
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
    }

    [Fact]
    public async Task Databases_and_containers_are_listed()
    {
        await using var account = await CosmosAccount.OpenAsync();
        await account.ContainerAsync();

        var databases = await account.Client.GetDatabaseQueryIterator<DatabaseProperties>().ReadNextAsync(
            Cancellation);
        var containers = await account.Client.GetDatabase("shops")
            .GetContainerQueryIterator<ContainerProperties>().ReadNextAsync(Cancellation);

        Assert.Equal("shops", Assert.Single(databases).Id);
        Assert.Equal("orders", Assert.Single(containers).Id);
    }

    [Fact]
    public async Task A_container_made_again_under_its_name_is_empty()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), cancellationToken: Cancellation);

        await orders.DeleteContainerAsync(cancellationToken: Cancellation);
        using var gone = await orders.ReadItemStreamAsync(
            "1", new PartitionKey("north"), cancellationToken: Cancellation);
        var anew = await account.ContainerAsync();
        using var read = await anew.ReadItemStreamAsync(
            "1", new PartitionKey("north"), cancellationToken: Cancellation);
        var created = await anew.CreateItemAsync(new Order("1", "north"), cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    [Fact]
    public async Task The_resources_file_names_what_exists_from_the_start()
    {
        var resources = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            resources,
            """
            {"database":"railyard","containers":[{"id":"payments","partitionKey":"/id","defaultTtl":-1}]}
            """,
            Cancellation);

        await using var account = await CosmosAccount.OpenAsync(resources: resources);
        var payments = account.Client.GetContainer("railyard", "payments");
        var read = await payments.ReadContainerAsync(cancellationToken: Cancellation);
        File.Delete(resources);

        Assert.Equal(("/id", -1), (read.Resource.PartitionKeyPath, read.Resource.DefaultTimeToLive));
    }

    [Fact]
    public async Task The_resources_file_gives_key_levels_and_unique_keys()
    {
        await using var account = await OpenAsync(
            """{"id":"a","partitionKey":["/country","/city"],"uniqueKeys":[["/vat","/year"],["/name"]]}""");

        var read = await account.Client.GetContainer("railyard", "a").ReadContainerAsync(cancellationToken: Cancellation);

        Assert.Equal(["/country", "/city"], read.Resource.PartitionKeyPaths);
        Assert.Equal(
            [["/vat", "/year"], ["/name"]], read.Resource.UniqueKeyPolicy.UniqueKeys.Select(key => key.Paths.ToArray()));
    }

    [Theory]
    [InlineData("""{"id":"a","partitionKey":"/id","throughput":400}""", "throughput")]
    [InlineData("""{"id":"a"}""", "partitionKey")]
    [InlineData("""{"id":"a","partitionKey":7}""", "partition key")]
    [InlineData("""{"id":"a","partitionKey":["/a","/b","/c","/d"]}""", "at most 3 levels")]
    [InlineData("""{"id":"a","partitionKey":"/id","defaultTtl":0}""", "time-to-live")]
    [InlineData("""{"id":"a","partitionKey":"/id","uniqueKeys":[[]]}""", "unique key")]
    public async Task What_the_resources_file_cannot_mean_is_refused_in_one_line(string container, string why)
    {
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => OpenAsync(container));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    static async Task<CosmosAccount> OpenAsync(string container)
    {
        var resources = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                resources, $$"""{"database":"railyard","containers":[{{container}}]}""", Cancellation);
            return await CosmosAccount.OpenAsync(resources: resources);
        }
        finally
        {
            File.Delete(resources);
        }
    }

    [Fact]
    public async Task A_key_of_too_many_levels_or_paths_is_refused_by_name()
    {
        await using var account = await CosmosAccount.OpenAsync();
        Database database = await account.Client.CreateDatabaseAsync(
            "shops", cancellationToken: Cancellation);
        var hierarchical = new ContainerProperties("a", ["/country", "/city", "/shop", "/id"]);
        var unique = new ContainerProperties("b", "/shop")
        {
            UniqueKeyPolicy = new UniqueKeyPolicy { UniqueKeys = { new UniqueKey() } },
        };
        var paths = unique.UniqueKeyPolicy.UniqueKeys[0].Paths;
        foreach (var number in Enumerable.Range(1, 17)) paths.Add($"/p{number}");

        var first = await Assert.ThrowsAsync<CosmosException>(
            () => database.CreateContainerAsync(hierarchical, cancellationToken: Cancellation));
        var second = await Assert.ThrowsAsync<CosmosException>(
            () => database.CreateContainerAsync(unique, cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.BadRequest, first.StatusCode);
        Assert.Contains("at most 3 levels", first.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 16 paths", second.Message, StringComparison.Ordinal);
    }
}
