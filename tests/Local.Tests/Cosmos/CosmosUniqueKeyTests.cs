using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosUniqueKeyTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_item_with_the_values_conflicts_within_its_partition_only()
    {
        var orders = await WithOrderAsync(new Order("1", "north", 5, "a"));

        var second = await CreateAsync(orders, new Order("2", "north", 5, "a"));
        var otherAmount = await CreateAsync(orders, new Order("3", "north", 6, "a"));
        var elsewhere = await CreateAsync(orders, new Order("2", "south", 5, "a"));

        Assert.Equal(HttpStatusCode.Conflict, second);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (otherAmount, elsewhere));
    }

    [Fact]
    public async Task A_missing_value_counts_as_null_and_is_taken_once()
    {
        var orders = await WithOrderAsync(new Order("1", "north", 5));
        using var without = CosmosItems.Json("""{"id":"2","shop":"north","amount":5}""");

        using var second = await orders.CreateItemStreamAsync(
            without, North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }

    [Fact]
    public async Task An_update_moves_the_value_and_frees_the_old_one()
    {
        var orders = await WithOrderAsync(new Order("1", "north", 5, "a"));
        await CreateAsync(orders, new Order("2", "north", 5, "b"));

        var same = await ReplaceAsync(orders, new Order("1", "north", 5, "a"));
        var taken = await ReplaceAsync(orders, new Order("1", "north", 5, "b"));
        var moved = await ReplaceAsync(orders, new Order("1", "north", 5, "c"));
        var freed = await CreateAsync(orders, new Order("3", "north", 5, "a"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (same, taken));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Created), (moved, freed));
    }

    [Fact]
    public async Task A_patch_and_a_batch_keep_to_it_as_well()
    {
        var orders = await WithOrderAsync(new Order("1", "north", 5, "a"));
        await CreateAsync(orders, new Order("2", "north", 5, "b"));

        using var patched = await orders.PatchItemStreamAsync(
            "2", North, [PatchOperation.Set("/note", "a")], cancellationToken: Cancellation);
        using var batch = await orders.CreateTransactionalBatch(North)
            .DeleteItem("1").CreateItem(new Order("3", "north", 5, "a")).ExecuteAsync(Cancellation);
        using var refused = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("4", "north", 5, "d")).CreateItem(new Order("5", "north", 5, "d"))
            .ExecuteAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, patched.StatusCode);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (batch.StatusCode, refused.StatusCode));
        Assert.Equal(HttpStatusCode.Created, await CreateAsync(orders, new Order("6", "north", 5, "d")));
    }

    [Fact]
    public async Task An_expired_item_no_longer_holds_its_values()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var account = await CosmosAccount.OpenAsync(time);
        Database database = await account.Client.CreateDatabaseAsync(
            "shops", cancellationToken: Cancellation);
        var properties = Properties();
        properties.DefaultTimeToLive = 60;
        Container orders = await database.CreateContainerAsync(properties, cancellationToken: Cancellation);
        await CreateAsync(orders, new Order("1", "north", 5, "a"));

        var before = await CreateAsync(orders, new Order("2", "north", 5, "a"));
        time.Advance(TimeSpan.FromSeconds(60));
        var after = await CreateAsync(orders, new Order("2", "north", 5, "a"));
        var again = await CreateAsync(orders, new Order("1", "north", 5, "b"));
        var still = await CreateAsync(orders, new Order("3", "north", 5, "a"));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Created), (before, after));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Conflict), (again, still));
    }

    async Task<Container> WithOrderAsync(Order order)
    {
        var orders = await shared.ContainerAsync(Properties());
        await CreateAsync(orders, order);
        return orders;
    }

    static ContainerProperties Properties() => new("orders", "/shop")
    {
        UniqueKeyPolicy = new UniqueKeyPolicy
        {
            UniqueKeys = { new UniqueKey { Paths = { "/note", "/amount" } } },
        },
    };

    static async Task<HttpStatusCode> CreateAsync(Container orders, Order order)
    {
        using var body = CosmosItems.Json(order);
        using var answer = await orders.CreateItemStreamAsync(
            body, new PartitionKey(order.Shop), cancellationToken: Cancellation);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> ReplaceAsync(Container orders, Order order)
    {
        using var body = CosmosItems.Json(order);
        using var answer = await orders.ReplaceItemStreamAsync(
            body, order.Id, new PartitionKey(order.Shop), cancellationToken: Cancellation);
        return answer.StatusCode;
    }
}
