using System.Net;
using Microsoft.Azure.Cosmos;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosPatchTests(SharedCosmosAccount shared) : IClassFixture<SharedCosmosAccount>
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_operation_does_what_it_says()
    {
        var baskets = await WithBasketAsync();

        var patched = await baskets.PatchItemAsync<Basket>(
            "1",
            North,
            [
                PatchOperation.Add("/lines/1", "b2"),
                PatchOperation.Add("/lines/-", "d"),
                PatchOperation.Set("/lines/0", "A"),
                PatchOperation.Replace("/status", "closed"),
                PatchOperation.Remove("/note"),
                PatchOperation.Increment("/total", 5),
                PatchOperation.Increment("/total", -1),
                PatchOperation.Increment("/tries", 1),
                PatchOperation.Set("/address", new Address("Main Street")),
                PatchOperation.Move("/address/street", "/street"),
            ],
            cancellationToken: Cancellation);

        Assert.Equal(["A", "b2", "b", "c", "d"], patched.Resource.Lines);
        Assert.Equal(("closed", null, 14, 1), (
            patched.Resource.Status, patched.Resource.Note, patched.Resource.Total, patched.Resource.Tries));
        Assert.Equal(("Main Street", null), (patched.Resource.Street, patched.Resource.Address!.Street));
    }

    [Fact]
    public async Task Whole_numbers_beyond_a_doubles_precision_are_incremented_exactly()
    {
        var baskets = await WithBasketAsync();
        await baskets.PatchItemAsync<Basket>(
            "1",
            North,
            [PatchOperation.Set("/total", 9_007_199_254_740_993)],
            cancellationToken: Cancellation);

        var patched = await baskets.PatchItemAsync<Basket>(
            "1", North, [PatchOperation.Increment("/total", 2)], cancellationToken: Cancellation);

        Assert.Equal(9_007_199_254_740_995, patched.Resource.Total);
    }

    [Theory]
    [InlineData("from c where c.status = 'open' and c.total > 5", HttpStatusCode.OK)]
    [InlineData("from c where c.status = 'closed'", HttpStatusCode.PreconditionFailed)]
    [InlineData("from c where c.missing = 'open'", HttpStatusCode.PreconditionFailed)]
    [InlineData("from c where nonsense(c)", HttpStatusCode.BadRequest)]
    public async Task A_patch_happens_only_under_its_condition(string condition, HttpStatusCode expected)
    {
        var baskets = await WithBasketAsync();
        var options = new PatchItemRequestOptions { FilterPredicate = condition };

        using var answer = await baskets.PatchItemStreamAsync(
            "1", North, [PatchOperation.Set("/status", "patched")], options, Cancellation);
        var read = await baskets.ReadItemAsync<Basket>("1", North, cancellationToken: Cancellation);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? "patched" : "open", read.Resource.Status);
    }

    [Fact]
    public async Task A_patch_under_a_stale_tag_is_refused()
    {
        var baskets = await WithBasketAsync();
        var stale = new PatchItemRequestOptions { IfMatchEtag = "\"stale\"" };

        using var answer = await baskets.PatchItemStreamAsync(
            "1", North, [PatchOperation.Set("/status", "patched")], stale, Cancellation);

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    public static TheoryData<string, PatchOperation> Impossible => new()
    {
        { "replace", PatchOperation.Replace("/missing", 1) },
        { "remove", PatchOperation.Remove("/missing") },
        { "deep", PatchOperation.Set("/missing/deep", 1) },
        { "index", PatchOperation.Add("/lines/9", "x") },
        { "incr", PatchOperation.Increment("/status", 1) },
        { "id", PatchOperation.Set("/id", "2") },
        { "key", PatchOperation.Set("/shop", "south") },
        { "system", PatchOperation.Set("/_ts", 1) },
        { "move", PatchOperation.Move("/lines", "/lines/0") },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task An_impossible_operation_changes_nothing(string name, PatchOperation impossible)
    {
        var baskets = await WithBasketAsync();

        using var answer = await baskets.PatchItemStreamAsync(
            "1", North, [PatchOperation.Set("/status", name), impossible], cancellationToken: Cancellation);
        var read = await baskets.ReadItemAsync<Basket>("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("open", read.Resource.Status);
    }

    [Fact]
    public async Task More_than_ten_operations_are_refused()
    {
        var baskets = await WithBasketAsync();
        var eleven = Enumerable.Repeat(PatchOperation.Increment("/total", 1), 11).ToList();

        using var answer = await baskets.PatchItemStreamAsync(
            "1", North, eleven, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    async Task<Container> WithBasketAsync()
    {
        var baskets = await shared.ContainerAsync();
        var basket = new Basket("1", "north", "open", 10, ["a", "b", "c"], Note: "gone soon");
        await baskets.CreateItemAsync(basket, North, cancellationToken: Cancellation);
        return baskets;
    }

    sealed record Address(string? Street);

    sealed record Basket(
        string Id,
        string Shop,
        string Status,
        long Total,
        IReadOnlyList<string> Lines,
        int Tries = 0,
        string? Note = null,
        string? Street = null,
        Address? Address = null);
}
