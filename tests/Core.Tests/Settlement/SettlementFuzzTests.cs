using System.Diagnostics;
using System.Text.Json;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Settlement;

/// <summary>
/// Damaged files of every format, by seeds that count up from a fixed one. RAILYARD_FUZZ_SECONDS makes each format go on for
/// so long; a failure names its seed.
/// </summary>
public sealed class SettlementFuzzTests
{
    const int UsualRounds = 1_500;
    const ulong FirstSeed = 20_261_124;

    static readonly AcquirerName Acquirer = new("southbank");
    static readonly FileId File = new("fil_fuzz");

    [Theory]
    [InlineData("settlement-details-31.csv")]
    [InlineData("settlement-details-49.csv")]
    [InlineData("stripe-payout.csv")]
    [InlineData("checkout-breakdown.csv")]
    [InlineData("paypal-stl.csv")]
    [InlineData("semicolons.csv")]
    [InlineData("fixed-width.txt")]
    public void A_damaged_file_is_read_to_its_end_and_every_line_is_accounted_for_once(string sample)
    {
        var intact = SettlementFile.Sample(sample);
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("RAILYARD_FUZZ_SECONDS"), out var wanted) ? wanted : 0;
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < UsualRounds || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; round++)
        {
            var seed = FirstSeed + (ulong)round;
            try
            {
                Check(new Mutation(seed), intact);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"{sample} with seed {seed}: {fault.Message}", fault);
            }
        }
    }

    // What went wrong once, by its seed.
    [Theory]
    [InlineData("fixed-width.txt", 20_262_696)]
    public void A_damaged_file_is_read_the_same_whatever_pieces_it_comes_in(string sample, ulong seed) =>
        Check(new Mutation(seed), SettlementFile.Sample(sample));

    static void Check(Mutation mutation, byte[] intact)
    {
        var content = mutation.Of(intact);

        var whole = SettlementFile.Read(content, terms: Layouts.Terms);
        var most = 1 + mutation.Below(mutation.Below(2) == 0 ? 8 : 400);
        var pieces = SettlementFile.Read(content, () => 1 + mutation.Below(most), Layouts.Terms);

        Assert.Equal(Said(whole), Said(pieces));
        if (whole.Rejected is not null) return;
        AssertEveryByteBelongsToOneRecord(whole, content);
        AssertEveryLineIsCountedOnce(whole);
        AssertTotalsAreThoseOfTheLines(whole);
        AssertLinesArePackedWhole(whole);
    }

    static void AssertEveryByteBelongsToOneRecord(SettlementFile file, byte[] content)
    {
        var records = file.Lines.Select(line => (line.Bytes, line.Number))
            .Concat(file.Quarantined.Select(bad => (bad.Bytes, bad.Number)))
            .Concat(file.Framing.Select(frame => (frame.Bytes, frame.Number)))
            .OrderBy(record => record.Bytes.Start)
            .ToList();
        long end = 0;
        foreach (var ((start, length), _) in records)
        {
            Assert.True(start >= end, "Two records overlap.");
            // The first record comes after the header, unless it is read as a record of its own.
            if (end > 0) Assert.True(IsNothing(content.AsSpan((int)end, (int)(start - end))), "Bytes between records are lost.");
            end = start + length;
        }
        if (records.Count > 0) Assert.True(IsNothing(content.AsSpan((int)end)), "Bytes after the last record are lost.");
        Assert.Distinct(records.Select(record => record.Number));
    }

    static void AssertEveryLineIsCountedOnce(SettlementFile file)
    {
        var parsed = file.Parsed;
        Assert.Equal((file.Lines.Count + file.Quarantined.Count, file.Quarantined.Count), (parsed.Lines, parsed.Quarantined));
        var joined = ShardJoin.Join(
            new FileFacts(File, Acquirer, parsed.ClosedAt),
            CaptureReversals.TakeOff([.. file.Lines.Where(line => Treatment.GoesToShards(line.Kind))]),
            [],
            []);
        var report = FileReport.Conclude(Acquirer, File, parsed, joined.Counts);
        Assert.Equal(report.Lines, report.Matched + report.Discrepancies + report.Quarantined + report.Ignored);
        if (parsed.Control.Status == ControlStatus.Broken) Assert.NotEqual(FileStatus.Reconciled, report.Status);
    }

    static void AssertTotalsAreThoseOfTheLines(SettlementFile file)
    {
        foreach (var totals in file.Parsed.Totals)
        {
            Int128 net = 0;
            foreach (var line in file.Lines)
                if (line.Kind != LineKind.Payout && line.Net.Amount.Currency == totals.Net.Currency) net += line.Net.ToBalance().MinorUnits;
            Assert.Equal(Int128.Clamp(net, long.MinValue, long.MaxValue), totals.Net.MinorUnits);
        }
    }

    static void AssertLinesArePackedWhole(SettlementFile file)
    {
        var packed = new PackedLines();
        foreach (var line in file.Lines) packed.Add(line);
        Assert.Equal(JsonSerializer.Serialize(file.Lines), JsonSerializer.Serialize(packed.All()));
    }

    static bool IsNothing(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n') < 0;

    static string Said(SettlementFile file) =>
        JsonSerializer.Serialize(new { file.Format, file.Lines, file.Quarantined, file.Framing, file.Rejected, file.Parsed });
}
