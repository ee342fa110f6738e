using System.Buffers.Binary;

namespace Railyard.Local.Cosmos.Batches;

/// <summary>The codes that stand before a sparse field of a row.</summary>
static class RowType
{
    public const byte False = 2;
    public const byte True = 3;
    public const byte Int32 = 7;
    public const byte UInt32 = 11;
    public const byte Float64 = 16;
    public const byte Text = 20;
}

/// <summary>Reads a HybridRow from front to back, as its schema lays it out.</summary>
ref struct RowReader(ReadOnlySpan<byte> bytes)
{
    public const byte Version = 0x81;

    const int CountBytesMax = 5;

    ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsAtEnd => rest.IsEmpty;

    public void ReadHeader(int schema)
    {
        if (ReadByte() != Version || ReadInt32() != schema)
            throw new BatchRefused($"The batch has no row of schema {schema} where one is due.");
    }

    public byte ReadByte() => ReadBytes(1)[0];

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(sizeof(int)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(sizeof(uint)));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count < 0 || count > rest.Length) throw new BatchRefused("The batch ends within a row.");
        var read = rest[..count];
        rest = rest[count..];
        return read;
    }

    /// <summary>A text or binary value behind its length.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadBytes(ReadCount());

    /// <summary>A number of seven bits to the byte; the high bit says that another byte follows.</summary>
    public int ReadCount()
    {
        long count = 0;
        for (var index = 0; index < CountBytesMax; index++)
        {
            var next = ReadByte();
            count |= (long)(next & 0x7F) << (7 * index);
            if (next < 0x80) return count <= int.MaxValue ? (int)count : int.MaxValue;
        }
        throw new BatchRefused("A length in the batch has too many bytes.");
    }
}
