using System.Runtime.CompilerServices;
using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Settlement;

namespace Railyard.App.Settlement;

/// <summary>Lines of a file that could not be read, many to a document.</summary>
sealed record QuarantinedLines(string Id, FileId File, IReadOnlyList<QuarantinedLine> Lines);

/// <summary>
/// Keeps settlement files and their quarantined lines; a file and all that belongs to it is one partition.
/// </summary>
public sealed class SettlementFileStore(Containers containers)
{
    const int MostRounds = 20;

    /// <summary>The file, or null.</summary>
    public async Task<SettlementFile?> FindAsync(FileId id, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<SettlementFile>(SettlementFile.DocumentId, id.Value, cancellation))?.Value;

    /// <summary>The file.</summary>
    /// <exception cref="InvariantBroken">There is none: whoever named it must have registered it.</exception>
    public async Task<SettlementFile> LoadAsync(FileId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) ?? throw new InvariantBroken($"There is no settlement file {id}.");

    /// <summary>
    /// Registers a file. One of that id that is there already stays as it is; whether this one was new.
    /// </summary>
    public async Task<bool> RegisterAsync(SettlementFile file, CancellationToken cancellation) =>
        await containers.Settlements.TryCreateAsync(file, file.File.Value, cancellation) is not null;

    /// <summary>
    /// Changes the file as it was read, or again as it has become; made twice, the change must be made once. Answering
    /// the very file it was given means that there is nothing to save.
    /// </summary>
    public async Task<SettlementFile> ChangeAsync(
        FileId id, Func<SettlementFile, SettlementFile> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Settlements.FindAsync<SettlementFile>(SettlementFile.DocumentId, id.Value, cancellation)
                ?? throw new InvariantBroken($"There is no settlement file {id}.");
            var changed = change(stored.Value);
            if (ReferenceEquals(changed, stored.Value)) return changed;
            if (await TryReplaceAsync(changed, stored.ETag, cancellation)) return changed;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>
    /// Keeps the nth batch of quarantined lines; the same batch again is the same document.
    /// </summary>
    internal Task QuarantineAsync(
        FileId file, int number, IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation) =>
        containers.Settlements.UpsertAsync(
            new QuarantinedLines($"quarantine-{number}", file, lines), file.Value, cancellation);

    /// <summary>A file's quarantined lines, as they were kept.</summary>
    internal async IAsyncEnumerable<QuarantinedLine> QuarantinedAsync(
        FileId file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 0; ; number++)
        {
            var kept = await containers.Settlements.FindAsync<QuarantinedLines>($"quarantine-{number}", file.Value, cancellation);
            if (kept is null) yield break;
            foreach (var line in kept.Value.Lines) yield return line;
        }
    }

    /// <summary>At most so many files of an acquirer that came on that day (UTC), the oldest first.</summary>
    internal async Task<IReadOnlyList<SettlementFile>> OfDayAsync(
        AcquirerName acquirer, DateOnly day, int most, CancellationToken cancellation)
    {
        var query = new QueryDefinition(
            "SELECT * FROM c WHERE c.id = @id AND c.acquirer = @acquirer AND c.received_at >= @from AND c.received_at < @before")
            .WithParameter("@id", SettlementFile.DocumentId)
            .WithParameter("@acquirer", acquirer.Value)
            .WithParameter("@from", $"{day:yyyy-MM-dd}")
            .WithParameter("@before", $"{day.AddDays(1):yyyy-MM-dd}");
        var (found, continuation) = (new List<SettlementFile>(), (string?)null);
        do
        {
            var (rows, next) = await containers.Settlements.PageAsync<SettlementFile>(query, null, most, continuation, cancellation);
            found.AddRange(rows);
            continuation = next;
        }
        while (continuation is not null && found.Count < most);
        return [.. found.Take(most).OrderBy(file => file.ReceivedAt)];
    }

    async Task<bool> TryReplaceAsync(SettlementFile file, string etag, CancellationToken cancellation)
    {
        try
        {
            return await containers.Settlements.TryReplaceAsync(file.Id, file.File.Value, file, etag, cancellation) is not null;
        }
        catch (StorageFault fault) when (fault.IsUnknown)
        {
            return false;
        }
    }
}
