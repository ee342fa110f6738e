using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Railyard.App;

/// <summary>
/// Connects to Azure's services by what the configuration says: by managed identity where it names an endpoint, by
/// key or connection string where it has one.
/// </summary>
static class Connections
{
    /// <summary>The key of the client for the account that others drop files into, and the connection of its triggers.</summary>
    public const string Drops = "Drops";

    static readonly TimeSpan CosmosAnswersWithin = TimeSpan.FromSeconds(10);

    /// <summary><c>Cosmos:accountEndpoint</c>, with <c>Cosmos:accountKey</c> or our identity.</summary>
    public static CosmosClient Cosmos(IServiceProvider services)
    {
        var settings = Settings(services).GetSection("Cosmos");
        var endpoint = Required(settings, "accountEndpoint");
        var key = settings["accountKey"];
        var isGateway = settings["connectionMode"] == "Gateway";
        var options = new CosmosClientOptions
        {
            ApplicationName = "railyard",
            ConnectionMode = isGateway ? ConnectionMode.Gateway : ConnectionMode.Direct,
            LimitToEndpoint = isGateway,
            ConsistencyLevel = ConsistencyLevel.Session,
            RequestTimeout = CosmosAnswersWithin,
        };
        return key is null ? new CosmosClient(endpoint, Identity(services), options) : new CosmosClient(endpoint, key, options);
    }

    /// <summary><c>ServiceBus</c> as a connection string, or <c>ServiceBus:fullyQualifiedNamespace</c> with our identity.</summary>
    public static ServiceBusClient ServiceBus(IServiceProvider services) =>
        Settings(services)["ServiceBus"] is { } connection
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(Required(Settings(services).GetSection("ServiceBus"), "fullyQualifiedNamespace"), Identity(services));

    /// <summary><c>AzureWebJobsStorage</c> as a connection string, or its <c>blobServiceUri</c> with our identity.</summary>
    public static BlobServiceClient Blobs(IServiceProvider services) =>
        Settings(services)["AzureWebJobsStorage"] is { } connection
            ? new BlobServiceClient(connection, services.GetService<BlobClientOptions>())
            : new BlobServiceClient(new Uri(Required(Settings(services).GetSection("AzureWebJobsStorage"), "blobServiceUri")), Identity(services));

    /// <summary>
    /// The <c>blobServiceUri</c> of <c>Drops</c> with our identity: nobody who drops files is let into the account that only
    /// we write. Where it is not set there is one account for both.
    /// </summary>
    public static BlobServiceClient DropsOf(IServiceProvider services) =>
        Settings(services).GetSection(Drops)["blobServiceUri"] is { } address
            ? new BlobServiceClient(new Uri(address), Identity(services))
            : services.GetRequiredService<BlobServiceClient>();

    /// <summary>Our identity in Azure: the user-assigned one of <c>AZURE_CLIENT_ID</c>, where it is set.</summary>
    public static TokenCredential Identity(IServiceProvider services) => new DefaultAzureCredential(
        new DefaultAzureCredentialOptions { ManagedIdentityClientId = Settings(services)["AZURE_CLIENT_ID"] });

    static IConfiguration Settings(IServiceProvider services) => services.GetRequiredService<IConfiguration>();

    static string Required(IConfigurationSection section, string name) =>
        section[name] ?? throw new InvalidOperationException($"The setting {section.Path}:{name} is missing.");
}
