using System.Text;
using Railyard.Core.Settlement;
using Railyard.Core.Tests.Architecture;

namespace Railyard.Core.Tests.Settlement;

/// <summary>A settlement file as a test reads it: whole, or in pieces as a stream would hand it out.</summary>
sealed record SettlementFile(
    string? Format,
    IReadOnlyList<SettlementLine> Lines,
    IReadOnlyList<QuarantinedLine> Quarantined,
    ReadOutcome.Rejected? Rejected,
    ParsedFile Parsed)
{
    public const string Header =
        "Psp Reference,Merchant Reference,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC)," +
        "Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Batch Number\n";

    /// <summary>Headers and trailers, the end of the file not among them.</summary>
    public IReadOnlyList<ReadOutcome.Frame> Framing { get; init; } = [];

    /// <summary>How many records were headers or trailers.</summary>
    public int Frames => Framing.Count;

    public static SettlementFile Read(string text, int pieceBytes = int.MaxValue) => Read(Encoding.UTF8.GetBytes(text), pieceBytes);

    public static SettlementFile Read(byte[] content, int pieceBytes = int.MaxValue, ReadingTerms? terms = null) =>
        Read(content, () => pieceBytes, terms);

    /// <summary>Reads a file in pieces as long as that function says.</summary>
    public static SettlementFile Read(byte[] content, Func<int> nextPiece, ReadingTerms? terms = null)
    {
        var pieceBytes = nextPiece();
        var (reader, tally) = (new SettlementReader(terms ?? ReadingTerms.None), new FileTally());
        var (frames, steps) = (new List<ReadOutcome.Frame>(), 0L);
        var (lines, quarantined) = (new List<SettlementLine>(), new List<QuarantinedLine>());
        var (start, end) = (0, Math.Min(pieceBytes, content.Length));
        while (true)
        {
            var outcome = reader.Read(content.AsSpan(start..end), end == content.Length, out var consumed, out var line);
            start += consumed;
            Assert.True(++steps < 2L * content.Length + 100, "The reader does not come to an end.");
            switch (outcome)
            {
                case ReadOutcome.MoreNeeded:
                    end = (int)Math.Min((long)end + Math.Max(1, pieceBytes), content.Length);
                    pieceBytes = nextPiece();
                    break;
                case ReadOutcome.Line:
                    lines.Add(line.ToLine());
                    tally.Add(line);
                    break;
                case ReadOutcome.Quarantined bad:
                    quarantined.Add(bad.Value);
                    tally.AddQuarantined();
                    break;
                case ReadOutcome.Frame frame:
                    if (frame.Number > 0) frames.Add(frame);
                    tally.AddFrame(frame.Number, frame.Checks);
                    break;
                case ReadOutcome.Rejected rejected:
                    return new(reader.Format, lines, quarantined, rejected, tally.Result(reader.Frame)) { Framing = frames };
                default:
                    return new(reader.Format, lines, quarantined, null, tally.Result(reader.Frame)) { Framing = frames };
            }
        }
    }

    public static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Samples", name));

    /// <summary>A real file that others wrote; it lies beside the repository and is no part of it.</summary>
    public static byte[] RealSample(string name)
    {
        var path = Path.Combine("shared", "samples", name);
        for (var folder = Directory.GetParent(Repository.Root); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, path))) return File.ReadAllBytes(Path.Combine(folder.FullName, path));
        Assert.Skip("../shared/samples is not beside the repository.");
        return [];
    }
}
