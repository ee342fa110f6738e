using System.Diagnostics;
using System.Globalization;
using System.Text;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using Railyard.Core.Tests.Architecture;
using static Railyard.Core.Tests.Settlement.Bank.Statements;

namespace Railyard.Core.Tests.Settlement.Bank;

/// <summary>
/// Damages valid files in every way and reads them. RAILYARD_FUZZ_SECONDS says how long; the seed that is printed gives the
/// same files again.
/// </summary>
public sealed class StatementFuzzTests
{
    const int UsualRounds = 4_000;
    const int RoundsOfSeed = 200;
    const int MostListed = 100;

    static readonly IReadOnlyList<string> Words =
    [
        "<", ">", "</", "/>", "&", "&amp;", "<![CDATA[", "<!--", "<?", "<!DOCTYPE", "\"", ",", "/", ":61:", ":62F:", ":20:", "88,", "16,", "49,",
        "99999999999999999999", "-", "\0", "\uFEFF", "é", "\r", "\n", "Ccy=\"XXX\"", "Ccy=\"JPY\"", "9999999999999.99", "D", "RC", "?20", "S,V,D,",
    ];

    [Fact]
    public void Whatever_is_done_to_a_file_every_entry_is_counted_once()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("RAILYARD_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var (files, clock, seed) = (Files(), Stopwatch.StartNew(), 20261130);
        for (var rounds = 0; rounds < UsualRounds || clock.Elapsed.TotalSeconds < seconds; rounds += RoundsOfSeed, seed++)
        {
            var chance = new Chance((ulong)seed);
            for (var i = 0; i < RoundsOfSeed; i++) Check(Damaged(files, chance), seed, i);
        }
    }

    static void Check(byte[] content, int seed, int round)
    {
        try
        {
            AssertCounted(StatementReader.Read(content));
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Seed {seed} round {round}: {Encoding.Latin1.GetString(content)}", fault);
        }
    }

    static void AssertCounted(StatementFile file)
    {
        if (file.Rejection is not null)
        {
            Assert.Empty(file.Lines);
            Assert.Empty(file.Statements);
            return;
        }
        Assert.NotNull(file.Format);
        var numbers = file.Lines.Select(line => line.Number).Concat(file.Quarantined.Select(bad => bad.Number)).Order().ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.True(file.Findings.Count <= MostListed && file.Findings.Count <= file.FindingsInAll);
        foreach (var statement in file.Statements)
        {
            var entries = file.Lines.Where(line => line.Statement == statement.Number).Select(line => line.Entry).Distinct().Count();
            Assert.Equal(statement.Entries, entries + file.Quarantined.Count(bad => bad.Statement == statement.Number));
            Assert.True(file.Findings.All(one => one.Statement != statement.Number) || statement.Control == ControlStatus.Broken);
            if (statement is { Control: ControlStatus.Balanced, Opening: { } opening, Closing: { } closing })
                Assert.Equal(closing.Amount.MinorUnits, opening.Amount.MinorUnits + statement.Booked);
        }
        Assert.All(file.Lines, line => Assert.InRange(line.Statement, 1, file.Statements.Count));
        foreach (var entry in file.Lines.GroupBy(line => (line.Statement, line.Entry)))
            Assert.Equal(Enumerable.Range(1, entry.First().Details), entry.Select(line => line.Detail));
    }

    static byte[] Damaged(List<byte[]> files, Chance chance)
    {
        var content = new List<byte>(files[chance.Next(files.Count)]);
        for (var times = chance.Next(4); times >= 0 && content.Count > 0; times--) Damage(content, files, chance);
        return [.. content];
    }

    static void Damage(List<byte> content, List<byte[]> files, Chance chance)
    {
        var at = chance.Next(content.Count);
        var length = Math.Min(1 + chance.Next(59), content.Count - at);
        switch (chance.Next(8))
        {
            case 0: content[at] = (byte)chance.Next(256); break;
            case 1: content[at] = (byte)"0123456789,.-/:<>"[chance.Next(17)]; break;
            case 2: content.RemoveRange(at, length); break;
            case 3: content.InsertRange(at, content.GetRange(chance.Next(content.Count - length + 1), length)); break;
            case 4: content.InsertRange(at, Encoding.UTF8.GetBytes(Words[chance.Next(Words.Count)])); break;
            case 5: content.RemoveRange(at, content.Count - at); break;
            case 6: RepeatLine(content, at); break;
            default:
                var other = files[chance.Next(files.Count)];
                content.InsertRange(at, other.AsSpan(chance.Next(other.Length)));
                break;
        }
    }

    static void RepeatLine(List<byte> content, int at)
    {
        var start = content.LastIndexOf((byte)'\n', at) + 1;
        var end = content.IndexOf((byte)'\n', at);
        if (end > start) content.InsertRange(start, content.GetRange(start, end - start + 1));
    }

    static List<byte[]> Files()
    {
        var entries = Entry("1.00", more: "<RvslInd>true</RvslInd>") + Entry("6.00", "DBIT", $"<NtryDtls><Btch/>{Detail("3.50", "E1")}{Detail("2.50", "E2")}</NtryDtls>");
        List<string> texts =
        [
            Camt(entries, "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>7.00</Sum></TtlNtries></TxsSummry>", Balance("OPBD", "10.00") + Balance("CLBD", "5.00")),
            Swift("C261124EUR10,00", "C261125EUR5,00", ":61:2611251125C1,00NTRFREF//B1", ":86:/EREF/E1/", ":61:2611251125D6,NTRFNONREF//B2", ":86:166?00A?20B?32C"),
            Bai(
                "03,12345,USD,010,10000,,,015,10700,,/", "16,175,1000,S,1,2,3,B1,C1,DEPOSIT/", "16,475,300,V,261125,,B2,C2,CHECK/", "88,MORE, AND MORE/",
                "49,22000,5/", "98,22000,1,7/", "99,22000,1,9/"),
        ];
        return [.. texts.Select(Encoding.UTF8.GetBytes), .. RealFiles()];
    }

    // Real ones as well, where they lie beside the repository.
    static IEnumerable<byte[]> RealFiles()
    {
        for (var folder = Directory.GetParent(Repository.Root); folder is not null; folder = folder.Parent)
        {
            var samples = Path.Combine(folder.FullName, "shared", "samples");
            if (!Directory.Exists(samples)) continue;
            return new[] { "camt053", "mt940", "bai2" }.SelectMany(format => Directory.GetFiles(Path.Combine(samples, format)).Order(StringComparer.Ordinal)).Select(File.ReadAllBytes);
        }
        return [];
    }

    // SplitMix64: the same numbers from the same seed, on every machine.
    sealed class Chance(ulong seed)
    {
        ulong state = seed;

        public int Next(int below)
        {
            unchecked
            {
                var mixed = state += 0x9E3779B97F4A7C15;
                mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                return (int)((mixed ^ (mixed >> 31)) % (ulong)below);
            }
        }
    }
}
