using System.Text.Json;

namespace Railyard.Local.Runtime.Settings;

/// <summary>
/// local.settings.json, beside the app or at the repository's root; where there is none, the sample that is
/// kept there.
/// </summary>
internal static class LocalSettings
{
    const string OwnFile = "local.settings.json";
    const string SampleFile = "local.settings.sample.json";

    static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static IReadOnlyDictionary<string, string?> Load(string appFolder, string? repositoryRoot)
    {
        var path = Candidates(appFolder, repositoryRoot).FirstOrDefault(File.Exists);
        if (path is null) return new Dictionary<string, string?>();
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Flatten(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IOException
                                          or UnauthorizedAccessException)
        {
            throw new StartRefused($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    static IEnumerable<string> Candidates(string appFolder, string? repositoryRoot)
    {
        yield return Path.Combine(appFolder, OwnFile);
        if (repositoryRoot is null) yield break;
        yield return Path.Combine(repositoryRoot, OwnFile);
        yield return Path.Combine(repositoryRoot, SampleFile);
    }

    static Dictionary<string, string?> Flatten(JsonElement root)
    {
        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.GetBoolean())
            throw new InvalidOperationException("its values are encrypted");
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (root.TryGetProperty("Values", out var values))
            foreach (var value in values.EnumerateObject())
                settings[value.Name.Replace("__", ":", StringComparison.Ordinal)] = Text(value);
        if (root.TryGetProperty("ConnectionStrings", out var connections))
            foreach (var connection in connections.EnumerateObject())
                settings[$"ConnectionStrings:{connection.Name}"] = Text(connection);
        if (root.TryGetProperty("Host", out var host) && host.TryGetProperty("LocalHttpPort", out var port))
            settings[SettingNames.Port] = port.ToString();
        return settings;
    }

    static string? Text(JsonProperty value) =>
        value.Value.ValueKind switch
        {
            JsonValueKind.String => value.Value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Value.ToString(),
            _ => throw new InvalidOperationException($"the value of {value.Name} is not a string"),
        };
}
