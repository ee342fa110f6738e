using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosBatchTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_of_a_batch_takes_place_and_answers_for_itself()
    {
        var orders = await WithOrdersAsync("replaced", "upserted", "deleted", "patched", "read");

        var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("created", "north", 1))
            .ReplaceItem("replaced", new Order("replaced", "north", 2))
            .UpsertItem(new Order("upserted", "north", 3))
            .UpsertItem(new Order("new", "north", 4))
            .DeleteItem("deleted")
            .PatchItem("patched", [PatchOperation.Set("/amount", 5)])
            .ReadItem("read")
            .ReadItem("created")
            .ExecuteAsync(Cancellation);
        var created = await orders.ReadItemAsync<Order>("created", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
        Assert.Equal(
            [201, 200, 200, 201, 204, 200, 200, 200], batch.Select(result => (int)result.StatusCode));
        Assert.Equal(5, batch.GetOperationResultAtIndex<Order>(5).Resource.Amount);
        Assert.Equal(1, batch.GetOperationResultAtIndex<Order>(7).Resource.Amount);
        Assert.Equal((created.ETag, created.ETag), (batch[0].ETag, batch[7].ETag));
        Assert.Equal((6 * 4.95) + 2, batch.RequestCharge, precision: 2);
        Assert.Equal(["created", "new", "patched", "read", "replaced", "upserted"], await IdsAsync(orders));
    }

    [Fact]
    public async Task One_failing_operation_undoes_the_batch_and_the_innocents_say_so()
    {
        var orders = await WithOrdersAsync("taken");

        var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("first", "north"))
            .CreateItem(new Order("taken", "north", 9))
            .DeleteItem("taken")
            .ExecuteAsync(Cancellation);
        var taken = await orders.ReadItemAsync<Order>("taken", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, batch.StatusCode);
        Assert.False(batch.IsSuccessStatusCode);
        Assert.Equal([424, 409, 424], batch.Select(result => (int)result.StatusCode));
        Assert.Equal(0, taken.Resource.Amount);
        Assert.Equal(["taken"], await IdsAsync(orders));
    }

    [Fact]
    public async Task A_stale_tag_in_a_batch_stops_all_of_it()
    {
        var orders = await WithOrdersAsync("1");
        var first = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);
        var onFirst = new TransactionalBatchItemRequestOptions { IfMatchEtag = first.ETag };

        using var won = await orders.CreateTransactionalBatch(North)
            .ReplaceItem("1", new Order("1", "north", 1), onFirst)
            .CreateItem(new Order("1:1", "north"))
            .ExecuteAsync(Cancellation);
        using var lost = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("1:2", "north"))
            .ReplaceItem("1", new Order("1", "north", 2), onFirst)
            .ExecuteAsync(Cancellation);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (won.StatusCode, lost.StatusCode));
        Assert.Equal(["1", "1:1"], await IdsAsync(orders));
    }

    [Fact]
    public async Task Of_many_batches_under_one_tag_exactly_one_wins()
    {
        var orders = await WithOrdersAsync("1");
        var first = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);
        var onFirst = new TransactionalBatchItemRequestOptions { IfMatchEtag = first.ETag };

        var statuses = await Task.WhenAll(Enumerable.Range(1, 20).Select(async amount =>
        {
            using var batch = await orders.CreateTransactionalBatch(North)
                .CreateItem(new Order($"1:{amount}", "north"))
                .ReplaceItem("1", new Order("1", "north", amount), onFirst)
                .ExecuteAsync(Cancellation);
            return batch.StatusCode;
        }));

        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Equal(19, statuses.Count(status => status == HttpStatusCode.PreconditionFailed));
        Assert.Equal(2, (await IdsAsync(orders)).Count());
    }

    [Fact]
    public async Task A_read_of_what_is_known_already_is_not_modified_and_undoes_nothing()
    {
        var orders = await WithOrdersAsync("1");
        var first = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        using var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("2", "north"))
            .ReadItem("1", new TransactionalBatchItemRequestOptions { IfNoneMatchEtag = first.ETag })
            .ExecuteAsync(Cancellation);

        Assert.Equal(HttpStatusCode.MultiStatus, batch.StatusCode);
        Assert.Equal([201, 304], batch.Select(result => (int)result.StatusCode));
        Assert.Equal(["1", "2"], await IdsAsync(orders));
    }

    [Fact]
    public async Task A_condition_on_a_patch_in_a_batch_is_checked()
    {
        var orders = await WithOrdersAsync("1");
        var onlyPaid = new TransactionalBatchPatchItemRequestOptions
        {
            FilterPredicate = "FROM c WHERE c.note = 'paid'",
        };

        using var batch = await orders.CreateTransactionalBatch(North)
            .PatchItem("1", [PatchOperation.Increment("/amount", 1)])
            .PatchItem("1", [PatchOperation.Increment("/amount", 1)], onlyPaid)
            .ExecuteAsync(Cancellation);
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, batch.StatusCode);
        Assert.Equal(0, read.Resource.Amount);
    }

    [Fact]
    public async Task Minimal_answers_carry_tags_and_no_bodies()
    {
        var orders = await WithOrdersAsync();
        var minimal = new TransactionalBatchItemRequestOptions { EnableContentResponseOnWrite = false };

        using var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("1", "north"), minimal)
            .CreateItem(new Order("2", "north"))
            .ExecuteAsync(Cancellation);

        Assert.Null(batch[0].ResourceStream);
        Assert.NotNull(batch[1].ResourceStream);
        Assert.NotEmpty(batch[0].ETag);
    }

    [Fact]
    public async Task A_batch_has_at_most_a_hundred_operations_and_two_megabytes()
    {
        var orders = await WithOrdersAsync();
        var hundred = orders.CreateTransactionalBatch(North);
        for (var id = 0; id < 100; id++) hundred.CreateItem(new Order($"{id}", "north"));
        var oneMore = orders.CreateTransactionalBatch(North);
        for (var id = 100; id < 201; id++) oneMore.CreateItem(new Order($"{id}", "north"));
        var large = orders.CreateTransactionalBatch(North);
        for (var id = 201; id < 204; id++)
            large.CreateItem(new Order($"{id}", "north", Note: new string('x', 750_000)));

        using var full = await hundred.ExecuteAsync(Cancellation);
        using var tooMany = await oneMore.ExecuteAsync(Cancellation);
        using var tooLarge = await large.ExecuteAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, full.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        Assert.Equal(100, (await IdsAsync(orders)).Count());
    }

    [Fact]
    public async Task An_item_of_another_partition_is_refused_with_the_reason()
    {
        var orders = await WithOrdersAsync();

        using var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("1", "north"))
            .CreateItem(new Order("2", "south"))
            .ExecuteAsync(Cancellation);

        Assert.Equal([424, 400], batch.Select(result => (int)result.StatusCode));
        Assert.Contains("PartitionKey extracted from document", batch.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(await IdsAsync(orders));
    }

    [Fact]
    public async Task Bulk_execution_is_refused()
    {
        var orders = await WithOrdersAsync();
        using var client = shared.Connect(bulk: true);
        var bulk = client.GetContainer(orders.Database.Id, orders.Id);

        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => bulk.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    async Task<Container> WithOrdersAsync(params string[] ids)
    {
        var orders = await shared.ContainerAsync();
        foreach (var id in ids)
            await orders.CreateItemAsync(new Order(id, "north"), North, cancellationToken: Cancellation);
        return orders;
    }

    static async Task<IEnumerable<string>> IdsAsync(Container orders)
    {
        using var iterator = orders.GetItemQueryIterator<string>(
            "SELECT VALUE c.id FROM c", requestOptions: new QueryRequestOptions { PartitionKey = North });
        return await iterator.ReadNextAsync(Cancellation);
    }
}
