using Microsoft.Azure.Cosmos;
using Railyard.App.Settlement;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>What a group of shards came to in a run of its file; once it is written, the group is done in that run.</summary>
sealed record ShardResult(string Id, FileId File, int Group, ShardCounts Counts, int ShardRun, int MatchDocuments)
{
    /// <summary>The SHA-256 of the lines that were joined: a later run sees by it whether they are others.</summary>
    public string? Lines { get; init; }

    public static string IdOf(int group) => $"shards-{group}";
}

/// <summary>Matches of a group, many to a document.</summary>
sealed record PackedMatches(string Id, FileId File, IReadOnlyList<Match> Matches);

/// <summary>Keeps what groups of shards came to, with their file.</summary>
public sealed class ShardResultStore(Containers containers)
{
    const int MatchesPerDocument = 2_000;
    const int MostDocuments = 10_000;

    /// <summary>What the group came to, or null where it is not done.</summary>
    internal async Task<ShardResult?> FindAsync(FileId file, int group, int run, CancellationToken cancellation) =>
        await LastAsync(file, group, cancellation) is { } last && last.ShardRun == run ? last : null;

    /// <summary>The matches of a group.</summary>
    internal async Task<List<Match>> MatchesAsync(FileId file, int group, CancellationToken cancellation)
    {
        var matches = new List<Match>();
        for (var number = 0; number < MostDocuments; number++)
        {
            var packed = await containers.Settlements.FindAsync<PackedMatches>($"matches-{group}-{number}", file.Value, cancellation);
            if (packed is null) return matches;
            matches.AddRange(packed.Value.Matches);
        }
        throw new InvalidOperationException($"{file} has more than {MostDocuments} documents of matches in group {group}.");
    }

    /// <summary>How many groups are done in a run.</summary>
    internal async Task<int> CountAsync(FileId file, int run, CancellationToken cancellation)
    {
        var query = new QueryDefinition("SELECT c.id FROM c WHERE c.shard_run = @run").WithParameter("@run", run);
        return (await containers.Settlements.FirstAsync<DocumentName>(query, file.Value, ShardNumber.Count, cancellation)).Count;
    }

    /// <summary>Writes the matches, and then that the group is done; what an earlier run had matched more is taken away.</summary>
    internal async Task SaveAsync(SettlementFile read, int group, JoinedGroup joined, CancellationToken cancellation)
    {
        var (file, outcome) = (read.File, joined.Outcome);
        var last = await LastAsync(file, group, cancellation);
        var number = 0;
        foreach (var some in outcome.Matches.Chunk(MatchesPerDocument))
        {
            var packed = new PackedMatches(MatchesId(group, number++), file, some);
            await containers.Settlements.UpsertAsync(packed, file.Value, cancellation);
        }
        for (var surplus = number; surplus < last?.MatchDocuments; surplus++)
            await containers.Settlements.DeleteAsync(MatchesId(group, surplus), file.Value, cancellation);
        var result = new ShardResult(ShardResult.IdOf(group), file, group, outcome.Counts, read.Run, number) { Lines = joined.Lines };
        await containers.Settlements.UpsertAsync(result, file.Value, cancellation);
    }

    /// <summary>What the group came to when it was done last, in whichever run.</summary>
    internal async Task<ShardResult?> LastAsync(FileId file, int group, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<ShardResult>(ShardResult.IdOf(group), file.Value, cancellation))?.Value;

    static string MatchesId(int group, int number) => $"matches-{group}-{number}";

    sealed record DocumentName(string Id);
}
