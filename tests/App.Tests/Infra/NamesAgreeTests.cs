using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Functions.Worker;

namespace Railyard.App.Tests.Infra;

/// <summary>What the code uses is there, and nothing that it does not use.</summary>
public sealed partial class NamesAgreeTests
{
    const string Container = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";
    const string BlobContainer = "Microsoft.Storage/storageAccounts/blobServices/containers";
    const string Queue = "Microsoft.ServiceBus/namespaces/queues";
    const string Topic = "Microsoft.ServiceBus/namespaces/topics";
    const string Subscription = "Microsoft.ServiceBus/namespaces/topics/subscriptions";
    const string Rule = "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules";

    // Not the app's: where its code lies, and where Event Grid leaves what it could not deliver.
    static readonly string[] OfThePlatform = ["deployments", "event-dead-letters"];

    // Files that say what is asked for, and not of which container.
    static readonly Dictionary<string, string> AskedOf = new() { ["DiscrepancyDocument.cs"] = "discrepancies" };

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_database_has_the_containers_that_the_code_opens(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        Assert.Equal(Opened().Order(StringComparer.Ordinal), deployed.Names(Container));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_bus_has_what_the_code_listens_to_and_nothing_that_it_does_not_name(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var triggers = AppSource.Triggers<ServiceBusTriggerAttribute>().Select(one => one.Trigger).ToList();

        Assert.All(triggers.Where(one => one.QueueName is not null), one => Assert.Contains(one.QueueName!, deployed.Names(Queue)));
        Assert.All(
            triggers.Where(one => one.TopicName is not null),
            one => Assert.Contains(deployed.All(Subscription), found => found.Name.EndsWith($"/{one.TopicName}/{one.SubscriptionName}", StringComparison.Ordinal)));
        Assert.All(
            deployed.Names(Queue).Concat(deployed.Names(Topic)).Concat(deployed.Names(Subscription)),
            name => Assert.True(AppSource.Names(name), $"Nothing in the app names {name}."));
    }

    [Fact]
    public async Task A_subscription_with_rules_has_no_rule_left_that_takes_everything()
    {
        var deployed = await Deployment.OfAsync("prod");
        var declared = Declared("servicebus.json").GetProperty("UserConfig").GetProperty("Namespaces")[0].GetProperty("Topics")
            .EnumerateArray().SelectMany(topic => topic.GetProperty("Subscriptions").EnumerateArray()).ToList();

        foreach (var subscription in declared)
        {
            var name = subscription.GetProperty("Name").GetString();
            var rules = deployed.All(Rule).Where(rule => rule.Name.Split('/')[^2] == name).ToList();
            var wanted = subscription.TryGetProperty("Rules", out var own) ? own.GetArrayLength() : 0;
            Assert.Equal(wanted, rules.Count);
            Assert.Equal(wanted == 0 ? 0 : 1, rules.Count(rule => rule.ShortName == "$Default"));
        }
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Storage_has_the_containers_that_the_code_names_and_no_acquirer_shares_an_account_with_our_files(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var containers = deployed.All(BlobContainer);

        Assert.Equal(
            Declared("blobs.json").GetProperty("containers").EnumerateArray().Select(name => name.GetString()!)
                .Concat(OfThePlatform).Order(StringComparer.Ordinal),
            deployed.Names(BlobContainer));
        Assert.All(
            deployed.Names(BlobContainer).Except(OfThePlatform),
            name => Assert.True(AppSource.Names(name), $"Nothing in the app names {name}."));
        var accounts = containers.ToLookup(one => one.Name.Split('/')[0], one => one.ShortName);
        Assert.Single(accounts, account => account.All(name => name.EndsWith("-inbox", StringComparison.Ordinal) || name == "event-dead-letters"));
        Assert.Single(accounts, account => !account.Any(name => name.EndsWith("-inbox", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_inbox_that_a_function_watches_is_announced_to_it()
    {
        var deployed = await Deployment.OfAsync("prod");
        var watched = AppSource.Triggers<BlobTriggerAttribute>();
        var told = deployed.All("Microsoft.EventGrid/systemTopics/eventSubscriptions");

        Assert.NotEmpty(watched);
        Assert.All(watched, one => Assert.Equal(BlobTriggerSource.EventGrid, one.Trigger.Source));
        Assert.All(watched, one => Assert.Equal(Connections.Drops, one.Trigger.Connection));
        Assert.Equal(
            watched.Select(one => (Container: one.Trigger.BlobPath.Split('/')[0], one.Function)).Order(),
            told.Select(one => (Container: one.ShortName, Function: FunctionOf().Match(one.All.GetRawText()).Groups["function"].Value)).Order());
    }

    [Fact]
    public async Task What_a_query_asks_for_is_indexed()
    {
        var deployed = await Deployment.OfAsync("prod");
        var indexed = deployed.All(Container).ToDictionary(
            one => one.ShortName,
            one => one["resource", "indexingPolicy", "includedPaths"].EnumerateArray()
                .Select(path => path.GetProperty("path").GetString()!).ToHashSet());
        var asked = 0;

        foreach (var (name, text) in AppSource.Files)
        {
            var containers = ContainerOf().Matches(text).Select(found => IdOf(found.Groups["container"].Value)).Distinct().ToList();
            if (AskedOf.TryGetValue(name, out var other)) containers.Add(other);
            foreach (var path in PathsAskedFor(text))
            {
                asked++;
                Assert.True(containers.Exists(id => indexed[id].Contains(path)), $"{name} asks for {path}, which {string.Join(", ", containers)} do not index.");
            }
        }
        Assert.True(asked > 30, "No query was found: has their form changed?");
    }

    [Fact]
    public async Task Alerts_watch_what_is_measured()
    {
        var deployed = await Deployment.OfAsync("prod");
        var measured = AppSource.Files.Single(file => file.Name == "Measurements.cs").Text;

        var watched = deployed.All("Microsoft.Insights/scheduledQueryRules")
            .SelectMany(rule => Measured().Matches(rule["criteria"].GetRawText()).Select(found => found.Value)).ToList();

        Assert.True(watched.Count >= 5);
        Assert.All(watched, name => Assert.Contains($"\"{name}\"", measured, StringComparison.Ordinal));
    }

    // Always indexed: the id, and what the service itself keeps.
    static IEnumerable<string> PathsAskedFor(string text) => QueryText().Matches(text)
        .SelectMany(query => Path().Matches(query.Value).Select(found =>
            $"/{found.Groups["path"].Value.Replace('.', '/')}{(found.Groups["list"].Success ? "/[]" : "")}/?"))
        .Where(path => path is not ("/id/?" or "/_ts/?"))
        .Distinct();

    static IEnumerable<string> Opened()
    {
        using var cosmos = new CosmosClient("https://localhost:1/", Convert.ToBase64String(new byte[64]));
        var containers = new Containers(cosmos, "railyard");
        return [.. typeof(Containers).GetProperties().Select(one => ((Container)one.GetValue(containers)!).Id)];
    }

    static string IdOf(string property)
    {
        using var cosmos = new CosmosClient("https://localhost:1/", Convert.ToBase64String(new byte[64]));
        return ((Container)typeof(Containers).GetProperty(property)!.GetValue(new Containers(cosmos, "railyard"))!).Id;
    }

    static JsonElement Declared(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(Repository.Root, "local", "resources", file))).RootElement;

    [GeneratedRegex(@"defaultHostName, '(?<function>\w+)'", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex FunctionOf();

    [GeneratedRegex(@"railyard\.[a-z_.]+", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex Measured();

    [GeneratedRegex(@"\bcontainers\.(?<container>[A-Z]\w+)", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex ContainerOf();

    [GeneratedRegex("""
        "[^"\n]*\bc\.[a-z_]+[^"\n]*"
        """, RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex QueryText();

    [GeneratedRegex(@"(?<!SELECT )(?<!, )(?<list>ARRAY_CONTAINS\()?\bc\.(?<path>[a-z_]+(?:\.[a-z_]+)*)", RegexOptions.None, AppSource.PatienceMilliseconds)]
    private static partial Regex Path();
}
