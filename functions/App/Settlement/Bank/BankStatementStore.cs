using Microsoft.Azure.Cosmos;
using Railyard.Core;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;

namespace Railyard.App.Settlement.Bank;

/// <summary>
/// Keeps files of bank statements with their lines and what these came to; a file and all that belongs to it is one
/// partition.
/// </summary>
public sealed class BankStatementStore(Containers containers)
{
    const int MostRounds = 20;
    const int LinesPerDocument = 200;
    const int PageRows = 100;
    const int MostRows = 1_000_000;
    const string StatementsPrefix = "bank-statements-";
    const string LinesPrefix = "bank-lines-";
    const string QuarantinePrefix = "bank-quarantine-";
    const string EndsPrefix = "bank-ends-";

    /// <summary>The file, or null.</summary>
    public async Task<BankStatementFile?> FindAsync(FileId id, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<BankStatementFile>(BankStatementFile.DocumentId, id.Value, cancellation))?.Value;

    /// <summary>The file.</summary>
    /// <exception cref="InvariantBroken">There is none: whoever named it must have registered it.</exception>
    public async Task<BankStatementFile> LoadAsync(FileId id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) ?? throw new InvariantBroken($"There is no file of bank statements {id}.");

    /// <summary>Registers a file. One of that id that is there already stays as it is.</summary>
    public Task RegisterAsync(BankStatementFile file, CancellationToken cancellation) =>
        containers.Settlements.TryCreateAsync(file, file.File.Value, cancellation);

    /// <summary>
    /// Changes the file as it was read, or again as it has become; made twice, the change must be made once. Answering the
    /// very file it was given means that there is nothing to save.
    /// </summary>
    public async Task<BankStatementFile> ChangeAsync(
        FileId id, Func<BankStatementFile, BankStatementFile> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await containers.Settlements.FindAsync<BankStatementFile>(BankStatementFile.DocumentId, id.Value, cancellation)
                ?? throw new InvariantBroken($"There is no file of bank statements {id}.");
            var changed = change(stored.Value);
            if (ReferenceEquals(changed, stored.Value)) return changed;
            if (await containers.Settlements.TrySaveAsync(changed.Id, id.Value, changed, stored.ETag, cancellation) is not null) return changed;
        }
        throw new TimeoutException($"{id} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Keeps all that was read of a file; read again, it makes the same documents.</summary>
    internal async Task KeepAsync(FileId id, StatementFile read, CancellationToken cancellation)
    {
        await PackAsync(StatementsPrefix, id, read.Statements, cancellation);
        await PackAsync(LinesPrefix, id, read.Lines, cancellation);
        await PackAsync(QuarantinePrefix, id, read.Quarantined, cancellation);
    }

    /// <summary>The file's statements, at most so many.</summary>
    internal Task<List<BankStatement>> StatementsAsync(FileId id, CancellationToken cancellation, int most = MostRows) =>
        UnpackAsync<BankStatement>(StatementsPrefix, id, most, cancellation);

    /// <summary>The file's lines that could be read.</summary>
    internal Task<List<BankLine>> LinesAsync(FileId id, CancellationToken cancellation) =>
        UnpackAsync<BankLine>(LinesPrefix, id, MostRows, cancellation);

    /// <summary>The file's lines that could not be read, at most so many.</summary>
    internal Task<List<QuarantinedEntry>> QuarantinedAsync(FileId id, int most, CancellationToken cancellation) =>
        UnpackAsync<QuarantinedEntry>(QuarantinePrefix, id, most, cancellation);

    /// <summary>Keeps what the lines of a file came to when it was joined.</summary>
    internal Task KeepEndsAsync(FileId id, IReadOnlyList<LineEnd> ends, CancellationToken cancellation) =>
        PackAsync(EndsPrefix, id, ends, cancellation);

    /// <summary>What every line of a file came to by now; nothing where it is not joined yet.</summary>
    internal async Task<Dictionary<int, BankLineEnd>> EndsAsync(FileId id, CancellationToken cancellation)
    {
        var ends = (await UnpackAsync<LineEnd>(EndsPrefix, id, MostRows, cancellation)).ToDictionary(one => one.Number, one => one.End);
        foreach (var line in await MatchedAsync(id, MostRows, cancellation)) ends[line.Line.Number] = line.End;
        return ends;
    }

    /// <summary>Lines that have a document of their own, at most so many.</summary>
    internal Task<List<BankLineDocument>> MatchedAsync(FileId id, int most, CancellationToken cancellation) =>
        containers.Settlements.FirstAsync<BankLineDocument>(Beginning(BankLineDocument.Prefix), id.Value, most, cancellation, PageRows);

    /// <summary>Keeps what a line came to.</summary>
    internal Task KeepLineAsync(BankLineDocument line, CancellationToken cancellation) =>
        containers.Settlements.UpsertAsync(line, line.File.Value, cancellation);

    async Task PackAsync<T>(string prefix, FileId id, IReadOnlyList<T> items, CancellationToken cancellation)
    {
        var number = 0;
        foreach (var some in items.Chunk(LinesPerDocument))
            await containers.Settlements.UpsertAsync(new Packed<T>($"{prefix}{number++:D6}", id, some), id.Value, cancellation);
    }

    async Task<List<T>> UnpackAsync<T>(string prefix, FileId id, int most, CancellationToken cancellation)
    {
        var packs = (most + LinesPerDocument - 1) / LinesPerDocument;
        var found = await containers.Settlements.FirstAsync<Packed<T>>(Beginning(prefix), id.Value, packs, cancellation, PageRows);
        return [.. found.OrderBy(pack => pack.Id, StringComparer.Ordinal).SelectMany(pack => pack.Items).Take(most)];
    }

    // Ids that begin so come after it and before it with the next character.
    static QueryDefinition Beginning(string prefix) =>
        new QueryDefinition("SELECT * FROM c WHERE c.id >= @from AND c.id < @until")
            .WithParameter("@from", prefix)
            .WithParameter("@until", prefix[..^1] + (char)(prefix[^1] + 1));
}
