using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Railyard.App.Operations;

/// <summary>The contract: <c>openapi.json</c> as it lies beside this file, with the address at which it holds.</summary>
sealed class ApiDocument
{
    const string Resource = "openapi.json";
    static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];
    static readonly JsonSerializerOptions Indented = new(Json.Wire) { WriteIndented = true };

    ApiDocument(JsonElement root) => Root = root;

    /// <summary>The document.</summary>
    public JsonElement Root { get; }

    /// <summary>Its schemas by name.</summary>
    public JsonElement Schemas => Root.GetProperty("components").GetProperty("schemas");

    /// <summary>What can be called, in the order of the document.</summary>
    public IReadOnlyList<ApiOperation> Operations => [.. Under("paths")];

    /// <summary>What we call ourselves: the messages that endpoints are sent.</summary>
    public IReadOnlyList<ApiOperation> Messages => [.. Under("webhooks")];

    /// <summary>The contract as it holds at that address.</summary>
    public static ApiDocument At(Uri address)
    {
        var document = JsonNode.Parse(Text(Resource))!;
        document["servers"]![0]!["url"] = address.AbsoluteUri.TrimEnd('/');
        return new ApiDocument(document.Deserialize<JsonElement>());
    }

    /// <summary>A text that is built into the app.</summary>
    public static string Text(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new Core.InvariantBroken($"{resource} is not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What an element says, itself or where it refers to.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("$ref", out var reference)) return element;
        return reference.GetString()!.Split('/').Skip(1).Aggregate(Root, (found, name) => found.GetProperty(name));
    }

    /// <summary>The document as people like to read it.</summary>
    public override string ToString() => Write(Root);

    /// <summary>A part of it, likewise.</summary>
    public static string Write(JsonElement element) => JsonSerializer.Serialize(element, Indented);

    IEnumerable<ApiOperation> Under(string section) =>
        from path in Root.GetProperty(section).EnumerateObject()
        from method in path.Value.EnumerateObject()
        where Methods.Contains(method.Name)
        select new ApiOperation(this, method.Name.ToUpperInvariant(), path.Name, method.Value);
}

/// <summary>An operation of the contract.</summary>
sealed record ApiOperation(ApiDocument Document, string Method, string Path, JsonElement Spec)
{
    public string Id => Spec.GetProperty("operationId").GetString()!;

    public string Tag => Spec.GetProperty("tags")[0].GetString()!;

    public string Summary => Spec.GetProperty("summary").GetString()!;

    public string? Description => Spec.TryGetProperty("description", out var text) ? text.GetString() : null;

    /// <summary>The scope that its key needs; null where it needs no key.</summary>
    public string? Scope => Spec.TryGetProperty("security", out var security) && security.GetArrayLength() > 0
        ? security[0].GetProperty("api_key")[0].GetString()
        : null;

    public IReadOnlyList<JsonElement> Parameters => Spec.TryGetProperty("parameters", out var all)
        ? [.. all.EnumerateArray().Select(Document.Resolve)]
        : [];

    /// <summary>What its body may be, by content type.</summary>
    public IReadOnlyList<ApiContent> Bodies =>
        Spec.TryGetProperty("requestBody", out var body) ? ApiContent.Of(body) : [];

    public IReadOnlyList<ApiAnswer> Answers =>
        [.. Spec.GetProperty("responses").EnumerateObject().Select(one => new ApiAnswer(one.Name, Document.Resolve(one.Value)))];

    /// <summary>Its path with the example of each parameter in place of its name.</summary>
    public string ExamplePath => Parameters
        .Where(one => one.GetProperty("in").GetString() == "path")
        .Aggregate(Path, (path, one) => path.Replace(
            $"{{{one.GetProperty("name").GetString()}}}", one.GetProperty("example").GetString(), StringComparison.Ordinal));
}

/// <summary>One way in which an operation is answered.</summary>
sealed record ApiAnswer(string Status, JsonElement Spec)
{
    public string Description => Spec.GetProperty("description").GetString()!;

    public IReadOnlyList<ApiContent> Bodies => ApiContent.Of(Spec);

    /// <summary>Its headers, as the document refers to them.</summary>
    public IEnumerable<JsonProperty> Headers =>
        Spec.TryGetProperty("headers", out var headers) ? headers.EnumerateObject() : [];

    /// <summary>The codes that its problem can have.</summary>
    public IReadOnlyList<string> Codes =>
        Spec.TryGetProperty("x-codes", out var codes) ? [.. codes.EnumerateArray().Select(code => code.GetString()!)] : [];
}

/// <summary>A body of a content type, with its examples by name.</summary>
sealed record ApiContent(string ContentType, JsonElement Schema, IReadOnlyList<ApiExample> Examples)
{
    public static IReadOnlyList<ApiContent> Of(JsonElement owner) => owner.TryGetProperty("content", out var content)
        ? [.. content.EnumerateObject().Select(one => new ApiContent(one.Name, one.Value.GetProperty("schema"), ExamplesOf(one.Value)))]
        : [];

    static IReadOnlyList<ApiExample> ExamplesOf(JsonElement media)
    {
        if (media.TryGetProperty("example", out var only)) return [new("", "", only)];
        if (!media.TryGetProperty("examples", out var all)) return [];
        return [.. all.EnumerateObject().Select(one =>
            new ApiExample(one.Name, one.Value.GetProperty("summary").GetString()!, one.Value.GetProperty("value")))];
    }
}

/// <summary>An example of a body.</summary>
sealed record ApiExample(string Name, string Summary, JsonElement Value);
