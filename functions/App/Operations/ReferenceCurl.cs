using System.Text.Json;

namespace Railyard.App.Operations;

/// <summary>An operation as it is called from a shell.</summary>
static class ReferenceCurl
{
    const string NextLine = " \\\n  ";

    /// <summary>The command, with that example as its body where there is one.</summary>
    public static string Of(ApiOperation operation, ApiContent? body, ApiExample? example) =>
        string.Join(NextLine, Parts(operation, body, example));

    static IEnumerable<string> Parts(ApiOperation operation, ApiContent? body, ApiExample? example)
    {
        var method = operation.Method == "GET" ? "" : $"-X {operation.Method} ";
        yield return $"curl {method}{Quoted($"{ReferencePage.Server(operation.Document)}{operation.ExamplePath}")}";
        if (operation.Scope is not null) yield return "-H \"Authorization: Bearer $KEY\"";
        foreach (var header in operation.Parameters.Where(IsRequiredHeader)) yield return $"-H {Quoted(Line(header))}";
        if (body is null || example is null) yield break;
        yield return $"-H {Quoted($"Content-Type: {body.ContentType}")}";
        yield return example.Value.ValueKind == JsonValueKind.String
            ? "--data-binary @file"
            : $"-d {Quoted(JsonSerializer.Serialize(example.Value, Json.Wire))}";
    }

    static bool IsRequiredHeader(JsonElement parameter) =>
        parameter.GetProperty("in").GetString() == "header"
        && parameter.TryGetProperty("required", out var required) && required.GetBoolean();

    static string Line(JsonElement header) =>
        $"{header.GetProperty("name").GetString()}: {header.GetProperty("example").GetString()}";

    // Between single quotes a shell takes everything as it is but a single quote.
    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
