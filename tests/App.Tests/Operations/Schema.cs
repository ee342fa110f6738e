using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// JSON Schema 2020-12, in the part that the contract uses. A keyword that is not known here fails, so that nothing of
/// the contract goes unchecked.
/// </summary>
sealed class Schema(JsonElement document)
{
    static readonly TimeSpan PatternWithin = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is wrong with a value, with the path to it.</summary>
    public IReadOnlyList<string> Flaws(JsonElement schema, JsonElement value, string path = "$") =>
        [.. schema.EnumerateObject().SelectMany(keyword => FlawsBy(keyword, schema, value, path))];

    IEnumerable<string> FlawsBy(JsonProperty keyword, JsonElement schema, JsonElement value, string path) => keyword.Name switch
    {
        "description" or "default" or "example" or "x-code-help" => [],
        "$ref" => Flaws(Resolve(keyword.Value.GetString()!), value, path),
        "type" => Unless(IsOfType(keyword.Value, value), path, $"is no {keyword.Value}"),
        "enum" => Unless(keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), path, "is none of the words"),
        "const" => Unless(JsonElement.DeepEquals(keyword.Value, value), path, $"is not {keyword.Value}"),
        "oneOf" => Unless(Fitting(keyword.Value, value) == 1, path, "fits not exactly one"),
        "anyOf" => Unless(Fitting(keyword.Value, value) > 0, path, "fits none"),
        "required" or "properties" or "additionalProperties" or "maxProperties" =>
            value.ValueKind == JsonValueKind.Object ? FlawsOfObject(keyword, schema, value, path) : [],
        "items" or "minItems" or "maxItems" or "uniqueItems" =>
            value.ValueKind == JsonValueKind.Array ? FlawsOfArray(keyword, value, path) : [],
        "minimum" or "maximum" =>
            value.ValueKind == JsonValueKind.Number ? FlawsOfNumber(keyword, value, path) : [],
        "minLength" or "maxLength" or "pattern" or "format" =>
            value.ValueKind == JsonValueKind.String ? FlawsOfText(keyword, value.GetString()!, path) : [],
        _ => throw new NotSupportedException($"{path}: the keyword {keyword.Name} is not checked."),
    };

    IEnumerable<string> FlawsOfObject(JsonProperty keyword, JsonElement schema, JsonElement value, string path) => keyword.Name switch
    {
        "required" => keyword.Value.EnumerateArray().Select(name => name.GetString()!)
            .Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}.{name} is missing"),
        "properties" => keyword.Value.EnumerateObject().SelectMany(member =>
            value.TryGetProperty(member.Name, out var found) ? Flaws(member.Value, found, $"{path}.{member.Name}") : []),
        "additionalProperties" => Others(schema, value).SelectMany(member => keyword.Value.ValueKind == JsonValueKind.Object
            ? Flaws(keyword.Value, member.Value, $"{path}.{member.Name}")
            : Unless(keyword.Value.GetBoolean(), $"{path}.{member.Name}", "is unknown")),
        _ => Unless(value.EnumerateObject().Count() <= keyword.Value.GetInt32(), path, "has too many members"),
    };

    IEnumerable<string> FlawsOfArray(JsonProperty keyword, JsonElement value, string path) => keyword.Name switch
    {
        "items" => value.EnumerateArray().SelectMany((item, index) => Flaws(keyword.Value, item, $"{path}[{index}]")),
        "minItems" => Unless(value.GetArrayLength() >= keyword.Value.GetInt32(), path, "is too short"),
        "maxItems" => Unless(value.GetArrayLength() <= keyword.Value.GetInt32(), path, "is too long"),
        _ => Unless(value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(), path, "repeats itself"),
    };

    static IEnumerable<string> FlawsOfNumber(JsonProperty keyword, JsonElement value, string path) => keyword.Name == "minimum"
        ? Unless(value.GetDecimal() >= keyword.Value.GetDecimal(), path, "is too small")
        : Unless(value.GetDecimal() <= keyword.Value.GetDecimal(), path, "is too large");

    static IEnumerable<string> FlawsOfText(JsonProperty keyword, string text, string path) => keyword.Name switch
    {
        "minLength" => Unless(text.Length >= keyword.Value.GetInt32(), path, "is too short"),
        "maxLength" => Unless(text.Length <= keyword.Value.GetInt32(), path, "is too long"),
        "pattern" => Unless(
            Regex.IsMatch(text, keyword.Value.GetString()!, RegexOptions.CultureInvariant, PatternWithin), path, $"is not like {keyword.Value}"),
        _ => Unless(HasFormat(keyword.Value.GetString()!, text), path, $"is no {keyword.Value}"),
    };

    static bool HasFormat(string format, string text) => format switch
    {
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ECMAScript, PatternWithin)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"The format {format} is not checked."),
    };

    static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(one, value))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            var other => throw new NotSupportedException($"The type {other} is not checked."),
        };

    static IEnumerable<JsonProperty> Others(JsonElement schema, JsonElement value)
    {
        var isClosed = schema.TryGetProperty("properties", out var members);
        return value.EnumerateObject().Where(member => !isClosed || !members.TryGetProperty(member.Name, out _));
    }

    int Fitting(JsonElement schemas, JsonElement value) =>
        schemas.EnumerateArray().Count(schema => Flaws(schema, value).Count == 0);

    JsonElement Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, (found, name) => found.GetProperty(name));

    static IEnumerable<string> Unless(bool isRight, string path, string flaw) => isRight ? [] : [$"{path} {flaw}"];
}
