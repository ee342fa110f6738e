using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Railyard.Local.Cosmos.Catalog;
using Railyard.Local.Cosmos.Wire;

namespace Railyard.Local.Cosmos.Items;

/// <summary>What a client sent as an item: checked, without system properties, ready to be stamped.</summary>
sealed record ItemBody(
    string Id,
    PartitionKey Key,
    int? TimeToLive,
    IReadOnlyList<string> UniqueValues,
    ReadOnlyMemory<byte> Unclosed)
{
    const int BytesMax = 2 * 1024 * 1024;
    const int IdBytesMax = 1_023;
    const int PartitionKeyBytesMax = 2_048;
    const int DepthMax = 128;
    const int KeyMismatch = 1001;

    static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    // A client may write any text as it likes; we keep it readable.
    static readonly JsonWriterOptions Plain = new()
    {
        SkipValidation = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads an item. Returns the refusal, or null where <paramref name="item"/> is good.</summary>
    public static Answer? Read(
        ReadOnlyMemory<byte> json, Container container, PartitionKey? stated, out ItemBody item)
    {
        item = null!;
        if (stated is null)
            return Answer.BadRequest("PartitionKey value must be supplied for this operation.");
        if (json.Length > BytesMax) return Answer.TooLarge;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Check(document.RootElement, container, stated.Value, json.Length, out item);
        }
        catch (JsonException fault)
        {
            return Answer.BadRequest($"The item is not valid JSON: {fault.Message}");
        }
    }

    /// <summary>The bytes to keep and to answer with: the client's properties, then the service's.</summary>
    public byte[] Stamp(Container container, string resourceId, string etag, long timestamp)
    {
        var owner = $"dbs/{container.Database.ResourceId}/colls/{container.ResourceId}/docs/{resourceId}/";
        var system = string.Create(
            CultureInfo.InvariantCulture,
            $",\"_rid\":\"{resourceId}\",\"_self\":\"{owner}\",\"_etag\":\"\\\"{etag.Trim('"')}\\\"\"," +
            $"\"_attachments\":\"attachments/\",\"_ts\":{timestamp}}}");
        var stamped = new byte[Unclosed.Length + system.Length];
        Unclosed.CopyTo(stamped);
        Encoding.ASCII.GetBytes(system, stamped.AsSpan(Unclosed.Length));
        return stamped;
    }

    static Answer? Check(
        JsonElement root, Container container, PartitionKey stated, int length, out ItemBody item)
    {
        item = null!;
        if (root.ValueKind != JsonValueKind.Object)
            return Answer.BadRequest("The item is not a JSON object.");
        if (!root.TryGetProperty("id", out var value) || value.ValueKind != JsonValueKind.String)
            return Answer.BadRequest(
                "The input content is invalid because the required property 'id' is missing.");
        var id = value.GetString()!;
        if (!IsValidId(id))
            return Answer.BadRequest($"The id '{id}' is empty, too long or has one of / \\ ? #.");
        if (PartitionKey.Of(root, container.PartitionKeyPaths) is not { } key)
            return Answer.BadRequest("The partition key value must not be an object or an array.");
        if (key != stated)
            return Answer.BadRequest(
                "PartitionKey extracted from document doesn't match the one specified in the header.",
                KeyMismatch);
        if (Encoding.UTF8.GetByteCount(key.Text) > PartitionKeyBytesMax)
            return Answer.BadRequest($"The partition key value is longer than {PartitionKeyBytesMax} bytes.");
        if (TimeToLiveOf(root, out var timeToLive) is { } refusal) return refusal;
        var uniqueValues = Items.UniqueValues.Of(root, container);
        item = new ItemBody(id, key, timeToLive, uniqueValues, WithoutSystemProperties(root, length));
        return null;
    }

    static bool IsValidId(string id) =>
        id.Length > 0 && Encoding.UTF8.GetByteCount(id) <= IdBytesMax && id.AsSpan().IndexOfAny("/\\?#") < 0;

    static Answer? TimeToLiveOf(JsonElement root, out int? seconds)
    {
        seconds = null;
        if (!root.TryGetProperty("ttl", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt32(out var number) || number is not (-1 or > 0))
            return Answer.BadRequest("The property 'ttl' must be -1 or a positive number of seconds.");
        seconds = number;
        return null;
    }

    static ReadOnlyMemory<byte> WithoutSystemProperties(JsonElement root, int length)
    {
        var buffer = new ArrayBufferWriter<byte>(length + 64);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject())
                if (!IsSystem(property)) property.WriteTo(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory[..^1];
    }

    static bool IsSystem(JsonProperty property) =>
        property.NameEquals("_rid"u8) || property.NameEquals("_self"u8) || property.NameEquals("_etag"u8)
        || property.NameEquals("_ts"u8) || property.NameEquals("_attachments"u8);
}
