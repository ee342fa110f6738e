using System.Net;
using Microsoft.Azure.Cosmos;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Tests.Cosmos;

public sealed class CosmosFaultTests
{
    static readonly PartitionKey North = new("north");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_throttled_request_says_when_to_come_back()
    {
        var refusals = 2;
        await using var account = await CosmosAccount.OpenAsync(hooks: Before(
            facts => facts.Id is not null && refusals-- > 0 ? InjectedAnswer.Throttled : null));
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), cancellationToken: Cancellation);
        using var patient = account.Connect(retries: 1);

        var throttled = await Assert.ThrowsAsync<CosmosException>(
            () => orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation));
        var retried = await patient.GetContainer("shops", "orders")
            .ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, throttled.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(10), throttled.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, retried.StatusCode);
    }

    [Fact]
    public async Task The_sdk_asks_again_after_a_449()
    {
        var refusals = 1;
        await using var account = await CosmosAccount.OpenAsync(hooks: Before(
            facts => facts is { IsWrite: true, ResourceType: "docs" } && refusals-- > 0
                ? new InjectedAnswer(449)
                : null));
        var orders = await account.ContainerAsync();

        var created = await orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(-1, refusals);
    }

    [Fact]
    public async Task An_answer_before_the_operation_leaves_nothing_written()
    {
        var isOn = true;
        await using var account = await CosmosAccount.OpenAsync(hooks: Before(
            facts => isOn && facts is { IsWrite: true, ResourceType: "docs" }
                ? new InjectedAnswer(503)
                : null));
        var orders = await account.ContainerAsync();

        var refused = await Assert.ThrowsAsync<CosmosException>(() => orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation));
        isOn = false;
        using var read = await orders.ReadItemStreamAsync("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(503)]
    public async Task An_answer_after_the_commit_hides_a_write_that_took(int status)
    {
        await using var account = await CosmosAccount.OpenAsync(hooks: After(
            facts => facts is { ResourceType: "docs" } ? new InjectedAnswer(status) : null));
        var orders = await account.ContainerAsync();

        var hidden = await Assert.ThrowsAsync<CosmosException>(() => orders.CreateItemAsync(
            new Order("1", "north"), North, cancellationToken: Cancellation));
        using var batch = await orders.CreateTransactionalBatch(North)
            .CreateItem(new Order("2", "north")).ExecuteAsync(Cancellation);
        var first = await orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);
        var second = await orders.ReadItemAsync<Order>("2", North, cancellationToken: Cancellation);

        Assert.Equal((status, status), ((int)hidden.StatusCode, (int)batch.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task A_write_that_was_refused_has_no_commit_to_come_after()
    {
        await using var account = await CosmosAccount.OpenAsync(hooks: After(
            facts => facts is { ResourceType: "docs", Id: not null } ? new InjectedAnswer(503) : null));
        var orders = await account.ContainerAsync();

        using var missing = await orders.DeleteItemStreamAsync("1", North, cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_hook_may_hold_a_request_back()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var account = await CosmosAccount.OpenAsync(hooks: new RequestHooks
        {
            BeforeOperation = async (facts, cancellation) =>
            {
                if (facts.Id is not null) await release.Task.WaitAsync(cancellation);
                return null;
            },
        });
        var orders = await account.ContainerAsync();
        await orders.CreateItemAsync(new Order("1", "north"), North, cancellationToken: Cancellation);

        var reading = orders.ReadItemAsync<Order>("1", North, cancellationToken: Cancellation);
        await orders.CreateItemAsync(new Order("2", "north"), North, cancellationToken: Cancellation);
        var wasHeld = !reading.IsCompleted;
        release.SetResult();

        Assert.True(wasHeld);
        Assert.Equal(HttpStatusCode.OK, (await reading).StatusCode);
    }

    static RequestHooks Before(Func<RequestFacts, InjectedAnswer?> decide) =>
        new() { BeforeOperation = (facts, _) => ValueTask.FromResult(decide(facts)) };

    static RequestHooks After(Func<RequestFacts, InjectedAnswer?> decide) =>
        new() { AfterCommit = (facts, _) => ValueTask.FromResult(decide(facts)) };
}
