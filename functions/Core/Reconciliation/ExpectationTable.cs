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

    /// <summary>How many lines are looked up together.</summary>
    internal const int MostAtOnce = 32;

    const int FewestSlots = 16;
    const int PieceBytes = 64 * 1024;
    const int MostKeyBytes = 2 * SettlementLine.LongestReference * 3;
    const ulong UpperHalf = 0xFFFF_FFFF_0000_0000;

    readonly List<Entry> entries = [];
    readonly List<byte[]> keys = [];
    int keysUsed;

    // The upper half of a hash beside the index from 1: most that is not meant is told from it without a look at its entry.
    // Made when the table is full, because what is added at random places of many tables is far away each time.
    ulong[] slots = [];

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
        // No line has so long a reference, nor is one found by what names no operation.
        var hasName = !modification.IsEmpty && reference.Length + modification.Length <= MostKeyBytes;
        entries.Add(new()
        {
            Key = hasName ? Keep(reference, modification) : default,
            ReferenceLength = hasName ? (ushort)reference.Length : (ushort)0,
            ModificationLength = hasName ? (ushort)modification.Length : (ushort)0,
            Kind = kind,
            MinorUnits = amount.MinorUnits,
            Currency = amount.Currency,
            Fee = fee,
            IsPlain = hasName && isOpen,
        });
        slots = [];
    }

    /// <summary>Makes ready what finds them. Whoever does it before the first line is looked up has the line wait less.</summary>
    public void Index()
    {
        slots = new ulong[Math.Max(FewestSlots, (int)BitOperations.RoundUpToPowerOf2((uint)Count * 2))];
        for (var index = 0; index < Count; index++)
        {
            ref var entry = ref CollectionsMarshal.AsSpan(entries)[index];
            if (entry.ModificationLength == 0) continue;
            var key = KeyOf(entry);
            var slot = SlotOf(key[..entry.ReferenceLength], key[entry.ReferenceLength..], entry.Kind, out var hash);
            // What shares its name with another one leaves a question: only the first has a slot, and is not plain from then on.
            if (slots[slot] == 0) slots[slot] = (hash & UpperHalf) | (uint)(index + 1);
            else CollectionsMarshal.AsSpan(entries)[IndexIn(slots[slot])].IsPlain = false;
        }
    }

    /// <summary>
    /// For each of some lines the only open expectation that it names in full, or <see cref="None"/>. A step is made for all
    /// of them before the next, so that what is far away in memory is fetched for many at once.
    /// </summary>
    /// <param name="lines">The lines.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="found">What is found, of as many lines as it has room for; <see cref="MostAtOnce"/> at most.</param>
    internal void Find(PackedLines lines, int first, Span<int> found)
    {
        if (slots.Length == 0) Index();
        Span<ulong> hashes = stackalloc ulong[MostAtOnce];
        for (var i = 0; i < found.Length; i++) hashes[i] = HashOf(lines[first + i]);
        for (var i = 0; i < found.Length; i++) found[i] = FirstLike(hashes[i]);
        for (var i = 0; i < found.Length; i++)
            if (found[i] != None && !At(found[i]).IsPlain) found[i] = None;
        for (var i = 0; i < found.Length; i++)
            if (found[i] != None && !IsOf(found[i], lines[first + i])) found[i] = None;
    }

    /// <summary>Whether a line is to the last minor unit what the expectation says: amount, currency, direction and fee.</summary>
    internal bool IsExactly(int index, in PackedLine line)
    {
        ref readonly var expected = ref At(index);
        return Are(expected.MinorUnits, expected.Currency, line.MinorUnits, line.CurrencyCode)
            && (line.MinorUnits == 0 || line.Direction == Expectation.DirectionOf(expected.Kind))
            && (expected.Fee is not { } fee || Are(fee.MinorUnits, fee.Currency, line.FeesCharged, line.FeeCurrencyCode));
    }

    /// <summary>Counts the expectation as met by a line that is exactly as it says.</summary>
    internal void AddTo(JoinSums sums, int index)
    {
        ref readonly var expected = ref At(index);
        sums.AddMatched(expected.Kind, expected.Currency, expected.MinorUnits);
        if (expected.Fee is { } fee) sums.AddFees(expected.Kind, fee.Currency, fee.MinorUnits, fee.MinorUnits);
    }

    static bool Are(long expected, Currency currency, long found, ReadOnlySpan<byte> code) =>
        expected == found && Ascii.Equals(code, currency.Code);

    ref readonly Entry At(int index) => ref CollectionsMarshal.AsSpan(entries)[index];

    // Whose hash is like it. In four billion names one is another's: what is not found so is left to whoever joins the rest.
    int FirstLike(ulong hash)
    {
        var mask = slots.Length - 1;
        var slot = (int)(hash & (uint)mask);
        while (slots[slot] != 0 && !IsLike(slots[slot], hash)) slot = (slot + 1) & mask;
        return IndexIn(slots[slot]);
    }

    bool IsOf(int index, in PackedLine line) => IsAt(index, line.AcquirerReference, line.ModificationReference, line.Kind);

    static ulong HashOf(in PackedLine line) => KeyHash.Of(line.AcquirerReference, line.ModificationReference, line.Kind);

    // The slot where the key is, or the empty one where it would go. At most half of them are taken, so there is one.
    int SlotOf(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification, LineKind kind, out ulong hash)
    {
        hash = KeyHash.Of(reference, modification, kind);
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
        var key = KeyOf(entry);
        return key.StartsWith(reference) && key.EndsWith(modification);
    }

    ReadOnlySpan<byte> KeyOf(in Entry entry) =>
        keys[entry.Key.Piece].AsSpan(entry.Key.Start, entry.ReferenceLength + entry.ModificationLength);

    (ushort Piece, ushort Start) Keep(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> modification)
    {
        var length = reference.Length + modification.Length;
        if (keys.Count == 0 || PieceBytes - keysUsed < length)
        {
            keys.Add(new byte[PieceBytes]);
            keysUsed = 0;
        }
        var start = keysUsed;
        reference.CopyTo(keys[^1].AsSpan(start));
        modification.CopyTo(keys[^1].AsSpan(start + reference.Length));
        keysUsed += length;
        return ((ushort)(keys.Count - 1), (ushort)start);
    }

    static bool IsLike(ulong slot, ulong hash) => ((slot ^ hash) & UpperHalf) == 0;

    static int IndexIn(ulong slot) => (int)(slot & ~UpperHalf) - 1;

    [StructLayout(LayoutKind.Auto)]
    struct Entry
    {
        public long MinorUnits;
        public Currency Currency;
        public Money? Fee;
        public (ushort Piece, ushort Start) Key;
        public ushort ReferenceLength;
        public ushort ModificationLength;
        public LineKind Kind;
        public bool IsPlain;
    }
}
