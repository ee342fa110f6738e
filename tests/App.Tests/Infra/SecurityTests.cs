using System.Text.Json;

namespace Railyard.App.Tests.Infra;

/// <summary>Identities instead of keys, no more rights than needed, and closed doors.</summary>
public sealed class SecurityTests
{
    const string Account = "Microsoft.Storage/storageAccounts";
    const string Bus = "Microsoft.ServiceBus/namespaces";
    const string Database = "Microsoft.DocumentDB/databaseAccounts";
    const string Vault = "Microsoft.KeyVault/vaults";
    const string App = "Microsoft.Web/sites";

    static readonly string[] Given =
    [
        "components 3913510d-42f4-4e42-8a64-420c390055eb",        // Monitoring Metrics Publisher
        "containers ba92f5b4-2d11-453d-a403-e96b0029c9fe",        // Storage Blob Data Contributor, to Event Grid
        "namespaces 4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",        // Service Bus Data Receiver
        "namespaces 69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",        // Service Bus Data Sender
        "storageAccounts 974c5e8b-45b9-4653-ba55-5f855dd0fb88",   // Storage Queue Data Contributor, of files
        "storageAccounts 974c5e8b-45b9-4653-ba55-5f855dd0fb88",   // and of drops
        "storageAccounts b7e6dc6d-f1e8-4753-8033-0f276bb0955b",   // Storage Blob Data Owner, of files
        "storageAccounts b7e6dc6d-f1e8-4753-8033-0f276bb0955b",   // and of drops
        "taskHubs 0ad04412-c4d5-4796-b79c-f76d14c8d402",          // Durable Task Data Contributor
        "vaults 4633458b-17de-408a-b874-0445c86b69e6",            // Key Vault Secrets User
    ];

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_roles_are_these_and_no_others(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        var given = deployed.All("Microsoft.Authorization/roleAssignments")
            .Select(role => $"{role.Id.Split('/')[^6]} {role["roleDefinitionId"].GetString()!.Split('/')[^1]}");

        Assert.Equal(Given, given.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_database_lets_the_app_at_items_only(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        var role = deployed.One("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions");
        Assert.Equal(
            ["readMetadata", "sqlDatabases/containers/executeQuery", "sqlDatabases/containers/items/*"],
            role["permissions"][0].GetProperty("dataActions").EnumerateArray()
                .Select(action => action.GetString()!["Microsoft.DocumentDB/databaseAccounts/".Length..]));
        Assert.EndsWith(role.ShortName, deployed.One("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments")["roleDefinitionId"].GetString());
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task No_shared_key_opens_anything(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        Assert.Equal(2, deployed.All(Account).Count);
        Assert.All(deployed.All(Account), account => IsFalse(account["allowSharedKeyAccess"]));
        Assert.All(deployed.All(Account), account => IsFalse(account["allowBlobPublicAccess"]));
        Assert.All(deployed.All("Microsoft.Storage/storageAccounts/blobServices/containers"), one => Assert.Equal("None", one["publicAccess"].GetString()));
        Assert.All(deployed.All("Microsoft.Storage/storageAccounts/localUsers"), user => IsFalse(user["hasSharedKey"]));
        Assert.All(deployed.All("Microsoft.Storage/storageAccounts/localUsers"), user => IsFalse(user["hasSshPassword"]));
        IsTrue(deployed.One(Bus)["disableLocalAuth"]);
        IsTrue(deployed.One(Database)["disableLocalAuth"]);
        IsTrue(deployed.One("Microsoft.Insights/components")["DisableLocalAuth"]);
        IsTrue(deployed.One(Vault)["enableRbacAuthorization"]);
        IsTrue(deployed.One(Vault)["enablePurgeProtection"]);
        Assert.All(
            deployed.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies"), policy => IsFalse(policy["allow"]));
        Assert.Equal(2, deployed.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Nothing_speaks_less_than_tls_1_2(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        Assert.All(deployed.All(Account), account => Assert.Equal("TLS1_2", account["minimumTlsVersion"].GetString()));
        Assert.All(deployed.All(Account), account => IsTrue(account["supportsHttpsTrafficOnly"]));
        Assert.Equal("1.2", deployed.One(Bus)["minimumTlsVersion"].GetString());
        Assert.Equal("Tls12", deployed.One(Database)["minimalTlsVersion"].GetString());
        IsTrue(deployed.One(App)["httpsOnly"]);
        Assert.Equal("1.2", deployed.One(App)["siteConfig", "minTlsVersion"].GetString());
        Assert.Equal("1.2", deployed.One(App)["siteConfig", "scmMinTlsVersion"].GetString());
        Assert.Equal("Disabled", deployed.One(App)["siteConfig", "ftpsState"].GetString());
    }

    [Fact]
    public async Task In_prod_the_internet_reaches_the_app_and_by_named_addresses_the_drops()
    {
        var deployed = await Deployment.OfAsync("prod");
        var drops = deployed.All(Account).Single(account => account.Name.StartsWith("dr", StringComparison.Ordinal));
        var files = deployed.All(Account).Single(account => account.Name.StartsWith("st", StringComparison.Ordinal));

        Assert.All(
            (Resource[])[files, deployed.One(Bus), deployed.One(Database), deployed.One(Vault)],
            closed => Assert.Equal("Disabled", closed["publicNetworkAccess"].GetString()));
        Assert.Equal("Deny", drops["networkAcls", "defaultAction"].GetString());
        Assert.Equal(8, deployed.All("Microsoft.Network/privateEndpoints").Count);
        Assert.DoesNotContain("0.0.0.0", deployed.One("Microsoft.DurableTask/schedulers")["ipAllowlist"].GetRawText());
    }

    [Fact]
    public async Task Whoever_drops_files_has_a_folder_of_an_inbox_and_no_right_beside_its_access_list()
    {
        var deployed = await Deployment.OfAsync("prod");
        var users = deployed.All("Microsoft.Storage/storageAccounts/localUsers");

        Assert.Equal(
            ["bankmain statement-inbox/main", "northbank settlement-inbox/northbank", "tidebank settlement-inbox/tidebank"],
            users.Select(user => $"{user.ShortName} {user["homeDirectory"].GetString()}").Order(StringComparer.Ordinal));
        Assert.All(users, user => Assert.StartsWith("dr", user.Name, StringComparison.Ordinal));
        Assert.All(users, user => Assert.Empty(user["permissionScopes"].EnumerateArray()));
        Assert.All(users, user => Assert.All(user.ShortName, letter => Assert.True(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Only_copies_are_ever_deleted(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var rules = deployed.All("Microsoft.Storage/storageAccounts/managementPolicies")
            .SelectMany(policy => policy["policy", "rules"].EnumerateArray())
            .Select(rule => rule.GetProperty("definition")).ToList();

        var deleted = rules.Where(rule => rule.GetProperty("actions").GetProperty("baseBlob").TryGetProperty("delete", out _))
            .SelectMany(rule => rule.GetProperty("filters").GetProperty("prefixMatch").EnumerateArray().Select(prefix => prefix.GetString()));

        Assert.Equal(["exports/", "settlement-inbox/", "statement-inbox/"], deleted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task In_prod_everything_outlives_a_zone()
    {
        var deployed = await Deployment.OfAsync("prod");

        Assert.All(deployed.All(Account), account => Assert.Equal("Standard_ZRS", account.All.GetProperty("sku").GetProperty("name").GetString()));
        IsTrue(deployed.One("Microsoft.Web/serverfarms")["zoneRedundant"]);
        IsTrue(deployed.One(Database)["locations"][0].GetProperty("isZoneRedundant"));
        IsTrue(deployed.One(Bus)["zoneRedundant"]);
        Assert.Equal(3, deployed.One("Microsoft.DurableTask/schedulers")["sku", "capacity"].GetInt32());
        IsFalse(deployed.One(Database)["enableMultipleWriteLocations"]);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task No_template_tells_a_secret(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);

        Assert.All(
            (string[])["listKeys", "listSecrets", "accountKey", "ConnectionString", "InstrumentationKey", "code="],
            word => Assert.DoesNotContain(word, deployed.Outputs, StringComparison.OrdinalIgnoreCase));
        // The one key that there is, is handed from one service to the other and to nobody else.
        Assert.Equal(
            deployed.All("Microsoft.EventGrid/systemTopics/eventSubscriptions").Select(one => one.Id),
            deployed.Resources.Where(one => one.All.GetRawText().Contains("listKeys", StringComparison.Ordinal)).Select(one => one.Id));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Whatever_can_be_tagged_says_what_it_belongs_to(string environment)
    {
        var deployed = await Deployment.OfAsync(environment);
        var tagged = deployed.Resources.Where(one => one.All.TryGetProperty("location", out _) && !one.Type.EndsWith("virtualNetworkLinks", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(tagged);
        Assert.All(tagged, one => Assert.Equal("railyard", one.All.GetProperty("tags").GetProperty("application").GetString()));
        Assert.All(tagged, one => Assert.Equal(environment, one.All.GetProperty("tags").GetProperty("environment").GetString()));
    }

    static void IsTrue(JsonElement value) => Assert.Equal(JsonValueKind.True, value.ValueKind);

    static void IsFalse(JsonElement value) => Assert.Equal(JsonValueKind.False, value.ValueKind);
}
