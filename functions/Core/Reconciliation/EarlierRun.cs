using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What is known of earlier runs of a file, in some of its shards, when it is joined once more.</summary>
/// <param name="Matched">What the lines of the last run were matched with.</param>
/// <param name="Found">Every discrepancy that names the file, whatever became of it.</param>
/// <param name="HasOtherLines">Whether its lines are others by now: by another layout, or because some were corrected.</param>
public sealed record EarlierRun(
    IReadOnlySet<ExpectationId> Matched, IReadOnlyList<Discrepancy> Found, bool HasOtherLines)
{
    readonly HashSet<DiscrepancyId> ids = [.. Found.Select(found => found.Id)];

    readonly HashSet<ExpectationId> late = [.. Found.Select(found => found.State).OfType<DiscrepancyState.Closed>().Select(closed => closed.Expectation)];

    /// <summary>
    /// Whether it was a line of these shards, or the lack of one, by which the file decided an expectation. Where the line is
    /// in other shards of it, they decide.
    /// </summary>
    internal bool HasDecided(FileFacts file, Expectation expected, IReadOnlySet<int> lines) => expected.State switch
    {
        ExpectationState.Settled settled => settled.File == file.Id && (Knows(expected.Id) || lines.Contains(settled.Line)),
        ExpectationState.Broken broken => broken.File == file.Id
            && (Knows(expected.Id) || ids.Contains(broken.Discrepancy) || broken.Line is { } line && lines.Contains(line)),
        _ => false,
    };

    bool Knows(ExpectationId id) => Matched.Contains(id) || late.Contains(id);
}
