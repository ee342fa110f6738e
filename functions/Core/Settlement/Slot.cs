using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>A place of a layout, found in one file.</summary>
abstract record Slot
{
    const int LongestShownText = 64;

    public sealed record FieldSlot(int Index) : Slot;

    public sealed record CutSlot(int Start, int Length) : Slot;

    public sealed record ConstantSlot(byte[] Bytes) : Slot;

    public sealed record NoSlot : Slot;

    /// <summary>The slot of something that the layout does not have: always empty.</summary>
    public static readonly Slot None = new NoSlot();

    Slot() { }

    /// <summary>The slot of a place; null where the file has no such column.</summary>
    public static Slot? Of(Place? place, ColumnNames? names) => place switch
    {
        null => None,
        Place.Column(var name) => names?[name] is { } index and not CsvRecord.NoColumn ? new FieldSlot(index) : null,
        Place.Field(var number) => new FieldSlot(number - 1),
        Place.Cut(var start, var length) => new CutSlot(start - 1, length),
        Place.Constant(var text) => new ConstantSlot(Encoding.UTF8.GetBytes(text)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What stands there, without blanks around it; nothing where the record is too short.</summary>
    public ReadOnlySpan<byte> In(scoped in CsvRecord record) => this switch
    {
        FieldSlot(var index) => index < record.Count ? record[index].Trim((byte)' ') : default,
        CutSlot(var start, var length) => start < record.Raw.Length
            ? record.Raw.Slice(start, Math.Min(length, record.Raw.Length - start)).Trim((byte)' ')
            : default,
        ConstantSlot(var bytes) => bytes,
        _ => default,
    };

    /// <summary>What stands there in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8(scoped in CsvRecord record) =>
        this is FieldSlot(var index) && index < record.Count ? record.Utf8(index).Trim((byte)' ') : FieldText.Utf8Of(In(record));

    /// <summary>What stands there for a finding.</summary>
    public string Shown(scoped in CsvRecord record) => FieldText.Beginning(In(record), LongestShownText);
}
