using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Railyard.App.Acquiring;
using Railyard.App.Ledger;
using Railyard.App.Merchants.Payouts;
using Railyard.App.Settlement.Bank;
using Railyard.Core;
using Railyard.Core.Payments;

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

    // Sections that are empty where nothing is agreed.
    static readonly string[] MayBeEmpty = ["Reconciliation:approvalAbove:*"];

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
        var read = AppSource.Settings.Concat(ReadByHostJson()).ToHashSet();
        var told = (await ToldAsync(environment)).Select(name => SectionOf(name, read)).ToHashSet();

        Assert.Empty(read.Except(told).Except(NotSet.Keys).Except(MayBeEmpty));
        Assert.Empty(told.Where(name => !name.StartsWith("Acquirers:", StringComparison.Ordinal)).Except(read).Except(OfTheHost));
        Assert.Empty(NotSet.Keys.Intersect(told));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_acquirer_is_told_by_the_names_that_the_code_knows(string environment)
    {
        var known = typeof(AcquirerSettings).GetProperties().Concat(typeof(AcquirerTerms).GetProperties())
            .Concat(typeof(PayoutTerms).GetProperties())
            .Select(property => property.Name).Append("hmacKey").Append("settlement").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var told = (await ToldAsync(environment)).Where(name => name.StartsWith("Acquirers:", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(told);
        Assert.All(told, name => Assert.Contains(name.Split(':')[2], known));
        Assert.All(
            told.Where(name => name.Split(':')[2] == "settlement"),
            name => Assert.Contains(typeof(SettlementSettings).GetProperties(), one => one.Name.Equals(name.Split(':')[3], StringComparison.OrdinalIgnoreCase)));
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

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_app_can_read_what_it_is_told_of_banks_and_money(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(deployed)
            .Where(setting => setting.Value.ValueKind == JsonValueKind.String)
            .Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value.GetString()))).Build();
        var terms = configuration.GetSection("Acquirers").GetChildren().ToDictionary(one => one.Key, SettlementSettings.Read);

        var (accounts, debtors) = (new BankAccounts(configuration), new DebtorAccounts(configuration));

        Assert.Equal(environment == "prod" ? 2 : 0, terms["northbank"].BusinessDays);
        Assert.All(terms.Keys, name => Assert.True(accounts.Knows(accounts.AccountOf(new AcquirerName(name)))));
        Assert.NotNull(debtors.Find(Currency.Of("EUR")));
        Assert.True(accounts.Knows(debtors.StatementsOf(Currency.Of("EUR"))));
    }

    // A name of a section that is read as a whole stands for the section.
    static string SectionOf(string name, HashSet<string> read) =>
        read.FirstOrDefault(section => section.EndsWith(":*", StringComparison.Ordinal) && name.StartsWith(section[..^1], StringComparison.Ordinal)) ?? name;

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
