using System.Diagnostics;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>What has to happen next for a payment to be authorised.</summary>
public abstract record NextStep
{
    /// <summary>Send it to that acquirer.</summary>
    public sealed record TryAcquirer(int Attempt, AcquirerName Acquirer, string Why) : NextStep;

    /// <summary>Wait, then ask that attempt's acquirer what became of it.</summary>
    public sealed record FindOut(int Attempt, TimeSpan After) : NextStep;

    /// <summary>Wait, then have that attempt's acquirer undo it, and prove that nothing of it lives.</summary>
    public sealed record Reverse(int Attempt, TimeSpan After) : NextStep;

    /// <summary>It is authorised.</summary>
    public sealed record Authorized : NextStep;

    /// <summary>The cardholder must authenticate.</summary>
    public sealed record Authenticate(int Attempt) : NextStep;

    /// <summary>It is declined for good.</summary>
    public sealed record Decline(DeclineCode Code) : NextStep;

    /// <summary>A person has to find out.</summary>
    public sealed record LeaveUnresolved(int Attempt, string Evidence) : NextStep;

    NextStep() { }
}

/// <summary>Drives a payment from outcome to outcome until it is authorised, declined or a person's.</summary>
public static class Authorization
{
    /// <summary>How often a payment goes on to another acquirer, whatever the declines.</summary>
    public const int MostCascades = Retry.MostCascades;

    /// <summary>
    /// The next step, from the plan, the outcomes so far in order of their attempts, and how often the last one has
    /// been asked about.
    /// </summary>
    public static NextStep Next(RoutePlan plan, IReadOnlyList<AttemptOutcome> outcomes, int timesAsked)
    {
        if (outcomes.Count == 0)
            return plan.Choices.Count == 0 ? new NextStep.Decline(DeclineCode.ConfigurationError) : Try(plan, 1);
        return outcomes[^1] switch
        {
            AttemptOutcome.Approved => new NextStep.Authorized(),
            AttemptOutcome.ActionRequired => new NextStep.Authenticate(outcomes.Count),
            AttemptOutcome.Contradicted contradicted => new NextStep.LeaveUnresolved(outcomes.Count, contradicted.Evidence),
            AttemptOutcome.Unknown unknown => Settle(plan, outcomes.Count, unknown.Evidence, timesAsked),
            AttemptOutcome.Declined declined => AfterDecline(plan, outcomes, declined.Code, declined.Next),
            AttemptOutcome.Reversed => AfterDecline(plan, outcomes, Reversals.Means, decided: null),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// The payment with an attempt written down, before it is sent. Written down already and without an outcome, it may have been
    /// sent by another, who may yet be waiting for the answer: that is written down too.
    /// </summary>
    public static Payment Start(Payment payment, NextStep.TryAcquirer step, DateTimeOffset now)
    {
        if (payment.Attempts.Count >= step.Attempt)
        {
            var begun = payment.Attempts[step.Attempt - 1];
            return begun.IsOnlyCall ? payment.With(begun with { IsRepeated = true }) : payment;
        }
        var attempt = new Attempt
        {
            Number = step.Attempt,
            Id = payment.Id.Attempt(step.Attempt),
            Acquirer = step.Acquirer,
            Why = step.Why,
            StartedAt = now,
        };
        return (payment with { Attempts = [.. payment.Attempts, attempt] })
            .With(new PaymentEvent.AttemptStarted(step.Attempt, step.Acquirer), now);
    }

    /// <summary>
    /// What an answer is worth. A call that was not sent, or was turned away at the door, is a decline only where it was the
    /// only one of its attempt: of another, before it or beside it, it says nothing.
    /// </summary>
    public static AttemptOutcome Believe(AttemptOutcome answer, bool isOnlyCall) =>
        answer is AttemptOutcome.Declined { IsOfThisCallOnly: true } refused && !isOnlyCall
            ? new AttemptOutcome.Unknown($"Asked again, and learned nothing: {refused.RawCode} {refused.RawMessage}")
            : answer;

    /// <summary>
    /// The payment when its cardholder came back from authenticating; what came of it is recorded next. A call from before
    /// they were asked (<paramref name="isNews"/> false) that learned nothing leaves the action theirs to take.
    /// </summary>
    public static Payment EndAction(Payment payment, int attempt, AttemptOutcome outcome, bool isNews, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.RequiresAction || payment.Attempts[^1].Number != attempt) return payment;
        if (outcome is AttemptOutcome.ActionRequired || (outcome is AttemptOutcome.Unknown && !isNews)) return payment;
        return payment.With(new PaymentEvent.ActionEnded(attempt), now);
    }

    /// <summary>
    /// The payment with the outcome of an attempt, and with what follows from it: authorised (and its automatic
    /// capture asked for), declined, or one of the others. An outcome that is known already stays. What is done after a
    /// decline is decided here, once, and kept with it: whoever goes on from it later decides nothing anew.
    /// </summary>
    /// <param name="activity">The card's declines, this one among them; null where nobody counted them.</param>
    public static Payment Record(
        Payment payment,
        RoutePlan plan,
        int attempt,
        AttemptOutcome outcome,
        int timesAsked,
        DateTimeOffset now,
        CardActivity? activity = null)
    {
        var last = payment.Attempts[^1];
        if (last.Number != attempt || payment.Status != PaymentStatus.Processing) return payment;
        if (last.Outcome is not (null or AttemptOutcome.Unknown or AttemptOutcome.ActionRequired)) return payment;
        if (last.Outcome is AttemptOutcome.ActionRequired && outcome is AttemptOutcome.ActionRequired) return payment;
        // Whoever asked for a reversal must not use what was approved before it: its acknowledgement comes first.
        if (last.IsBeingReversed
            && outcome is AttemptOutcome.Approved or AttemptOutcome.ActionRequired or AttemptOutcome.Contradicted) return payment;
        if (outcome is AttemptOutcome.Declined { Next: null } refused)
            outcome = refused with { Next = Retry.Decide(RetryQuestion.Of(payment, plan, refused, activity ?? CardActivity.Empty, now)) };
        var changed = payment.With(last with { Outcome = outcome, EndedAt = now });
        changed = outcome switch
        {
            AttemptOutcome.Declined declined => Reversals.EndNeedless(changed, last.Number, now)
                .With(new PaymentEvent.AttemptDeclined(last.Number, declined.Code), now),
            AttemptOutcome.Reversed reversed => Reversals.End(changed, last.Number, reversed.Evidence, now),
            // Said once: asking again and again does not grow the log.
            AttemptOutcome.Unknown when last.Outcome is not AttemptOutcome.Unknown => changed.With(new PaymentEvent.NoAnswer(last.Number), now),
            _ => changed,
        };
        return Conclude(changed, Next(plan, Outcomes(changed), timesAsked), now);
    }

    /// <summary>
    /// The payment when the acquirer's own word, in a notification or a settlement file, ends what could not be found out.
    /// A payment that is not unresolved, or whose last attempt went elsewhere, stays as it is.
    /// </summary>
    public static Payment Settle(Payment payment, AcquirerName acquirer, AttemptOutcome said, DateTimeOffset now)
    {
        if (payment.Status != PaymentStatus.Unresolved) return payment;
        if (payment.Attempts[^1] is not { Outcome: AttemptOutcome.Unknown or AttemptOutcome.Contradicted } last) return payment;
        if (last.Acquirer != acquirer) return payment;
        if (said is AttemptOutcome.Declined { Next: null } refused) said = refused with { Next = Retry.DecideLate(payment, refused, now) };
        var changed = payment.With(last with { Outcome = said, EndedAt = now });
        return said switch
        {
            AttemptOutcome.Approved when !last.IsBeingReversed => Approve(changed, now),
            AttemptOutcome.Declined declined => Reversals.EndNeedless(changed, last.Number, now)
                .With(new PaymentEvent.Refused(declined.Code), now),
            AttemptOutcome.Reversed reversed => Reversals.End(changed, last.Number, reversed.Evidence, now)
                .With(new PaymentEvent.Refused(Reversals.Means), now),
            _ => payment,
        };
    }

    /// <summary>The payment as it is when there is nobody to send it to, or when asking has come to its end.</summary>
    public static Payment Conclude(Payment payment, NextStep step, DateTimeOffset now) => step switch
    {
        _ when payment.Status != PaymentStatus.Processing => payment,
        NextStep.Authorized => Approve(payment, now),
        NextStep.Authenticate wanted => payment.With(new PaymentEvent.ActionRequested(wanted.Attempt), now),
        NextStep.Decline declined => payment.With(new PaymentEvent.Refused(declined.Code), now),
        NextStep.LeaveUnresolved left => Reversals.LeaveUnresolved(payment, left.Attempt, left.Evidence, now)
            .With(new PaymentEvent.LeftUnresolved(left.Attempt, left.Evidence), now),
        NextStep.TryAcquirer or NextStep.FindOut or NextStep.Reverse => payment,
        _ => throw new UnreachableException(),
    };

    /// <summary>The outcomes recorded so far.</summary>
    public static IReadOnlyList<AttemptOutcome> Outcomes(Payment payment) =>
        [.. payment.Attempts.Select(attempt => attempt.Outcome).OfType<AttemptOutcome>()];

    static NextStep Settle(RoutePlan plan, int attempt, string evidence, int timesAsked) =>
        plan.Choices[attempt - 1].FindsOutBy switch
        {
            FindOutBy.AskingAgain when FindOutSchedule.Delay(timesAsked + 1) is { } delay => new NextStep.FindOut(attempt, delay),
            FindOutBy.Reversing when timesAsked == 0 => new NextStep.Reverse(attempt, TimeSpan.Zero),
            FindOutBy.Reversing when FindOutSchedule.Delay(timesAsked) is { } delay => new NextStep.Reverse(attempt, delay),
            FindOutBy.AskingAgain or FindOutBy.Reversing => new NextStep.LeaveUnresolved(attempt, evidence),
        };

    // What nobody has decided (a reversal, or what another version wrote down) follows from its code alone.
    static NextStep AfterDecline(
        RoutePlan plan, IReadOnlyList<AttemptOutcome> outcomes, DeclineCode code, RetryDecision? decided)
    {
        var isAnotherLeft = outcomes.Count < plan.Choices.Count;
        var next = decided ?? Retry.ByCode(code, Cascading.After(plan.Limits, outcomes, isAnotherLeft));
        return next is RetryDecision.NextAcquirer && isAnotherLeft
            ? Try(plan, outcomes.Count + 1)
            : new NextStep.Decline(code);
    }

    static NextStep.TryAcquirer Try(RoutePlan plan, int attempt)
    {
        var choice = plan.Choices[attempt - 1];
        return new NextStep.TryAcquirer(attempt, choice.Acquirer, attempt == 1 ? choice.Why : $"{choice.Why}; cascaded after a decline");
    }

    static Payment Approve(Payment payment, DateTimeOffset now)
    {
        var last = payment.Attempts[^1];
        var reference = ((AttemptOutcome.Approved)last.Outcome!).AcquirerReference;
        var until = payment.Amount.IsZero ? null : now + AuthorizationValidity.Of(payment.Card.Brand) as DateTimeOffset?;
        var approved = (payment with { AuthorizedUntil = until })
            .With(new PaymentEvent.Approved(last.Number, last.Acquirer, reference), now);
        return payment.AutomaticCapture is { } capture ? AskToCapture(approved, capture, now) : approved;
    }

    static Payment AskToCapture(Payment payment, OperationId capture, DateTimeOffset now) =>
        OperationRules.Ask(payment, new NewOperation(capture, OperationKind.Capture, IsFinal: true), now) switch
        {
            Decision.Accepted accepted => accepted.Payment,
            Decision.Rejected rejected => throw new InvariantBroken($"{payment.Id} cannot capture itself: {rejected.Reason}."),
            _ => throw new UnreachableException(),
        };
}
