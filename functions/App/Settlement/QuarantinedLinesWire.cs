using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>A page of quarantined lines, in their order.</summary>
sealed record QuarantinePage(IReadOnlyList<QuarantinedLineWire> Items, string? NextCursor);

/// <summary>Where in the file, unpacked, a line stands.</summary>
sealed record BytesWire(long Start, int Length);

/// <summary>
/// A line that could not be read: where it stands, which field, what was expected and found, and the beginning of it with
/// card numbers masked; and what was put in its place, which the next run reads.
/// </summary>
sealed record QuarantinedLineWire(
    int Line, BytesWire Bytes, string Field, string Expected, string Found, string Raw, CorrectionWire? Correction)
{
    public static QuarantinedLineWire Of(QuarantinedLine line, Correction? correction) => new(
        line.Number,
        new(line.Bytes.Start, line.Bytes.Length),
        line.Fault.Field,
        line.Fault.Expected,
        line.Fault.Found,
        line.Raw,
        correction is null ? null : CorrectionWire.Of(line.Number, correction));
}

/// <summary>What a person has put in the place of a line, and why.</summary>
sealed record CorrectionWire(string Id, int Line, string Raw, string Reason, string By, DateTimeOffset At)
{
    public static CorrectionWire Of(int line, Correction correction) =>
        new(correction.Id, line, correction.Raw, correction.Reason, correction.By, correction.At);
}
