using System.Buffers;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>A batch has not the form that the SDK gives it, or asks for what is not supported.</summary>
sealed class BatchRefused(string message) : Exception(message);

/// <summary>HybridRow RecordIO: a segment header, then rows, each behind its length and checksum.</summary>
static class RecordStream
{
    const int SegmentSchema = 2_147_473_648;
    const int RecordSchema = 2_147_473_649;
    const int SegmentBytes = 10;
    const byte LengthIsPresent = 1;

    /// <exception cref="BatchRefused">The stream is not whole.</exception>
    public static List<byte[]> Read(ReadOnlySpan<byte> stream, int recordsMax)
    {
        var reader = new RowReader(AfterSegment(stream));
        var records = new List<byte[]>();
        while (!reader.IsAtEnd)
        {
            if (records.Count == recordsMax)
                throw new BatchRefused($"The batch has more operations than the {recordsMax} it may have.");
            reader.ReadHeader(RecordSchema);
            var length = reader.ReadInt32();
            var checksum = reader.ReadUInt32();
            var record = reader.ReadBytes(length);
            if (Checksum.Of(record) != checksum) throw new BatchRefused("A row of the batch is corrupted.");
            records.Add(record.ToArray());
        }
        return records;
    }

    public static byte[] Write(IEnumerable<byte[]> records)
    {
        var stream = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(stream);
        writer.WriteHeader(SegmentSchema);
        writer.WriteByte(LengthIsPresent);
        writer.WriteInt32(SegmentBytes);
        foreach (var record in records)
        {
            writer.WriteHeader(RecordSchema);
            writer.WriteInt32(record.Length);
            writer.WriteUInt32(Checksum.Of(record));
            stream.Write(record);
        }
        return stream.WrittenSpan.ToArray();
    }

    // A segment may carry a comment and a schema; its length says where the records begin.
    static ReadOnlySpan<byte> AfterSegment(ReadOnlySpan<byte> stream)
    {
        var reader = new RowReader(stream);
        reader.ReadHeader(SegmentSchema);
        if (reader.ReadByte() != LengthIsPresent) throw new BatchRefused("The segment has no length.");
        var length = reader.ReadInt32();
        return length >= SegmentBytes && length <= stream.Length
            ? stream[length..]
            : throw new BatchRefused($"The segment cannot be {length} bytes long.");
    }
}

/// <summary>CRC-32 as ISO 3309 has it.</summary>
static class Checksum
{
    const uint Polynomial = 0xEDB8_8320;

    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index => Entry((uint)index))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var one in bytes) remainder = Table[(remainder ^ one) & 0xFF] ^ (remainder >> 8);
        return ~remainder;
    }

    static uint Entry(uint remainder)
    {
        for (var bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ Polynomial;
        return remainder;
    }
}
