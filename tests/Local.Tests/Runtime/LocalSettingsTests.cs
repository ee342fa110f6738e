using Microsoft.Extensions.Configuration;
using Railyard.Local.Runtime;
using Railyard.Local.Runtime.Settings;

namespace Railyard.Local.Tests.Runtime;

public sealed class LocalSettingsTests : IDisposable
{
    readonly string app = Directory.CreateTempSubdirectory("railyard-app-").FullName;
    readonly string root = Directory.CreateTempSubdirectory("railyard-root-").FullName;

    public void Dispose()
    {
        Directory.Delete(app, recursive: true);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void Values_become_configuration_with_colons()
    {
        Write(app, "local.settings.json", """{ "Values": { "Cosmos__database": "one", "Count": 3 } }""");

        var settings = LocalSettings.Load(app, root);

        Assert.Equal("one", settings["Cosmos:database"]);
        Assert.Equal("3", settings["Count"]);
    }

    [Fact]
    public void The_sample_is_read_only_where_there_is_no_file_of_ones_own()
    {
        Write(root, "local.settings.sample.json", """{ "Values": { "Name": "sample" } }""");
        var fromSample = LocalSettings.Load(app, root);

        Write(root, "local.settings.json", """{ "Values": { "Name": "own" } }""");
        var own = LocalSettings.Load(app, root);

        Assert.Equal("sample", fromSample["Name"]);
        Assert.Equal("own", own["Name"]);
    }

    [Theory]
    [InlineData("{ \"Values\": ")]
    [InlineData("""{ "IsEncrypted": true }""")]
    [InlineData("""{ "Values": { "Nested": { } } }""")]
    public void A_file_that_cannot_be_read_is_refused_by_name(string content)
    {
        Write(app, "local.settings.json", content);

        var refusal = Assert.Throws<StartRefused>(() => LocalSettings.Load(app, root));

        Assert.StartsWith(
            Path.Combine(app, "local.settings.json"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_of_host_json_that_means_nothing_here_is_reported()
    {
        Write(app, "host.json", """
            { "version": "2.0", "extensions": { "http": { "routePrefix": "" }, "queues": { "batchSize": 3 } } }
            """);

        var host = HostJson.Load(app, new ConfigurationManager());

        Assert.Equal("", host.RoutePrefix);
        Assert.Equal(["extensions.queues.batchSize"], host.NotUnderstood);
    }

    static void Write(string folder, string name, string content) =>
        File.WriteAllText(Path.Combine(folder, name), content);
}
