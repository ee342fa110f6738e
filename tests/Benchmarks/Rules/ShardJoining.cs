using BenchmarkDotNet.Attributes;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Benchmarks.Rules;

/// <summary>
/// A shard of 100,000 lines joined with as many expectations, one in a hundred of which differs in its amount; and,
/// to compare, the same keys looked up in a dictionary.
/// </summary>
[MemoryDiagnoser]
public class ShardJoining
{
    /// <summary>How many lines and expectations there are.</summary>
    public const int Lines = 100_000;
    const int EveryDifferent = 100;

    static readonly DateTimeOffset Moment = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly AcquirerName Acquirer = new("northbank");
    static readonly Currency Euro = Currency.Of("EUR");
    static readonly FileFacts File = new(new FileId("fil_benchmark"), Acquirer, Moment.AddDays(1));

    readonly List<SettlementLine> lines = [.. Enumerable.Range(1, Lines).Select(Line)];
    readonly PackedLines packed = new();
    readonly List<Expectation> expectations = [.. Enumerable.Range(1, Lines).Select(Expected)];

    public ShardJoining() => lines.ForEach(packed.Add);

    /// <summary>Joins them.</summary>
    [Benchmark]
    public ShardOutcome Join()
    {
        var outcome = PackedJoin.Join(File, packed, ExpectationTable.Of(expectations), []).ToOutcome();
        return outcome.Matches.Count == Lines - Lines / EveryDifferent
            ? outcome
            : throw new InvalidDataException($"{outcome.Matches.Count} matched.");
    }

    /// <summary>Looks them up.</summary>
    [Benchmark(Baseline = true)]
    public int LookUp()
    {
        var byReference = expectations.ToDictionary(expected => (expected.AcquirerReference, expected.Kind));
        return lines.Count(line => byReference.ContainsKey((line.AcquirerReference, line.Kind)));
    }

    static SettlementLine Line(int number) => new()
    {
        Number = number,
        Bytes = default,
        Kind = LineKind.Payment,
        Type = "Settled",
        AcquirerReference = $"P{number}",
        ModificationReference = $"M{number}",
        Gross = new Movement(AmountOf(number), Direction.Credit),
        Net = new Movement(AmountOf(number), Direction.Credit),
        Fees = [],
        Batch = "1",
        BookedAt = Moment,
        Zone = "UTC",
    };

    static Expectation Expected(int number)
    {
        var operation = new OperationId($"cap_{number}");
        var difference = number % EveryDifferent == 0 ? 1 : 0;
        return new()
        {
            Id = Expectation.IdOf(Acquirer, $"P{number}", LineKind.Payment, $"M{number}", operation),
            Acquirer = Acquirer,
            AcquirerReference = $"P{number}",
            ModificationReference = $"M{number}",
            Kind = LineKind.Payment,
            Merchant = new MerchantId("mer_1"),
            Payment = new PaymentId($"pay_{number}"),
            Operation = operation,
            Amount = new Money(AmountOf(number).MinorUnits + difference, Euro),
            BookedAt = Moment,
            OverdueAfter = Moment.AddHours(2),
            State = new ExpectationState.Open(),
        };
    }

    static Money AmountOf(int number) => new(10_00 + number, Euro);
}
