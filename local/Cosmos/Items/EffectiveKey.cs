using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Railyard.Local.Cosmos.Items;

/// <summary>
/// The effective partition key of hierarchical levels: a hash for each, one after the other. It must be the
/// SDK's own, because that is how the SDK names the partitions under a prefix.
/// </summary>
static class EffectiveKey
{
    const byte Undefined = 0x00;
    const byte Null = 0x01;
    const byte False = 0x02;
    const byte True = 0x03;
    const byte Number = 0x05;
    const byte String = 0x08;
    const byte AfterString = 0xFF;
    const byte HashBits = 0x3F;

    public static string Of(IReadOnlyList<string> components) => string.Concat(components.Select(HashOf));

    static string HashOf(string component)
    {
        Span<byte> hash = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(hash, Murmur(Encode(component)));
        hash[0] &= HashBits;
        return Convert.ToHexString(hash);
    }

    static byte[] Encode(string component) => component[0] switch
    {
        '"' => [String, .. Encoding.UTF8.GetBytes(component[1..]), AfterString],
        '#' => [Number, .. BitConverter.GetBytes(double.Parse(component[1..], CultureInfo.InvariantCulture))],
        't' => [True],
        'f' => [False],
        'n' => [Null],
        _ => [Undefined],
    };

    // MurmurHash3, the 128 bits for 64-bit machines, with seed 0; the second word is the upper half.
    static UInt128 Murmur(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var (low, high) = (0UL, 0UL);
            var rest = bytes;
            for (; rest.Length >= 16; rest = rest[16..])
            {
                low = BitOperations.RotateLeft(low ^ MixLow(Word(rest)), 27) + high;
                low = (low * 5) + 0x52dce729;
                high = BitOperations.RotateLeft(high ^ MixHigh(Word(rest[8..])), 31) + low;
                high = (high * 5) + 0x38495ab5;
            }
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            rest.CopyTo(tail);
            return Finish(low ^ MixLow(Word(tail)), high ^ MixHigh(Word(tail[8..])), (ulong)bytes.Length);
        }
    }

    static UInt128 Finish(ulong low, ulong high, ulong length)
    {
        unchecked
        {
            low = (low ^ length) + (high ^ length);
            high = (high ^ length) + low;
            low = Avalanche(low);
            high = Avalanche(high);
            low += high;
            return new UInt128(high + low, low);
        }
    }

    static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    static ulong MixLow(ulong word) =>
        unchecked(BitOperations.RotateLeft(word * 0x87c37b91114253d5, 31) * 0x4cf5ad432745937f);

    static ulong MixHigh(ulong word) =>
        unchecked(BitOperations.RotateLeft(word * 0x4cf5ad432745937f, 33) * 0x87c37b91114253d5);

    static ulong Avalanche(ulong word)
    {
        unchecked
        {
            word = (word ^ (word >> 33)) * 0xff51afd7ed558ccd;
            word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53;
            return word ^ (word >> 33);
        }
    }
}
