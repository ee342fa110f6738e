using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Tests.Reconciliation;

public sealed class ExpectationsTests
{
    static readonly ConfirmedOperation Operation = new(new("cap_1"), 100_00.Eur(), A.Northbank, "P1", "M1");

    static readonly AcquirerProfile Northbank = new()
    {
        Name = A.Northbank, Brands = [CardBrand.Visa], Fee = new(90, 10),
    };

    [Fact]
    public void A_capture_is_owed_to_us_less_the_agreed_fee_within_the_agreed_time()
    {
        var expected = Of(new PaymentEvent.CaptureConfirmed(Operation));

        Assert.Equal((LineKind.Payment, "P1", "M1"), (expected.Kind, expected.AcquirerReference, expected.ModificationReference));
        Assert.Equal((100_00.Eur(), 1_00.Eur()), (expected.Amount, expected.ExpectedFee!.Value));
        Assert.Equal(A.Moment.AddDays(2), expected.OverdueAfter);
        Assert.IsType<ExpectationState.Open>(expected.State);
    }

    [Fact]
    public void A_refund_is_taken_from_us_and_its_fee_is_not_agreed()
    {
        PaymentEvent[] refunds = [new PaymentEvent.RefundConfirmed(Operation), new PaymentEvent.FullyRefunded(Operation)];

        Assert.All(refunds, refund => Assert.Equal((LineKind.Refund, null), (Of(refund).Kind, Of(refund).ExpectedFee)));
    }

    [Fact]
    public void What_moves_no_money_is_not_expected()
    {
        Assert.Null(Expectations.MoneyMovedBy(new PaymentEvent.Created()));
        Assert.Null(Expectations.MoneyMovedBy(new PaymentEvent.VoidConfirmed(Operation)));
    }

    [Fact]
    public void The_same_event_is_the_same_expectation_and_another_operation_another()
    {
        var unnamed = Operation with { OperationReference = "" };

        Assert.Equal(IdOf(Operation), IdOf(Operation));
        Assert.NotEqual(IdOf(unnamed), IdOf(unnamed with { Id = new("cap_2") }));
        Assert.Null(Of(new PaymentEvent.CaptureConfirmed(unnamed)).ModificationReference);
    }

    [Fact]
    public void An_expectation_recorded_after_its_line_meets_it()
    {
        var early = Desk.Join([Desk.Line(7, cents: 100_00, fee: 1_00)], []);

        var outcome = ShardJoin.MeetLate(
            A.Northbank, [Of(new PaymentEvent.CaptureConfirmed(Operation))], early.Discrepancies, SettlementTerms.Usual);

        Assert.Equal(new ExpectationState.Settled(Desk.LaterFile.Id, 7), Assert.Single(outcome.Changed).State);
        Assert.Equal(early.Discrepancies[0].Id, Assert.Single(outcome.Closings).Discrepancy);
    }

    [Fact]
    public void A_line_that_comes_for_what_a_person_has_ended_as_missing_is_nobodys()
    {
        var overdue = Desk.Join([], [Desk.Expected()]);
        var ended = Assert.Single(overdue.Missing) with
        {
            State = new DiscrepancyState.Resolved(new Resolution(ResolutionKind.WrittenOff, "They will never pay."), "key_1", null),
        };

        var withdrawn = Expectations.Withdraw(Assert.Single(overdue.Changed), ended);
        var late = Desk.Join([Desk.Line(2)], [withdrawn], file: Desk.LaterFile with { Id = new FileId("fil_c") });

        Assert.IsType<ExpectationState.Withdrawn>(withdrawn.State);
        Assert.Empty(late.Matches);
        Assert.Equal(DiscrepancyKind.MissingHere, Assert.Single(late.Discrepancies).Kind);
        Assert.Same(overdue.Changed[0], Expectations.Withdraw(overdue.Changed[0], overdue.Missing[0]));
    }

    static ExpectationId IdOf(ConfirmedOperation operation) => Of(new PaymentEvent.CaptureConfirmed(operation)).Id;

    static Expectation Of(PaymentEvent happened) =>
        Expectations.Of(happened, new PaymentId("pay_1"), new MerchantId("mer_1"), A.Moment, Northbank, new SettlementTerms { BusinessDays = 2 });
}
