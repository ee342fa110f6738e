using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Time.Testing;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosChangeFeedTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    const int ProcessorSecondsMax = 15;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_beginning_it_has_the_latest_version_of_every_item_in_the_order_of_writes()
    {
        var orders = await WithOrdersAsync("a", "b", "c");
        await orders.UpsertItemAsync(new Order("a", "north", 7), cancellationToken: Cancellation);
        await orders.DeleteItemAsync<Order>("b", new PartitionKey("north"), cancellationToken: Cancellation);

        var changes = await ReadAsync(orders, ChangeFeedStartFrom.Beginning());

        Assert.Equal(["c", "a"], changes.Orders.Select(order => order.Id));
        Assert.Equal(7, changes.Orders[1].Amount);
    }

    [Fact]
    public async Task It_goes_on_exactly_where_a_reader_stopped()
    {
        var orders = await WithOrdersAsync([.. Enumerable.Range(0, 150).Select(id => $"{id:000}")]);
        var seen = new List<string>();
        var feed = Feed(orders, ChangeFeedStartFrom.Beginning(), pageSize: 40);

        var pages = new List<int>();
        var token = "";
        while (true)
        {
            var page = await feed.ReadNextAsync(Cancellation);
            token = page.ContinuationToken;
            if (page.StatusCode == HttpStatusCode.NotModified) break;
            pages.Add(page.Count);
            seen.AddRange(page.Select(order => order.Id));
            feed = Feed(orders, ChangeFeedStartFrom.ContinuationToken(token), pageSize: 40);
        }
        await orders.CreateItemAsync(new Order("later", "north"), cancellationToken: Cancellation);
        var later = await ReadAsync(orders, ChangeFeedStartFrom.ContinuationToken(token));

        Assert.Equal([40, 40, 40, 30], pages);
        Assert.Equal(Enumerable.Range(0, 150).Select(id => $"{id:000}"), seen);
        Assert.Equal(["later"], later.Orders.Select(order => order.Id));
    }

    [Fact]
    public async Task Where_nothing_is_new_it_is_not_modified_and_still_says_where_to_go_on()
    {
        var orders = await WithOrdersAsync("a");
        var feed = Feed(orders, ChangeFeedStartFrom.Now());

        var nothing = await feed.ReadNextAsync(Cancellation);
        await orders.CreateItemAsync(new Order("b", "north"), cancellationToken: Cancellation);
        var something = await feed.ReadNextAsync(Cancellation);
        var again = await ReadAsync(orders, ChangeFeedStartFrom.ContinuationToken(nothing.ContinuationToken));

        Assert.Equal(HttpStatusCode.NotModified, nothing.StatusCode);
        Assert.NotEmpty(nothing.ContinuationToken);
        Assert.Equal(["b"], something.Select(order => order.Id));
        Assert.Equal(["b"], again.Orders.Select(order => order.Id));
    }

    [Fact]
    public async Task From_now_it_has_each_item_that_is_written_later_exactly_once_and_none_from_before()
    {
        var orders = await WithOrdersAsync("before", "changed", "gone");
        var feed = Feed(orders, ChangeFeedStartFrom.Now(), pageSize: 4);
        var now = await feed.ReadNextAsync(Cancellation);

        foreach (var id in Enumerable.Range(0, 10)) await orders.CreateItemAsync(new Order($"{id}", "north"), cancellationToken: Cancellation);
        await orders.UpsertItemAsync(new Order("changed", "north", 1), cancellationToken: Cancellation);
        await orders.UpsertItemAsync(new Order("changed", "north", 2), cancellationToken: Cancellation);
        await orders.DeleteItemAsync<Order>("gone", new PartitionKey("north"), cancellationToken: Cancellation);
        var (fromIterator, fromToken) = (
            await ReadAllAsync(feed),
            await ReadAllAsync(Feed(orders, ChangeFeedStartFrom.ContinuationToken(now.ContinuationToken), pageSize: 4)));

        string[] written = [.. Enumerable.Range(0, 10).Select(id => $"{id}"), "changed"];
        Assert.Equal(HttpStatusCode.NotModified, now.StatusCode);
        Assert.Equal(written, fromIterator);
        Assert.Equal(written, fromToken);
    }

    [Fact]
    public async Task From_a_time_it_has_what_was_written_after_it()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("before", "north"), cancellationToken: Cancellation);
        time.Advance(TimeSpan.FromMinutes(1));
        await orders.CreateItemAsync(new Order("after", "north"), cancellationToken: Cancellation);

        var changes = await ReadAsync(
            orders, ChangeFeedStartFrom.Time(new DateTime(2026, 1, 1, 0, 0, 30, DateTimeKind.Utc)));
        var none = await ReadAsync(
            orders, ChangeFeedStartFrom.Time(new DateTime(2026, 1, 1, 0, 1, 0, DateTimeKind.Utc)));

        Assert.Equal(["after"], changes.Orders.Select(order => order.Id));
        Assert.Empty(none.Orders);
    }

    [Fact]
    public async Task It_can_be_read_for_one_partition_or_for_a_feed_range()
    {
        var orders = await WithOrdersAsync("a", "b");
        await orders.CreateItemAsync(new Order("c", "south"), cancellationToken: Cancellation);
        var south = FeedRange.FromPartitionKey(new PartitionKey("south"));
        var whole = Assert.Single(await orders.GetFeedRangesAsync(Cancellation));

        var partition = await ReadAsync(orders, ChangeFeedStartFrom.Beginning(south));
        var range = await ReadAsync(orders, ChangeFeedStartFrom.Beginning(whole));
        var now = await ReadAsync(orders, ChangeFeedStartFrom.ContinuationToken(partition.Token));

        Assert.Equal(["c"], partition.Orders.Select(order => order.Id));
        Assert.Equal(["a", "b", "c"], range.Orders.Select(order => order.Id));
        Assert.Empty(now.Orders);
    }

    [Fact]
    public async Task With_several_levels_it_can_be_read_below_a_prefix()
    {
        var orders = await shared.ContainerAsync(new ContainerProperties("orders", ["/shop", "/id"]));
        await orders.CreateItemAsync(new Order("a", "north"), cancellationToken: Cancellation);
        await orders.CreateItemAsync(new Order("b", "south"), cancellationToken: Cancellation);
        var north = FeedRange.FromPartitionKey(new PartitionKeyBuilder().Add("north").Build());

        var changes = await ReadAsync(orders, ChangeFeedStartFrom.Beginning(north));

        Assert.Equal(["a"], changes.Orders.Select(order => order.Id));
    }

    [Fact]
    public async Task Expired_items_are_left_out_and_a_batch_comes_in_its_order()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var account = await CosmosAccount.OpenAsync(time);
        var orders = await account.ContainerAsync(timeToLive: -1);
        using var batch = await orders.CreateTransactionalBatch(new PartitionKey("north"))
            .CreateItem(new Order("z", "north"))
            .CreateItem(new Order("short", "north", Ttl: 30))
            .CreateItem(new Order("a", "north"))
            .ExecuteAsync(Cancellation);

        time.Advance(TimeSpan.FromSeconds(30));
        var changes = await ReadAsync(orders, ChangeFeedStartFrom.Beginning());

        Assert.Equal(["z", "a"], changes.Orders.Select(order => order.Id));
    }

    [Fact]
    public async Task A_change_carries_the_number_of_its_write()
    {
        var orders = await WithOrdersAsync("a", "b");
        using var feed = orders.GetChangeFeedStreamIterator(
            ChangeFeedStartFrom.Beginning(), ChangeFeedMode.LatestVersion);

        using var page = await feed.ReadNextAsync(Cancellation);
        using var json = await JsonDocument.ParseAsync(page.Content, default, Cancellation);
        var numbers = json.RootElement.GetProperty("Documents").EnumerateArray()
            .Select(change => change.GetProperty("_lsn").GetInt64());

        Assert.Equal([1, 2], numbers);
    }

    [Fact]
    public async Task All_versions_and_deletes_are_refused_by_name()
    {
        var orders = await WithOrdersAsync("a");
        using var versions = orders.GetChangeFeedStreamIterator(
            ChangeFeedStartFrom.Now(), ChangeFeedMode.AllVersionsAndDeletes);

        using var page = await versions.ReadNextAsync(Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Contains("Full-Fidelity", page.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_change_feed_processor_delivers_every_change_and_resumes_from_its_lease()
    {
        var orders = await WithOrdersAsync("a", "b");
        var leases = await shared.ContainerAsync("/id");

        var first = await ProcessAsync(orders, leases, expected: 2);
        await orders.CreateItemAsync(new Order("c", "north"), cancellationToken: Cancellation);
        var second = await ProcessAsync(orders, leases, expected: 1);

        Assert.Equal(["a", "b"], first);
        Assert.Equal(["c"], second);
    }

    static async Task<IReadOnlyList<string>> ProcessAsync(Container orders, Container leases, int expected)
    {
        var delivered = new List<string>();
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var processor = orders.GetChangeFeedProcessorBuilder<Order>("projection", OnChangesAsync)
            .WithInstanceName("test")
            .WithLeaseContainer(leases)
            .WithStartTime(DateTime.MinValue.ToUniversalTime())
            .WithPollInterval(TimeSpan.FromMilliseconds(50))
            .Build();
        await processor.StartAsync();
        await complete.Task.WaitAsync(TimeSpan.FromSeconds(ProcessorSecondsMax), Cancellation);
        await processor.StopAsync();
        return delivered;

        Task OnChangesAsync(IReadOnlyCollection<Order> changes, CancellationToken cancellation)
        {
            delivered.AddRange(changes.Select(order => order.Id));
            if (delivered.Count >= expected) complete.TrySetResult();
            return Task.CompletedTask;
        }
    }

    async Task<Container> WithOrdersAsync(params string[] ids)
    {
        var orders = await shared.ContainerAsync();
        foreach (var id in ids)
            await orders.CreateItemAsync(new Order(id, "north"), cancellationToken: Cancellation);
        return orders;
    }

    static FeedIterator<Order> Feed(Container orders, ChangeFeedStartFrom start, int? pageSize = null) =>
        orders.GetChangeFeedIterator<Order>(
            start, ChangeFeedMode.LatestVersion, new ChangeFeedRequestOptions { PageSizeHint = pageSize });

    static async Task<List<string>> ReadAllAsync(FeedIterator<Order> feed)
    {
        var ids = new List<string>();
        while (await feed.ReadNextAsync(Cancellation) is { StatusCode: not HttpStatusCode.NotModified } page)
            ids.AddRange(page.Select(order => order.Id));
        return ids;
    }

    static async Task<(IReadOnlyList<Order> Orders, string Token)> ReadAsync(
        Container orders, ChangeFeedStartFrom start)
    {
        var page = await Feed(orders, start).ReadNextAsync(Cancellation);
        return (
            page.StatusCode == HttpStatusCode.NotModified ? [] : [.. page.Resource],
            page.ContinuationToken);
    }
}
