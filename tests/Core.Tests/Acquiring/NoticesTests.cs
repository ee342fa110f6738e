using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Acquiring;

public sealed class NoticesTests
{
    static readonly NoticeSubject Yes = new NoticeSubject.Authorised("psp1", "123456", 100_00.Eur());
    static readonly NoticeSubject No = new NoticeSubject.Refused(DeclineCode.DoNotHonor, "2", "Refused", "psp1");
    static readonly AttemptOutcome Timeout = new AttemptOutcome.Unknown("no answer within 8 s");

    [Fact]
    public void A_notice_about_a_call_that_is_under_way_waits_for_its_answer()
    {
        var started = Authorization.Start(A.Payment(), new NextStep.TryAcquirer(1, A.Northbank, "first"), A.Moment);

        Assert.IsType<NoticeVerdict.PutOff>(Judge(started, Yes));
    }

    [Fact]
    public void An_unknown_outcome_is_told_by_either_word()
    {
        var unknown = A.Payment().Attempted(Timeout);

        Assert.IsType<AttemptOutcome.Approved>(Assert.IsType<NoticeVerdict.Tell>(Judge(unknown, Yes)).Said);
        Assert.IsType<AttemptOutcome.Declined>(Assert.IsType<NoticeVerdict.Tell>(Judge(unknown, No)).Said);
    }

    [Theory]
    [InlineData(99_99)]
    [InlineData(null)]
    public void An_approval_of_another_amount_contradicts_what_was_asked(int? cents)
    {
        var other = new NoticeSubject.Authorised("psp1", null, cents?.Eur());

        var tell = Assert.IsType<NoticeVerdict.Tell>(Judge(A.Payment().Attempted(Timeout), other));

        Assert.IsType<AttemptOutcome.Contradicted>(tell.Said);
        Assert.Equal(1, tell.Attempt);
    }

    [Fact]
    public void What_is_known_already_is_nothing_new()
    {
        Assert.IsType<NoticeVerdict.GoOn>(Judge(A.Payment().Authorized(), Yes));
        Assert.IsType<NoticeVerdict.Nothing>(Judge(A.Payment().Attempted(A.Decline(DeclineCode.LostOrStolen)), No));
    }

    [Fact]
    public void An_approval_of_an_attempt_that_was_declined_is_undone()
    {
        var declined = A.Payment().Attempted(A.Decline(DeclineCode.LostOrStolen));

        var undo = Assert.IsType<NoticeVerdict.Undo>(Judge(declined, Yes));

        Assert.Equal((1, "psp1"), (undo.Attempt, undo.ApprovalReference));
    }

    [Fact]
    public void An_approval_that_comes_after_the_payment_went_elsewhere_is_undone()
    {
        var elsewhere = A.Payment().Attempted(A.Decline(DeclineCode.AcquirerUnavailable)).Attempted(A.Approval("psp2"));

        var undo = Assert.IsType<NoticeVerdict.Undo>(Judge(elsewhere, Yes));

        Assert.Equal(1, undo.Attempt);
    }

    [Fact]
    public void A_second_approval_of_the_attempt_that_is_used_is_undone_by_its_own_reference()
    {
        var twice = new NoticeSubject.Authorised("psp2", null, 100_00.Eur());

        var undo = Assert.IsType<NoticeVerdict.Undo>(Judge(A.Payment().Authorized(), twice));

        Assert.Equal("psp2", undo.ApprovalReference);
    }

    [Fact]
    public void An_approval_after_the_cardholders_time_was_up_is_undone()
    {
        var expired = Expiry.EndAction(
            A.Payment().Attempted(new AttemptOutcome.ActionRequired("psp1", "https://acs.example")),
            A.Moment + Expiry.ActionWithin);

        Assert.Equal(PaymentStatus.Expired, expired.Status);
        Assert.IsType<NoticeVerdict.Undo>(Judge(expired, Yes));
        Assert.IsType<NoticeVerdict.Nothing>(Judge(expired, No));
    }

    [Fact]
    public void An_approval_that_has_been_undone_is_nothing_when_it_is_said_again()
    {
        var declined = A.Payment().Attempted(A.Decline(DeclineCode.LostOrStolen));
        var undone = Reversals.End(Reversals.Ask(declined, 1, "late", "psp1", A.Moment), 1, "acknowledged", A.Moment);

        Assert.IsType<NoticeVerdict.Nothing>(Judge(undone, Yes));
    }

    [Fact]
    public void While_the_reversal_is_under_way_a_refusal_is_news_and_an_approval_is_judged_when_it_has_ended()
    {
        var reversing = Reversals.Ask(A.Payment().Attempted(Timeout), 1, "no answer", null, A.Moment);

        Assert.IsType<NoticeVerdict.PutOff>(Judge(reversing, Yes));
        Assert.IsType<NoticeVerdict.Tell>(Judge(reversing, No));
    }

    [Fact]
    public void A_refusal_of_what_is_approved_is_a_persons() =>
        Assert.IsType<NoticeVerdict.ForAPerson>(Judge(A.Payment().Authorized(), No));

    [Fact]
    public void A_word_of_an_acquirer_that_was_never_asked_is_a_persons()
    {
        var notice = Notice(Yes) with { Acquirer = A.Southbank };

        Assert.IsType<NoticeVerdict.ForAPerson>(Notices.Judge(A.Payment().Authorized(), notice, A.Moment));
    }

    [Fact]
    public void A_notice_settles_a_capture_that_nobody_answered()
    {
        var asked = A.Payment().Authorized().Asked(OperationKind.Capture, 10_00.Eur(), "cap_1");

        var taken = Changed(asked, new NoticeSubject.OperationTaken(OperationKind.Capture, "psp7"));
        var refused = Changed(asked, new NoticeSubject.OperationRefused(OperationKind.Capture, "psp7", "CAPTURE", "no"));

        Assert.Equal((PaymentStatus.Captured, 10_00.Eur()), (taken.Status, taken.Captured));
        Assert.Equal((PaymentStatus.Authorized, 0.Eur()), (refused.Status, refused.Captured));
    }

    [Fact]
    public void A_capture_that_failed_after_it_was_taken_counts_no_more()
    {
        var captured = A.Payment().Captured(100_00.Eur());

        var undone = Changed(captured, new NoticeSubject.OperationRefused(OperationKind.Capture, null, "CAPTURE_FAILED", "no"));

        Assert.Equal(PaymentStatus.Authorized, undone.Status);
        Assert.Equal((0.Eur(), 100_00.Eur()), (undone.Captured, undone.Capturable));
    }

    [Fact]
    public void That_it_was_taken_is_old_news_when_it_comes_after_its_failure()
    {
        var captured = A.Payment().Captured(100_00.Eur());
        var undone = Changed(captured, new NoticeSubject.OperationRefused(OperationKind.Capture, null, "CAPTURE_FAILED", "no"));

        var late = Notices.Judge(
            undone, Of("cap_1", new NoticeSubject.OperationTaken(OperationKind.Capture, "psp_cap_1")), A.Moment);

        Assert.IsType<NoticeVerdict.Nothing>(late);
    }

    [Fact]
    public void A_refund_that_failed_later_is_the_merchants_again()
    {
        var refunded = A.Payment().Captured(100_00.Eur()).Done(OperationKind.Refund, 100_00.Eur(), "ref_1");

        var verdict = Notices.Judge(
            refunded, Of("ref_1", new NoticeSubject.OperationRefused(OperationKind.Refund, null, "REFUND_FAILED", "no")), A.Moment);

        var undone = Assert.IsType<NoticeVerdict.Change>(verdict).Payment;
        Assert.Equal((PaymentStatus.Captured, 100_00.Eur()), (undone.Status, undone.Refundable));
    }

    [Fact]
    public void A_void_that_was_not_made_leaves_the_hold()
    {
        var voided = A.Payment().Authorized().Done(OperationKind.Void, 100_00.Eur(), "voi_1");

        var verdict = Notices.Judge(
            voided, Of("voi_1", new NoticeSubject.OperationRefused(OperationKind.Void, null, "CANCELLATION", "no")), A.Moment);

        Assert.Equal(PaymentStatus.Authorized, Assert.IsType<NoticeVerdict.Change>(verdict).Payment.Status);
    }

    [Fact]
    public void A_settlement_line_settles_the_open_operation_of_its_kind_and_amount_and_no_other()
    {
        var asked = A.Payment().Authorized()
            .Asked(OperationKind.Capture, 10_00.Eur(), "cap_1")
            .Asked(OperationKind.Capture, 20_00.Eur(), "cap_2");

        var verdict = Judge(asked, new NoticeSubject.Settled(OperationKind.Capture, "psp7", 20_00.Eur()));

        var settled = Assert.IsType<NoticeVerdict.Change>(verdict).Payment;
        Assert.Equal(
            [OperationStatus.Pending, OperationStatus.Succeeded],
            settled.Operations.Select(operation => operation.Status));
        Assert.IsType<NoticeVerdict.Nothing>(
            Judge(asked, new NoticeSubject.Settled(OperationKind.Capture, "psp7", 30_00.Eur())));
    }

    [Fact]
    public void A_dispute_goes_forward_through_its_stages_and_never_back()
    {
        var payment = A.Payment().Captured(100_00.Eur());
        foreach (var stage in (DisputeStage[])[DisputeStage.Opened, DisputeStage.SecondChargeback, DisputeStage.Won])
            if (Judge(payment, new NoticeSubject.Disputed("dsp1", stage, 100_00.Eur(), "fraud")) is NoticeVerdict.Change change)
                payment = change.Payment;

        Assert.Equal(DisputeStage.SecondChargeback, Assert.Single(payment.Disputes).Stage);
        Assert.Equal(2, payment.Events.Count(recorded => recorded.Event is PaymentEvent.DisputeMoved));
        Assert.Equal(PaymentStatus.Captured, payment.Status);
    }

    [Fact]
    public void A_dispute_of_what_was_never_captured_is_a_persons() =>
        Assert.IsType<NoticeVerdict.ForAPerson>(
            Judge(A.Payment().Authorized(), new NoticeSubject.Disputed("dsp1", DisputeStage.Opened, 1.Eur(), null)));

    static NoticeVerdict Judge(Payment payment, NoticeSubject says) => Notices.Judge(payment, Notice(says), A.Moment);

    static Payment Changed(Payment payment, NoticeSubject says) =>
        Assert.IsType<NoticeVerdict.Change>(Notices.Judge(payment, Of("cap_1", says), A.Moment)).Payment;

    static AcquirerNotice Of(string operation, NoticeSubject says) => Notice(says) with { Operation = new OperationId(operation) };

    static AcquirerNotice Notice(NoticeSubject says) => new()
    {
        Acquirer = A.Northbank,
        Id = "notice-1",
        RawType = says.GetType().Name,
        Payment = new PaymentId("pay_1"),
        Says = says,
    };
}
