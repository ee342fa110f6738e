using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

public sealed class AuthorizationTests
{
    static readonly RoutePlan Two = A.Plan(A.Northbank, A.Southbank);
    static readonly AttemptOutcome Timeout = new AttemptOutcome.Unknown("no answer within 8 s");

    static readonly AttemptOutcome Redirect = new AttemptOutcome.ActionRequired("psp1", "https://acs.example/1");

    [Fact]
    public void A_payment_goes_first_where_the_plan_says() =>
        Assert.Equal(new NextStep.TryAcquirer(1, A.Northbank, "by the test"), Authorization.Next(Two, [], timesAsked: 0));

    [Fact]
    public void Without_an_acquirer_it_is_declined() =>
        Assert.Equal(new NextStep.Decline(DeclineCode.ConfigurationError), Authorization.Next(A.Plan(), [], timesAsked: 0));

    [Theory]
    [InlineData(DeclineCode.DoNotHonor)]
    [InlineData(DeclineCode.AcquirerError)]
    [InlineData(DeclineCode.ConfigurationError)]
    public void A_decline_that_another_acquirer_may_see_otherwise_cascades(DeclineCode code) =>
        Assert.IsType<NextStep.TryAcquirer>(Authorization.Next(Two, [A.Decline(code)], timesAsked: 0));

    [Theory]
    [InlineData(DeclineCode.LostOrStolen)]
    [InlineData(DeclineCode.InsufficientFunds)]
    [InlineData(DeclineCode.ExpiredCard)]
    [InlineData(DeclineCode.AuthenticationRequired)]
    public void A_decline_that_is_the_cards_or_the_issuers_does_not(DeclineCode code) =>
        Assert.Equal(new NextStep.Decline(code), Authorization.Next(Two, [A.Decline(code)], timesAsked: 0));

    [Fact]
    public void A_decline_cascades_once()
    {
        var three = A.Plan(A.Northbank, A.Southbank, new AcquirerName("eastbank"));
        var declined = A.Decline(DeclineCode.DoNotHonor);

        Assert.Equal(new NextStep.Decline(DeclineCode.DoNotHonor), Authorization.Next(three, [declined, declined], timesAsked: 0));
    }

    [Fact]
    public void A_technical_decline_cascades_until_there_is_nobody_left_or_it_has_been_enough()
    {
        var many = A.Plan([.. Enumerable.Range(1, 6).Select(number => new AcquirerName($"bank{number}"))]);
        var declined = A.Decline(DeclineCode.AcquirerError);

        for (var tries = 1; tries <= Authorization.MostCascades; tries++)
            Assert.IsType<NextStep.TryAcquirer>(Authorization.Next(many, [.. Enumerable.Repeat(declined, tries)], timesAsked: 0));
        Assert.IsType<NextStep.Decline>(
            Authorization.Next(many, [.. Enumerable.Repeat(declined, Authorization.MostCascades + 1)], timesAsked: 0));
        Assert.IsType<NextStep.Decline>(Authorization.Next(Two, [declined, declined], timesAsked: 0));
    }

    [Fact]
    public void What_was_decided_when_a_decline_was_recorded_is_not_decided_anew()
    {
        var stopped = new AttemptOutcome.Declined(DeclineCode.DoNotHonor, "2", null)
        {
            Next = new RetryDecision.Stop { Why = "a limit" },
        };

        Assert.Equal(new NextStep.Decline(DeclineCode.DoNotHonor), Authorization.Next(Two, [stopped], timesAsked: 0));
    }

    [Fact]
    public void A_decline_is_recorded_with_what_is_done_after_it_and_whoever_goes_on_from_it_agrees()
    {
        var first = A.Payment().Attempted(A.Decline(DeclineCode.DoNotHonor));
        var second = first.Attempted(A.Decline(DeclineCode.DoNotHonor));

        Assert.IsType<RetryDecision.NextAcquirer>(first.Attempts[0].Next);
        Assert.IsType<NextStep.TryAcquirer>(Authorization.Next(Two, Authorization.Outcomes(first), timesAsked: 0));
        Assert.IsType<RetryDecision.Stop>(second.Attempts[1].Next);
        Assert.Equal(PaymentStatus.Declined, second.Status);
    }

    [Fact]
    public void Too_many_declines_of_a_card_end_a_payment_that_would_have_gone_on()
    {
        var activity = Enumerable.Range(1, 16).Aggregate(CardActivity.Empty, (counted, number) => counted.With(
            new CountedDecline(new AttemptId($"att_{number}"), A.Payment().Merchant, A.Payment().Amount, A.Moment)));
        var started = Authorization.Start(A.Payment(), new NextStep.TryAcquirer(1, A.Northbank, "first"), A.Moment);

        var done = Authorization.Record(
            started, Two, attempt: 1, A.Decline(DeclineCode.DoNotHonor), timesAsked: 0, A.Moment, activity);

        Assert.Equal(PaymentStatus.Declined, done.Status);
        Assert.False(done.Attempts[0].Next!.AllowsMerchant);
    }

    [Fact]
    public void The_merchants_limits_come_with_the_plan()
    {
        var payment = A.Payment().Attempted(
            A.Decline(DeclineCode.DoNotHonor), Two with { Limits = new RetryLimits(Cascades: 0) });

        Assert.Equal(PaymentStatus.Declined, payment.Status);
    }

    [Fact]
    public void An_unknown_outcome_is_asked_about_and_never_tried_elsewhere()
    {
        for (var times = 0; times < FindOutSchedule.MostTimes; times++)
            Assert.IsType<NextStep.FindOut>(Authorization.Next(Two, [Timeout], times));
        Assert.IsType<NextStep.LeaveUnresolved>(Authorization.Next(Two, [Timeout], FindOutSchedule.MostTimes));
    }

    [Fact]
    public void A_call_that_did_not_leave_is_a_decline_only_where_none_did_before()
    {
        var notSent = AttemptOutcome.NotSent("No connection could be made.");

        Assert.Same(notSent, Authorization.Believe(notSent, isOnlyCall: true));
        Assert.IsType<AttemptOutcome.Unknown>(Authorization.Believe(notSent, isOnlyCall: false));
    }

    [Fact]
    public void Only_the_answer_to_an_attempts_only_call_is_known_to_be_that()
    {
        var step = new NextStep.TryAcquirer(1, A.Northbank, "first");
        var begun = Authorization.Start(A.Payment(), step, A.Moment);

        Assert.True(begun.Attempts[0].IsOnlyCall);
        Assert.False(Authorization.Start(begun, step, A.Moment).Attempts[0].IsOnlyCall);
        Assert.False(A.Payment().Attempted(Timeout).Attempts[0].IsOnlyCall);
    }

    [Fact]
    public void An_answer_of_the_acquirers_is_believed_whenever_it_comes()
    {
        foreach (var answer in (AttemptOutcome[])[A.Approval(), A.Decline(DeclineCode.DoNotHonor), Timeout])
            Assert.Same(answer, Authorization.Believe(answer, isOnlyCall: false));
    }

    [Fact]
    public void Asking_backs_off_and_ends_within_72_hours()
    {
        var delays = Enumerable.Range(1, FindOutSchedule.MostTimes).Select(time => FindOutSchedule.Delay(time)!.Value).ToList();

        Assert.Equal(
            [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)],
            delays.Take(5));
        Assert.InRange(delays.Aggregate((sum, delay) => sum + delay), TimeSpan.FromHours(71), TimeSpan.FromHours(72));
        Assert.Null(FindOutSchedule.Delay(FindOutSchedule.MostTimes + 1));
    }

    [Fact]
    public void An_answer_that_contradicts_what_was_asked_is_a_persons()
    {
        var payment = A.Payment().Attempted(new AttemptOutcome.Contradicted("psp1", "asked for 1, got 2"));

        Assert.Equal(PaymentStatus.Unresolved, payment.Status);
    }

    [Fact]
    public void A_payment_with_an_unknown_outcome_goes_on_processing()
    {
        var payment = A.Payment().Attempted(Timeout);

        Assert.Equal(PaymentStatus.Processing, payment.Status);
        Assert.IsType<PaymentEvent.NoAnswer>(payment.Events[^1].Event);
    }

    [Fact]
    public void Asking_in_vain_again_adds_nothing_to_the_log()
    {
        var once = A.Payment().Attempted(Timeout);

        var again = Authorization.Record(once, Two, attempt: 1, Timeout, timesAsked: 1, A.Moment);

        Assert.Equal(once.Events.Count, again.Events.Count);
    }

    [Fact]
    public void What_was_found_out_late_is_adopted()
    {
        var payment = Authorization.Record(A.Payment().Attempted(Timeout), Two, attempt: 1, A.Approval(), timesAsked: 3, A.Moment);

        Assert.Equal(PaymentStatus.Authorized, payment.Status);
    }

    [Fact]
    public void An_outcome_that_is_known_stays_whatever_comes_after()
    {
        var authorized = A.Payment().Authorized();

        var after = Authorization.Record(authorized, Two, attempt: 1, A.Decline(DeclineCode.DoNotHonor), timesAsked: 0, A.Moment);

        Assert.Same(authorized, after);
    }

    [Fact]
    public void A_late_answer_to_an_earlier_attempt_does_not_touch_the_next()
    {
        var declined = A.Payment().Attempted(A.Decline(DeclineCode.DoNotHonor));
        var second = Authorization.Start(declined, new NextStep.TryAcquirer(2, A.Southbank, "cascade"), A.Moment);

        var after = Authorization.Record(second, Two, attempt: 1, A.Approval(), timesAsked: 0, A.Moment);

        Assert.Same(second, after);
    }

    [Fact]
    public void An_attempt_written_down_twice_is_one()
    {
        var step = new NextStep.TryAcquirer(1, A.Northbank, "first");
        var once = Authorization.Start(A.Payment(), step, A.Moment);

        var twice = Authorization.Start(once, step, A.Moment);

        Assert.Equal(once.Events, twice.Events);
        Assert.Single(twice.Attempts);
        Assert.Same(twice, Authorization.Start(twice, step, A.Moment));
    }

    [Fact]
    public void An_automatic_payment_asks_for_its_capture_in_the_write_that_authorises_it()
    {
        var payment = A.Payment(capture: CaptureMode.Automatic).Authorized();

        var capture = Assert.Single(payment.Operations);
        Assert.Equal((OperationKind.Capture, payment.Amount, OperationStatus.Pending), (capture.Kind, capture.Amount, capture.Status));
    }

    [Fact]
    public void A_cardholder_who_authenticated_is_authorised()
    {
        var asked = A.Payment().Attempted(Redirect);

        var back = Authorization.EndAction(asked, attempt: 1, A.Approval(), isNews: true, A.Moment);
        var done = Authorization.Record(back, Two, attempt: 1, A.Approval(), timesAsked: 0, A.Moment);

        Assert.Equal((PaymentStatus.RequiresAction, PaymentStatus.Processing, PaymentStatus.Authorized), (asked.Status, back.Status, done.Status));
    }

    [Fact]
    public void Being_told_to_authenticate_again_changes_nothing()
    {
        var asked = A.Payment().Attempted(Redirect);

        Assert.Same(asked, Authorization.Record(asked, Two, attempt: 1, Redirect, timesAsked: 0, A.Moment));
    }

    [Fact]
    public void A_call_from_before_the_cardholder_was_asked_that_learned_nothing_leaves_the_action_theirs()
    {
        var asked = A.Payment().Attempted(Redirect);

        Assert.Same(asked, Authorization.EndAction(asked, attempt: 1, Timeout, isNews: false, A.Moment));
        Assert.Equal(
            PaymentStatus.Processing,
            Authorization.EndAction(asked, attempt: 1, A.Approval(), isNews: false, A.Moment).Status);
    }

    [Fact]
    public void A_completion_without_an_answer_is_asked_about()
    {
        var back = Authorization.EndAction(A.Payment().Attempted(Redirect), attempt: 1, Timeout, isNews: true, A.Moment);

        var unknown = Authorization.Record(back, Two, attempt: 1, Timeout, timesAsked: 0, A.Moment);

        Assert.Equal(PaymentStatus.Processing, unknown.Status);
        Assert.IsType<PaymentEvent.NoAnswer>(unknown.Events[^1].Event);
    }

    [Fact]
    public void The_acquirers_own_word_settles_what_was_left_unresolved()
    {
        var left = Authorization.Record(
            A.Payment().Attempted(Timeout), Two, attempt: 1, Timeout, timesAsked: FindOutSchedule.MostTimes, A.Moment);

        Assert.Equal(PaymentStatus.Unresolved, left.Status);
        Assert.Equal(PaymentStatus.Authorized, Authorization.Settle(left, A.Northbank, A.Approval(), A.Moment).Status);
        Assert.Equal(
            PaymentStatus.Declined, Authorization.Settle(left, A.Northbank, A.Decline(DeclineCode.DoNotHonor), A.Moment).Status);
        Assert.Same(left, Authorization.Settle(left, A.Southbank, A.Approval(), A.Moment));
    }

    [Fact]
    public void The_last_decline_is_the_payments()
    {
        var payment = A.Payment()
            .Attempted(A.Decline(DeclineCode.DoNotHonor))
            .Attempted(A.Decline(DeclineCode.InsufficientFunds));

        Assert.Equal(PaymentStatus.Declined, payment.Status);
        Assert.Equal(new PaymentEvent.Refused(DeclineCode.InsufficientFunds), payment.Events[^1].Event);
    }
}
