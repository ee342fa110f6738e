using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosItemTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_created_item_is_read_back_with_its_system_properties()
    {
        await using var account = await CosmosAccount.OpenAsync();
        var orders = await account.ContainerAsync();

        var created = await orders.CreateItemAsync(new Order("1", "north", 12), cancellationToken: Cancellation);
        var read = await orders.ReadItemAsync<Order>("1", new PartitionKey("north"), cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(new Order("1", "north", 12), read.Resource);
        Assert.Equal(created.ETag, read.ETag);
        Assert.Equal(1.0, read.RequestCharge);
        Assert.Equal(4.95, created.RequestCharge);
    }
}
