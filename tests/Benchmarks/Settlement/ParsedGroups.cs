using Railyard.App.Settlement;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>A settlement file as packed lines by groups of shards, and what it comes to.</summary>
sealed class ParsedGroups
{
    readonly PackedLines[] groups;
    readonly FileTally tally = new();
    readonly SettlementReader reader = new();

    ParsedGroups(int groups) => this.groups = [.. Enumerable.Range(0, groups).Select(_ => new PackedLines())];

    /// <summary>The lines by group, of a file that adds up.</summary>
    public static PackedLines[] Read(string path, int groups)
    {
        var found = new ParsedGroups(groups);
        using var pieces = new Pieces(path);
        while (pieces.TryRead(found.Take))
        {
        }
        return found.tally.Result(found.reader.Frame).Control.Status == ControlStatus.Balanced
            ? found.groups
            : throw new InvalidDataException("The file does not add up.");
    }

    int Take(ReadOnlySpan<byte> piece, bool isLast)
    {
        var outcome = SettlementLines.ReadLines(reader, piece, isLast, Take, out var consumed);
        return outcome is ReadOutcome.MoreNeeded or ReadOutcome.End
            ? consumed
            : throw new InvalidDataException($"A line came to {outcome}.");
    }

    void Take(in LineFields line)
    {
        tally.Add(line);
        if (Treatment.GoesToShards(line.Kind)) groups[ShardGroups.Of(ShardNumber.Of(line.AcquirerReference), groups.Length)].Add(line);
    }
}
