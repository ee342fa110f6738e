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

    public static ShardOutcome Join(
        IEnumerable<SettlementLine> lines,
        IEnumerable<Expectation> expectations,
        IEnumerable<Discrepancy>? openBreaks = null,
        FileFacts? file = null) =>
        ShardJoin.Join(file ?? LaterFile, lines, expectations, openBreaks ?? []);
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
