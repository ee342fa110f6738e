using System.Text;

namespace Railyard.Core.Routing;

/// <summary>
/// A number that is drawn once and for all for an id: the same for the same text and salt on every machine, so that whoever
/// decides again decides the same. FNV-1a (64 bit) of the UTF-8, mixed with the salt by the steps of SplitMix64.
/// </summary>
public static class Draw
{
    /// <summary>The salt of a volume split.</summary>
    public const int OfSplit = -1;

    /// <summary>The salt of an experiment's two sides.</summary>
    public const int OfExperiment = -2;

    const ulong FnvOffset = 14_695_981_039_346_656_037;
    const ulong FnvPrime = 1_099_511_628_211;
    const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;
    const int BytesOnStack = 256;

    // A double has 53 bits of fraction: more of the hash would be rounded, and could come to one.
    const int DroppedBits = 11;
    const double Unit = 1.0 / (1L << 53);

    /// <summary>A number from 0 up to, and never, 1.</summary>
    public static double Of(string id, int salt)
    {
        var length = Encoding.UTF8.GetByteCount(id);
        var bytes = length <= BytesOnStack ? stackalloc byte[BytesOnStack] : new byte[length];
        Encoding.UTF8.GetBytes(id, bytes);
        return (Mixed(Hash(bytes[..length]), salt) >> DroppedBits) * Unit;
    }

    static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = FnvOffset;
        foreach (var one in bytes) hash = unchecked((hash ^ one) * FnvPrime);
        return hash;
    }

    static ulong Mixed(ulong hash, int salt) => unchecked(Finished(Finished(hash + GoldenGamma) ^ ((ulong)(uint)salt * GoldenGamma)));

    static ulong Finished(ulong state)
    {
        unchecked
        {
            state = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            state = (state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB;
            return state ^ (state >> 31);
        }
    }
}
