using CsCheck;
using Railyard.Core.Merchants.Payouts;
using static Railyard.Core.Tests.Merchants.Payouts.Books;

namespace Railyard.Core.Tests.Merchants.Payouts;

public sealed class PayoutRuleTests
{
    static readonly Gen<PayableItem> AnItem =
        Gen.Select(Gen.Int[0, 8], Gen.Long[1, 500_00], Gen.Bool).Select((kind, cents, isNegative) => kind switch
        {
            <= 4 => Item(PayableKind.Sale, cents),
            5 => Item(PayableKind.Refund, cents),
            6 => Item(PayableKind.Chargeback, cents),
            7 => Item(PayableKind.ChargebackReversal, cents),
            _ => Item(PayableKind.Adjustment, isNegative ? -cents : cents),
        });

    static readonly Gen<PayoutTerms> SomeTerms =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3_000], Gen.Int[1, 20], Gen.Long[0, 300_00], Gen.Int[0, 500], Gen.Long[0, 50_00]).Select(
            (reserve, share, days, cap, fee, minimum) => Terms(
                reserve switch
                {
                    0 => new ReserveTerms.None(),
                    1 => new ReserveTerms.Rolling(share, days),
                    _ => new ReserveTerms.Fixed(share, cap),
                },
                minimum, Fees(fee, 10, refund: 20, chargeback: 15_00)));

    // Days with whatever was settled on them, and the terms of that day: they may change on any.
    static readonly Gen<(PayoutTerms Terms, PayableItem[] Items)[]> Days =
        Gen.Select(SomeTerms, AnItem.Array[0, 12]).Array[1, 40];

    [Fact]
    public void The_lines_add_up_to_what_is_paid_and_what_is_carried() => Days.Sample(days =>
    {
        foreach (var (statement, _, _) in Run(days))
            Assert.Equal(statement.Total, statement.CarriedOn.Credit(statement.Payout));
    });

    [Fact]
    public void Nothing_is_paid_twice_and_nothing_is_lost() => Days.Sample(days =>
    {
        var run = Run(days);
        var settled = days.SelectMany(day => day.Items.Select(day.Terms.Fees.Price)).Sum(one => one.Net.MinorUnits);
        var paid = run.Sum(day => day.Statement.Payout.MinorUnits);
        var left = run[^1].After;

        Assert.Equal(settled, paid + left.Carried.MinorUnits + left.Reserve.Held.MinorUnits);
    });

    [Fact]
    public void What_is_negative_or_less_than_the_minimum_is_never_paid() => Days.Sample(days =>
    {
        foreach (var (statement, _, terms) in Run(days))
            Assert.True(statement.Payout.IsZero
                ? statement.Total.MinorUnits <= 0 || statement.Total.MinorUnits < terms.MinimumPayout
                : statement.CarriedOn.MinorUnits == 0 && statement.Payout.MinorUnits >= terms.MinimumPayout);
    });

    [Fact]
    public void Every_tranche_of_a_rolling_reserve_comes_back_on_its_day() => Days.Sample(days =>
    {
        var terms = Terms(new ReserveTerms.Rolling(1_000, 10));
        var run = Run([.. days.Select(day => (terms, day.Items)), .. Enumerable.Repeat((terms, Array.Empty<PayableItem>()), 10)]);

        Assert.True(run[^1].After.Reserve.Held.IsZero);
        for (var day = 0; day < run.Count; day++)
        {
            var held = day < 10 ? 0 : -run[day - 10].Statement.Of(StatementLineKind.ReserveHeld).MinorUnits;
            Assert.Equal(held, run[day].Statement.Of(StatementLineKind.ReserveReleased).MinorUnits);
        }
    });

    [Fact]
    public void A_reserve_comes_back_on_its_day_also_after_the_terms_have_changed() => Days.Sample(days =>
    {
        var without = Enumerable.Repeat((Terms(), Array.Empty<PayableItem>()), 20);
        var run = Run([.. days, .. without]);

        Assert.True(run[^1].After.Reserve.Held.IsZero);
    });

    [Fact]
    public void A_fixed_reserve_is_filled_to_its_cap_and_no_further() => Days.Sample(days =>
    {
        var terms = Terms(new ReserveTerms.Fixed(2_500, 100_00));

        Assert.All(Run([.. days.Select(day => (terms, day.Items))]), day => Assert.True(day.After.Reserve.Fixed.MinorUnits <= 100_00));
    });

    [Fact]
    public void A_statement_says_line_by_line_what_a_payout_is_made_of()
    {
        var terms = Terms(new ReserveTerms.Rolling(1_000, 30), fees: Fees(150, 25, refund: 30, chargeback: 15_00));
        var before = new MerchantStanding(new Balance(-2_00, Amounts.Euro), Reserve.Empty(Amounts.Euro) with
        {
            Tranches = [new(4_00.Eur(), Tuesday.AddDays(-30), Tuesday), new(9_00.Eur(), Tuesday.AddDays(-29), Tuesday.AddDays(1))],
        });
        var items = Totals(
            terms.Fees, Item(PayableKind.Sale, 100_00), Item(PayableKind.Sale, 50_00), Item(PayableKind.Refund, 20_00),
            Item(PayableKind.Chargeback, 10_00));

        var (statement, after) = PayoutRule.Pay(terms, before, items, Tuesday);

        Assert.Equal(
        [
            (StatementLineKind.Carried, 1, -2_00L),
            (StatementLineKind.Sales, 2, 150_00L),
            (StatementLineKind.Refunds, 1, -20_00L),
            (StatementLineKind.Chargebacks, 1, -10_00L),
            (StatementLineKind.Fees, 4, -(1_75L + 1_00L + 30L + 15_00L)),
            (StatementLineKind.ReserveReleased, 1, 4_00L),
            (StatementLineKind.ReserveHeld, 1, -15_00L),
        ], statement.Lines.Select(line => (line.Kind, line.Count, line.Amount.MinorUnits)));
        Assert.Equal(88_95.Eur(), statement.Payout);
        Assert.Equal(24_00.Eur(), after.Reserve.Held);
    }

    [Fact]
    public void A_debt_fills_no_reserve()
    {
        var (statement, after) = Pay(
            Terms(new ReserveTerms.Rolling(1_000, 30)), Item(PayableKind.Sale, 10_00), Item(PayableKind.Chargeback, 50_00));

        Assert.Equal((-40_00, CarryReason.Negative), (statement.CarriedOn.MinorUnits, statement.Reason));
        Assert.True(after.Reserve.Held.IsZero);
    }

    [Theory]
    [InlineData(4_99, 0, CarryReason.BelowMinimum)]
    [InlineData(5_00, 5_00, null)]
    public void The_minimum_itself_is_paid(long cents, long paid, CarryReason? reason)
    {
        var (statement, _) = Pay(Terms(minimum: 5_00), Item(PayableKind.Sale, cents));

        Assert.Equal((paid, reason), (statement.Payout.MinorUnits, statement.Reason));
    }

    static List<(PayoutStatement Statement, MerchantStanding After, PayoutTerms Terms)> Run((PayoutTerms Terms, PayableItem[] Items)[] days)
    {
        var standing = MerchantStanding.New(Amounts.Euro);
        var run = new List<(PayoutStatement, MerchantStanding, PayoutTerms)>();
        for (var day = 0; day < days.Length; day++)
        {
            var (terms, items) = days[day];
            (var statement, standing) = PayoutRule.Pay(terms, standing, Totals(terms.Fees, items), Tuesday.AddDays(day));
            run.Add((statement, standing, terms));
        }
        return run;
    }
}
