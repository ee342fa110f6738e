using System.Globalization;
using System.Text.Json.Nodes;

namespace Railyard.Local.Cosmos.Items;

/// <summary>One step of a patch: what to do, where, and with which value.</summary>
sealed record PatchOperation(
    string Kind, IReadOnlyList<string> Path, IReadOnlyList<string>? From, JsonNode? Value)
{
    /// <summary>Every path that the operation changes.</summary>
    public IEnumerable<IReadOnlyList<string>> Touched => From is null ? [Path] : [Path, From];

    public static PatchOperation Read(JsonNode? node)
    {
        var operation = node!.AsObject();
        var kind = (string?)operation["op"] ?? throw new FormatException("an operation has no 'op'");
        if (kind is not ("add" or "set" or "replace" or "remove" or "incr" or "move"))
            throw new FormatException($"the operation '{kind}' is not known");
        if (kind is not ("remove" or "move") && !operation.ContainsKey("value"))
            throw new FormatException($"'{kind}' needs a value");
        var from = kind == "move" ? Pointer((string?)operation["from"]) : null;
        return new PatchOperation(kind, Pointer((string?)operation["path"]), from, operation["value"]);
    }

    /// <summary>Changes the document. Returns why it cannot be changed, or null.</summary>
    public string? Apply(JsonObject document) => Kind switch
    {
        "add" => Put(document, Path, Value?.DeepClone(), inserts: true),
        "set" => Put(document, Path, Value?.DeepClone(), inserts: false),
        "replace" =>
            Exists(document, Path) ? Put(document, Path, Value?.DeepClone(), inserts: false) : Missing(Path),
        "remove" => Take(document, Path, out _),
        "incr" => Increment(document),
        _ => Move(document),
    };

    string? Move(JsonObject document)
    {
        if (Path.Take(From!.Count).SequenceEqual(From)) return "A value cannot be moved into itself.";
        return Take(document, From, out var moved) ?? Put(document, Path, moved, inserts: true);
    }

    string? Increment(JsonObject document)
    {
        if (Value is not JsonValue step || !step.TryGetValue<double>(out _)) return "'incr' needs a number.";
        if (!Exists(document, Path)) return Put(document, Path, step.DeepClone(), inserts: false);
        var current = Find(document, Path.SkipLast(1)) is { } parent ? Child(parent, Path[^1]) : null;
        return current is JsonValue number && number.TryGetValue<double>(out _)
            ? Put(document, Path, Sum(number, step), inserts: false)
            : $"The value at {Text(Path)} is not a number.";
    }

    // Numbers go back as JSON text, so that a second operation reads them like any stored number.
    static JsonNode Sum(JsonValue left, JsonValue right)
    {
        if (!left.TryGetValue<long>(out var whole) || !right.TryGetValue<long>(out var step))
            return Number((left.GetValue<double>() + right.GetValue<double>()).ToString("R"));
        var sum = (Int128)whole + step;
        return sum >= long.MinValue && sum <= long.MaxValue
            ? Number(sum.ToString())
            : Number(((double)sum).ToString("R"));
    }

    static JsonNode Number(string text) => JsonNode.Parse(text)!;

    static string? Put(JsonObject document, IReadOnlyList<string> path, JsonNode? value, bool inserts)
    {
        switch (Find(document, path.SkipLast(1)))
        {
            case JsonObject parent:
                parent[path[^1]] = value;
                return null;
            case JsonArray parent:
                return PutIntoArray(parent, path, value, inserts);
            default:
                return Missing(path);
        }
    }

    static string? PutIntoArray(JsonArray parent, IReadOnlyList<string> path, JsonNode? value, bool inserts)
    {
        if (path[^1] == "-") parent.Add(value);
        else if (Index(path[^1]) is not { } index || index > parent.Count) return Missing(path);
        else if (inserts || index == parent.Count) parent.Insert(index, value);
        else parent[index] = value;
        return null;
    }

    static string? Take(JsonObject document, IReadOnlyList<string> path, out JsonNode? taken)
    {
        taken = null;
        if (!Exists(document, path)) return Missing(path);
        var parent = Find(document, path.SkipLast(1))!;
        taken = Child(parent, path[^1]);
        if (parent is JsonArray array) array.RemoveAt(Index(path[^1])!.Value);
        else parent.AsObject().Remove(path[^1]);
        return null;
    }

    static bool Exists(JsonObject document, IReadOnlyList<string> path) =>
        Find(document, path.SkipLast(1)) switch
        {
            JsonObject parent => parent.ContainsKey(path[^1]),
            JsonArray parent => Index(path[^1]) is { } index && index < parent.Count,
            _ => false,
        };

    static JsonNode? Find(JsonNode? node, IEnumerable<string> path)
    {
        foreach (var name in path) node = Child(node, name);
        return node;
    }

    static JsonNode? Child(JsonNode? node, string name) => node switch
    {
        JsonObject parent => parent[name],
        JsonArray parent when Index(name) is { } index && index < parent.Count => parent[index],
        _ => null,
    };

    static int? Index(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    static string Missing(IReadOnlyList<string> path) => $"The path {Text(path)} does not exist.";

    static string Text(IReadOnlyList<string> path) => "/" + string.Join('/', path);

    static IReadOnlyList<string> Pointer(string? path) => path is ['/', _, ..]
        ? [.. path[1..].Split('/').Select(part => part.Replace("~1", "/").Replace("~0", "~"))]
        : throw new FormatException($"the path '{path}' is not of the form /name");
}
