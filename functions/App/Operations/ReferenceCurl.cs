using System.Text.Json;

namespace Railyard.App.Operations;

/// <summary>An operation as it is called from a shell.</summary>
static class ReferenceCurl
{
    const string NextLine = " \\\n  ";
    const string IdempotencyKey = "Idempotency-Key";

    /// <summary>The command, with that example as its body where there is one.</summary>
    public static string Of(ApiOperation operation, ApiContent? body, ApiExample? example) =>
        string.Join(NextLine, Parts(operation, body, example));

    static IEnumerable<string> Parts(ApiOperation operation, ApiContent? body, ApiExample? example)
    {
        var method = operation.Method == "GET" ? "" : $"-X {operation.Method} ";
        yield return $"curl {method}{Quoted($"{ReferencePage.Server(operation.Document)}{operation.ExamplePath}")}";
        if (operation.Scope is not null) yield return "-H \"Authorization: Bearer $KEY\"";
        foreach (var header in operation.Parameters.Where(IsRequiredHeader)) yield return $"-H {Line(header)}";
        if (body is null || example is null) yield break;
        yield return $"-H {Quoted($"Content-Type: {body.ContentType}")}";
        yield return example.Value.ValueKind == JsonValueKind.String
            ? "--data-binary @file"
            : $"-d {Quoted(ApiDocument.Write(example.Value))}";
    }

    static bool IsRequiredHeader(JsonElement parameter) =>
        parameter.GetProperty("in").GetString() == "header"
        && parameter.TryGetProperty("required", out var required) && required.GetBoolean();

    // A key that is copied along would make the second request a repetition of the first.
    static string Line(JsonElement header)
    {
        var name = header.GetProperty("name").GetString()!;
        return name == IdempotencyKey
            ? $"\"{name}: $(date +%s%N)\""
            : Quoted($"{name}: {header.GetProperty("example").GetString()}");
    }

    // Between single quotes a shell takes everything as it is but a single quote.
    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
