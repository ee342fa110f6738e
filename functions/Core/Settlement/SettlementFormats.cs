namespace Railyard.Core.Settlement;

/// <summary>Reads one record of a file whose header was recognised.</summary>
delegate ParsedRecord RecordParser(in CsvRecord record, int number, ByteRange bytes);

/// <summary>What a record came to: one of the two.</summary>
readonly record struct ParsedRecord(SettlementLine? Line, Fault? Fault);

/// <summary>
/// A format by its header: a parser where the header is its own, else what it misses there.
/// </summary>
delegate HeaderVerdict HeaderReader(in CsvRecord header);

/// <summary>
/// One of the two: a parser for the rows below this header, or the first column that the format misses.
/// </summary>
readonly record struct HeaderVerdict(RecordParser? Parser, string? MissingColumn);

/// <summary>A format of comma-separated records.</summary>
sealed record CsvFormat(string Name, HeaderReader Read);

/// <summary>The formats we read. They are told apart by content, never by a file's name.</summary>
static class SettlementFormats
{
    public static readonly IReadOnlyList<CsvFormat> Csv =
    [
        new(AdyenSettlementDetails.Name, AdyenSettlementDetails.ReadHeader),
    ];
}
