using System.Diagnostics;
using Railyard.App.Settlement;
using Railyard.Benchmarks.Measuring;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Settlement;

/// <summary>
/// How many megabytes a second each settlement format is parsed and tallied at, on one thread: the samples of the tests with
/// their lines repeated; and, to compare, the same bytes searched for line ends and commas.
/// </summary>
static class FormatThroughput
{
    const int FileBytes = 32 * 1024 * 1024;
    const int BufferBytes = 256 * 1024;
    const double BytesInMegabyte = 1024 * 1024;
    const string Yardstick = "scan for line ends and commas";

    static readonly (string Format, string Sample)[] Samples =
    [
        ("Adyen, 31 columns", "settlement-details-31.csv"),
        ("Adyen, 49 columns, quoted", "settlement-details-49.csv"),
        ("Stripe", "stripe-payout.csv"),
        ("PayPal STL", "paypal-stl.csv"),
        ("Checkout.com", "checkout-breakdown.csv"),
    ];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Pace pace)
    {
        var rows = new List<Row>();
        foreach (var (format, sample) in Samples)
        {
            var file = Repeated(await File.ReadAllBytesAsync(Path.Combine(RepositoryFolder.Root, "tests", "Samples", sample)));
            var rounds = await Rounds.MeasureAsync(
                pace, () => Task.FromResult(PerSecond(file, () => Scan(file))), () => Task.FromResult(PerSecond(file, () => Parse(file))));
            rows.Add(new($"parse: {format}", rounds.Measured, "MB/s") { Ratio = rounds.Ratio, Yardstick = Yardstick });
        }
        return rows;
    }

    static double PerSecond(byte[] file, Func<long> pass)
    {
        var begin = Stopwatch.GetTimestamp();
        if (pass() == 0) throw new InvalidDataException("Nothing was found.");
        return file.Length / BytesInMegabyte / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    // What comes before the first line, the lines again and again, what comes after the last.
    static byte[] Repeated(byte[] sample)
    {
        var lines = new List<ByteRange>();
        Read(sample, (in LineFields line) => lines.Add(line.Bytes));
        var start = (int)lines[0].Start;
        var next = Array.IndexOf(sample, (byte)'\n', (int)(lines[^1].Start + lines[^1].Length)) + 1;
        var end = next == 0 ? sample.Length : next;
        using var file = new MemoryStream(FileBytes + sample.Length);
        file.Write(sample, 0, start);
        while (file.Length < FileBytes) file.Write(sample, start, end - start);
        file.Write(sample, end, sample.Length - end);
        return file.ToArray();
    }

    static long Parse(byte[] file)
    {
        var (tally, count) = (new FileTally(), 0L);
        var frame = Read(file, (in LineFields line) =>
        {
            tally.Add(line);
            count++;
        });
        _ = tally.Result(frame);
        return count;
    }

    static FileFrame Read(byte[] file, TakeLine found)
    {
        var (reader, start, end) = (new SettlementReader(), 0, 0);
        while (true)
        {
            var outcome = SettlementLines.ReadLines(reader, file.AsSpan(start..end), end == file.Length, found, out var consumed);
            start += consumed;
            if (outcome is ReadOutcome.MoreNeeded) end = Math.Min(start + BufferBytes, file.Length);
            else if (outcome is ReadOutcome.End) return reader.Frame;
            else if (outcome is ReadOutcome.Rejected or ReadOutcome.Quarantined) throw new InvalidDataException($"{outcome}");
        }
    }

    static long Scan(byte[] file)
    {
        var rest = file.AsSpan();
        var fields = 0L;
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            foreach (var _ in rest[..end].Split((byte)',')) fields++;
            rest = rest[(end + 1)..];
        }
        return fields;
    }
}
