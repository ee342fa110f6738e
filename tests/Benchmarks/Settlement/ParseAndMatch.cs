using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Railyard.Benchmarks.Measuring;
using Railyard.Benchmarks.Yardsticks;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// A million settlement lines parsed, tallied and matched with a million expectations, in one process, by the code that the
/// app runs, on as many threads as the machine has cores; and DuckDB joining the same two files.
/// </summary>
static class ParseAndMatch
{
    const int Lines = 1_000_000;
    const int Groups = 32;
    const int BufferBytes = 256 * 1024;
    const double MostMegabytes = 512;
    const double BytesInMegabyte = 1024 * 1024;

    static readonly AcquirerName Acquirer = new("northbank");
    static readonly Currency Euro = Currency.Of("EUR");
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
                Ratio = rounds.Ratio, Yardstick = DuckDbJoin.Name,
            },
            new("parse and match: files read", Samples.Once(files.Bytes / BytesInMegabyte), "MB"),
            new("parse and match: heap after it", Samples.Of(heaps), "MB") { Target = Target.AtMost(MostMegabytes) },
        ];
    }

    static double Checked((double Milliseconds, JoinCounts Counts) measured, JoinCounts expected, string who) =>
        measured.Counts == expected
            ? measured.Milliseconds
            : throw new InvalidDataException($"{who} came to {measured.Counts}, which should have been {expected}.");

    static async Task<JoinCounts> JoinAsync(SettlementFiles files)
    {
        var reading = Task.Run(() => ReadExpectations(files.Expected));
        var lines = ReadLines(files.Settlement);
        var expectations = await reading;
        var outcomes = new ConcurrentBag<JoinCounts>();
        Parallel.For(0, Groups, group =>
        {
            var outcome = ShardJoin.Join(File, lines[group], expectations[group], []);
            var differing = outcome.Discrepancies.Count(found => found.Kind == DiscrepancyKind.AmountDiffers);
            outcomes.Add(new(outcome.Matches.Count, differing, outcome.Discrepancies.Count - differing, outcome.Missing.Count));
        });
        return new(
            outcomes.Sum(one => one.Matched), outcomes.Sum(one => one.Differing),
            outcomes.Sum(one => one.MissingHere), outcomes.Sum(one => one.MissingAtAcquirer));
    }

    static List<SettlementLine>[] ReadLines(string path)
    {
        var (reader, tally, groups) = (new SettlementReader(), new FileTally(), InGroups<SettlementLine>());
        ReadPieces(path, (piece, isLast) =>
        {
            var done = 0;
            while (true)
            {
                var outcome = reader.Read(piece[done..], isLast, out var consumed);
                done += consumed;
                if (outcome is ReadOutcome.MoreNeeded or ReadOutcome.End) return done;
                if (outcome is not ReadOutcome.Line(var line)) throw new InvalidDataException($"A line came to {outcome}.");
                tally.Add(line);
                if (Treatment.Ignores(line.Kind) is null) groups[GroupOf(line.AcquirerReference)].Add(line);
            }
        });
        if (tally.Result(reader.Frame).Control.Status != ControlStatus.Balanced) throw new InvalidDataException("The file does not add up.");
        return groups;
    }

    static List<Expectation>[] ReadExpectations(string path)
    {
        var (records, groups, isHeader) = (new CsvRecords(), InGroups<Expectation>(), true);
        ReadPieces(path, (piece, isLast) =>
        {
            var done = 0;
            while (true)
            {
                var step = records.Read(piece[done..], isLast, out var record);
                done += records.Consumed;
                if (step is CsvStep.MoreNeeded or CsvStep.End) return done;
                if (isHeader) isHeader = false;
                else Add(record);
            }
        });
        return groups;

        void Add(in CsvRecord record)
        {
            if (!Utf8Parser.TryParse(record[3], out long cents, out _)) throw new InvalidDataException($"'{record.Text(3)}' is no amount.");
            var reference = Encoding.ASCII.GetString(record[0]);
            groups[GroupOf(reference)].Add(new()
            {
                Id = new(Encoding.ASCII.GetString(record[7])),
                Acquirer = Acquirer,
                AcquirerReference = reference,
                ModificationReference = Encoding.ASCII.GetString(record[1]),
                Kind = LineKind.Payment,
                Merchant = new("mer_1"),
                Payment = new(Encoding.ASCII.GetString(record[6])),
                Operation = new(Encoding.ASCII.GetString(record[7])),
                Amount = new Money(cents, Euro),
                BookedAt = Captured,
                OverdueAfter = Captured.AddHours(2),
                State = new ExpectationState.Open(),
            });
        }
    }

    delegate int ReadPiece(ReadOnlySpan<byte> piece, bool isLast);

    static void ReadPieces(string path, ReadPiece read)
    {
        using var file = System.IO.File.OpenHandle(path, options: FileOptions.SequentialScan);
        var (buffer, kept, offset) = (new byte[BufferBytes], 0, 0L);
        while (true)
        {
            var got = RandomAccess.Read(file, buffer.AsSpan(kept), offset);
            offset += got;
            var filled = kept + got;
            var done = read(buffer.AsSpan(0, filled), got == 0);
            if (got == 0) return;
            buffer.AsSpan(done, filled - done).CopyTo(buffer);
            kept = filled - done;
        }
    }

    static int GroupOf(string reference) => ShardNumber.Of(reference).Value * Groups / ShardNumber.Count;

    static List<T>[] InGroups<T>() => [.. Enumerable.Range(0, Groups).Select(_ => new List<T>(Lines / Groups))];
}
