using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>
/// Expectations of some shards by what identifies a movement of money at an acquirer: its reference of the payment, its
/// reference of the operation, and the kind. Only that and the amounts are kept, as bytes and numbers; the expectation itself
/// is asked for where somebody looks at it.
/// </summary>
/// <param name="read">Gives the expectation of an index; asked for the same one twice, it gives the same.</param>
public sealed class ExpectationTable(Func<int, Expectation> read)
{
    /// <summary>No expectation.</summary>
    internal const int None = -1;

    const int FewestSlots = 16;
    const int FewestKeyBytes = 1024;
    const ulong UpperHalf = 0xFFFF_FFFF_0000_0000;

    readonly List<Entry> entries = [];
    byte[] keys = new byte[FewestKeyBytes];
    int keysUsed;

    // The upper half of a hash beside the index from 1: most that is not meant is told from it without a look at its entry.
    ulong[] slots = new ulong[FewestSlots];

    /// <summary>How many there are.</summary>
    public int Count => entries.Count;

    /// <summary>The expectation of that index.</summary>
    internal Expectation this[int index] => read(index);

    /// <summary>A table of expectations that are at hand.</summary>
    public static ExpectationTable Of(IReadOnlyList<Expectation> expectations)
    {
        var table = new ExpectationTable(index => expectations[index]);
        foreach (var one in expectations)
            table.Add(
                Encoding.UTF8.GetBytes(one.AcquirerReference), Encoding.UTF8.GetBytes(one.ModificationReference ?? ""),
                one.Kind, one.Amount, one.ExpectedFee, one.State is ExpectationState.Open);
        return table;
    }

    /// <summary>Adds an expectation under the next index.</summary>
    /// <param name="reference">The acquirer's reference of the payment, in UTF-8.</param>
    /// <param name="modification">The acquirer's reference of the operation, in UTF-8; empty where it named none.</param>
    /// <param name="kind">What it will be settled as.</param>
    /// <param name="amount">What is expected.</param>
    /// <param name="fee">The fee that was agreed; null where none was.</param>
    /// <param name="isOpen">Whether no line has come for it, and none is too late.</param>
    public void Add(
        ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification, LineKind kind, Money amount, Money? fee, bool isOpen)
    {
        if ((Count + 1) * 2 > slots.Length) Grow();
        var hash = KeyHash.Of(reference, modification, kind);
        var slot = SlotOf(hash, reference, modification, kind);
        // What shares its name with another one leaves a question: only the first has a slot, and is not plain from then on.
        if (slots[slot] == 0) slots[slot] = (hash & UpperHalf) | (uint)(Count + 1);
        else CollectionsMarshal.AsSpan(entries)[IndexIn(slots[slot])].IsPlain = false;
        entries.Add(new()
        {
            Hash = hash,
            KeyStart = Keep(reference, modification),
            ReferenceLength = reference.Length,
            ModificationLength = modification.Length,
            Kind = kind,
            Amount = amount,
            Fee = fee,
            IsPlain = isOpen && !modification.IsEmpty,
        });
    }

    /// <summary>
    /// The only open expectation that the line names in full, or <see cref="None"/>.
    /// </summary>
    internal int Find(in PackedLine line)
    {
        if (line.ModificationReference.IsEmpty) return None;
        var hash = KeyHash.Of(line.AcquirerReference, line.ModificationReference, line.Kind);
        var slot = slots[SlotOf(hash, line.AcquirerReference, line.ModificationReference, line.Kind)];
        return slot != 0 && At(IndexIn(slot)).IsPlain ? IndexIn(slot) : None;
    }

    /// <summary>Whether a line is to the last minor unit what the expectation says: amount, currency, direction and fee.</summary>
    internal bool IsExactly(int index, in PackedLine line)
    {
        ref readonly var expected = ref At(index);
        return Are(expected.Amount, line.MinorUnits, line.CurrencyCode)
            && (line.MinorUnits == 0 || line.Direction == Expectation.DirectionOf(expected.Kind))
            && (expected.Fee is not { } fee || Are(fee, line.FeesCharged, line.FeeCurrencyCode));
    }

    /// <summary>What is expected as amount and as fee.</summary>
    internal (Money Amount, Money? Fee) Amounts(int index) => (At(index).Amount, At(index).Fee);

    static bool Are(Money expected, long minorUnits, ReadOnlySpan<byte> code) =>
        expected.MinorUnits == minorUnits && Ascii.Equals(code, expected.Currency.Code);

    ref readonly Entry At(int index) => ref CollectionsMarshal.AsSpan(entries)[index];

    // The slot where the key is, or the empty one where it would go. At most half of them are taken, so there is one.
    int SlotOf(ulong hash, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification, LineKind kind)
    {
        var mask = slots.Length - 1;
        var slot = (int)(hash & (uint)mask);
        while (slots[slot] != 0 && !(IsLike(slots[slot], hash) && IsAt(IndexIn(slots[slot]), reference, modification, kind)))
            slot = (slot + 1) & mask;
        return slot;
    }

    bool IsAt(int index, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification, LineKind kind)
    {
        ref readonly var entry = ref At(index);
        if (entry.Kind != kind || entry.ReferenceLength != reference.Length || entry.ModificationLength != modification.Length) return false;
        var key = keys.AsSpan(entry.KeyStart);
        return key.StartsWith(reference) && key[reference.Length..].StartsWith(modification);
    }

    void Grow()
    {
        var before = slots;
        slots = new ulong[before.Length * 2];
        var mask = slots.Length - 1;
        foreach (var taken in before)
        {
            if (taken == 0) continue;
            var slot = (int)(At(IndexIn(taken)).Hash & (uint)mask);
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = taken;
        }
    }

    int Keep(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification)
    {
        var (start, length) = (keysUsed, reference.Length + modification.Length);
        if (keys.Length - start < length) Array.Resize(ref keys, (int)BitOperations.RoundUpToPowerOf2((uint)(start + length)));
        reference.CopyTo(keys.AsSpan(start));
        modification.CopyTo(keys.AsSpan(start + reference.Length));
        keysUsed += length;
        return start;
    }

    static bool IsLike(ulong slot, ulong hash) => ((slot ^ hash) & UpperHalf) == 0;

    static int IndexIn(ulong slot) => (int)(slot & ~UpperHalf) - 1;

    [StructLayout(LayoutKind.Auto)]
    struct Entry
    {
        public ulong Hash;
        public int KeyStart;
        public int ReferenceLength;
        public int ModificationLength;
        public LineKind Kind;
        public Money Amount;
        public Money? Fee;
        public bool IsPlain;
    }
}
