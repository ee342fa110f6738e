using CsCheck;
using Railyard.Core.Reconciliation;
using Railyard.Core.Settlement;
using static Railyard.Core.Tests.Reconciliation.Desk;

namespace Railyard.Core.Tests.Reconciliation;

/// <summary>A file that agrees, each of whose payments is damaged in one way or not at all: what is found is that, and no more.</summary>
public sealed class ShardJoinDamageProperties
{
    enum Damage
    {
        Nothing,
        Missing,
        Extra,
        Duplicated,
        OtherAmount,
        OtherCurrency,
        OtherFee,
        OtherDirection,
        OtherReference,
        OtherModification,
        UnknownType,
        Split,
        Merged,
        Ambiguous,
        ChargedBack,
    }

    sealed record Case(IReadOnlyList<Expectation> Expected, IReadOnlyList<SettlementLine> Lines, Verdict Verdict);

    /// <summary>Matched lines, and the kinds of what is found, lines first and then what is missing.</summary>
    sealed record Verdict(int Matched, params DiscrepancyKind[] Found);

    static readonly Gen<(Damage Damage, int Cents)[]> Payments = Gen.Select(
        Gen.Enum<Damage>(), Gen.Int[10_00, 90_00], (damage, cents) => (damage, cents)).Array[0, 25];

    [Fact]
    public void Each_damage_is_found_for_what_it_is() => Payments.Sample(payments =>
    {
        var cases = Cases(payments);
        var outcome = Joined(cases);

        var found = outcome.Discrepancies.Concat(outcome.Missing).Select(one => one.Kind).Order();
        Assert.Equal(cases.SelectMany(one => one.Verdict.Found).Order(), found);
        Assert.Equal(cases.Sum(one => one.Verdict.Matched), outcome.Matched);
    });

    [Fact]
    public void Every_line_and_every_cent_is_accounted_for() => Payments.Sample(payments =>
    {
        var cases = Cases(payments);
        var lines = cases.SelectMany(one => one.Lines).ToList();
        var counts = Joined(cases).Counts;

        Assert.Equal(lines.Count, counts.Matched + counts.Discrepancies);
        Assert.Equal(
            lines.GroupBy(line => (line.Kind, line.Gross!.Value.Amount.Currency.Code))
                .Select(same => $"{same.Key} {same.Count()} {same.Sum(line => line.Gross!.Value.Amount.MinorUnits)}").Order(),
            counts.Values.Where(row => row.Matched + row.Differing > 0)
                .Select(row => $"{(row.Kind, row.Currency.Code)} {row.Matched + row.Differing} {row.MatchedValue + row.DifferingValue}").Order());
    });

    [Fact]
    public void What_was_damaged_is_the_same_when_it_is_joined_again() => Payments.Sample(payments =>
    {
        var cases = Cases(payments);
        var lines = cases.SelectMany(one => one.Lines).ToList();
        var books = Books.Empty.With([.. cases.SelectMany(one => one.Expected)]);
        var first = books.Join(lines);

        var again = books.After(first).Join(lines);

        Assert.Equal((0, 0, 0), (again.Changed.Count, again.Recorded.Count, again.Closings.Count));
        Assert.Equal(first.Matches, again.Matches);
        Assert.Equal(first.Discrepancies.Select(one => one.Id), again.Discrepancies.Select(one => one.Id));
        Assert.Equal(first.Counts.Values.Where(row => row.Matched > 0).Sum(row => row.MatchedValue), again.Counts.Values.Sum(row => row.MatchedValue));
    });

    static ShardOutcome Joined(IReadOnlyList<Case> cases) =>
        Join(cases.SelectMany(one => one.Lines).Reverse(), cases.SelectMany(one => one.Expected));

    static List<Case> Cases((Damage Damage, int Cents)[] payments)
    {
        var (cases, number) = (new List<Case>(), 1);
        foreach (var (damage, cents) in payments)
        {
            cases.Add(Of(damage, cents, $"P{cases.Count}", number + 1));
            number += 10;
        }
        return cases;
    }

    static Case Of(Damage damage, int cents, string reference, int number)
    {
        var expected = Expected(reference, cents: cents, operation: $"cap_{reference}", fee: 10);
        var line = Line(number, reference, cents: cents, fee: 10);
        var other = Expected(reference, modification: "M2", cents: cents + 1, operation: $"cap_{reference}b");
        return damage switch
        {
            Damage.Nothing => new([expected], [line], new(1)),
            Damage.Missing => new([expected], [], new(0, DiscrepancyKind.MissingAtAcquirer)),
            Damage.Extra => new([], [line], new(0, DiscrepancyKind.MissingHere)),
            Damage.Duplicated => new([expected], [line, line with { Number = number + 1 }], new(1, DiscrepancyKind.Duplicate)),
            Damage.OtherAmount => new([expected], [Line(number, reference, cents: cents + 1, fee: 10)], new(0, DiscrepancyKind.AmountDiffers)),
            Damage.OtherCurrency => new([expected], [Line(number, reference, cents: cents, currency: "USD", fee: 10)], new(0, DiscrepancyKind.CurrencyDiffers)),
            Damage.OtherFee => new([expected], [Line(number, reference, cents: cents, fee: 11)], new(0, DiscrepancyKind.FeeDiffers)),
            Damage.OtherDirection => new(
                [expected], [line with { Gross = new Movement(cents.Eur(), Direction.Debit) }], new(0, DiscrepancyKind.AmountDiffers)),
            Damage.OtherReference => new(
                [expected], [line with { AcquirerReference = $"{reference}x" }], new(0, DiscrepancyKind.MissingHere, DiscrepancyKind.MissingAtAcquirer)),
            Damage.OtherModification => new(
                [expected], [line with { ModificationReference = "M9" }], new(0, DiscrepancyKind.MissingHere, DiscrepancyKind.MissingAtAcquirer)),
            Damage.UnknownType => new(
                [expected], [line with { Kind = LineKind.Unknown }], new(0, DiscrepancyKind.UnknownType, DiscrepancyKind.MissingAtAcquirer)),
            Damage.Split => new(
                [expected],
                [
                    Line(number, reference, modification: null, cents: cents - 4_00, fee: 10),
                    Line(number + 1, reference, modification: null, cents: 4_00),
                ],
                new(2)),
            Damage.Merged => new(
                [expected with { ExpectedFee = null }, other], [Line(number, reference, cents: cents + cents + 1)], new(1)),
            Damage.Ambiguous => new(
                [expected, other], [Line(number, reference, modification: null, cents: 5_00)], new(0, DiscrepancyKind.Ambiguous)),
            Damage.ChargedBack => new(
                [expected], [line, Line(number + 1, reference, modification: "D1", cents: cents, kind: LineKind.Chargeback)], new(2)),
        };
    }
}
