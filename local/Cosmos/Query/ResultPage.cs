using System.Buffers;
using System.Text.Json;

namespace Railyard.Local.Cosmos.Query;

/// <summary>One page of results, up to a number of items and a number of bytes.</summary>
sealed class ResultPage(int itemsMax)
{
    const int BytesMax = 4 * 1024 * 1024;

    readonly ArrayBufferWriter<byte> bytes = new();

    public int Count { get; private set; }

    /// <summary>Whether the next result must wait; the first always fits.</summary>
    public bool IsFull => Count >= itemsMax || (Count > 0 && bytes.WrittenCount >= BytesMax);

    public int Bytes => bytes.WrittenCount;

    public void Add(Value result)
    {
        if (Count++ > 0) bytes.Write(","u8);
        using var writer = new Utf8JsonWriter(bytes);
        result.WriteTo(writer);
    }

    /// <summary>A whole document, as it is stored.</summary>
    public void Add(ReadOnlySpan<byte> document)
    {
        if (Count++ > 0) bytes.Write(","u8);
        bytes.Write(document);
    }

    public byte[] ToBody(string containerResourceId)
    {
        var body = new ArrayBufferWriter<byte>(bytes.WrittenCount + 128);
        body.Write(
            System.Text.Encoding.ASCII.GetBytes($"{{\"_rid\":\"{containerResourceId}\",\"Documents\":["));
        body.Write(bytes.WrittenSpan);
        body.Write(System.Text.Encoding.ASCII.GetBytes($"],\"_count\":{Count}}}"));
        return body.WrittenSpan.ToArray();
    }
}
