using System.Net;
using System.Text;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosItemTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_created_item_is_read_back_with_its_tag_and_charge()
    {
        var orders = await shared.ContainerAsync();

        var created = await orders.CreateItemAsync(
            new Order("1", "north", 12), North, cancellationToken: Cancellation);
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(new Order("1", "north", 12), read.Resource);
        Assert.Equal(created.ETag, read.ETag);
        Assert.Equal(4.95, created.RequestCharge);
        Assert.Equal(1.0, read.RequestCharge);
        Assert.NotEmpty(read.ActivityId);
        Assert.StartsWith("0:-1#", read.Headers.Session, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_carries_the_services_properties()
    {
        var orders = await shared.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        using var stream = await orders.ReadItemStreamAsync("1", North, cancellationToken: Cancellation);
        using var document = await System.Text.Json.JsonDocument.ParseAsync(
            stream.Content, default, Cancellation);

        Assert.Equal(stream.Headers.ETag, document.RootElement.GetProperty("_etag").GetString());
        Assert.True(document.RootElement.GetProperty("_ts").GetInt64() > 0);
        Assert.False(string.IsNullOrEmpty(document.RootElement.GetProperty("_rid").GetString()));
        Assert.Contains(
            "/docs/", document.RootElement.GetProperty("_self").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_item_with_the_same_key_conflicts()
    {
        var orders = await shared.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        var conflict = await Assert.ThrowsAsync<CosmosException>(
            () => orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation));
        var elsewhere = await orders.CreateItemAsync(
            new Order("1", "south"), cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);
        Assert.Equal(HttpStatusCode.Created, elsewhere.StatusCode);
    }

    [Fact]
    public async Task An_item_that_does_not_exist_is_not_found()
    {
        var orders = await shared.ContainerAsync();

        var missing = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation));
        var replaced = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReplaceItemAsync(
                new Order("1", "north"), "1", North, cancellationToken: Cancellation));

        Assert.Equal((HttpStatusCode.NotFound, 0), (missing.StatusCode, missing.SubStatusCode));
        Assert.Equal(HttpStatusCode.NotFound, replaced.StatusCode);
    }

    [Fact]
    public async Task A_replacement_under_a_stale_tag_is_refused()
    {
        var orders = await shared.ContainerAsync();
        var first = await orders.CreateItemAsync(
            new Order("1", "north", 1), North, cancellationToken: Cancellation);
        var onFirst = new ItemRequestOptions { IfMatchEtag = first.ETag };

        var second = await orders.ReplaceItemAsync(
            new Order("1", "north", 2), "1", North, onFirst, Cancellation);
        var stale = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReplaceItemAsync(new Order("1", "north", 3), "1", North, onFirst, Cancellation));
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal(2, read.Resource.Amount);
    }

    [Fact]
    public async Task Of_many_replacements_under_one_tag_exactly_one_wins()
    {
        var orders = await shared.ContainerAsync();
        var first = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);
        var onFirst = new ItemRequestOptions { IfMatchEtag = first.ETag };

        var statuses = await Task.WhenAll(Enumerable.Range(1, 20).Select(async amount =>
        {
            using var body = Json($$"""{"id":"1","shop":"north","amount":{{amount}}}""");
            using var answer = await orders.ReplaceItemStreamAsync(body, "1", North, onFirst, Cancellation);
            return answer.StatusCode;
        }));

        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Equal(19, statuses.Count(status => status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task An_upsert_creates_and_then_replaces()
    {
        var orders = await shared.ContainerAsync();

        var created = await orders.UpsertItemAsync(
            new Order("1", "north", 1), North, cancellationToken: Cancellation);
        var replaced = await orders.UpsertItemAsync(
            new Order("1", "north", 2), North, cancellationToken: Cancellation);
        var stale = await Assert.ThrowsAsync<CosmosException>(() => orders.UpsertItemAsync(
            new Order("1", "north", 3), North, new ItemRequestOptions { IfMatchEtag = created.ETag }, Cancellation));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal((HttpStatusCode.OK, 2), (replaced.StatusCode, replaced.Resource.Amount));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
    }

    [Fact]
    public async Task A_delete_under_the_current_tag_removes_the_item()
    {
        var orders = await shared.ContainerAsync();
        var created = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);
        var stale = new ItemRequestOptions { IfMatchEtag = "\"stale\"" };
        var current = new ItemRequestOptions { IfMatchEtag = created.ETag };

        var refused = await Assert.ThrowsAsync<CosmosException>(
            () => orders.DeleteItemAsync<Order>("1", North, stale, Cancellation));
        var deleted = await orders.DeleteItemAsync<Order>("1", North, current, Cancellation);
        using var read = await orders.ReadItemStreamAsync("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
    }

    [Fact]
    public async Task A_read_of_a_known_tag_is_not_modified()
    {
        var orders = await shared.ContainerAsync();
        var created = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);
        var known = new ItemRequestOptions { IfNoneMatchEtag = created.ETag };

        using var same = await orders.ReadItemStreamAsync("1", North, known, Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task Streams_carry_the_clients_bytes_and_numbers_unchanged()
    {
        var orders = await shared.ContainerAsync();
        using var body = Json(
            """{"id":"å b","shop":"north","exact":1.10,"text":"<é & 漢>","nested":{"a":[1,{"b":null}]}}""");

        using var created = await orders.CreateItemStreamAsync(body, North, cancellationToken: Cancellation);
        using var read = await orders.ReadItemStreamAsync("å b", North, cancellationToken: Cancellation);
        var text = await new StreamReader(read.Content).ReadToEndAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.StartsWith(
            """{"id":"å b","shop":"north","exact":1.10,"text":"<é & 漢>","nested":{"a":[1,{"b":null}]},"_rid":""",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_without_content_response_answers_without_a_body()
    {
        var orders = await shared.ContainerAsync();
        var minimal = new ItemRequestOptions { EnableContentResponseOnWrite = false };

        var created = await orders.CreateItemAsync(new Order("1", "north"), North, minimal, Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Null(created.Resource);
        Assert.NotEmpty(created.ETag);
    }

    [Theory]
    [InlineData("""{"shop":"north"}""", "id")]
    [InlineData("""{"id":7,"shop":"north"}""", "id")]
    [InlineData("""{"id":"a/b","shop":"north"}""", "a/b")]
    [InlineData("""{"id":"1","shop":"south"}""", "PartitionKey")]
    [InlineData("""{"id":"1","shop":{"a":1}}""", "partition key")]
    [InlineData("""{"id":"1","shop":"north","ttl":0}""", "ttl")]
    [InlineData("""{"id":"1","shop":"north","a":1,"a":2}""", "JSON")]
    [InlineData("""{"id":"1",""", "JSON")]
    [InlineData("""[1]""", "object")]
    public async Task A_bad_item_is_refused_with_the_reason(string json, string reason)
    {
        var orders = await shared.ContainerAsync();
        using var body = Json(json);

        using var answer = await orders.CreateItemStreamAsync(body, North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_or_partition_key_beyond_its_length_is_refused()
    {
        var orders = await shared.ContainerAsync();

        var longest = await orders.CreateItemAsync(
            new Order(new string('i', 1_023), "north"), cancellationToken: Cancellation);
        var tooLongId = await Assert.ThrowsAsync<CosmosException>(() => orders.CreateItemAsync(
            new Order(new string('i', 1_024), "north"), cancellationToken: Cancellation));
        var tooLongKey = await Assert.ThrowsAsync<CosmosException>(() => orders.CreateItemAsync(
            new Order("1", new string('k', 2_049)), cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.Created, longest.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, tooLongId.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, tooLongKey.StatusCode);
    }

    [Theory]
    [InlineData(2 * 1024 * 1024)]
    [InlineData(5 * 1024 * 1024)]
    public async Task An_item_over_two_megabytes_is_too_large(int length)
    {
        var orders = await shared.ContainerAsync();
        using var body = Json($$"""{"id":"1","shop":"north","note":"{{new string('x', length)}}"}""");

        using var answer = await orders.CreateItemStreamAsync(body, North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Partition_keys_of_different_kinds_are_different_partitions()
    {
        var orders = await shared.ContainerAsync("/shop/code");
        var bodies = new (PartitionKey Key, string Json)[]
        {
            (new PartitionKey("1"), """{"id":"1","shop":{"code":"1"}}"""),
            (new PartitionKey(1), """{"id":"1","shop":{"code":1.0}}"""),
            (new PartitionKey(true), """{"id":"1","shop":{"code":true}}"""),
            (PartitionKey.Null, """{"id":"1","shop":{"code":null}}"""),
            (PartitionKey.None, """{"id":"1","shop":"none"}"""),
        };

        foreach (var (key, json) in bodies)
        {
            using var body = Json(json);
            using var created = await orders.CreateItemStreamAsync(
                body, key, cancellationToken: Cancellation);
            using var read = await orders.ReadItemStreamAsync("1", key, cancellationToken: Cancellation);

            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }
    }

    [Fact]
    public async Task Charges_follow_the_size_of_the_item()
    {
        var orders = await shared.ContainerAsync();
        var large = new Order("1", "north", Note: new string('x', 16 * 1024 - 400));

        var created = await orders.CreateItemAsync(large, North, cancellationToken: Cancellation);
        var read = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.InRange(created.RequestCharge, 9.3, 9.7);
        Assert.InRange(read.RequestCharge, 1.6, 1.7);
    }

    [Fact]
    public async Task Many_items_are_read_at_once()
    {
        var orders = await shared.ContainerAsync();
        foreach (var id in Enumerable.Range(0, 30))
            await orders.CreateItemAsync(
                new Order($"{id}", $"shop-{id % 3}"), cancellationToken: Cancellation);
        var wanted = Enumerable.Range(0, 10).Append(99)
            .Select(id => ($"{id}", new PartitionKey($"shop-{id % 3}")));

        var found = await orders.ReadManyItemsAsync<Order>([.. wanted], cancellationToken: Cancellation);

        Assert.Equal(Enumerable.Range(0, 10), found.Select(order => int.Parse(order.Id)).Order());
        Assert.InRange(found.RequestCharge, 2, 10);
    }

    static MemoryStream Json(string text) => new(Encoding.UTF8.GetBytes(text));
}
