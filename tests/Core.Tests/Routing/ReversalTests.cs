using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class ReversalTests
{
    static readonly RoutePlan Deaf = new(
        [
            new RouteChoice(A.Northbank, "by the test", FindOutBy.Reversing),
            new RouteChoice(A.Southbank, "by the test"),
        ],
        []);

    static readonly AttemptOutcome Timeout = new AttemptOutcome.Unknown("no answer within 8 s");
    static readonly AttemptOutcome Reversed = new AttemptOutcome.Reversed("acknowledged as psp9");

    [Fact]
    public void Where_nobody_can_be_asked_an_unknown_outcome_is_reversed_at_once_and_again_until_acknowledged()
    {
        Assert.Equal(new NextStep.Reverse(1, TimeSpan.Zero), Authorization.Next(Deaf, [Timeout], timesAsked: 0));
        for (var times = 1; times <= FindOutSchedule.MostTimes; times++)
            Assert.Equal(new NextStep.Reverse(1, FindOutSchedule.Delay(times)!.Value), Authorization.Next(Deaf, [Timeout], times));
        Assert.IsType<NextStep.LeaveUnresolved>(Authorization.Next(Deaf, [Timeout], FindOutSchedule.MostTimes + 1));
    }

    [Fact]
    public void Only_an_acknowledged_reversal_lets_another_acquirer_try()
    {
        var step = Assert.IsType<NextStep.TryAcquirer>(Authorization.Next(Deaf, [Reversed], timesAsked: 0));

        Assert.Equal((2, A.Southbank), (step.Attempt, step.Acquirer));
    }

    [Fact]
    public void With_nobody_left_to_try_a_reversed_payment_is_declined() =>
        Assert.Equal(
            new NextStep.Decline(DeclineCode.AcquirerUnavailable),
            Authorization.Next(new RoutePlan([Deaf.Choices[0]], []), [Reversed], timesAsked: 0));

    [Fact]
    public void An_approval_that_comes_while_it_is_being_reversed_is_not_used()
    {
        var reversing = BeingReversed();

        var after = Authorization.Record(reversing, Deaf, attempt: 1, A.Approval(), timesAsked: 1, A.Moment);

        Assert.Same(reversing, after);
    }

    [Fact]
    public void A_refusal_that_comes_while_it_is_being_reversed_is()
    {
        var after = Authorization.Record(
            BeingReversed(), Deaf, attempt: 1, A.Decline(DeclineCode.LostOrStolen), timesAsked: 1, A.Moment);

        Assert.Equal(PaymentStatus.Declined, after.Status);
        Assert.False(after.Attempts[0].IsBeingReversed);
    }

    [Fact]
    public void The_acknowledgement_ends_the_reversal_and_is_in_the_log()
    {
        var after = Authorization.Record(BeingReversed(), Deaf, attempt: 1, Reversed, timesAsked: 1, A.Moment);

        var reversal = Assert.Single(after.Attempts[0].Reversals);
        Assert.Equal((A.Moment, "acknowledged as psp9"), (reversal.EndedAt, reversal.Evidence));
        Assert.Equal(PaymentStatus.Processing, after.Status);
        Assert.IsType<PaymentEvent.AttemptReversed>(after.Events[^1].Event);
    }

    [Fact]
    public void A_reversal_is_asked_for_once_while_it_is_under_way()
    {
        var once = BeingReversed();

        Assert.Same(once, Reversals.Ask(once, 1, "again", approvalReference: null, A.Moment));
    }

    [Fact]
    public void An_unresolved_payment_is_declined_by_the_acknowledgement()
    {
        var left = Authorization.Conclude(BeingReversed(), new NextStep.LeaveUnresolved(1, "72 h"), A.Moment);

        var after = Reversals.Record(left, 1, new ReversalOutcome.Reversed("psp9", "acknowledged"), A.Moment);

        Assert.Equal(PaymentStatus.Declined, after.Status);
        Assert.IsType<AttemptOutcome.Reversed>(after.Attempts[0].Outcome);
    }

    [Fact]
    public void An_unknown_answer_to_a_reversal_changes_nothing()
    {
        var reversing = BeingReversed();

        Assert.Same(reversing, Reversals.Record(reversing, 1, new ReversalOutcome.Unknown("no answer"), A.Moment));
    }

    [Fact]
    public void A_late_approval_is_undone_wherever_the_payment_stands_and_changes_nothing_else()
    {
        var declined = A.Payment().Attempted(A.Decline(DeclineCode.LostOrStolen));

        var asked = Reversals.Ask(declined, 1, "approved late", "psp7", A.Moment);
        var done = Reversals.Record(asked, 1, new ReversalOutcome.Reversed("psp8", "acknowledged"), A.Moment);

        Assert.Equal(PaymentStatus.Declined, done.Status);
        Assert.IsType<AttemptOutcome.Declined>(done.Attempts[0].Outcome);
        Assert.Same(done, Reversals.Ask(done, 1, "said again", "psp7", A.Moment));
    }

    [Fact]
    public void Giving_a_reversal_to_a_person_is_said_once()
    {
        var left = Reversals.LeaveUnresolved(BeingReversed(), 1, "no acknowledgement", A.Moment);

        Assert.IsType<PaymentEvent.ReversalStuck>(left.Events[^1].Event);
        Assert.Same(left, Reversals.LeaveUnresolved(left, 1, "no acknowledgement", A.Moment));
    }

    [Fact]
    public void An_attempt_is_undone_so_often_and_no_more()
    {
        var payment = A.Payment().Attempted(A.Decline(DeclineCode.LostOrStolen));
        for (var time = 1; time <= Reversals.MostPerAttempt + 1; time++)
        {
            payment = Reversals.Ask(payment, 1, "approved late", $"psp{time}", A.Moment);
            payment = Reversals.End(payment, 1, "acknowledged", A.Moment);
        }

        Assert.Equal(Reversals.MostPerAttempt, payment.Attempts[0].Reversals.Count);
    }

    static Payment BeingReversed() =>
        Reversals.Ask(A.Payment().Attempted(Timeout, Deaf), 1, "no answer", approvalReference: null, A.Moment);
}
