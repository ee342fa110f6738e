using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosSessionTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    const int ReadSessionNotAvailable = 1002;

    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_with_a_token_ahead_of_ours_is_not_available()
    {
        var orders = await shared.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        var ahead = new ItemRequestOptions { SessionToken = "0:-1#99" };

        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReadItemAsync<Order>("1", North, ahead, Cancellation));

        Assert.Equal(
            (HttpStatusCode.NotFound, ReadSessionNotAvailable), (refused.StatusCode, refused.SubStatusCode));
    }

    [Fact]
    public async Task A_query_heeds_it_as_well()
    {
        var orders = await shared.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        var query = await Assert.ThrowsAsync<CosmosException>(() => orders.GetItemQueryIterator<Order>(
            "SELECT * FROM c",
            requestOptions: new QueryRequestOptions { PartitionKey = North, SessionToken = "0:-1#99" })
            .ReadNextAsync(Cancellation));

        Assert.Equal(ReadSessionNotAvailable, query.SubStatusCode);
    }

    [Fact]
    public async Task The_token_of_a_write_is_good_for_a_read_by_another_client()
    {
        var orders = await shared.ContainerAsync();
        using var other = shared.Connect();
        var created = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);
        using var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("2", "north")).CreateItem(new Order("3", "north"))
            .ExecuteAsync(Cancellation);

        var there = other.GetContainer(orders.Database.Id, orders.Id);
        var first = await there.ReadItemAsync<Order>(
            "1", North, new ItemRequestOptions { SessionToken = created.Headers.Session }, Cancellation);
        var third = await there.ReadItemAsync<Order>(
            "3", North, new ItemRequestOptions { SessionToken = batch.Headers.Session }, Cancellation);

        Assert.Equal("0:-1#1", created.Headers.Session);
        Assert.Equal("0:-1#3", batch.Headers.Session);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, third.StatusCode));
    }

    [Fact]
    public async Task A_token_that_is_none_is_refused_by_name()
    {
        var orders = await shared.ContainerAsync();
        var broken = new ItemRequestOptions { SessionToken = "0:-1#soon" };

        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReadItemAsync<Order>("1", North, broken, Cancellation));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("0:-1#soon", refused.Message, StringComparison.Ordinal);
    }
}
