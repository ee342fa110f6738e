using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Reconciliation;

/// <summary>Lines and expectations as a test says them.</summary>
static class Desk
{
    public static readonly FileFacts LaterFile = new(new FileId("fil_b"), A.Northbank, A.Moment.AddDays(1));
    public static readonly FileFacts EarlierFile = new(new FileId("fil_a"), A.Northbank, A.Moment.AddHours(1));

    public static SettlementLine Line(
        int number,
        string reference = "P1",
        string? modification = "M1",
        long cents = 10_00,
        LineKind kind = LineKind.Payment,
        string currency = "EUR",
        long fee = 0)
    {
        var direction = Expectation.DirectionOf(kind);
        var amount = new Money(cents, Currency.Of(currency));
        return new()
        {
            Number = number,
            Bytes = default,
            Kind = kind,
            Type = kind == LineKind.Unknown ? "SomethingNew" : kind.ToString(),
            AcquirerReference = reference,
            ModificationReference = modification,
            Gross = new Movement(amount, direction),
            Net = new Movement(new Money(Math.Max(cents - fee, 0), amount.Currency), direction),
            Fees = fee == 0 ? [] : [new(FeeKind.Commission, new Money(fee, amount.Currency), Direction.Debit)],
            Batch = "1",
            BookedAt = A.Moment.AddMinutes(number),
            Zone = "UTC",
        };
    }

    public static Expectation Expected(
        string reference = "P1",
        string? modification = "M1",
        int cents = 10_00,
        LineKind kind = LineKind.Payment,
        string operation = "cap_1",
        int? fee = null,
        int overdueAfterHours = 2)
    {
        var id = new OperationId(operation);
        return new()
        {
            Id = Expectation.IdOf(A.Northbank, reference, kind, modification, id),
            Acquirer = A.Northbank,
            AcquirerReference = reference,
            ModificationReference = modification,
            Kind = kind,
            Merchant = new MerchantId("mer_1"),
            Payment = new PaymentId($"pay_{reference}"),
            Operation = id,
            Amount = cents.Eur(),
            ExpectedFee = fee?.Eur(),
            BookedAt = A.Moment,
            OverdueAfter = A.Moment.AddHours(overdueAfterHours),
            State = new ExpectationState.Open(),
        };
    }

    /// <summary>Joins the lines as they are, and packed: the two must come to the same.</summary>
    public static ShardOutcome Join(
        IEnumerable<SettlementLine> lines,
        IEnumerable<Expectation> expectations,
        IEnumerable<Discrepancy>? openBreaks = null,
        FileFacts? file = null)
    {
        var (ours, expected, breaks) = (lines.ToList(), expectations.ToList(), (openBreaks ?? []).ToList());
        var outcome = ShardJoin.Join(file ?? LaterFile, ours, expected, breaks);
        var packed = PackedJoin.Join(file ?? LaterFile, Packed(ours), ExpectationTable.Of(expected), breaks);
        Assert.Equal(packed.Counts, packed.ToOutcome().Counts);
        AssertSame(outcome, packed.ToOutcome());
        return outcome;
    }

    static PackedLines Packed(List<SettlementLine> lines)
    {
        var packed = new PackedLines();
        foreach (var line in lines) packed.Add(line);
        return packed;
    }

    static void AssertSame(ShardOutcome whole, ShardOutcome packed)
    {
        Assert.Equal(whole.Matches, packed.Matches);
        Assert.Equal(Shown(whole.Discrepancies), Shown(packed.Discrepancies));
        Assert.Equal(Shown(whole.Missing), Shown(packed.Missing));
        Assert.Equal(Shown(whole.Late), Shown(packed.Late));
        Assert.Equal(whole.Changed.OrderBy(one => one.Id.Value), packed.Changed.OrderBy(one => one.Id.Value));
        Assert.Equal(whole.Recorded, packed.Recorded);
        Assert.Equal(whole.Closings, packed.Closings);
        Assert.Equal(whole.Counts, packed.Counts);
    }

    static IEnumerable<string> Shown(IEnumerable<Discrepancy> found) =>
        found.Select(one => $"{one.Id} {one.Kind} of {one.Line?.Number}: {string.Join("; ", one.Fields)}");
}

/// <summary>What a store holds after an outcome has been written to it.</summary>
sealed record Books(IReadOnlyList<Expectation> Expectations, IReadOnlyList<Discrepancy> Open)
{
    public static readonly Books Empty = new([], []);

    public Books With(params Expectation[] expectations) => this with { Expectations = [.. Expectations, .. expectations] };

    public ShardOutcome Join(IEnumerable<SettlementLine> lines, FileFacts? file = null) =>
        Desk.Join(lines, Expectations, Open, file);

    public Books After(ShardOutcome outcome)
    {
        var changed = outcome.Changed.ToDictionary(expectation => expectation.Id);
        var closed = outcome.Closings.Select(closing => closing.Discrepancy).ToHashSet();
        var found = outcome.Discrepancies.Concat(outcome.Missing).Concat(outcome.Late);
        return new(
            [.. Expectations.Select(expectation => changed.GetValueOrDefault(expectation.Id, expectation)), .. outcome.Recorded],
            [.. Open.Concat(found).DistinctBy(one => one.Id).Where(one => !closed.Contains(one.Id))]);
    }
}
