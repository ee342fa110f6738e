using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Railyard.App.Acquiring;

namespace Railyard.App.Tests.Infra;

/// <summary>The app is told everything that it asks for, nothing else, and no secret.</summary>
public sealed partial class SettingsTests
{
    // What the code can read and Azure does not set, and why.
    static readonly Dictionary<string, string> NotSet = new()
    {
        ["AzureWebJobsStorage"] = "a connection string: our identity opens storage",
        ["ServiceBus"] = "a connection string: our identity opens the bus",
        ["Cosmos:accountKey"] = "a key: our identity opens the database",
        ["Cosmos:connectionMode"] = "direct, which is usual, is right",
        ["Operators:firstKeyHash"] = "set for the first hour only",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "telemetry goes to Azure Monitor",
        ["RateLimit:burst"] = "the usual is right",
        ["RateLimit:perSecond"] = "the usual is right",
        ["WEBSITE_HOSTNAME"] = "the platform sets it",
    };

    // What the host reads, and none of our code.
    static readonly string[] OfTheHost =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AzureWebJobsStorage:clientId", "AzureWebJobsStorage:credential", "AzureWebJobsStorage:queueServiceUri",
        "Drops:clientId", "Drops:credential", "Drops:queueServiceUri",
        "ServiceBus:clientId", "ServiceBus:credential",
    ];

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_app_is_told_what_it_reads_and_nothing_else(string environment)
    {
        var told = await ToldAsync(environment);
        var read = AppSource.Settings.Concat(ReadByHostJson()).ToHashSet();

        Assert.Empty(read.Except(told).Except(NotSet.Keys));
        Assert.Empty(told.Where(name => !name.StartsWith("Acquirers:", StringComparison.Ordinal)).Except(read).Except(OfTheHost));
        Assert.Empty(NotSet.Keys.Intersect(told));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_acquirer_is_told_by_the_names_that_the_code_knows(string environment)
    {
        var known = typeof(AcquirerSettings).GetProperties().Concat(typeof(AcquirerTerms).GetProperties())
            .Select(property => property.Name).Append("hmacKey").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var told = (await ToldAsync(environment)).Where(name => name.StartsWith("Acquirers:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(told);
        Assert.All(told, name => Assert.Contains(name.Split(':')[2], known));
        Assert.All(told.GroupBy(name => name.Split(':')[1]), one => Assert.Contains($"Acquirers:{one.Key}:endpoint", one));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_key_is_a_reference_into_the_vault(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var settings = Settings(deployed).ToList();

        Assert.Contains(settings, setting => IsKey().IsMatch(setting.Name));
        Assert.All(
            settings.Where(setting => IsKey().IsMatch(setting.Name)),
            setting => Assert.Contains("@Microsoft.KeyVault(SecretUri=", setting.Value.GetString()!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_connection_of_a_trigger_is_set_by_identity(string environment)
    {
        var told = await ToldAsync(environment);
        var connections = AppSource.Triggers<ServiceBusTriggerAttribute>().Select(one => one.Trigger.Connection)
            .Concat(AppSource.Triggers<BlobTriggerAttribute>().Select(one => one.Trigger.Connection)).Distinct().ToList();

        Assert.NotEmpty(connections);
        Assert.All(connections, connection => Assert.Contains($"{connection}:credential", told));
    }

    static async Task<HashSet<string>> ToldAsync(string environment) =>
        [.. Settings(await Deployment.OfAsync(environment)).Select(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal))];

    static JsonElement.ObjectEnumerator Settings(Deployment deployed) =>
        deployed.One("Microsoft.Web/sites/config").All.GetProperty("properties").EnumerateObject();

    static IEnumerable<string> ReadByHostJson() => HostSetting()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "host.json")))
        .Select(found => found.Groups["it"].Value);

    [GeneratedRegex("""%(?<it>[A-Z_]+)%|"connectionStringName": "(?<it>[A-Z_]+)["]""", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex HostSetting();

    [GeneratedRegex("(?i)__(?:apiKey|hmacKey)$", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex IsKey();
}
