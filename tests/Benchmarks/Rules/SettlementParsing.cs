using System.Text;
using BenchmarkDotNet.Attributes;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Rules;

/// <summary>
/// A settlement file of a million lines, made beforehand in memory, parsed and tallied; and, to compare, its lines and
/// commas counted and no more.
/// </summary>
[MemoryDiagnoser]
public class SettlementParsing
{
    /// <summary>How many lines it has below its header.</summary>
    public const int Lines = 1_000_000;
    const int BufferBytes = 1024 * 1024;

    readonly byte[] file = Make();

    /// <summary>Parses it, a buffer at a time, as from a blob.</summary>
    [Benchmark]
    public ParsedFile Parse()
    {
        var (reader, tally) = (new SettlementReader(), new FileTally());
        var (start, end, lines) = (0, Math.Min(BufferBytes, file.Length), 0);
        while (true)
        {
            var outcome = reader.Read(file.AsSpan(start..end), end == file.Length, out var consumed, out var line);
            start += consumed;
            if (outcome is ReadOutcome.Line)
            {
                tally.Add(line);
                lines++;
            }
            else if (outcome is ReadOutcome.MoreNeeded) end = Math.Min(start + BufferBytes, file.Length);
            else if (outcome is ReadOutcome.End) return lines == Lines ? tally.Result() : throw new InvalidDataException($"{lines} lines.");
            else throw new InvalidDataException($"Line {lines} came to {outcome}.");
        }
    }

    /// <summary>Counts lines and commas.</summary>
    [Benchmark(Baseline = true)]
    public int Scan()
    {
        var rest = file.AsSpan();
        var fields = 0;
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            foreach (var _ in rest[..end].Split((byte)',')) fields++;
            rest = rest[(end + 1)..];
        }
        return fields;
    }

    static byte[] Make()
    {
        using var made = new MemoryStream(Lines * 100);
        made.Write(
            """
            Psp Reference,Merchant Reference,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Batch Number

            """u8);
        for (var number = 0; number < Lines; number++)
        {
            var cents = number % 90 + 10;
            made.Write(Encoding.ASCII.GetBytes(
                $"P{number:d15},order-{number},2026-11-24 10:{number / 60 % 60:d2}:{number % 60:d2},UTC,Settled,M{number:d15},EUR,,20.{cents},1,EUR,,20.{cents},,1\n"));
        }
        return made.ToArray();
    }
}
