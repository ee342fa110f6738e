using System.Text.Json;

namespace Railyard.App.Operations;

/// <summary>The contract as one page of HTML that needs nothing but itself.</summary>
static class ReferencePage
{
    /// <summary>The page.</summary>
    public static string Of(ApiDocument document)
    {
        var facts = document.Root.GetProperty("info");
        var title = Html.Text($"{facts.GetProperty("title").GetString()} API {facts.GetProperty("version").GetString()}");
        var body = $"""
            <header>
            <h1>{title}</h1>
            <p class="lead">{Html.Prose(facts.GetProperty("summary").GetString()!)}</p>
            <p>{Html.Prose(facts.GetProperty("description").GetString()!)}</p>
            <p>It is called at {Html.Code(Server(document))}, and described for programs in <a href="/openapi.json">openapi.json</a>.</p>
            </header>
            {Contents(document)}
            <main>
            {string.Join('\n', Tags(document).Select(tag => Section(document, tag)))}
            {ReferenceSchemas.Errors(document)}
            {ReferenceSchemas.All(document)}
            </main>
            """;
        return Html.Page(title, body);
    }

    /// <summary>Where it is called.</summary>
    public static string Server(ApiDocument document) =>
        document.Root.GetProperty("servers")[0].GetProperty("url").GetString()!;

    static string Contents(ApiDocument document) => $"""
        <nav aria-label="Contents">
        {string.Join('\n', Tags(document).Select(tag => Listed(document, tag)))}
        <p><a href="#errors">Errors</a></p>
        <p><a href="#schemas">Schemas</a></p>
        </nav>
        """;

    static string Listed(ApiDocument document, JsonElement tag)
    {
        var items = Of(document, tag).Select(one => $"<li><a href=\"#{one.Id}\">{Html.Text(one.Summary)}</a></li>");
        return $"<p><a href=\"#{Anchor(tag)}\">{Html.Text(Name(tag))}</a></p>\n<ul>\n{string.Join('\n', items)}\n</ul>";
    }

    static string Section(ApiDocument document, JsonElement tag) => $"""
        <section aria-labelledby="{Anchor(tag)}">
        <h2 id="{Anchor(tag)}">{Html.Text(Name(tag))}</h2>
        <p>{Html.Prose(tag.GetProperty("description").GetString()!)}</p>
        {string.Join('\n', Of(document, tag).Select(ReferenceOperation.Of))}
        </section>
        """;

    static IEnumerable<ApiOperation> Of(ApiDocument document, JsonElement tag) =>
        document.Operations.Concat(document.Messages).Where(operation => operation.Tag == Name(tag));

    static JsonElement.ArrayEnumerator Tags(ApiDocument document) => document.Root.GetProperty("tags").EnumerateArray();

    static string Name(JsonElement tag) => tag.GetProperty("name").GetString()!;

    static string Anchor(JsonElement tag) => $"tag-{Name(tag).ToLowerInvariant().Replace(' ', '-')}";
}
