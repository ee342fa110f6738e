using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Railyard.Local.Cosmos.Items;

/// <summary>One logical partition: its key value written so that equal values are equal texts.</summary>
readonly record struct PartitionKey(string Text)
{
    public static readonly PartitionKey Undefined = new("{}");

    // The first character is the kind, so the string "1" and the number 1 are different partitions.
    public static PartitionKey Of(string value) => new("\"" + value);

    // Adding zero makes 0 of -0, which is the same number.
    public static PartitionKey Of(double value) =>
        new("#" + (value + 0.0).ToString("R", CultureInfo.InvariantCulture));

    public static PartitionKey Of(bool value) => new(value ? "true" : "false");

    public static PartitionKey Null { get; } = new("null");

    /// <summary>Reads <c>["value"]</c>. Returns what is wrong with it, or null.</summary>
    public static string? FromHeader(string header, out PartitionKey? key)
    {
        key = null;
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(header));
            var components = json.RootElement.GetArrayLength();
            if (components > 1) return "Hierarchical partition keys are not supported here.";
            key = components == 0 ? Undefined : FromComponent(json.RootElement[0]);
            return key is null ? $"Partition key {header} is invalid." : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return $"Partition key {header} is invalid.";
        }
    }

    /// <summary>The key of a document, or null where its value is an object or an array.</summary>
    public static PartitionKey? Of(JsonElement document, IReadOnlyList<string> path)
    {
        foreach (var name in path)
        {
            if (document.ValueKind != JsonValueKind.Object) return Undefined;
            if (!document.TryGetProperty(name, out document)) return Undefined;
        }
        return document.ValueKind == JsonValueKind.Object ? null : FromComponent(document);
    }

    static PartitionKey? FromComponent(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value.GetString()!),
        JsonValueKind.Number => Of(value.GetDouble()),
        JsonValueKind.True or JsonValueKind.False => Of(value.GetBoolean()),
        JsonValueKind.Null => Null,
        // The SDK writes an empty object for "no value".
        JsonValueKind.Object => Undefined,
        _ => null,
    };
}
