using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.Core.Ledger;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>
/// Reads a file once: bad lines to quarantine, lines that need a counterpart to their shards, and everything into the
/// totals. Repeated, it writes the same things again.
/// </summary>
public sealed partial class ParseSettlementFile(
    SettlementBlobs blobs,
    SettlementFileStore files,
    SettlementLayoutStore layouts,
    QuarantineStore quarantine,
    SequenceBook sequences,
    Acquirers acquirers,
    TimeProvider time,
    ILogger<ParseSettlementFile> log)
{
    /// <summary>Into how many groups the lines went; null where the file was rejected, or a later run has begun.</summary>
    [Function(nameof(ParseSettlementFile))]
    public async Task<int?> Run([ActivityTrigger] FileRun run, FunctionContext context)
    {
        var (id, cancellation) = (run.File, context.CancellationToken);
        var file = await files.ChangeAsync(id, found => Begun(found.BeginRun(run, time.GetUtcNow())), cancellation);
        if (file.Run != run.Run) return null;
        if (file.Parsed is not null) return file.Groups;
        if (file.Rejection is not null) return null;
        var read = await ReadAsync(file, cancellation);
        var done = await files.ChangeAsync(
            id, found => found.Run == run.Run && found.Status == FileStatus.Parsing ? read(found) : found, cancellation);
        Parsed(id, run.Run, done.Format, done.Status, done.Parsed?.Lines ?? 0, done.Parsed?.Quarantined ?? 0);
        return done.Rejection is null ? done.Groups : null;
    }

    static SettlementFile Begun(SettlementFile file) =>
        file.Status == FileStatus.Received ? file with { Status = FileStatus.Parsing } : file;

    async Task<Func<SettlementFile, SettlementFile>> ReadAsync(SettlementFile file, CancellationToken cancellation)
    {
        var terms = await TermsAsync(file, cancellation);
        try
        {
            await using var content = await SettlementContent.OpenAsync(
                await SettlementBlobs.OpenAsync(blobs.Copy(file.File), null, cancellation), cancellation);
            return await ReadAsync(file, content, terms, cancellation);
        }
        catch (ContentRefused refused)
        {
            return Rejection(0, refused.Fault);
        }
    }

    async Task<Func<SettlementFile, SettlementFile>> ReadAsync(
        SettlementFile file, SettlementContent content, ReadingTerms terms, CancellationToken cancellation)
    {
        var groups = ShardGroups.CountFor(file.Bytes, content.IsPacked);
        await using var lines = new LinesByShard(blobs, file.File, groups);
        var desk = new ParsingDesk(file, content, lines, quarantine, files);
        foreach (var part in content.Parts())
        {
            await desk.ReadAsync(part, terms, cancellation);
            if (desk.Rejected is { } rejected) return Rejection(rejected.LineNumber, rejected.Fault);
        }
        var written = await desk.FinishAsync(cancellation);
        var parsed = await InSequenceAsync(file, desk.Result(), cancellation);
        return found => found with
        {
            Status = FileStatus.Matching,
            Format = desk.Format,
            Groups = groups,
            Parsed = parsed,
            EffectiveAt = found.EffectiveAt ?? PostingDate.Of(parsed.ClosedAt, found.ReceivedAt),
            QuarantineDocuments = written,
        };
    }

    async Task<ReadingTerms> TermsAsync(SettlementFile file, CancellationToken cancellation) => new()
    {
        CapturesInParts = acquirers[file.Acquirer].Profile.CapturesInParts,
        Layouts = await layouts.OfAsync(file.Acquirer, cancellation),
        Corrections = await quarantine.CorrectionsAsync(file.File, cancellation),
    };

    async Task<ParsedFile> InSequenceAsync(SettlementFile file, ParsedFile parsed, CancellationToken cancellation)
    {
        if (parsed.Sequence is not { } sequence) return parsed;
        var others = await sequences.EnterAsync(file.Acquirer, sequence, file.File, cancellation);
        return sequence.Gap(file.File, others) is { } gap ? parsed with { Control = parsed.Control.With(gap) } : parsed;
    }

    static Func<SettlementFile, SettlementFile> Rejection(int line, Fault fault) => found => found with
    {
        Status = FileStatus.Rejected, Rejection = new FileRejection(line, fault),
    };

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{File} is read as {Format} in run {Run}: {Status}, {Lines} lines, {Quarantined} of them quarantined")]
    partial void Parsed(FileId file, int run, string? format, FileStatus status, int lines, int quarantined);
}
