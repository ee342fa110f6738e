using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Reads a file once: bad lines to quarantine, lines that need a counterpart to their shards, and everything into the
/// totals. Repeated, it writes the same things again.
/// </summary>
public sealed partial class ParseSettlementFile(
    SettlementBlobs blobs, SettlementFileStore files, ILogger<ParseSettlementFile> log)
{
    const int QuarantinedLinesPerDocument = 200;

    /// <summary>Into how many groups the lines went; null where the file was rejected.</summary>
    [Function(nameof(ParseSettlementFile))]
    public async Task<int?> Run([ActivityTrigger] FileId id, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var file = await files.ChangeAsync(id, Begun, cancellation);
        if (file.Parsed is not null) return file.Groups;
        if (file.Rejection is not null) return null;
        var read = await ReadAsync(file, ShardGroups.CountFor(file.Bytes), cancellation);
        var done = await files.ChangeAsync(id, found => found.Status == FileStatus.Parsing ? read(found) : found, cancellation);
        Parsed(id, done.Format, done.Status, done.Parsed?.Lines ?? 0, done.Parsed?.Quarantined ?? 0);
        return done.Rejection is null ? done.Groups : null;
    }

    static SettlementFile Begun(SettlementFile file) =>
        file.Status == FileStatus.Received ? file with { Status = FileStatus.Parsing } : file;

    async Task<Func<SettlementFile, SettlementFile>> ReadAsync(SettlementFile file, int groups, CancellationToken cancellation)
    {
        var (reader, tally, quarantine) = (new SettlementReader(), new FileTally(), new List<QuarantinedLine>());
        await using var content = await SettlementBlobs.OpenAsync(blobs.Copy(file.File), null, cancellation);
        await using var lines = new LinesByShard(blobs, file.File, groups);
        var written = 0;
        await foreach (var outcome in SettlementLines.ReadFileAsync(reader, content, cancellation))
        {
            switch (outcome)
            {
                case ReadOutcome.Line(var line):
                    tally.Add(line);
                    if (Treatment.Ignores(line.Kind) is null) await lines.AddAsync(line, cancellation);
                    break;
                case ReadOutcome.Quarantined(var bad):
                    tally.AddQuarantined();
                    quarantine.Add(bad);
                    if (quarantine.Count == QuarantinedLinesPerDocument)
                        await QuarantineAsync(file.File, written++, quarantine, cancellation);
                    break;
                case ReadOutcome.Rejected rejected:
                    return Rejection(rejected);
                default:
                    break;
            }
        }
        if (quarantine.Count > 0) await QuarantineAsync(file.File, written, quarantine, cancellation);
        return found => found with
        {
            Status = FileStatus.Matching, Format = reader.Format, Groups = groups, Parsed = tally.Result(),
        };
    }

    async Task QuarantineAsync(FileId file, int number, List<QuarantinedLine> lines, CancellationToken cancellation)
    {
        await files.QuarantineAsync(file, number, lines, cancellation);
        lines.Clear();
    }

    static Func<SettlementFile, SettlementFile> Rejection(ReadOutcome.Rejected rejected) => found => found with
    {
        Status = FileStatus.Rejected, Rejection = new FileRejection(rejected.LineNumber, rejected.Fault),
    };

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File} is read as {Format}: {Status}, {Lines} lines, {Quarantined} of them quarantined")]
    partial void Parsed(FileId file, string? format, FileStatus status, int lines, int quarantined);
}
