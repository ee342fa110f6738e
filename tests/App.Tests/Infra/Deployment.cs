using System.Text.Json;

namespace Railyard.App.Tests.Infra;

/// <summary>What a resource will be when it is deployed, loops and variables worked out.</summary>
sealed record Resource(string Id, string Type, string Name, JsonElement All)
{
    /// <summary>What it is told, by the path of names.</summary>
    public JsonElement this[params string[] path] =>
        path.Aggregate(All.GetProperty("properties"), (at, name) => at.GetProperty(name));

    /// <summary>The last part of its name.</summary>
    public string ShortName => Name.Split('/')[^1];
}

/// <summary>Everything that an environment consists of, as the compiler predicts it without asking Azure.</summary>
sealed class Deployment
{
    // Nobody's: they only have to look like it.
    const string Subscription = "00000000-0000-0000-0000-000000000001";
    const string Tenant = "00000000-0000-0000-0000-000000000002";

    static readonly Lazy<Task<Deployment>> Development = new(() => PredictAsync("dev"));
    static readonly Lazy<Task<Deployment>> Production = new(() => PredictAsync("prod"));

    public required IReadOnlyList<Resource> Resources { get; init; }

    /// <summary>The names and values that deployments tell.</summary>
    public required string Outputs { get; init; }

    public static async Task<Deployment> OfAsync(string environment)
    {
        Bicep.SkipWhereItDoesNotRun();
        return await (environment == "prod" ? Production : Development).Value;
    }

    public IReadOnlyList<Resource> All(string type) => [.. Resources.Where(resource => resource.Type == type)];

    public Resource One(string type) => Assert.Single(All(type));

    public IEnumerable<string> Names(string type) => All(type).Select(resource => resource.ShortName).Order(StringComparer.Ordinal);

    static async Task<Deployment> PredictAsync(string environment)
    {
        // A prediction is written beside its parameters, so it is made of a copy.
        var folder = Directory.CreateTempSubdirectory("railyard-infra-");
        try
        {
            Copy(Bicep.Templates, Path.Combine(folder.FullName, "infra"));
            Copy(Path.Combine(Repository.Root, "local", "resources"), Path.Combine(folder.FullName, "local", "resources"));
            var (main, outputs) = await PredictAsync(folder, environment, environment);
            var (events, more) = await PredictAsync(folder, environment, $"events.{environment}");
            return new Deployment { Resources = [.. main, .. events], Outputs = outputs + more };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<(IEnumerable<Resource> Resources, string Outputs)> PredictAsync(
        DirectoryInfo folder, string environment, string parameters)
    {
        var file = Path.Combine(folder.FullName, "infra", parameters);
        var (exitCode, _, said) = await Bicep.RunAsync(
            "snapshot", $"{file}.bicepparam", "--mode", "overwrite", "--subscription-id", Subscription, "--tenant-id", Tenant,
            "--resource-group", $"railyard-{environment}", "--location", "westeurope");
        Assert.True(exitCode == 0, said);
        var predicted = JsonDocument.Parse(await File.ReadAllBytesAsync($"{file}.snapshot.json")).RootElement;
        Assert.Empty(predicted.GetProperty("diagnostics").EnumerateArray());
        return (predicted.GetProperty("predictedResources").EnumerateArray().Select(Read), predicted.GetProperty("outputs").GetRawText());
    }

    static Resource Read(JsonElement resource) => new(
        resource.GetProperty("id").GetString()!,
        resource.GetProperty("type").GetString()!,
        resource.GetProperty("name").GetString()!,
        resource);

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
