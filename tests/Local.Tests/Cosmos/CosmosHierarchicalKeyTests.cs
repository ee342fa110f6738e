using System.Net;
using Microsoft.Azure.Cosmos;
using EffectiveKey = Railyard.Local.Cosmos.Items.EffectiveKey;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosHierarchicalKeyTests(SharedCosmosAccount shared)
    : IClassFixture<SharedCosmosAccount>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Point_operations_take_the_full_key()
    {
        var sales = await SalesAsync();
        var full = Key("se", "umea", "north");

        var created = await sales.CreateItemAsync(
            new Sale("1", "se", "umea", "north", 1), full, cancellationToken: Cancellation);
        var replaced = await sales.ReplaceItemAsync(
            new Sale("1", "se", "umea", "north", 2), "1", full, cancellationToken: Cancellation);
        var patched = await sales.PatchItemAsync<Sale>(
            "1", full, [PatchOperation.Increment("/amount", 1)], cancellationToken: Cancellation);
        var read = await sales.ReadItemAsync<Sale>("1", full, cancellationToken: Cancellation);
        var deleted = await sales.DeleteItemAsync<Sale>("1", full, cancellationToken: Cancellation);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.StatusCode, replaced.StatusCode));
        Assert.Equal((3, 3), (patched.Resource.Amount, read.Resource.Amount));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task The_key_of_an_item_is_found_in_it_level_by_level()
    {
        var sales = await SalesAsync();

        var created = await sales.CreateItemAsync(
            new Sale("1", "se", "umea", "north", 1), cancellationToken: Cancellation);
        using var elsewhere = await sales.ReadItemStreamAsync(
            "1", Key("se", "umea", "south"), cancellationToken: Cancellation);
        var other = Key("se", "lund", "north");
        var mismatch = await Assert.ThrowsAsync<CosmosException>(() => sales.CreateItemAsync(
            new Sale("2", "se", "umea", "north", 1), other, cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal((HttpStatusCode.BadRequest, 1001), (mismatch.StatusCode, mismatch.SubStatusCode));
    }

    [Fact]
    public async Task A_point_operation_with_a_part_of_the_key_is_refused()
    {
        var sales = await WithSalesAsync();

        var refused = await Assert.ThrowsAsync<CosmosException>(() => sales.ReadItemAsync<Sale>(
            "1", new PartitionKeyBuilder().Add("se").Add("umea").Build(), cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_query_with_a_prefix_sees_everything_below_it_and_nothing_else()
    {
        var sales = await WithSalesAsync();

        var country = await IdsAsync(sales, new PartitionKeyBuilder().Add("se").Build());
        var city = await IdsAsync(sales, new PartitionKeyBuilder().Add("se").Add("umea").Build());
        var full = await IdsAsync(sales, Key("se", "umea", "north"));
        var everything = await IdsAsync(sales, partitionKey: null);

        Assert.Equal(["1", "2", "3"], country);
        Assert.Equal(["1", "2"], city);
        Assert.Equal(["1"], full);
        Assert.Equal(["1", "2", "3", "4", "5"], everything);
    }

    [Fact]
    public async Task A_query_with_a_prefix_goes_on_from_page_to_page()
    {
        var sales = await SalesAsync();
        for (var id = 0; id < 30; id++)
            await sales.CreateItemAsync(
                new Sale($"{id}", "se", $"city-{id % 7}", $"shop-{id}", id), cancellationToken: Cancellation);
        await sales.CreateItemAsync(
            new Sale("x", "no", "city-1", "shop-1", 10), cancellationToken: Cancellation);

        using var pages = sales.GetItemQueryIterator<Sale>(
            "SELECT * FROM c WHERE c.amount >= 10",
            requestOptions: new QueryRequestOptions
            {
                PartitionKey = new PartitionKeyBuilder().Add("se").Build(),
                MaxItemCount = 3,
            });
        var found = await pages.AllAsync();

        Assert.Equal(Enumerable.Range(10, 20), found.Select(sale => (int)sale.Amount).Order());
    }

    [Fact]
    public async Task A_query_with_the_full_key_orders_counts_and_skips()
    {
        var sales = await SalesAsync();
        var full = Key("se", "umea", "north");
        for (var id = 0; id < 6; id++)
            await sales.CreateItemAsync(
                new Sale($"{id}", "se", "umea", "north", id), full, cancellationToken: Cancellation);
        var inPartition = new QueryRequestOptions { PartitionKey = full };

        var skipped = await sales.GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c ORDER BY c.amount DESC OFFSET 2 LIMIT 2", requestOptions: inPartition)
            .AllAsync();
        var count = await sales.GetItemQueryIterator<int>(
            "SELECT VALUE COUNT(1) FROM c", requestOptions: inPartition).AllAsync();

        Assert.Equal(["3", "2"], skipped);
        Assert.Equal([6], count);
    }

    [Fact]
    public async Task A_batch_takes_the_full_key()
    {
        var sales = await SalesAsync();

        using var batch = await sales.CreateTransactionalBatch(Key("se", "umea", "north"))
            .CreateItem(new Sale("1", "se", "umea", "north", 1))
            .CreateItem(new Sale("2", "se", "umea", "north", 2))
            .ExecuteAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
    }

    [Fact]
    public async Task Levels_of_other_kinds_and_missing_ones_are_keys_too()
    {
        var sales = await SalesAsync();
        var key = new PartitionKeyBuilder().Add(12.5).AddNullValue().AddNoneType().Build();
        using var body = CosmosItems.Json("""{"id":"1","country":12.5,"city":null}""");

        using var created = await sales.CreateItemStreamAsync(body, key, cancellationToken: Cancellation);
        using var read = await sales.ReadItemStreamAsync("1", key, cancellationToken: Cancellation);
        var found = await IdsAsync(sales, new PartitionKeyBuilder().Add(12.5).AddNullValue().Build());

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.StatusCode, read.StatusCode));
        Assert.Equal(["1"], found);
    }

    // What the SDK's own routing makes of these keys.
    [Theory]
    [InlineData("\"acme", "07EF3A153CC1F5F24E265206D86474BD")]
    [InlineData("\"", "32E9366E637A71B4E710384B2F4970A0")]
    [InlineData("\"é", "007199F104E04116EE25AF912CA4889B")]
    [InlineData("\"abcdefghijklmnopqrstuvwxyz0123456789", "3216CE0715B9C5ED492256A09D45EBBF")]
    [InlineData("#12.5", "07DF764FB9F920170F575121799C6829")]
    [InlineData("#-1", "19938E7A936C1C5B9E3AE842BBC16839")]
    [InlineData("true", "0E711127C5B5A8E4726AC6DD306A3E59")]
    [InlineData("false", "2FE1BE91E90A3439635E0E9E37361EF2")]
    [InlineData("null", "378867E4430E67857ACE5C908374FE16")]
    [InlineData("{}", "11622DAA78F835834610ABE56EFF5CB5")]
    public void The_effective_key_is_the_sdks(string component, string hash)
    {
        Assert.Equal(hash, EffectiveKey.Of([component]));
    }

    async Task<Container> WithSalesAsync()
    {
        var sales = await SalesAsync();
        Sale[] all =
        [
            new("1", "se", "umea", "north", 1), new("2", "se", "umea", "south", 2),
            new("3", "se", "lund", "north", 3), new("4", "no", "umea", "north", 4),
            new("5", "s", "e", "umea", 5),
        ];
        foreach (var sale in all) await sales.CreateItemAsync(sale, cancellationToken: Cancellation);
        return sales;
    }

    Task<Container> SalesAsync() =>
        shared.ContainerAsync(new ContainerProperties("sales", ["/country", "/city", "/shop"]));

    static PartitionKey Key(string country, string city, string shop) =>
        new PartitionKeyBuilder().Add(country).Add(city).Add(shop).Build();

    static async Task<IEnumerable<string>> IdsAsync(Container sales, PartitionKey? partitionKey)
    {
        var options = new QueryRequestOptions { PartitionKey = partitionKey };
        using var iterator = sales.GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c", requestOptions: options);
        return (await iterator.AllAsync()).Order(StringComparer.Ordinal);
    }

    sealed record Sale(string Id, string Country, string City, string Shop, long Amount);
}
