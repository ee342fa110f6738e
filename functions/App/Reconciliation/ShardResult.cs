using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>What a group of shards came to; once it is written, the group is done.</summary>
sealed record ShardResult(string Id, FileId File, int Group, ShardCounts Counts)
{
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
    internal async Task<ShardResult?> FindAsync(FileId file, int group, CancellationToken cancellation) =>
        (await containers.Settlements.FindAsync<ShardResult>(ShardResult.IdOf(group), file.Value, cancellation))?.Value;

    /// <summary>The matches of a group that is done.</summary>
    internal async Task<IReadOnlyList<Match>> MatchesAsync(FileId file, int group, CancellationToken cancellation)
    {
        var matches = new List<Match>();
        for (var number = 0; number < MostDocuments; number++)
        {
            var packed = await containers.Settlements.FindAsync<PackedMatches>($"matches-{group}-{number}", file.Value, cancellation);
            if (packed is null) return matches;
            matches.AddRange(packed.Value.Matches);
        }
        throw new InvalidOperationException($"{file} shards {group} have more than {MostDocuments * MatchesPerDocument} matches.");
    }

    /// <summary>Writes the matches, and then that the group is done.</summary>
    internal async Task SaveAsync(FileId file, int group, ShardOutcome outcome, CancellationToken cancellation)
    {
        var number = 0;
        foreach (var some in outcome.Matches.Chunk(MatchesPerDocument))
        {
            var packed = new PackedMatches($"matches-{group}-{number++}", file, some);
            await containers.Settlements.UpsertAsync(packed, file.Value, cancellation);
        }
        var result = new ShardResult(ShardResult.IdOf(group), file, group, outcome.Counts);
        await containers.Settlements.TryCreateAsync(result, file.Value, cancellation);
    }
}
