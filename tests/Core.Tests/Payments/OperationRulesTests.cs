using CsCheck;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Payments;

public sealed class OperationRulesTests
{
    [Fact]
    public void A_capture_without_an_amount_takes_all_that_is_left()
    {
        var payment = A.Payment(100_00).Captured(30_00.Eur());

        var decision = OperationRules.Ask(payment, new NewOperation(new OperationId("cap_2"), OperationKind.Capture), A.Moment);

        Assert.Equal(70_00.Eur(), Assert.IsType<Decision.Accepted>(decision).Payment.Find(new OperationId("cap_2"))!.Amount);
    }

    [Fact]
    public void The_same_operation_asked_for_twice_is_one()
    {
        var once = A.Payment().Authorized().Asked(OperationKind.Capture, 10_00.Eur(), "cap_1");

        var twice = once.Asked(OperationKind.Capture, 10_00.Eur(), "cap_1");

        Assert.Same(once, twice);
    }

    public static TheoryData<string, Payment, OperationKind, long?, Rejection> Refusals()
    {
        var authorized = A.Payment(100_00).Authorized();
        var captured = A.Payment(100_00).Captured(100_00.Eur());
        var capturing = authorized.Asked(OperationKind.Capture, 60_00.Eur(), "cap_1");
        return new TheoryData<string, Payment, OperationKind, long?, Rejection>
        {
            { "capture before authorisation", A.Payment(), OperationKind.Capture, 1, Rejection.NotAuthorized },
            { "capture above the authorised amount", authorized, OperationKind.Capture, 100_01, Rejection.ExceedsCapturable },
            { "capture of all when all is captured", captured, OperationKind.Capture, null, Rejection.ExceedsCapturable },
            { "capture beside one under way", capturing, OperationKind.Capture, 40_01, Rejection.ExceedsCapturable },
            {
                "capture after a final one",
                authorized.Asked(OperationKind.Capture, 1_00.Eur(), "cap_1", isFinal: true),
                OperationKind.Capture, 1, Rejection.AlreadyReleased
            },
            { "refund before a capture", authorized, OperationKind.Refund, 1, Rejection.NotCaptured },
            { "refund above the captured amount", captured, OperationKind.Refund, 100_01, Rejection.ExceedsRefundable },
            {
                "refund beside one under way",
                captured.Asked(OperationKind.Refund, 60_00.Eur(), "ref_1"),
                OperationKind.Refund, 40_01, Rejection.ExceedsRefundable
            },
            {
                "refund of a refunded payment",
                captured.Done(OperationKind.Refund, 100_00.Eur(), "ref_1"),
                OperationKind.Refund, 1, Rejection.NotCaptured
            },
            { "void of a captured payment", captured, OperationKind.Void, null, Rejection.NothingToVoid },
            { "void during a capture", capturing, OperationKind.Void, null, Rejection.CaptureInProgress },
            {
                "void of a voided payment",
                authorized.Done(OperationKind.Void, 100_00.Eur(), "voi_1"),
                OperationKind.Void, null, Rejection.NotAuthorized
            },
        };
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_is_refused_with_its_reason(
        string what, Payment payment, OperationKind kind, long? minorUnits, Rejection reason)
    {
        var decision = OperationRules.Ask(payment, new NewOperation(new OperationId("new"), kind, minorUnits), A.Moment);

        Assert.True(decision is Decision.Rejected rejected && rejected.Reason == reason, $"{what}: {decision}");
    }

    [Theory]
    [InlineData(OperationKind.Capture)]
    [InlineData(OperationKind.Refund)]
    public void Nobody_may_ask_for_nothing(OperationKind kind) => Assert.Throws<InvariantBroken>(() => OperationRules.Ask(
        A.Payment(100_00).Captured(60_00.Eur()), new NewOperation(new OperationId("new"), kind, MinorUnits: 0), A.Moment));

    [Fact]
    public void An_operation_too_many_is_refused()
    {
        var payment = A.Payment(100_00).Authorized();
        for (var i = 0; i < OperationRules.MostPerPayment; i++) payment = payment.Asked(OperationKind.Capture, 1.Eur(), $"cap_{i}");

        var decision = OperationRules.Ask(payment, new NewOperation(new OperationId("more"), OperationKind.Capture, 1), A.Moment);

        Assert.Equal(new Decision.Rejected(Rejection.TooManyOperations), decision);
    }

    [Fact]
    public void A_refused_capture_gives_its_amount_back()
    {
        var payment = A.Payment(100_00).Authorized().Asked(OperationKind.Capture, 100_00.Eur(), "cap_1");

        var after = OperationRules.Record(payment, new OperationId("cap_1"), new OperationOutcome.Refused("167", "no"), A.Moment);

        Assert.Equal(100_00.Eur(), after.Capturable);
        Assert.Equal(PaymentStatus.Authorized, after.Status);
    }

    [Fact]
    public void An_unknown_outcome_changes_nothing_and_its_amount_goes_on_counting()
    {
        var payment = A.Payment(100_00).Authorized().Asked(OperationKind.Capture, 100_00.Eur(), "cap_1");

        var after = OperationRules.Record(payment, new OperationId("cap_1"), new OperationOutcome.Unknown("timeout"), A.Moment);

        Assert.Same(payment, after);
        Assert.True(after.Capturable.IsZero);
    }

    [Fact]
    public void The_same_answer_recorded_twice_is_one_event()
    {
        var once = A.Payment().Captured(10_00.Eur());

        var twice = OperationRules.Record(once, new OperationId("cap_1"), new OperationOutcome.Accepted("psp_cap_1"), A.Moment);

        Assert.Same(once, twice);
    }

    [Fact]
    public void The_refund_of_the_last_cent_makes_the_payment_refunded()
    {
        var partly = A.Payment(100_00).Captured(50_00.Eur()).Done(OperationKind.Refund, 20_00.Eur(), "ref_1");

        var wholly = partly.Done(OperationKind.Refund, 30_00.Eur(), "ref_2");

        Assert.Equal(PaymentStatus.Captured, partly.Status);
        Assert.Equal(PaymentStatus.Refunded, wholly.Status);
    }

    [Fact]
    public void A_void_of_the_rest_leaves_a_captured_payment_captured()
    {
        var payment = A.Payment(100_00).Captured(50_00.Eur()).Done(OperationKind.Void, 50_00.Eur(), "voi_1");

        Assert.Equal(PaymentStatus.Captured, payment.Status);
        Assert.True(payment.Capturable.IsZero);
    }

    [Fact]
    public void An_operation_nobody_could_find_out_about_still_takes_the_answer_that_comes_late()
    {
        var payment = A.Payment(100_00).Authorized().Asked(OperationKind.Capture, 100_00.Eur(), "cap_1");
        var stuck = OperationRules.LeaveUnresolved(payment, new OperationId("cap_1"), "no answer", A.Moment);

        var after = OperationRules.Record(stuck, new OperationId("cap_1"), new OperationOutcome.Accepted("late"), A.Moment);

        Assert.Equal(OperationStatus.Unresolved, stuck.Find(new OperationId("cap_1"))!.Status);
        Assert.Equal(PaymentStatus.Captured, after.Status);
    }

    [Fact]
    public void In_any_order_no_more_is_captured_than_authorised_nor_refunded_than_captured()
    {
        var step = Gen.Select(Gen.Int[0, 5], Gen.Long[1, 60_00], Gen.Int[0, 20], Gen.Bool);
        step.List[1, 40].Sample(steps =>
        {
            var payment = A.Payment(100_00).Authorized();
            foreach (var (what, cents, index, isFinal) in steps) payment = Take(payment, what, cents, index, isFinal);
            Assert.True(payment.Captured <= payment.Amount);
            Assert.True(payment.Refunded <= payment.Captured);
            Assert.Equal(Enumerable.Range(1, payment.Events.Count), payment.Events.Select(recorded => recorded.Sequence));
        });
    }

    [Fact]
    public void A_payment_whose_only_capture_is_taken_back_when_the_rest_was_voided_is_voided()
    {
        var captured = A.Payment().Captured(10_00.Eur()).Done(OperationKind.Void, 90_00.Eur(), "voi_1");

        var undone = OperationRules.Undo(captured, new OperationId("cap_1"), "failed later", A.Moment);

        Assert.Equal(PaymentStatus.Voided, undone.Status);
    }

    [Fact]
    public void A_refund_that_was_under_way_when_its_capture_was_taken_back_ends_all_the_same()
    {
        var refunding = A.Payment().Captured(10_00.Eur()).Asked(OperationKind.Refund, 5_00.Eur(), "ref_1");
        var undone = OperationRules.Undo(refunding, new OperationId("cap_1"), "failed later", A.Moment);

        var refunded = OperationRules.Record(undone, new OperationId("ref_1"), new OperationOutcome.Accepted("psp9"), A.Moment);
        var back = OperationRules.Undo(refunded, new OperationId("ref_1"), "failed later", A.Moment);

        Assert.Equal((PaymentStatus.Authorized, 5_00.Eur()), (refunded.Status, refunded.Refunded));
        Assert.Equal((PaymentStatus.Authorized, 0.Eur()), (back.Status, back.Refunded));
    }

    static Payment Take(Payment payment, int what, long cents, int index, bool isFinal)
    {
        if (what <= 2)
        {
            var asked = new NewOperation(
                new OperationId($"op_{payment.Operations.Count}"), (OperationKind)what, what == 2 ? null : cents, isFinal && what == 0);
            return OperationRules.Ask(payment, asked, A.Moment) is Decision.Accepted accepted ? accepted.Payment : payment;
        }
        if (index >= payment.Operations.Count) return payment;
        OperationOutcome outcome = what switch
        {
            3 => new OperationOutcome.Accepted("psp"),
            4 => new OperationOutcome.Refused("1", "no"),
            _ => new OperationOutcome.Unknown("timeout"),
        };
        return OperationRules.Record(payment, payment.Operations[index].Id, outcome, A.Moment);
    }
}
