using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;
using Railyard.Local.Cosmos;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Testing;
using Railyard.Local.Tests.Cosmos;
using Railyard.Local.Tests.Runtime;

namespace Railyard.Local.Tests.Testing;

/// <summary>What the official SDK makes of the faults that a plan has Cosmos DB commit.</summary>
public sealed class CosmosFaultsInAppTests(CosmosFaultsInAppTests.Fixture sample)
    : IClassFixture<CosmosFaultsInAppTests.Fixture>, IDisposable
{
    const int Often = 30;

    readonly CosmosClient client = new(
        sample.App.CosmosAddress.ToString(), CosmosEndpoint.AccountKey,
        new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true });

    public sealed class Functions
    {
        [Function("Hello")]
        public static string Hello([HttpTrigger("get")] HttpRequest request) => "hello";
    }

    public sealed class Fixture : SampleApp
    {
        protected override Task<RunningApp> StartAsync() => Sample.StartAsync<Functions>();
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    Container Routing => client.GetContainer("railyard", "routing");

    public void Dispose()
    {
        sample.App.Inject(null);
        client.Dispose();
    }

    [Theory]
    [InlineData(Fault.CosmosThrottled)]
    [InlineData(Fault.CosmosContended)]
    public async Task What_the_sdk_tries_again_by_itself_the_app_never_sees(Fault fault)
    {
        var plan = new FaultPlan(1).With(fault, 1);
        sample.App.Inject(plan);

        var created = await CreateAsync($"{fault}");

        Assert.Equal(HttpStatusCode.Created, created);
        Assert.InRange(plan.Struck(fault), 1, 2);
    }

    [Fact]
    public async Task An_unavailable_database_is_told_to_the_app_and_has_written_nothing()
    {
        sample.App.Inject(new FaultPlan(2).At(Fault.CosmosUnavailable, 1));

        var refused = await CreateAsync("unavailable");
        var read = await ReadAsync("unavailable");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound), (refused, read));
    }

    [Theory]
    [InlineData(Fault.CosmosTimeoutAfterCommit, HttpStatusCode.RequestTimeout)]
    [InlineData(Fault.CosmosUnavailableAfterCommit, HttpStatusCode.ServiceUnavailable)]
    public async Task A_write_whose_answer_is_lost_has_taken_effect(Fault fault, HttpStatusCode status)
    {
        sample.App.Inject(new FaultPlan(3).At(fault, 1));

        var hidden = await CreateAsync($"{fault}");
        var read = await ReadAsync($"{fault}");

        Assert.Equal((status, HttpStatusCode.OK), (hidden, read));
    }

    [Theory]
    [InlineData(Fault.CrashBeforeCommit, HttpStatusCode.NotFound)]
    [InlineData(Fault.CrashAfterCommit, HttpStatusCode.OK)]
    public async Task A_database_that_crashes_is_back_with_what_it_had_committed(Fault fault, HttpStatusCode found)
    {
        sample.App.Inject(new FaultPlan(4).At(fault, 1));

        var lost = await CreateAsync($"{fault}");
        await sample.Client.GetStringAsync("Hello", Cancellation);
        var read = await ReadAsync($"{fault}");
        var after = await CreateAsync($"after {fault}");

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, found, HttpStatusCode.Created), (lost, read, after));
    }

    [Fact]
    public async Task Under_all_of_them_at_once_whoever_asks_again_gets_through()
    {
        var plan = FaultPlan.Cosmos(5)
            .With(Fault.CosmosThrottled, 0.5).With(Fault.CosmosContended, 0.5).With(Fault.CosmosUnavailable, 0.5)
            .With(Fault.CosmosTimeoutAfterCommit, 0.5);
        sample.App.Inject(plan);

        for (var number = 0; number < Often; number++)
        {
            var tries = 0;
            while (await CreateAsync($"often {number}") is not (HttpStatusCode.Created or HttpStatusCode.Conflict))
                Assert.True(++tries < 4, $"{plan}: {number} does not get through.");
        }
        sample.App.Inject(null);

        for (var number = 0; number < Often; number++)
            Assert.Equal(HttpStatusCode.OK, await ReadAsync($"often {number}"));
    }

    async Task<HttpStatusCode> CreateAsync(string id)
    {
        try
        {
            return (await Routing.CreateItemAsync(
                new { id }, new PartitionKey(id), cancellationToken: Cancellation)).StatusCode;
        }
        catch (CosmosException fault)
        {
            return fault.StatusCode;
        }
    }

    async Task<HttpStatusCode> ReadAsync(string id)
    {
        using var read = await Routing.ReadItemStreamAsync(id, new PartitionKey(id), null, Cancellation);
        return read.StatusCode;
    }
}
