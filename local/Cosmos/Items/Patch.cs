using System.Text.Json;
using System.Text.Json.Nodes;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Query;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos.Items;

/// <summary>Partial update: up to ten operations, all applied or none, under an optional condition.</summary>
sealed class Patch
{
    const int OperationsMax = 10;

    static readonly string[] Immutable = ["_rid", "_self", "_etag", "_ts", "_attachments", "id"];

    static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly ParsedQuery? condition;
    readonly IReadOnlyList<PatchOperation> operations;

    Patch(ParsedQuery? condition, IReadOnlyList<PatchOperation> operations)
    {
        this.condition = condition;
        this.operations = operations;
    }

    /// <summary>Returns the refusal, or null where <paramref name="patch"/> is good.</summary>
    public static Answer? Read(ReadOnlyMemory<byte> json, Container container, out Patch patch)
    {
        patch = null!;
        try
        {
            var request = JsonNode.Parse(json.Span) as JsonObject;
            if (request?["operations"] is not JsonArray list)
                return Answer.BadRequest("The patch has no operations.");
            if (list.Count is 0 or > OperationsMax)
                return Answer.BadRequest(
                    $"A patch has 1 to {OperationsMax} operations; this one has {list.Count}.");
            var steps = list.Select(PatchOperation.Read).ToList();
            if (steps.Select(step => Forbidden(step, container)).OfType<string>().FirstOrDefault() is { } no)
                return Answer.BadRequest(no);
            patch = new Patch(Condition(request), steps);
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return Answer.BadRequest($"The patch is not valid: {fault.Message}");
        }
        catch (QueryRefused refusal)
        {
            return Answer.BadRequest(refusal.Message);
        }
    }

    public bool Admits(ReadOnlyMemory<byte> body)
    {
        if (condition is null) return true;
        using var document = JsonDocument.Parse(body);
        return condition.Matches(document.RootElement);
    }

    /// <summary>Changes the document. Returns why it cannot be changed, or null.</summary>
    public string? Apply(JsonObject document)
    {
        foreach (var operation in operations)
            if (operation.Apply(document) is { } fault) return fault;
        return null;
    }

    public static byte[] Serialize(JsonObject document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, Plain);

    // The SDK sends the condition without a SELECT: "from c where c.status = 'open'".
    static ParsedQuery? Condition(JsonObject request) =>
        (string?)request["condition"] is { } text
            ? QueryParser.Parse("SELECT * " + text, QueryText.NoParameters)
            : null;

    static string? Forbidden(PatchOperation operation, Container container) =>
        operation.Touched.Select(path => ForbiddenPath(path, container))
            .FirstOrDefault(fault => fault is not null);

    static string? ForbiddenPath(IReadOnlyList<string> path, Container container)
    {
        if (Immutable.Contains(path[0])) return $"The property '{path[0]}' cannot be patched.";
        return container.PartitionKeyPaths.Any(key => Overlap(path, key))
            ? "The partition key cannot be patched."
            : null;
    }

    static bool Overlap(IReadOnlyList<string> path, IReadOnlyList<string> key)
    {
        var shorter = Math.Min(path.Count, key.Count);
        return path.Take(shorter).SequenceEqual(key.Take(shorter));
    }
}
