using System.Text.Json;

namespace Railyard.App.Operations;

/// <summary>An operation as the reference page shows it.</summary>
static class ReferenceOperation
{
    const string JsonBody = "application/json";

    /// <summary>All there is to know of it.</summary>
    public static string Of(ApiOperation operation) => $"""
        <article aria-labelledby="{operation.Id}">
        <h3 id="{operation.Id}">{Html.Text(operation.Summary)}</h3>
        <p class="call"><span class="method {operation.Method.ToLowerInvariant()}">{operation.Method}</span> {Place(operation)}</p>
        {Paragraph(operation.Description)}{Paragraph(Access(operation))}
        {Titled("Parameters", Html.Table(["Name", "In", "What it is"], operation.Parameters.Select(Parameter)))}
        {Titled("Request", Request(operation))}
        {Titled("Answers", Html.Table(["Status", "When", "Body"], operation.Answers.Select(answer => Answer(operation, answer))))}
        {string.Join('\n', operation.Answers.SelectMany(AnswerExamples))}
        </article>
        """;

    static string Place(ApiOperation operation) =>
        Html.Code(IsMessage(operation) ? "your endpoint's url" : operation.Path);

    static bool IsMessage(ApiOperation operation) => !operation.Path.StartsWith('/');

    static string? Access(ApiOperation operation) =>
        operation.Scope is { } scope ? $"Needs a key with the scope `{scope}`." : null;

    static string Paragraph(string? text) => text is null ? "" : $"<p>{Html.Prose(text)}</p>";

    static string Titled(string title, string content) => content.Length == 0 ? "" : $"<h4>{title}</h4>\n{content}";

    static string Parameter(JsonElement parameter)
    {
        var isRequired = parameter.TryGetProperty("required", out var required) && required.GetBoolean();
        var type = ReferenceSchemas.Type(parameter.GetProperty("schema"));
        var text = Html.Prose(parameter.GetProperty("description").GetString()!);
        return Html.Row(
            null,
            Html.Code(parameter.GetProperty("name").GetString()!),
            parameter.GetProperty("in").GetString()!,
            $"{text} <small>{type}{(isRequired ? ", required" : "")}</small>");
    }

    static string Request(ApiOperation operation)
    {
        var schemas = operation.Bodies.Select(body => $"<p>{Html.Code(body.ContentType)}: {ReferenceSchemas.Type(body.Schema)}</p>");
        var examples = operation.Bodies.SelectMany(body => body.Examples.Select(example => Example(operation, body, example)));
        if (IsMessage(operation)) examples = operation.Bodies.Select(body => Html.Block(ApiDocument.Write(body.Examples[0].Value)));
        else if (operation.Bodies.Count == 0) examples = [Html.Block(ReferenceCurl.Of(operation, null, null))];
        return string.Join('\n', schemas.Concat(examples));
    }

    static string Example(ApiOperation operation, ApiContent body, ApiExample example) => $"""
        <figure>
        <figcaption>{Html.Text(example.Summary)}</figcaption>
        {Html.Block(ReferenceCurl.Of(operation, body, example))}
        </figure>
        """;

    static string Answer(ApiOperation operation, ApiAnswer answer)
    {
        var codes = string.Join(", ", answer.Codes.Select(code => $"<a href=\"#{code}\">{Html.Code(code)}</a>"));
        var headers = string.Join(", ", answer.Headers.Select(header => Header(operation, header)));
        var bodies = string.Join(", ", answer.Bodies.Select(Body));
        return Html.Row(
            null,
            Html.Text(answer.Status),
            Html.Prose(answer.Description) + (codes.Length == 0 ? "" : $" {codes}"),
            bodies + (headers.Length == 0 ? "" : $"<br /><small>{headers}</small>"));
    }

    static string Header(ApiOperation operation, JsonProperty header)
    {
        var text = operation.Document.Resolve(header.Value).GetProperty("description").GetString()!;
        return $"<span title=\"{Html.Text(text)}\">{Html.Text(header.Name)}</span>";
    }

    static string Body(ApiContent body) =>
        body.ContentType == JsonBody || body.Schema.TryGetProperty("$ref", out _)
            ? ReferenceSchemas.Type(body.Schema)
            : Html.Code(body.ContentType);

    static IEnumerable<string> AnswerExamples(ApiAnswer answer) =>
        from body in answer.Bodies
        where body.ContentType == JsonBody
        from example in body.Examples
        select $"<details>\n<summary>Example of {Html.Text(answer.Status)}</summary>\n{Html.Block(ApiDocument.Write(example.Value))}\n</details>";
}
