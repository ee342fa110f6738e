using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosTimeToLiveTests
{
    static readonly PartitionKey North = new("north");

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_item_is_there_until_its_time_to_live_has_passed()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: 60);
        await orders.CreateItemAsync(new Order("default", "north"), North, cancellationToken: Cancellation);
        await orders.CreateItemAsync(
            new Order("own", "north", Ttl: 90), North, cancellationToken: Cancellation);
        await orders.CreateItemAsync(
            new Order("never", "north", Ttl: -1), North, cancellationToken: Cancellation);

        time.Advance(TimeSpan.FromSeconds(59));
        var before = await IdsAsync(orders);
        time.Advance(TimeSpan.FromSeconds(1));
        var after = await IdsAsync(orders);
        time.Advance(TimeSpan.FromDays(400));
        var longAfter = await IdsAsync(orders);

        Assert.Equal(["default", "never", "own"], before);
        Assert.Equal(["never", "own"], after);
        Assert.Equal(["never"], longAfter);
    }

    [Fact]
    public async Task What_a_sweep_or_a_deletion_took_away_leaves_its_tag_to_nobody()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: 60);
        var other = await account.ContainerAsync(id: "other");
        var expired = await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        time.Advance(TimeSpan.FromMinutes(3));
        var deleted = await other.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        await other.DeleteItemAsync<Order>("1", North, cancellationToken: Cancellation);

        await account.RestartAsync();
        var next = await account.Client.GetContainer("shops", "orders")
            .CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        var nextOther = await account.Client.GetContainer("shops", "other")
            .CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        Assert.NotEqual(expired.ETag, next.ETag);
        Assert.NotEqual(deleted.ETag, nextOther.ETag);
    }

    [Fact]
    public async Task A_write_starts_the_time_to_live_again()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: 60);
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        time.Advance(TimeSpan.FromSeconds(50));
        await orders.UpsertItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        time.Advance(TimeSpan.FromSeconds(50));

        Assert.Equal(["1"], await IdsAsync(orders));
    }

    [Fact]
    public async Task An_expired_item_is_as_good_as_gone()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: 60);
        var first = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);

        time.Advance(TimeSpan.FromSeconds(60));
        using var read = await orders.ReadItemStreamAsync("1", North, cancellationToken: Cancellation);
        using var deleted = await orders.DeleteItemStreamAsync("1", North, cancellationToken: Cancellation);
        var again = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);

        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.NotFound), (read.StatusCode, deleted.StatusCode));
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.NotEqual(first.ETag, again.ETag);
    }

    [Fact]
    public async Task A_container_without_a_default_keeps_everything()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north", Ttl: 1), North, cancellationToken: Cancellation);

        time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(["1"], await IdsAsync(orders));
    }

    [Fact]
    public async Task A_later_write_takes_back_the_room_of_the_expired()
    {
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: 60);
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);
        await orders.CreateItemAsync(new Order("2", "north"), North, cancellationToken: Cancellation);

        time.Advance(TimeSpan.FromMinutes(5));
        await orders.CreateItemAsync(new Order("3", "north"), North, cancellationToken: Cancellation);

        Assert.Equal(1, StoredRows(account));
    }

    static long StoredRows(CosmosAccount account)
    {
        using var connection = new SqliteConnection(
            $"Data Source={account.Folder}/cosmos.db;Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM items";
        return (long)count.ExecuteScalar()!;
    }

    static async Task<IEnumerable<string>> IdsAsync(Container orders)
    {
        using var iterator = orders.GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c", requestOptions: new QueryRequestOptions { PartitionKey = North });
        return await iterator.ReadNextAsync(Cancellation);
    }
}
