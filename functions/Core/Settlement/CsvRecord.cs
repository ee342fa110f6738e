using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>
/// Where a field stands in its record, quotes left out, and whether quotes inside it are doubled.
/// </summary>
public readonly record struct CsvField(int Start, int Length, bool HasDoubledQuotes);

/// <summary>One record as bytes; text is made only of the fields that are asked for.</summary>
public readonly ref struct CsvRecord
{
    /// <summary>The column index of a column that the file does not have.</summary>
    public const int NoColumn = -1;

    const int LongestShownText = 64;

    readonly ReadOnlySpan<CsvField> fields;

    internal CsvRecord(ReadOnlySpan<byte> raw, ReadOnlySpan<CsvField> fields)
    {
        Raw = raw;
        this.fields = fields;
    }

    /// <summary>All of it, without its line end.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    public int Count => fields.Length;

    /// <summary>
    /// A field's bytes; doubled quotes are still doubled. A column that is not there is empty.
    /// </summary>
    public ReadOnlySpan<byte> this[int column] =>
        column == NoColumn ? default : Raw.Slice(fields[column].Start, fields[column].Length);

    /// <summary>A field as text.</summary>
    public string Text(int column)
    {
        var text = FieldText.Of(this[column]);
        return column != NoColumn && fields[column].HasDoubledQuotes ? text.Replace("\"\"", "\"") : text;
    }

    /// <summary>A field in UTF-8: the bytes of the record as a rule, and others where they have to be.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => column != NoColumn && fields[column].HasDoubledQuotes
        ? Encoding.UTF8.GetBytes(Text(column))
        : FieldText.Utf8Of(this[column]);

    /// <summary>The record without what stands in these columns.</summary>
    internal ReadOnlySpan<byte> Without(ReadOnlySpan<bool> columns)
    {
        var kept = Raw.ToArray();
        var length = 0;
        var from = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            if (i >= columns.Length || !columns[i]) continue;
            Raw[from..fields[i].Start].CopyTo(kept.AsSpan(length));
            length += fields[i].Start - from;
            from = fields[i].Start + fields[i].Length;
        }
        Raw[from..].CopyTo(kept.AsSpan(length));
        return kept.AsSpan(0, length + Raw.Length - from);
    }

    /// <summary>A field as text for a finding: never more than its beginning, and never a card number.</summary>
    public string Shown(int column) => FieldText.Beginning(this[column], LongestShownText);
}
