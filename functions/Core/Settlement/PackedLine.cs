using System.Buffers;
using System.Buffers.Binary;

namespace Railyard.Core.Settlement;

/// <summary>
/// A settlement line as the bytes in which it travels to its shard: first what a join asks of every line, in places that
/// are known, then the rest. The line itself is made only where somebody looks at it.
/// </summary>
public readonly ref struct PackedLine
{
    internal const int NumberPlace = 4;
    internal const int AmountPlace = 8;
    internal const int FeesPlace = 16;
    internal const int ReferenceLengthPlace = 24;
    internal const int ModificationLengthPlace = 28;
    internal const int CurrencyPlace = 32;
    internal const int FeeCurrencyPlace = 35;
    internal const int KindPlace = 38;
    internal const int DirectionPlace = 39;
    internal const int HeadBytes = 40;
    internal const int CurrencyBytes = 3;

    readonly ReadOnlySpan<byte> bytes;

    /// <summary>The line that stands at the beginning of these bytes.</summary>
    /// <exception cref="InvariantBroken">They are not what <see cref="Write"/> has written.</exception>
    public PackedLine(ReadOnlySpan<byte> from)
    {
        var length = from.Length < HeadBytes ? 0 : LengthAt(from);
        if (length < HeadBytes || length > from.Length) throw new InvariantBroken("A packed line is cut short.");
        bytes = from[..length];
    }

    /// <summary>How many bytes it takes.</summary>
    public int Length => bytes.Length;

    /// <summary>The line of the file it begins on.</summary>
    public int Number => BinaryPrimitives.ReadInt32LittleEndian(bytes[NumberPlace..]);

    public LineKind Kind => (LineKind)bytes[KindPlace];

    /// <summary>The acquirer's reference of the payment, in UTF-8.</summary>
    public ReadOnlySpan<byte> AcquirerReference => bytes.Slice(HeadBytes, ReferenceLength);

    /// <summary>The acquirer's reference of this capture or refund, in UTF-8; empty where it names none.</summary>
    public ReadOnlySpan<byte> ModificationReference => bytes.Slice(HeadBytes + ReferenceLength, ModificationLength);

    /// <summary>The gross where there is one, else the net: in minor units.</summary>
    public long MinorUnits => BinaryPrimitives.ReadInt64LittleEndian(bytes[AmountPlace..]);

    /// <summary>The code of that amount's currency.</summary>
    public ReadOnlySpan<byte> CurrencyCode => bytes.Slice(CurrencyPlace, CurrencyBytes);

    /// <summary>The way that amount goes.</summary>
    public Direction Direction => (Direction)bytes[DirectionPlace];

    /// <summary>All fees together, in minor units of the net's currency; negative where more was given back than charged.</summary>
    public long FeesCharged => BinaryPrimitives.ReadInt64LittleEndian(bytes[FeesPlace..]);

    /// <summary>The code of the net's currency.</summary>
    public ReadOnlySpan<byte> FeeCurrencyCode => bytes.Slice(FeeCurrencyPlace, CurrencyBytes);

    /// <summary>What is not asked of every line.</summary>
    internal ReadOnlySpan<byte> Rest => bytes[(HeadBytes + ReferenceLength + ModificationLength)..];

    int ReferenceLength => BinaryPrimitives.ReadInt32LittleEndian(bytes[ReferenceLengthPlace..]);

    int ModificationLength => BinaryPrimitives.ReadInt32LittleEndian(bytes[ModificationLengthPlace..]);

    /// <summary>Writes a line so that it can be read here. The same line is always the same bytes.</summary>
    public static void Write(in LineFields line, IBufferWriter<byte> to) =>
        to.Advance(LinePacking.Pack(line, to.GetSpan(LinePacking.MostBytes(line))));

    /// <summary>How long the line is whose first four bytes these are.</summary>
    internal static int LengthAt(ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt32LittleEndian(from);
}
