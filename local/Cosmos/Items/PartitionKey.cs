using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Railyard.Local.Cosmos.Catalog;

namespace Railyard.Local.Cosmos.Items;

/// <summary>One logical partition: its key values written so that equal values are equal texts.</summary>
readonly record struct PartitionKey(string Text)
{
    const string UndefinedComponent = "{}";

    static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // The first character is the kind, so the string "1" and the number 1 are different partitions.
    public static PartitionKey Of(string value) => new("\"" + value);

    // Adding zero makes 0 of -0, which is the same number.
    public static PartitionKey Of(double value) =>
        new("#" + (value + 0.0).ToString("R", CultureInfo.InvariantCulture));

    public static PartitionKey Of(bool value) => new(value ? "true" : "false");

    public static PartitionKey Null { get; } = new("null");

    /// <summary>
    /// Reads <c>["value"]</c>. Returns what is wrong with it, or null; a key that names only the first levels
    /// of a hierarchical one is the <paramref name="interval"/> of all the partitions below it.
    /// </summary>
    public static string? FromHeader(
        string header, Container container, out PartitionKey? key, out KeyInterval? interval)
    {
        (key, interval) = (null, null);
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(header));
            var levels = container.PartitionKeyPaths.Count;
            var given = json.RootElement.EnumerateArray().Select(Component).OfType<string>().ToList();
            if (given.Count != json.RootElement.GetArrayLength() || given.Count > levels)
                return $"Partition key {header} is invalid.";
            if (given.Count == 0) given.AddRange(Enumerable.Repeat(UndefinedComponent, levels));
            if (given.Count == levels) key = Of(given);
            else interval = KeyInterval.Under(EffectiveKey.Of(given));
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return $"Partition key {header} is invalid.";
        }
    }

    /// <summary>The key of a document, or null where one of its values is an object or an array.</summary>
    public static PartitionKey? Of(JsonElement document, IReadOnlyList<IReadOnlyList<string>> paths)
    {
        var components = new List<string>(paths.Count);
        foreach (var path in paths)
        {
            if (ComponentAt(document, path) is not { } component) return null;
            components.Add(component);
        }
        return Of(components);
    }

    // The hash comes first, because a prefix of the levels is asked for as a range of hashes.
    static PartitionKey Of(List<string> components) => components is [var only]
        ? new PartitionKey(only)
        : new PartitionKey($"{EffectiveKey.Of(components)}.{JsonSerializer.Serialize(components, Plain)}");

    static string? ComponentAt(JsonElement document, IReadOnlyList<string> path)
    {
        foreach (var name in path)
        {
            if (document.ValueKind != JsonValueKind.Object) return UndefinedComponent;
            if (!document.TryGetProperty(name, out document)) return UndefinedComponent;
        }
        return document.ValueKind == JsonValueKind.Object ? null : Component(document);
    }

    static string? Component(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value.GetString()!).Text,
        JsonValueKind.Number => Of(value.GetDouble()).Text,
        JsonValueKind.True or JsonValueKind.False => Of(value.GetBoolean()).Text,
        JsonValueKind.Null => Null.Text,
        // The SDK writes an empty object for "no value".
        JsonValueKind.Object => UndefinedComponent,
        _ => null,
    };
}

/// <summary>Neighbouring partitions of a hierarchical container, by the texts of their keys.</summary>
readonly record struct KeyInterval(string Min, string BeforeMax)
{
    // Behind every key: they are text in ASCII below this, or begin with it.
    const string End = "\u007f";

    public static KeyInterval Everything { get; } = new("", End);

    // Hashes never begin with FF, so this is behind everything that goes on from the hash.
    public static KeyInterval Under(string hash) => new(hash, hash + "FF");
}
