using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Railyard.Core.Settlement;

/// <summary>What a step of reading came to.</summary>
public enum CsvStep { Record, Malformed, MoreNeeded, End }

/// <summary>How records are split into fields: by commas where nothing else is said.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CsvDialect(byte Delimiter, byte Quote)
{
    /// <summary>RFC 4180.</summary>
    public static readonly CsvDialect Comma = new((byte)',', (byte)'"');

    /// <summary>Each line is one field: whoever reads it knows by position what is where.</summary>
    public static readonly CsvDialect WholeLines = new((byte)'\n', (byte)'\n');

    /// <summary>The quote of files that have none: a byte that no text has.</summary>
    public const byte NoQuote = 0;

    internal bool IsSplit => Delimiter != (byte)'\n';
}

/// <summary>
/// Reads RFC 4180 records out of whatever piece of the file is at hand. Its caller owns the buffer: it drops what was
/// consumed, adds what follows and asks again. A malformed record gives up one line of the file only, and reading goes
/// on with the line after it, so that a stray quote cannot swallow good lines.
/// </summary>
public sealed class CsvRecords(CsvDialect dialect, long offset = 0, int line = 1)
{
    /// <summary>A record of so many bytes or more is malformed; a buffer must hold as much.</summary>
    public const int LongestRecordBytes = 64 * 1024;

    const int MostColumns = 512;
    const int KeptOfOverlongLineBytes = 1024;
    const byte LineFeed = (byte)'\n';
    const byte CarriageReturn = (byte)'\r';
    const int Incomplete = -1;
    const int Broken = -2;

    readonly CsvField[] fields = new CsvField[MostColumns];
    readonly byte delimiter = dialect.Delimiter;
    readonly byte quote = dialect.Quote;
    readonly bool isSplit = dialect.IsSplit;
    readonly long start = offset;
    int fieldCount;
    int columns;
    long offset = offset;
    int line = line;
    OverlongLine? overlong;
    bool isAtLineStart = true;

    /// <summary>Of files as most are.</summary>
    public CsvRecords() : this(CsvDialect.Comma)
    {
    }

    /// <summary>How many bytes of the file have been done with.</summary>
    public long Offset => offset;

    /// <summary>The line of the file that comes next, where another file follows this one.</summary>
    public int NextLine => isAtLineStart || line == int.MaxValue ? line : line + 1;

    /// <summary>How many bytes of the input the last step has done with.</summary>
    public int Consumed { get; private set; }

    /// <summary>The line of the file on which the last record begins.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Where in the file the last record stands.</summary>
    public ByteRange Bytes { get; private set; }

    /// <summary>What is wrong with the last record, where it is malformed.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>From here on a record of any other number of fields is malformed.</summary>
    public void ExpectColumns(int count) => columns = count;

    /// <summary>The next record of the input, which begins where the last step ended.</summary>
    public CsvStep Read(ReadOnlySpan<byte> input, bool isLast, out CsvRecord record)
    {
        record = default;
        Consumed = 0;
        if (overlong is not null) return SkipOverlong(input, isLast, out record);
        if (!SkipByteOrderMark(input, isLast)) return CsvStep.MoreNeeded;
        SkipBlankLines(input);

        var rest = input[Consumed..];
        if (rest.IsEmpty || rest.SequenceEqual("\r"u8)) return isLast ? CsvStep.End : CsvStep.MoreNeeded;
        // No more of it is looked at than a record may have, however much is at hand: every splitting comes to the same.
        var window = rest.Length > LongestRecordBytes ? rest[..LongestRecordBytes] : rest;
        // One that fills the window is too long whether or not more is known to come.
        var length = Scan(window, isLast && rest.Length < LongestRecordBytes);
        if (length >= 0 && HasRightCount()) return Found(rest, length, out record);
        if (length != Incomplete || window.Length == LongestRecordBytes) return Malformed(window, input, isLast, out record);
        return CsvStep.MoreNeeded;
    }

    CsvStep Found(ReadOnlySpan<byte> rest, int length, out CsvRecord record)
    {
        var raw = WithoutLineEnd(rest[..length]);
        record = new(raw, fields.AsSpan(0, fieldCount));
        Place(raw.Length);
        Advance(rest[..length]);
        return CsvStep.Record;
    }

    CsvStep Malformed(ReadOnlySpan<byte> window, ReadOnlySpan<byte> input, bool isLast, out CsvRecord record)
    {
        record = default;
        Fault ??= new("record", $"at most {LongestRecordBytes} bytes", "more");
        var end = window.IndexOf(LineFeed);
        if (end < 0 && window.Length == LongestRecordBytes) return SkipOverlong(window, input, isLast, out record);
        if (end < 0 && !isLast) return CsvStep.MoreNeeded;

        var whole = end < 0 ? window : window[..(end + 1)];
        var raw = WithoutLineEnd(whole);
        record = new(raw, default);
        Place(raw.Length);
        Advance(whole);
        return CsvStep.Malformed;
    }

    CsvStep SkipOverlong(ReadOnlySpan<byte> window, ReadOnlySpan<byte> input, bool isLast, out CsvRecord record)
    {
        overlong = new(window[..KeptOfOverlongLineBytes].ToArray(), offset, line, Fault!);
        Advance(window);
        return SkipOverlong(input[Consumed..], isLast, out record);
    }

    CsvStep SkipOverlong(ReadOnlySpan<byte> input, bool isLast, out CsvRecord record)
    {
        record = default;
        var end = input.IndexOf(LineFeed);
        Advance(end < 0 ? input : input[..(end + 1)]);
        if (end < 0 && !isLast) return CsvStep.MoreNeeded;

        var (kept, start, number, fault) = overlong!;
        (overlong, LineNumber, Fault) = (null, number, fault);
        Bytes = new(start, (int)Math.Min(offset - start, int.MaxValue));
        record = new(kept, default);
        return CsvStep.Malformed;
    }

    /// <summary>The length of the record with its line end, or why there is none.</summary>
    int Scan(ReadOnlySpan<byte> input, bool isLast)
    {
        (fieldCount, Fault) = (0, null);
        if (!isSplit) return ScanWhole(input, isLast);
        var plain = ScanPlain(input);
        return plain != Incomplete ? plain : ScanAny(input, isLast);
    }

    /// <summary>
    /// The length of a record that ends within the input and has no quote, which is nearly every one; else
    /// <see cref="Incomplete"/>. It looks at thirty-two bytes at once.
    /// </summary>
    int ScanPlain(ReadOnlySpan<byte> input)
    {
        var (start, count) = (0, 0);
        for (var from = 0; from + Vector256<byte>.Count <= input.Length; from += Vector256<byte>.Count)
        {
            var bytes = Vector256.Create(input.Slice(from, Vector256<byte>.Count));
            var marks = Vector256.Equals(bytes, Vector256.Create(delimiter))
                | Vector256.Equals(bytes, Vector256.Create(LineFeed))
                | Vector256.Equals(bytes, Vector256.Create(quote));
            for (var bits = marks.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                var end = from + BitOperations.TrailingZeroCount(bits);
                if (input[end] == quote || count == MostColumns) return Incomplete;
                var isLineEnd = input[end] == LineFeed;
                var shown = isLineEnd && end > start && input[end - 1] == CarriageReturn ? end - 1 : end;
                fields[count++] = new(start, shown - start, HasDoubledQuotes: false);
                start = end + 1;
                if (!isLineEnd) continue;
                fieldCount = count;
                return start;
            }
        }
        return Incomplete;
    }

    int ScanAny(ReadOnlySpan<byte> input, bool isLast)
    {
        var position = 0;
        while (true)
        {
            var isQuoted = position < input.Length && input[position] == quote;
            var end = isQuoted
                ? EndOfQuoted(input, position, isLast, out var field)
                : EndOfPlain(input, position, isLast, out field);
            if (end < 0) return end;
            if (fieldCount == MostColumns) return Break($"at most {MostColumns} fields", "more");

            fields[fieldCount++] = field;
            if (end == input.Length) return end;
            if (input[end] == LineFeed) return end + 1;
            position = end + 1;
        }
    }

    int ScanWhole(ReadOnlySpan<byte> input, bool isLast)
    {
        var length = input.IndexOf(LineFeed);
        if (length < 0 && !isLast) return Incomplete;
        var end = length < 0 ? input.Length : length + 1;
        fields[fieldCount++] = new(0, WithoutLineEnd(input[..end]).Length, HasDoubledQuotes: false);
        return end;
    }

    int EndOfPlain(ReadOnlySpan<byte> input, int start, bool isLast, out CsvField field)
    {
        field = default;
        var length = input[start..].IndexOfAny(delimiter, LineFeed, quote);
        if (length < 0 && !isLast) return Incomplete;

        var end = length < 0 ? input.Length : start + length;
        if (length >= 0 && input[end] == quote) return Break("quotes around the whole field", "a quote inside it");
        var endsRecord = end == input.Length || input[end] == LineFeed;
        var shown = endsRecord ? WithoutLineEnd(input[start..end]).Length : end - start;
        field = new(start, shown, HasDoubledQuotes: false);
        return end;
    }

    int EndOfQuoted(ReadOnlySpan<byte> input, int start, bool isLast, out CsvField field)
    {
        field = default;
        var (position, hasDoubledQuotes) = (start + 1, false);
        while (true)
        {
            var length = input[position..].IndexOf(quote);
            if (length < 0) return isLast ? Break("a closing quote", "the end of the file") : Incomplete;
            position += length + 1;
            if (position == input.Length && !isLast) return Incomplete;
            if (position < input.Length && input[position] == quote)
            {
                (hasDoubledQuotes, position) = (true, position + 1);
                continue;
            }
            field = new(start + 1, position - start - 2, hasDoubledQuotes);
            return EndAfterQuote(input, position, isLast);
        }
    }

    int EndAfterQuote(ReadOnlySpan<byte> input, int position, bool isLast)
    {
        if (position < input.Length && input[position] == CarriageReturn) position++;
        if (position == input.Length) return isLast ? position : Incomplete;
        return input[position] == LineFeed || (input[position] == delimiter && input[position - 1] == quote)
            ? position
            : Break("a delimiter or a line end after a closing quote", "text");
    }

    int Break(string expected, string found)
    {
        Fault = new("record", expected, found);
        return Broken;
    }

    bool HasRightCount()
    {
        if (columns == 0 || fieldCount == columns) return true;
        Fault = new("record", $"{columns} fields", $"{fieldCount} fields");
        return false;
    }

    bool SkipByteOrderMark(ReadOnlySpan<byte> input, bool isLast)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (offset > start) return true;
        if (input.Length < mark.Length && !isLast) return false;
        if (input.StartsWith(mark)) Advance(mark);
        return true;
    }

    void SkipBlankLines(ReadOnlySpan<byte> input)
    {
        while (true)
        {
            var rest = input[Consumed..];
            if (rest.StartsWith("\n"u8)) Advance("\n"u8);
            else if (rest.StartsWith("\r\n"u8)) Advance("\r\n"u8);
            else return;
        }
    }

    void Place(int length) => (LineNumber, Bytes) = (line, new(offset, length));

    void Advance(ReadOnlySpan<byte> done)
    {
        Consumed += done.Length;
        offset += done.Length;
        if (done.Length > 0) isAtLineStart = done[^1] == LineFeed;
        line = (int)Math.Min((long)line + done.Count(LineFeed), int.MaxValue);
    }

    static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> record)
    {
        if (record.EndsWith("\n"u8)) record = record[..^1];
        return record.EndsWith("\r"u8) ? record[..^1] : record;
    }

    sealed record OverlongLine(byte[] Kept, long Start, int LineNumber, Fault Fault);
}
