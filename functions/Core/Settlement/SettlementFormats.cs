namespace Railyard.Core.Settlement;

/// <summary>What a record came to: a fault, or checks where it is no line; with neither it is a line.</summary>
readonly record struct ParsedRecord(Fault? Fault, IReadOnlyList<ControlCheck>? Checks = null)
{
    public bool IsLine => Fault is null && Checks is null;
}

/// <summary>The records of one file whose format was recognised, in their order.</summary>
interface IFileRows
{
    /// <summary>Reads one record; the line is void where it is none.</summary>
    ParsedRecord Parse(scoped in CsvRecord record, int number, ByteRange bytes, out LineFields line);

    /// <summary>Counts a record that could not be split: a trailer counts it all the same.</summary>
    void AddUnread()
    {
    }

    /// <summary>What the end of the file leaves open.</summary>
    IReadOnlyList<ControlCheck> AtEnd() => [];

    /// <summary>Columns of personal data; null where the header alone tells, or where there are none.</summary>
    bool[]? Personal => null;

    /// <summary>Where the file stands among its like; null where the format does not say.</summary>
    FileSequence? Sequence => null;

    /// <summary>What had happened by then is in the file; null where only its lines tell.</summary>
    DateTimeOffset? ClosedAt => null;
}

/// <summary>Where a file stands among those of its kind.</summary>
/// <param name="Stream">What is counted through: an account and a day, or a layout.</param>
/// <param name="Number">Its number there.</param>
/// <param name="First">The number that the first one has, where it is known: then a later one alone shows a gap.</param>
public sealed record FileSequence(string Stream, long Number, long? First)
{
    /// <summary>What is wrong with its place among the files that have come so far, by their numbers; null where nothing is.</summary>
    public ControlFinding? Gap(FileId file, IReadOnlyDictionary<long, FileId> others)
    {
        if (others.TryGetValue(Number, out var same) && same != file)
            return new(ControlRule.Sequence, Stream, null, $"one file of number {Number}", $"{same}, too");
        var previous = Number - 1;
        var isFirst = First is { } first ? Number <= first : !others.Keys.Any(number => number < Number);
        return isFirst || others.ContainsKey(previous) ? null : new(ControlRule.Sequence, Stream, null, $"file {previous}", "none yet");
    }
}

/// <summary>What a file says of itself as a whole.</summary>
/// <param name="Batches">What closes a batch in its format.</param>
/// <param name="Sequence">Where it stands among its like; null where it does not say.</param>
/// <param name="ClosedAt">What had happened by then is in it; null where only its lines tell.</param>
public sealed record FileFrame(BatchRule Batches, FileSequence? Sequence, DateTimeOffset? ClosedAt)
{
    /// <summary>Of a file that says nothing.</summary>
    public static readonly FileFrame None = new(BatchRule.PaidOutByRow, null, null);
}

/// <summary>A file as it was recognised.</summary>
/// <param name="Columns">How many fields every record has; 0 where that is not the same for all.</param>
sealed record OpenedFormat(string Name, IFileRows Rows, BatchRule Batches, int Columns);

/// <summary>
/// A format by its header: the file where the header is its own, else what it misses there.
/// </summary>
delegate HeaderVerdict HeaderReader(scoped in CsvRecord header, ReadingTerms terms);

/// <summary>One of the two: the file, or the first column that the format misses.</summary>
readonly record struct HeaderVerdict(OpenedFormat? Opened, string? MissingColumn);

/// <summary>A format of comma-separated records.</summary>
sealed record CsvFormat(string Name, HeaderReader Read);

/// <summary>The formats we read. They are told apart by content, never by a file's name.</summary>
static class SettlementFormats
{
    public static readonly IReadOnlyList<CsvFormat> Csv =
    [
        new(AdyenSettlementDetails.Name, AdyenSettlementDetails.ReadHeader),
        new(StripePayoutReconciliation.Name, StripePayoutReconciliation.ReadHeader),
        new(CheckoutBreakdown.Name, CheckoutBreakdown.ReadHeader),
        new(PayPalSettlement.Name, PayPalSettlement.ReadHeader),
    ];
}
