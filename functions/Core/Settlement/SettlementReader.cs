namespace Railyard.Core.Settlement;

/// <summary>What a step of reading a settlement file came to.</summary>
public abstract record ReadOutcome
{
    /// <summary>A line we understand.</summary>
    public sealed record Line(SettlementLine Value) : ReadOutcome;

    /// <summary>A line we do not understand.</summary>
    public sealed record Quarantined(QuarantinedLine Value) : ReadOutcome;

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
/// nothing of the file but where it is.
/// </summary>
public sealed class SettlementReader
{
    /// <summary>How large its caller's buffer must be for every line to fit.</summary>
    public const int SmallestBufferBytes = CsvRecords.LongestRecordBytes;

    const int KeptOfRawLineBytes = 1024;
    const int ShownOfRejectedLineBytes = 64;

    static readonly ReadOutcome MoreNeeded = new ReadOutcome.MoreNeeded();
    static readonly ReadOutcome End = new ReadOutcome.End();

    readonly CsvRecords records = new();
    RecordParser? parse;
    bool isRejected;

    /// <summary>The format, once the header has been read.</summary>
    public string? Format { get; private set; }

    /// <summary>The next line of the input; the caller drops what was consumed and asks again.</summary>
    public ReadOutcome Read(ReadOnlySpan<byte> input, bool isLast, out int consumed)
    {
        consumed = 0;
        if (isRejected) return End;
        var step = records.Read(input, isLast, out var record);
        consumed = records.Consumed;
        return step switch
        {
            CsvStep.MoreNeeded => MoreNeeded,
            CsvStep.End => parse is null ? Reject(new("file", "a header row", "an empty file")) : End,
            CsvStep.Malformed => parse is null ? Reject(records.Fault!) : Quarantine(record, records.Fault!),
            CsvStep.Record => parse is null ? ReadHeader(input, isLast, record, ref consumed) : Parse(record),
        };
    }

    ReadOutcome Parse(in CsvRecord record)
    {
        var (line, fault) = parse!(record, records.LineNumber, records.Bytes);
        return line is not null ? new ReadOutcome.Line(line) : Quarantine(record, fault!);
    }

    ReadOutcome ReadHeader(ReadOnlySpan<byte> input, bool isLast, in CsvRecord header, ref int consumed)
    {
        string? missing = null;
        foreach (var format in SettlementFormats.Csv)
        {
            var verdict = format.Read(header);
            missing ??= verdict.MissingColumn;
            if (verdict.Parser is null) continue;

            (Format, parse) = (format.Name, verdict.Parser);
            records.ExpectColumns(header.Count);
            var first = Read(input[consumed..], isLast, out var more);
            consumed += more;
            return first;
        }
        return Reject(new("header", $"a known format: column '{missing}'", Beginning(header, ShownOfRejectedLineBytes)));
    }

    ReadOutcome.Quarantined Quarantine(in CsvRecord record, Fault fault) =>
        new(new(records.LineNumber, records.Bytes, fault, Beginning(record, KeptOfRawLineBytes)));

    ReadOutcome.Rejected Reject(Fault fault)
    {
        isRejected = true;
        return new(Math.Max(records.LineNumber, 1), fault);
    }

    static string Beginning(in CsvRecord record, int most) => CsvRecord.Beginning(record.Raw, most);
}
