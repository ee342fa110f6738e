using System.Text;
using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>The key of a stored item, in the order in which partitions are read.</summary>
readonly record struct ItemKey(string PartitionKey, string Id)
{
    // SQLite compares the bytes of UTF-8, which is not how .NET compares strings beyond the basic plane.
    public static readonly IComparer<ItemKey> Order = Comparer<ItemKey>.Create((left, right) =>
    {
        var partitions = CompareBytes(left.PartitionKey, right.PartitionKey);
        return partitions != 0 ? partitions : CompareBytes(left.Id, right.Id);
    });

    static int CompareBytes(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}

/// <summary>Where a query goes on: what is left to skip and take, and the last row returned.</summary>
sealed record ResumePoint(int Skip, int? Take, ItemKey? After, IReadOnlyList<Value> SortKeys)
{
    const int TokenCharactersMax = 16_384;

    public static ResumePoint Start(ParsedQuery query) => new(query.Skip, query.Take, null, []);

    /// <exception cref="QueryRefused">The token is not one of ours, or belongs to another query.</exception>
    public static ResumePoint Read(string token, string fingerprint)
    {
        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(token));
            var root = document.RootElement;
            if (root.GetProperty("of").GetString() != fingerprint)
                throw new QueryRefused("The continuation token belongs to another query.");
            return Read(root);
        }
        catch (Exception fault) when (
            fault is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new QueryRefused("The continuation token is invalid.");
        }
    }

    /// <exception cref="QueryRefused">A sort key is too long for a header.</exception>
    public string Write(string fingerprint)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, fingerprint);
        var token = Convert.ToBase64String(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return token.Length <= TokenCharactersMax
            ? token
            : throw QueryRefused.Unsupported("Going on after an ORDER BY value of this length");
    }

    void Write(Utf8JsonWriter writer, string fingerprint)
    {
        writer.WriteStartObject();
        writer.WriteString("of", fingerprint);
        writer.WriteNumber("skip", Skip);
        if (Take is { } take) writer.WriteNumber("take", take);
        writer.WriteString("partition", After!.Value.PartitionKey);
        writer.WriteString("id", After!.Value.Id);
        writer.WriteStartArray("keys");
        foreach (var key in SortKeys) WriteKey(writer, key);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteKey(Utf8JsonWriter writer, Value key)
    {
        if (key.Kind is Kind.Array or Kind.Object)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue((int)key.Kind);
            writer.WriteEndArray();
        }
        else
        {
            key.WriteTo(writer);
        }
    }

    static ResumePoint Read(JsonElement root) => new(
        root.GetProperty("skip").GetInt32(),
        root.TryGetProperty("take", out var take) ? take.GetInt32() : null,
        new ItemKey(root.GetProperty("partition").GetString()!, root.GetProperty("id").GetString()!),
        [.. root.GetProperty("keys").EnumerateArray().Select(ReadKey)]);

    static Value ReadKey(JsonElement key) =>
        key.ValueKind == JsonValueKind.Array
            ? Value.KindOnly((Kind)key[0].GetInt32())
            : Value.Of(key).ForOrdering();
}
