using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>One reading of a file: takes each line to where it belongs, and tells now and then how far it is.</summary>
sealed class ParsingDesk(
    SettlementFile file, SettlementContent content, LinesByShard lines, QuarantineStore quarantine, SettlementFileStore files)
{
    const int LinesBetweenProgress = 50_000;

    readonly FileTally tally = new();
    readonly List<QuarantinedLine> bad = [];
    FileFrame? frame;
    long offset;
    int nextLine = 1;
    int documents;
    int read;
    int told;

    /// <summary>What the file is, once its header has been read.</summary>
    public string? Format { get; private set; }

    /// <summary>Why the file is refused, where it is.</summary>
    public ReadOutcome.Rejected? Rejected { get; private set; }

    /// <summary>Reads a file of the archive, or the only one; its lines are counted on from those before.</summary>
    public async Task ReadAsync(Stream part, ReadingTerms terms, CancellationToken cancellation)
    {
        var reader = new SettlementReader(terms, offset, nextLine);
        await foreach (var outcome in SettlementLines.ReadFileAsync(reader, part, Take, cancellation))
            await TakeAsync(outcome, cancellation);
        if (Rejected is null) Join(reader);
    }

    /// <summary>Writes what is left, and says how many documents the quarantined lines fill.</summary>
    public async Task<int> FinishAsync(CancellationToken cancellation)
    {
        await lines.FinishAsync(hasEarlierRun: file.Run > SettlementFile.FirstRun, cancellation);
        if (bad.Count > 0) await QuarantineAsync(cancellation);
        await quarantine.RemoveAsync(file.File, documents, file.QuarantineDocuments, cancellation);
        return documents;
    }

    public ParsedFile Result() => tally.Result(frame);

    void Take(in LineFields line)
    {
        read++;
        tally.Add(line);
        if (Treatment.GoesToShards(line.Kind)) lines.Add(line);
    }

    async ValueTask TakeAsync(ReadOutcome outcome, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case ReadOutcome.MoreNeeded:
                await lines.WriteAsync(cancellation);
                if (read - told >= LinesBetweenProgress) await files.TellAsync(file, content.Position, told = read, cancellation);
                break;
            case ReadOutcome.Quarantined(var one):
                read++;
                tally.AddQuarantined();
                bad.Add(one);
                if (bad.Count == QuarantineStore.LinesPerDocument) await QuarantineAsync(cancellation);
                break;
            case ReadOutcome.Frame said:
                tally.AddFrame(said.Number, said.Checks);
                break;
            case ReadOutcome.Rejected rejected:
                Rejected = rejected;
                break;
            default:
                break;
        }
    }

    // Files of one archive are one file only where they are of one format.
    void Join(SettlementReader reader)
    {
        if (Format is not null && Format != reader.Format)
            Rejected = new(nextLine, new("archive", $"files of one format: {Format}", reader.Format ?? "none"));
        var first = frame ?? reader.Frame;
        frame = first with { ClosedAt = reader.Frame.ClosedAt > first.ClosedAt || first.ClosedAt is null ? reader.Frame.ClosedAt : first.ClosedAt };
        (Format, offset, nextLine) = (reader.Format, reader.Offset, reader.NextLine);
    }

    async Task QuarantineAsync(CancellationToken cancellation)
    {
        await quarantine.KeepAsync(file.File, documents++, bad, cancellation);
        bad.Clear();
    }
}
