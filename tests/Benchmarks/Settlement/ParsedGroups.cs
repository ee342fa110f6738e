using System.Collections.Concurrent;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// A settlement file as packed lines by groups of shards: parsed on a thread of its own, counted and packed on the caller's,
/// which has something else to do while no lines are there.
/// </summary>
sealed class ParsedGroups : IDisposable
{
    const int LinesAtOnce = 512;
    const int MostWaiting = 16;
    const int PatienceMilliseconds = 100;

    readonly string path;
    readonly PackedLines[] groups;
    readonly FileTally tally = new();
    readonly BlockingCollection<List<SettlementLine>> parsed = new(MostWaiting);

    ParsedGroups(string path, int groups)
    {
        this.path = path;
        this.groups = [.. Enumerable.Range(0, groups).Select(_ => new PackedLines())];
    }

    /// <summary>The lines by group, of a file that adds up.</summary>
    /// <param name="path">The file.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="doElse">Does a part of something else; false where nothing is left of it.</param>
    public static async Task<PackedLines[]> ReadAsync(string path, int groups, Func<bool> doElse)
    {
        using var found = new ParsedGroups(path, groups);
        var parsing = Task.Run(found.Parse);
        found.Pack(doElse);
        var frame = await parsing;
        return found.tally.Result(frame).Control.Status == ControlStatus.Balanced
            ? found.groups
            : throw new InvalidDataException("The file does not add up.");
    }

    public void Dispose() => parsed.Dispose();

    FileFrame Parse()
    {
        try
        {
            var (reader, lines) = (new SettlementReader(), new List<SettlementLine>(LinesAtOnce));
            using var pieces = new Pieces(path);
            while (pieces.TryRead((piece, isLast) => Parse(reader, piece, isLast, ref lines)))
            {
            }
            parsed.Add(lines);
            return reader.Frame;
        }
        finally
        {
            parsed.CompleteAdding();
        }
    }

    int Parse(SettlementReader reader, ReadOnlySpan<byte> piece, bool isLast, ref List<SettlementLine> lines)
    {
        var done = 0;
        while (true)
        {
            var outcome = reader.Read(piece[done..], isLast, out var consumed);
            done += consumed;
            if (outcome is ReadOutcome.MoreNeeded or ReadOutcome.End) return done;
            lines.Add(outcome is ReadOutcome.Line(var line) ? line : throw new InvalidDataException($"A line came to {outcome}."));
            if (lines.Count < LinesAtOnce) continue;
            parsed.Add(lines);
            lines = new(LinesAtOnce);
        }
    }

    void Pack(Func<bool> doElse)
    {
        var isElseLeft = true;
        while (!parsed.IsCompleted)
        {
            if (parsed.TryTake(out var lines, isElseLeft ? 0 : PatienceMilliseconds)) lines.ForEach(Pack);
            else if (isElseLeft) isElseLeft = doElse();
        }
        while (isElseLeft) isElseLeft = doElse();
    }

    void Pack(SettlementLine line)
    {
        tally.Add(line);
        if (!Treatment.GoesToShards(line.Kind)) return;
        groups[ShardNumber.Of(line.AcquirerReference).Value * groups.Length / ShardNumber.Count].Add(line);
    }
}
