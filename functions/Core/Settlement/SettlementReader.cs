using System.Text;

namespace Railyard.Core.Settlement;

/// <summary>What a step of reading a settlement file came to.</summary>
public abstract record ReadOutcome
{
    /// <summary>A line we understand, which stands where it was read and is given beside.</summary>
    public sealed record Line : ReadOutcome;

    /// <summary>A line we do not understand.</summary>
    public sealed record Quarantined(QuarantinedLine Value) : ReadOutcome;

    /// <summary>
    /// A record that is no line: a header or a trailer, on that line of the file, with what it says of the lines; 0 where it
    /// is the end of the file that says it.
    /// </summary>
    public sealed record Frame(int Number, ByteRange Bytes, IReadOnlyList<ControlCheck> Checks) : ReadOutcome;

    /// <summary>The whole file is none of our formats.</summary>
    public sealed record Rejected(int LineNumber, Fault Fault) : ReadOutcome;

    /// <summary>What is at hand ends inside a line.</summary>
    public sealed record MoreNeeded : ReadOutcome;

    /// <summary>The file has ended.</summary>
    public sealed record End : ReadOutcome;

    ReadOutcome() { }
}

/// <summary>
/// Reads a settlement file of any known format once, from start to end, a piece at a time. Between two steps it holds
/// nothing of the file but where it is, and the sums that trailers are held against.
/// </summary>
public sealed class SettlementReader(ReadingTerms terms, long start = 0, int firstLine = 1)
{
    /// <summary>How large its caller's buffer must be for every line to fit.</summary>
    public const int SmallestBufferBytes = CsvRecords.LongestRecordBytes;

    const int KeptOfRawLineBytes = 1024;
    const int ShownOfRejectedLineBytes = 64;
    const string Withheld = "(not kept: the file has columns of personal data, and the line could not be split)";

    static readonly Fault Utf16 = new("file", "UTF-8 or Latin-1", "UTF-16");
    static readonly ReadOutcome Line = new ReadOutcome.Line();
    static readonly ReadOutcome MoreNeeded = new ReadOutcome.MoreNeeded();
    static readonly ReadOutcome End = new ReadOutcome.End();

    readonly bool hasCorrections = terms.Corrections.Count > 0;
    CsvRecords records = new(CsvDialect.Comma, start, firstLine);
    CsvDialect dialect = CsvDialect.Comma;
    OpenedFormat? opened;
    bool[]? personal;
    bool isRejected;
    bool isEnded;

    /// <summary>Of a file of which nothing else is known.</summary>
    public SettlementReader() : this(ReadingTerms.None)
    {
    }

    /// <summary>The format, once the header has been read.</summary>
    public string? Format => opened?.Name;

    /// <summary>What the file says of itself as a whole, as far as it has been read.</summary>
    public FileFrame Frame =>
        opened is null ? FileFrame.None : new(opened.Batches, opened.Rows.Sequence, opened.Rows.ClosedAt);

    /// <summary>How many bytes of the file have been done with.</summary>
    public long Offset => records.Offset;

    /// <summary>The line of the file that comes next, where another file follows this one.</summary>
    public int NextLine => records.NextLine;

    /// <summary>The next line of the input; the caller drops what was consumed and asks again.</summary>
    public ReadOutcome Read(ReadOnlySpan<byte> input, bool isLast, out int consumed, out LineFields line)
    {
        if (isRejected || isEnded || IsUtf16(input)) return EndWith(isRejected || isEnded ? End : Reject(Utf16), out consumed, out line);
        var step = records.Read(input, isLast, out var record);
        consumed = records.Consumed;
        // Nearly every step is one of these, and is not held up by what else there may be.
        if (step == CsvStep.Record && opened is not null && !hasCorrections) return Parse(record, out line);
        line = default;
        return step switch
        {
            CsvStep.MoreNeeded => MoreNeeded,
            CsvStep.End => opened is null ? Reject(new("file", "a header row", "an empty file")) : Close(),
            CsvStep.Malformed when opened is not null => Corrected(out line) ?? QuarantineUnread(record, records.Fault!),
            CsvStep.Record when opened is not null => Corrected(out line) ?? Parse(record, out line),
            CsvStep.Malformed or CsvStep.Record => Open(input, isLast, step, record, ref consumed, out line),
        };
    }

    static ReadOutcome EndWith(ReadOutcome outcome, out int consumed, out LineFields line)
    {
        consumed = 0;
        line = default;
        return outcome;
    }

    ReadOutcome Parse(scoped in CsvRecord record, out LineFields line)
    {
        var parsed = opened!.Rows.Parse(record, records.LineNumber, records.Bytes, out line);
        if (parsed.IsLine) return Line;
        return parsed.Fault is { } fault ? Quarantine(record, fault) : new ReadOutcome.Frame(records.LineNumber, records.Bytes, parsed.Checks!);
    }

    ReadOutcome Open(ReadOnlySpan<byte> input, bool isLast, CsvStep step, scoped in CsvRecord header, scoped ref int consumed, out LineFields line)
    {
        line = default;
        string? missing = null;
        if (step == CsvStep.Record)
            foreach (var format in SettlementFormats.Csv)
            {
                var verdict = format.Read(header, terms);
                missing ??= verdict.MissingColumn;
                if (verdict.Opened is not null) return Begin(verdict.Opened, header, input, isLast, ref consumed, out line);
            }
        return OpenLayout(input, isLast, header, ref consumed, out line)
            ?? Reject(step == CsvStep.Malformed
                ? records.Fault!
                : new("header", $"a known format: column '{missing}'", FieldText.Beginning(header.Raw, ShownOfRejectedLineBytes)));
    }

    // A layout may split its lines otherwise, and may have no header: its first record is read anew.
    ReadOutcome? OpenLayout(ReadOnlySpan<byte> input, bool isLast, scoped in CsvRecord first, scoped ref int consumed, out LineFields line)
    {
        line = default;
        // A line that is too long is no beginning, also where the buffer still holds the whole of it.
        if (records.Bytes.Length >= CsvRecords.LongestRecordBytes) return null;
        var recordStart = consumed - (records.Offset - records.Bytes.Start);
        var end = first.Raw.IndexOf((byte)'\n');
        var beginning = end < 0 ? first.Raw : first.Raw[..end].TrimEnd((byte)'\r');
        foreach (var layout in terms.Layouts)
        {
            if (layout.Open(beginning) is not { } found) continue;
            consumed = (int)recordStart;
            (opened, dialect) = (found, layout.Dialect);
            records = new(dialect, records.Bytes.Start, records.LineNumber);
            if (!layout.HasHeader) return Continue(input, isLast, ref consumed, out line);
            _ = records.Read(input[consumed..], isLast, out var header);
            consumed += records.Consumed;
            return Begin(found, header, input, isLast, ref consumed, out line);
        }
        return null;
    }

    ReadOutcome Begin(
        OpenedFormat found, scoped in CsvRecord header, ReadOnlySpan<byte> input, bool isLast, scoped ref int consumed, out LineFields line)
    {
        opened = found;
        personal = PersonalColumns.In(header);
        records.ExpectColumns(found.Columns);
        return Continue(input, isLast, ref consumed, out line);
    }

    ReadOutcome Continue(ReadOnlySpan<byte> input, bool isLast, scoped ref int consumed, out LineFields line)
    {
        var first = Read(input[consumed..], isLast, out var more, out line);
        consumed += more;
        return first;
    }

    ReadOutcome? Corrected(out LineFields line)
    {
        line = default;
        if (!hasCorrections || !terms.Corrections.TryGetValue(records.LineNumber, out var text)) return null;
        var raw = Encoding.UTF8.GetBytes(text);
        var corrected = new CsvRecords(dialect);
        corrected.ExpectColumns(opened!.Columns);
        return corrected.Read(raw, isLast: true, out var record) == CsvStep.Record && corrected.Consumed == raw.Length
            ? Parse(record, out line)
            : QuarantineUnread(new CsvRecord(raw, default), corrected.Fault ?? new("record", "one record", "none, or more than one"));
    }

    ReadOutcome Close()
    {
        isEnded = true;
        var open = opened!.Rows.AtEnd();
        return open.Count == 0 ? End : new ReadOutcome.Frame(0, new(records.Offset, 0), open);
    }

    ReadOutcome.Quarantined QuarantineUnread(scoped in CsvRecord record, Fault fault)
    {
        opened!.Rows.AddUnread();
        var raw = Personal is null ? FieldText.Beginning(record.Raw, KeptOfRawLineBytes) : Withheld;
        return new(new(records.LineNumber, records.Bytes, fault, raw));
    }

    ReadOutcome.Quarantined Quarantine(scoped in CsvRecord record, Fault fault)
    {
        var raw = Personal is { } columns ? record.Without(columns) : record.Raw;
        return new(new(records.LineNumber, records.Bytes, fault, FieldText.Beginning(raw, KeptOfRawLineBytes)));
    }

    bool[]? Personal => opened!.Rows.Personal ?? personal;

    ReadOutcome.Rejected Reject(Fault fault)
    {
        isRejected = true;
        return new(Math.Max(records.LineNumber, 1), fault);
    }

    // With its byte order mark, or without: no text of ours begins with a zero byte.
    bool IsUtf16(ReadOnlySpan<byte> input) =>
        records.Offset == start && input.Length >= 2 && (input[0] == 0 || input[1] == 0 || input is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]);
}
