using System.Text.Json;

namespace Railyard.App.Operations;

/// <summary>Schemas and the codes of errors as the reference page shows them.</summary>
static class ReferenceSchemas
{
    const string Help = "x-code-help";

    /// <summary>Every schema that is not shown among the errors.</summary>
    public static string All(ApiDocument document) => $"""
        <section aria-labelledby="schemas">
        <h2 id="schemas">Schemas</h2>
        {string.Join('\n', document.Schemas.EnumerateObject().Where(one => !one.Value.TryGetProperty(Help, out _)).Select(Named))}
        </section>
        """;

    /// <summary>Every code, when it is answered, and what to do about it.</summary>
    public static string Errors(ApiDocument document) => $"""
        <section aria-labelledby="errors">
        <h2 id="errors">Errors</h2>
        <p>What is refused is answered as {Html.Code("application/problem+json")} (RFC 9457) with one of these codes.</p>
        <div id="schema-ProblemCode">{Html.Table(["Code", "Status", "What to do"], Codes(document))}</div>
        <h3 id="schema-FieldErrorCode">What is wrong with a member</h3>
        <p>With {Html.Code("validation_failed")} each entry of {Html.Code("errors")} names a member and one of these.</p>
        {Html.Table(["Code", "What to do"], FieldCodes(document))}
        </section>
        """;

    /// <summary>What values a schema allows, in a few words.</summary>
    public static string Type(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference)) return Link(reference.GetString()!);
        if (Alternatives(schema) is { } alternatives) return string.Join(" or ", alternatives.Select(Type));
        if (schema.TryGetProperty("const", out var only)) return Html.Code(only.ToString());
        if (schema.TryGetProperty("enum", out var words)) return "one of " + string.Join(", ", words.EnumerateArray().Select(Word));
        if (schema.TryGetProperty("items", out var items)) return $"list of {Type(items)}";
        return schema.TryGetProperty("type", out var type) ? $"{Words(type)}{Limits(schema)}" : "anything";
    }

    static IEnumerable<string> Codes(ApiDocument document)
    {
        var statuses = document.Operations.SelectMany(operation => operation.Answers)
            .SelectMany(answer => answer.Codes.Select(code => (Code: code, answer.Status)))
            .Distinct().ToLookup(one => one.Code, one => one.Status);
        return HelpOf(document, "ProblemCode").Select(one => Html.Row(
            one.Name, Html.Code(one.Name), string.Join(", ", statuses[one.Name].Order()), Html.Prose(one.Value.GetString()!)));
    }

    static IEnumerable<string> FieldCodes(ApiDocument document) => HelpOf(document, "FieldErrorCode")
        .Select(one => Html.Row($"field-{one.Name}", Html.Code(one.Name), Html.Prose(one.Value.GetString()!)));

    static JsonElement.ObjectEnumerator HelpOf(ApiDocument document, string schema) =>
        document.Schemas.GetProperty(schema).GetProperty(Help).EnumerateObject();

    static string Named(JsonProperty schema) => $"""
        <section aria-labelledby="schema-{schema.Name}">
        <h3 id="schema-{schema.Name}">{Html.Text(schema.Name)}</h3>
        {Described(schema.Value)}
        </section>
        """;

    static string Described(JsonElement schema)
    {
        var text = schema.TryGetProperty("description", out var description) ? $"<p>{Html.Prose(description.GetString()!)}</p>" : "";
        if (schema.TryGetProperty("properties", out var members)) return text + Members(schema, members);
        return Alternatives(schema) is { } alternatives
            ? text + string.Join('\n', alternatives.Select(Described))
            : $"{text}<p><small>{Type(schema)}</small></p>";
    }

    static string Members(JsonElement schema, JsonElement members)
    {
        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet()
            : [];
        return Html.Table(["Member", "What it is"], members.EnumerateObject().Select(one => Member(one, required.Contains(one.Name))));
    }

    static string Member(JsonProperty member, bool isRequired)
    {
        var text = member.Value.TryGetProperty("description", out var description) ? Html.Prose(description.GetString()!) + " " : "";
        var inner = member.Value.TryGetProperty("properties", out _) ? Described(member.Value) : "";
        var type = inner.Length > 0 ? "object" : Type(member.Value);
        return Html.Row(null, Html.Code(member.Name), $"{(inner.Length > 0 ? "" : text)}<small>{type}{(isRequired ? "" : ", may be absent")}</small>{inner}");
    }

    static JsonElement.ArrayEnumerator? Alternatives(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var either) || schema.TryGetProperty("anyOf", out either)
            ? either.EnumerateArray()
            : null;

    static string Link(string reference)
    {
        var name = reference[(reference.LastIndexOf('/') + 1)..];
        return $"<a href=\"#schema-{name}\">{Html.Text(name)}</a>";
    }

    static string Word(JsonElement value) => value.ValueKind == JsonValueKind.Null ? "null" : Html.Code(value.ToString());

    static string Words(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString()))
        : type.GetString()!;

    static string Limits(JsonElement schema)
    {
        string? Of(string name, string words) => schema.TryGetProperty(name, out var value) ? $"{words}{Html.Text(value.ToString())}" : null;
        string?[] all =
        [
            Of("format", ""), Of("minimum", "at least "), Of("maximum", "at most "), Of("minLength", "from length "),
            Of("maxLength", "up to length "), Of("pattern", "like "), Of("default", "usually "),
        ];
        return string.Concat(all.OfType<string>().Select(limit => $", {limit}"));
    }
}
