using System.Buffers;
using System.Buffers.Binary;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>Writes a HybridRow from front to back, as its schema lays it out.</summary>
readonly struct RowWriter(IBufferWriter<byte> target)
{
    public void WriteHeader(int schema)
    {
        WriteByte(RowReader.Version);
        WriteInt32(schema);
    }

    public void WriteByte(byte value) => target.Write([value]);

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), value);
        target.Advance(sizeof(int));
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target.GetSpan(sizeof(uint)), value);
        target.Advance(sizeof(uint));
    }

    public void WriteFloat64(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(target.GetSpan(sizeof(double)), value);
        target.Advance(sizeof(double));
    }

    /// <summary>A text or binary value behind its length.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteCount(value.Length);
        target.Write(value);
    }

    void WriteCount(int count)
    {
        for (; count >= 0x80; count >>= 7) WriteByte((byte)((count & 0x7F) | 0x80));
        WriteByte((byte)count);
    }
}
