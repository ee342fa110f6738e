using Microsoft.Azure.Cosmos;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Lines of a file that could not be read, many to a document, in their order.</summary>
sealed record QuarantinedLines(string Id, FileId File, IReadOnlyList<QuarantinedLine> Lines);

/// <summary>What a person has put in the place of a line.</summary>
public sealed record Correction(string Id, string Raw, string Reason, string By, DateTimeOffset At);

/// <summary>All that was ever put in the place of a line; the last one counts.</summary>
sealed record CorrectedLine(string Id, FileId File, int CorrectedLineNumber, IReadOnlyList<Correction> Corrections);

/// <summary>Keeps the lines of files that could not be read, and what people made of them.</summary>
public sealed class QuarantineStore(Containers containers)
{
    /// <summary>How many lines a document has, but the last.</summary>
    internal const int LinesPerDocument = 200;

    /// <summary>Of more corrections a file is better sent anew.</summary>
    internal const int MostCorrectedLines = 500;

    const int MostCorrectionsOfALine = 20;
    const int PageRows = 100;
    const int MostRounds = 20;

    /// <summary>Keeps the nth document of quarantined lines; the same again is the same document.</summary>
    internal Task KeepAsync(FileId file, int number, IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation) =>
        containers.Settlements.UpsertAsync(new QuarantinedLines(IdOf(number), file, lines), file.Value, cancellation);

    /// <summary>Removes the documents of an earlier run that this one does not have.</summary>
    internal async Task RemoveAsync(FileId file, int from, int to, CancellationToken cancellation)
    {
        for (var number = from; number < to; number++)
            await containers.Settlements.DeleteAsync(IdOf(number), file.Value, cancellation);
    }

    /// <summary>The quarantined lines after that one, at most so many.</summary>
    internal async Task<List<QuarantinedLine>> AfterAsync(
        SettlementFile file, int line, int limit, CancellationToken cancellation)
    {
        var found = new List<QuarantinedLine>();
        for (var number = await DocumentOfAsync(file, line + 1, cancellation); number < file.QuarantineDocuments && found.Count < limit; number++)
            found.AddRange((await LinesAsync(file.File, number, cancellation)).Where(one => one.Number > line));
        return [.. found.Take(limit)];
    }

    /// <summary>That quarantined line, or null where it was read.</summary>
    internal async Task<QuarantinedLine?> FindAsync(SettlementFile file, int line, CancellationToken cancellation) =>
        (await AfterAsync(file, line - 1, 1, cancellation)) is [var found] && found.Number == line ? found : null;

    /// <summary>What was put in the place of a line, or null where nothing was.</summary>
    internal async Task<Correction?> CorrectionAsync(FileId file, int line, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<CorrectedLine>(CorrectionId(line), file.Value, cancellation))?.Value.Corrections[^1];

    /// <summary>Puts something in the place of a line; the same correction again is the same.</summary>
    internal async Task CorrectAsync(FileId file, int line, Correction correction, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Settlements.FindAsync<CorrectedLine>(CorrectionId(line), file.Value, cancellation);
            var before = stored?.Value.Corrections ?? [];
            if (before.Any(one => one.Id == correction.Id)) return;
            var corrected = new CorrectedLine(CorrectionId(line), file, line, [.. before.TakeLast(MostCorrectionsOfALine - 1), correction]);
            if (await containers.Settlements.TrySaveAsync(corrected.Id, file.Value, corrected, stored?.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"{file} line {line} changed {MostRounds} times while it was being corrected.");
    }

    /// <summary>What stands in the place of which lines.</summary>
    internal async Task<IReadOnlyDictionary<int, string>> CorrectionsAsync(FileId file, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT * FROM c WHERE c.corrected_line_number > 0");
        var rows = await containers.Settlements.FirstAsync<CorrectedLine>(query, file.Value, MostCorrectedLines, cancellation, PageRows);
        return rows.ToDictionary(row => row.CorrectedLineNumber, row => row.Corrections[^1].Raw);
    }

    // Documents are in the order of their lines, so halving finds the one that a line would be in.
    async Task<int> DocumentOfAsync(SettlementFile file, int line, CancellationToken cancellation)
    {
        var (first, last) = (0, file.QuarantineDocuments - 1);
        while (first < last)
        {
            var middle = (first + last) / 2;
            if ((await LinesAsync(file.File, middle, cancellation))[^1].Number < line) first = middle + 1;
            else last = middle;
        }
        return first;
    }

    async Task<IReadOnlyList<QuarantinedLine>> LinesAsync(FileId file, int number, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<QuarantinedLines>(IdOf(number), file.Value, cancellation))?.Value.Lines
        ?? throw new Core.InvariantBroken($"{file} has no quarantine document {number}.");

    static string IdOf(int number) => $"quarantine-{number}";

    static string CorrectionId(int line) => $"correction-{line}";
}
