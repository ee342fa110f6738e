using System.Buffers.Binary;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Hashes of references. They are kept in memory only, and nothing depends on them but speed: who crafted references that
/// collide would make a join of some thousand lines slower, and change no outcome.
/// </summary>
static class KeyHash
{
    const ulong Seed = 0x9E3779B97F4A7C15;
    const ulong Multiplier = 0xA0761D6478BD642F;

    /// <summary>Of what names one movement of money.</summary>
    public static ulong Of(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification, LineKind kind) =>
        Mix(Mix(Seed ^ (ulong)kind, reference), modification);

    /// <summary>Of the acquirer's reference of a payment.</summary>
    public static ulong Of(ReadOnlySpan<byte> reference) => Mix(Seed, reference);

    // Eight bytes at a time, each multiplied into 128 bits and folded.
    static ulong Mix(ulong hash, ReadOnlySpan<byte> text)
    {
        hash ^= (uint)text.Length;
        while (text.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[sizeof(ulong)..];
        }
        ulong rest = 0;
        foreach (var octet in text) rest = (rest << 8) | octet;
        return Fold(hash ^ rest);
    }

    static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }
}
