using System.Collections.Concurrent;
using System.Diagnostics;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Yardsticks;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// A million settlement lines parsed, tallied and matched with a million expectations, in one process, by the code that the
/// app runs; and DuckDB joining the same two files.
/// </summary>
static class ParseAndMatch
{
    const int Lines = 1_000_000;
    const int Groups = 64;
    const double MostMegabytes = 512;
    const double BytesInMegabyte = 1024 * 1024;

    static readonly AcquirerName Acquirer = new("northbank");
    static readonly DateTimeOffset Captured = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    static readonly FileFacts File = new(new FileId("fil_benchmark"), Acquirer, Captured.AddDays(1));

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        using var scratch = new Scratch();
        var files = new SettlementFiles(scratch.Path, Lines);
        files.Write();
        using var duckDb = await DuckDbJoin.StartAsync(files.Settlement, files.Expected);
        var heaps = new List<double>();
        var rounds = await Rounds.MeasureAsync(
            pace,
            async () => Checked(await duckDb.JoinAsync(), files.Counts, "DuckDB"),
            async () =>
            {
                var begin = Stopwatch.GetTimestamp();
                var counts = await JoinAsync(files);
                var milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
                heaps.Add(GC.GetGCMemoryInfo().HeapSizeBytes / BytesInMegabyte);
                GC.Collect();
                return Checked((milliseconds, counts), files.Counts, "The join");
            });
        return
        [
            new($"parse and match of {Lines:N0} lines × {Lines:N0} expectations", rounds.Measured, "ms")
            {
                Ratio = rounds.Ratio, Yardstick = DuckDbJoin.Name, MostRatio = 1,
            },
            new("parse and match: files read", Samples.Once(files.Bytes / BytesInMegabyte), "MB"),
            new("parse and match: heap after it", Samples.Of(heaps), "MB") { Target = Target.AtMost(MostMegabytes) },
        ];
    }

    static double Checked((double Milliseconds, JoinCounts Counts) measured, JoinCounts expected, string who) =>
        measured.Counts == expected
            ? measured.Milliseconds
            : throw new InvalidDataException($"{who} came to {measured.Counts}, which should have been {expected}.");

    // What the app does with a file, on two threads: one reads the lines, one what is expected, then each joins groups.
    static async Task<JoinCounts> JoinAsync(SettlementFiles files)
    {
        var reading = Task.Run(() => ExpectedGroups.Read(files.Expected, Groups));
        var lines = ParsedGroups.Read(files.Settlement, Groups);
        using var expected = await reading;
        var outcomes = new PackedOutcome[Groups];
        // One group after the other for whoever is free: a range of them for each would leave one waiting for the other.
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, Groups), EnumerablePartitionerOptions.NoBuffering),
            group => outcomes[group] = PackedJoin.Join(File, lines[group], expected[group], []));
        return new(
            outcomes.Sum(one => one.Counts.Matched), outcomes.Sum(Differing),
            outcomes.Sum(one => one.Counts.Discrepancies - Differing(one)), outcomes.Sum(one => one.Counts.Missing));
    }

    static int Differing(PackedOutcome outcome) => outcome.Rest.Discrepancies.Count(found => found.Kind == DiscrepancyKind.AmountDiffers);
}
