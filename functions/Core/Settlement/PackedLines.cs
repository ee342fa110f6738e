using System.Runtime.InteropServices;

namespace Railyard.Core.Settlement;

/// <summary>
/// Settlement lines packed one behind the other, to be joined. Of a million lines only those are made again that somebody
/// asks for.
/// </summary>
public sealed class PackedLines
{
    const int PieceBytes = 128 * 1024;

    readonly List<byte[]> pieces = [];
    readonly List<Place> places = [];
    readonly KnownTexts texts = new();
    int used;

    // A bit for each kind that there is.
    uint kinds;

    /// <summary>How many there are.</summary>
    public int Count => places.Count;

    /// <summary>The line of that index, in place.</summary>
    public PackedLine this[int index]
    {
        get
        {
            var (piece, start) = places[index];
            return new(pieces[piece].AsSpan(start));
        }
    }

    /// <summary>The line of that index, as everybody reads it.</summary>
    public SettlementLine Line(int index) => LinePacking.Unpack(this[index], texts).ToLine();

    /// <summary>All lines in their order.</summary>
    public List<SettlementLine> All() => Where(_ => true);

    /// <summary>Whether one is of that kind.</summary>
    public bool Has(LineKind kind) => (kinds & (1u << (int)kind)) != 0;

    /// <summary>The lines of some kinds in their order.</summary>
    public List<SettlementLine> Where(Func<LineKind, bool> isWanted)
    {
        var found = new List<SettlementLine>();
        for (var i = 0; i < Count; i++)
            if (isWanted(this[i].Kind)) found.Add(Line(i));
        return found;
    }

    /// <summary>Adds a line.</summary>
    public void Add(in LineFields line) => Keep(LinePacking.Pack(line, Room(LinePacking.MostBytes(line))), line.Kind);

    /// <inheritdoc cref="Add(in LineFields)"/>
    public void Add(SettlementLine line) => Add(LineFields.Of(line));

    /// <summary>Adds the packed lines that these bytes hold whole; how many bytes those were.</summary>
    /// <exception cref="InvariantBroken">They are no packed lines.</exception>
    public int AddPacked(ReadOnlySpan<byte> packed)
    {
        var done = 0;
        while (packed.Length - done >= PackedLine.HeadBytes && PackedLine.LengthAt(packed[done..]) <= packed.Length - done)
        {
            var line = new PackedLine(packed[done..]);
            packed.Slice(done, line.Length).CopyTo(Room(line.Length));
            Keep(line.Length, line.Kind);
            done += line.Length;
        }
        return done;
    }

    Span<byte> Room(int length)
    {
        if (pieces.Count == 0 || pieces[^1].Length - used < length)
        {
            pieces.Add(GC.AllocateUninitializedArray<byte>(Math.Max(PieceBytes, length)));
            used = 0;
        }
        return pieces[^1].AsSpan(used);
    }

    void Keep(int length, LineKind kind)
    {
        places.Add(new(pieces.Count - 1, used));
        used += length;
        kinds |= 1u << (int)kind;
    }

    [StructLayout(LayoutKind.Auto)]
    readonly record struct Place(int Piece, int Start);
}
