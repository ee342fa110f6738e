using CsCheck;
using Railyard.Core.Reconciliation.Bank;
using Railyard.Core.Settlement;
using Railyard.Core.Settlement.Bank;
using static Railyard.Core.Tests.Reconciliation.Bank.BankBook;

namespace Railyard.Core.Tests.Reconciliation.Bank;

public sealed class BankJoinProperties
{
    // Few values, so that they meet: references, amounts and days collide in every way there is.
    static readonly Gen<BankExpectation> Expectation =
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 9]).Select((batch, cents, reference, day, kind) =>
            kind == 0
                ? ToMerchant($"po_{batch}", cents)
                : Payout($"{batch}", cents, reference == 0 ? null : $"REFERENCE-{batch}", kind < 3 ? A.Southbank : A.Northbank, kind == 9 ? "USD" : "EUR", day));

    static readonly Gen<BankExpectation[]> Expectations = Expectation.Array[0, 8].Select(all => all.DistinctBy(one => one.Id).ToArray());

    static readonly Gen<string> Text = Gen.Int[0, 6].Select(i => i switch
    {
        0 => "rent of November",
        1 => "northbank",
        2 => "southbank and northbank",
        3 => "REFERENCE-1",
        4 => "refer ence-2 northbank",
        5 => "REFERENCE-1 REFERENCE-3",
        _ => "REFERENCE-12",
    });

    static readonly Gen<PlacedLine[]> Lines =
        Gen.Select(Gen.Int[0, 4], Text, Gen.Int[-1, 8], Gen.Int[0, 9]).Array[0, 8].Select(drawn => drawn.Select((one, i) => Line(
            i + 1, one.Item1, one.Item2, one.Item3,
            one.Item4 is 0 or 1 ? Direction.Debit : Direction.Credit,
            one.Item4 is 1 or 2 ? "E2E-po_1" : null,
            isReturn: one.Item4 == 3,
            one.Item4 == 4 ? EntryStatus.Pending : EntryStatus.Booked,
            one.Item4 == 5 ? "USD" : "EUR")
            with { SetAside = one.Item4 == 6 ? BankLineIgnored.AlreadyRead : null }).ToArray());

    [Fact]
    public void Every_line_ends_as_exactly_one_thing() =>
        Gen.Select(Lines, Expectations).Sample((lines, expectations) =>
        {
            var outcome = new BankBook(expectations).Join(lines);

            Assert.Equal(lines.Select(line => line.Line.Number), outcome.Lines.Select(line => line.Placed.Line.Number).Order());
            var report = BankReport.Of([.. outcome.Lines.Select(line => line.End)], quarantined: 2, ControlStatus.Balanced);
            Assert.Equal(report.Lines, report.Matched + report.Discrepancies + report.Quarantined + report.Ignored);
        });

    [Fact]
    public void Joined_again_it_comes_to_the_same_and_changes_nothing() =>
        Gen.Select(Lines, Expectations, Gen.Int[0, 12]).Sample((lines, expectations, today) =>
        {
            var book = new BankBook(expectations);
            var first = book.Join(lines, today);

            var again = book.Join(lines.Reverse(), today);

            Assert.Equal(Ends(first), Ends(again));
            Assert.Empty(again.Changed);
            Assert.Equal(first.Missing.Select(one => one.Id), again.Missing.Select(one => one.Id));
            Assert.Equal(first.Closings, again.Closings);
        });

    [Fact]
    public void What_is_matched_is_worth_what_was_expected_to_the_last_cent() =>
        Gen.Select(Lines, Expectations).Sample((lines, expectations) =>
        {
            var book = new BankBook(expectations);
            var outcome = book.Join(lines);

            var groups = outcome.Lines
                .Where(line => line.End is BankLineEnd.Matched { IsReturn: false })
                .GroupBy(line => string.Join(' ', ((BankLineEnd.Matched)line.End).Expectations));
            foreach (var group in groups)
            {
                var met = ((BankLineEnd.Matched)group.First().End).Expectations.Select(id => expectations.Single(one => one.Id == id));
                Assert.Equal(met.Sum(one => one.Paid.ToBalance().MinorUnits), group.Sum(line => line.Placed.Line.Amount.ToBalance().MinorUnits));
                Assert.Single(met.Select(one => one.Paid.Amount.Currency).Concat(group.Select(line => line.Placed.Line.Amount.Amount.Currency)).Distinct());
            }
        });

    [Fact]
    public void A_payment_is_missing_only_when_its_days_are_over_and_then_it_is() =>
        Gen.Select(Lines, Lines, Expectations, Gen.Int[0, 12]).Sample((earlier, lines, expectations, today) =>
        {
            var book = new BankBook(expectations);
            book.Join(earlier.Select(line => line with { File = new("fil_earlier") }), today: 0);
            var outcome = book.Join(lines, today);

            Assert.All(outcome.Missing, missing => Assert.True(expectations.Single(one => one.Id == missing.Expectation).OverdueAfter < Monday.AddDays(today)));
            Assert.All(
                book.Expectations.Where(one => one.State is BankExpectationState.Overdue),
                one => Assert.Contains(outcome.Missing, missing => missing.Expectation == one.Id));
        });

    [Fact]
    public void Whichever_comes_first_a_line_and_its_payment_find_each_other() =>
        Expectations.Where(all => all.Length > 0).Sample(expectations =>
        {
            var payout = expectations[0] with { Reference = "REFERENCE-99", State = new BankExpectationState.Open() };
            var line = Line(1, (int)payout.Paid.Amount.MinorUnits, "northbank REFERENCE-99", 1, payout.Paid.Direction, currency: payout.Paid.Amount.Currency.Code);
            var before = new BankBook([payout, .. expectations[1..]]);
            var after = new BankBook(expectations[1..].Select(one => one with { Reference = "OTHER-REFERENCE", Paid = new(99_99.Eur(), Direction.Credit) }).ToArray());

            var early = before.Join([line]);
            var unexpected = after.Join([line]);
            var late = after.With(payout).Join([line]);

            Assert.IsType<BankLineEnd.Matched>(Assert.Single(early.Lines).End);
            Assert.IsType<BankLineEnd.Broken>(Assert.Single(unexpected.Lines).End);
            Assert.Equal([payout.Id], Assert.IsType<BankLineEnd.Matched>(Assert.Single(late.Lines).End).Expectations);
        });

    static IEnumerable<string> Ends(BankOutcome outcome) => outcome.Lines.Select(line => line.End switch
    {
        BankLineEnd.Matched matched => $"{line.Placed.Line.Number} {string.Join(' ', matched.Expectations)} {matched.IsReturn}",
        BankLineEnd.Broken broken => $"{line.Placed.Line.Number} {broken.Discrepancy.Id}",
        BankLineEnd.Ignored ignored => $"{line.Placed.Line.Number} {ignored.Reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    });
}
