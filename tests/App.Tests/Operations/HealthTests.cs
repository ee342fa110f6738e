using System.Net;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Operations;

public sealed class HealthTests(RunningRailyard railyard)
{
    [Fact]
    public async Task What_the_app_needs_is_named_with_its_state()
    {
        var health = await Eventually.ThatAsync(
            () => railyard.Merchant.GetAsync("/health"), reply => reply["storage"] == "up");

        Assert.Equal(("healthy", "up"), (health["status"], health["database"]));
    }

    [Fact]
    public async Task Without_storage_it_is_degraded_and_in_service_and_without_its_database_it_is_not()
    {
        using var cable = new CosmosCable();
        await using var app = await RunningApp.StartAsync(
            typeof(Containers).Assembly,
            new LocalOptions { Services = services => Break(services, cable) },
            TestContext.Current.CancellationToken);
        var client = new Client(app.Address, key: null);

        var degraded = await client.GetAsync("/health");
        cable.Cut();
        var unhealthy = await client.GetAsync("/health");

        Assert.Equal(
            (HttpStatusCode.OK, "degraded", "up", "down"),
            (degraded.Status, degraded["status"]!, degraded["database"]!, degraded["storage"]!));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "unhealthy", "down", "down"),
            (unhealthy.Status, unhealthy["status"]!, unhealthy["database"]!, unhealthy["storage"]!));
    }

    // Nothing listens where its blobs are said to be; its database can be cut off.
    static void Break(IServiceCollection services, CosmosCable cable)
    {
        var nowhere = new BlobClientOptions { Retry = { Mode = RetryMode.Fixed, MaxRetries = 0 } };
        services.AddSingleton(new BlobServiceClient(
            "DefaultEndpointsProtocol=http;AccountName=none;AccountKey=bm9uZQ==;BlobEndpoint=http://127.0.0.1:1/none;", nowhere));
        services.AddSingleton<CosmosClient>(provider =>
        {
            var settings = provider.GetRequiredService<IConfiguration>();
            return cable.Client(settings["Cosmos:accountEndpoint"]!, settings["Cosmos:accountKey"]!);
        });
    }
}
