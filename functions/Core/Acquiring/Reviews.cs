using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Acquiring;

/// <summary>Something of a payment that no machine could find out, with its evidence, for a person to settle.</summary>
/// <param name="Subject">The attempt or operation, by its id.</param>
public sealed record ReviewItem(
    ReviewKind Kind, string Subject, AcquirerName Acquirer, Money Amount, string Evidence, DateTimeOffset Since);

/// <summary>A person's word on one of them, <c>rsl_…</c>.</summary>
public readonly record struct ResolutionId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What is to be settled.</summary>
public enum ReviewKind { Authorization, Capture, Refund, Void, Reversal }

/// <summary>What a person found out.</summary>
public enum ReviewOutcome
{
    /// <summary>It went through at the acquirer.</summary>
    Done,

    /// <summary>It did not, and certainly so.</summary>
    NotDone,

    /// <summary>Whatever came of it is not wanted: the acquirer is to undo it.</summary>
    Reverse,
}

/// <summary>A person's decision. <paramref name="AcquirerReference"/> proves what is said to be done.</summary>
public sealed record ReviewDecision(
    string Subject, ReviewOutcome Outcome, string? AcquirerReference, string Reason, string By);

/// <summary>Why a decision is refused, in order of precedence.</summary>
public enum ReviewRefusal { NotUnderReview, OutcomeDoesNotFit, ReferenceMissing, AmountContradicts }

/// <summary>The answer to a decision.</summary>
public abstract record ReviewAnswer
{
    /// <summary>The payment is settled so.</summary>
    public sealed record Settled(Payment Payment) : ReviewAnswer;

    /// <summary>It is not, and why.</summary>
    public sealed record Refused(ReviewRefusal Why) : ReviewAnswer;

    ReviewAnswer() { }
}

/// <summary>The review list: what is left to a person after 72 hours, or at once where an answer contradicts what was asked.</summary>
public static class Reviews
{
    /// <summary>Everything of a payment that waits for a person.</summary>
    public static IReadOnlyList<ReviewItem> Of(Payment payment) =>
        [.. Attempts(payment), .. Operations(payment), .. LeftReversals(payment)];

    /// <summary>Settles one of them as a person decided. Decided so already, it is as it was.</summary>
    public static ReviewAnswer Resolve(Payment payment, ReviewDecision decision, DateTimeOffset now)
    {
        if (IsDecidedSo(payment, decision)) return new ReviewAnswer.Settled(payment);
        if (Of(payment).FirstOrDefault(item => item.Subject == decision.Subject) is not { } item) return No(ReviewRefusal.NotUnderReview);
        if (decision.Outcome == ReviewOutcome.Reverse && item.Kind != ReviewKind.Authorization) return No(ReviewRefusal.OutcomeDoesNotFit);
        if (decision.Outcome == ReviewOutcome.NotDone && item.Kind == ReviewKind.Reversal) return No(ReviewRefusal.OutcomeDoesNotFit);
        if (decision is { Outcome: ReviewOutcome.Done, AcquirerReference: null }) return No(ReviewRefusal.ReferenceMissing);
        if (IsContradiction(payment, item) && decision.Outcome == ReviewOutcome.Done) return No(ReviewRefusal.AmountContradicts);
        var reviewed = payment.With(new PaymentEvent.Reviewed(decision.Subject, decision.Outcome.ToString(), decision.Reason, decision.By), now);
        return new ReviewAnswer.Settled(Settle(reviewed, item, decision, now));
    }

    static Payment Settle(Payment payment, ReviewItem item, ReviewDecision decision, DateTimeOffset now) => item.Kind switch
    {
        ReviewKind.Authorization => decision.Outcome switch
        {
            ReviewOutcome.Done => Authorization.Settle(
                payment, item.Acquirer, new AttemptOutcome.Approved(decision.AcquirerReference!, null), now),
            ReviewOutcome.NotDone => Authorization.Settle(
                payment,
                item.Acquirer,
                new AttemptOutcome.Declined(DeclineCode.AcquirerError, "reviewed", decision.Reason),
                now),
            ReviewOutcome.Reverse => Reversals.Ask(payment, payment.Attempts.Count, decision.Reason, Reference(payment), now),
        },
        ReviewKind.Reversal => Reversals.Record(
            payment,
            payment.Attempts.First(attempt => attempt.Id.Value == item.Subject).Number,
            new ReversalOutcome.Reversed(decision.AcquirerReference, decision.Reason),
            now),
        ReviewKind.Capture or ReviewKind.Refund or ReviewKind.Void => OperationRules.Record(
            payment,
            new OperationId(item.Subject),
            decision.Outcome == ReviewOutcome.Done
                ? new OperationOutcome.Accepted(decision.AcquirerReference!)
                : new OperationOutcome.Refused("reviewed", decision.Reason),
            now),
    };

    static IEnumerable<ReviewItem> Attempts(Payment payment)
    {
        if (payment.Status != PaymentStatus.Unresolved || payment.LastAttempt is not { IsBeingReversed: false } last) yield break;
        var left = payment.Events.Last(recorded => recorded.Event is PaymentEvent.LeftUnresolved);
        var evidence = ((PaymentEvent.LeftUnresolved)left.Event).Evidence;
        yield return new ReviewItem(ReviewKind.Authorization, last.Id.Value, last.Acquirer, payment.Amount, evidence, left.At);
    }

    static IEnumerable<ReviewItem> Operations(Payment payment) =>
        from operation in payment.Operations
        where operation.Status == OperationStatus.Unresolved
        let stuck = payment.Events.Last(recorded =>
            recorded.Event is PaymentEvent.OperationStuck one && one.Operation == operation.Id)
        select new ReviewItem(
            Kind(operation.Kind), operation.Id.Value, payment.Approval!.Acquirer, operation.Amount, operation.Failure!, stuck.At);

    static IEnumerable<ReviewItem> LeftReversals(Payment payment) =>
        from attempt in payment.Attempts
        where Reversals.IsLeftToAPerson(payment, attempt)
        let stuck = payment.Events.Last(recorded =>
            recorded.Event is PaymentEvent.ReversalStuck one && one.Attempt == attempt.Number)
        select new ReviewItem(
            ReviewKind.Reversal,
            attempt.Id.Value,
            attempt.Acquirer,
            payment.Amount,
            ((PaymentEvent.ReversalStuck)stuck.Event).Evidence,
            stuck.At);

    static ReviewKind Kind(OperationKind kind) => kind switch
    {
        OperationKind.Capture => ReviewKind.Capture,
        OperationKind.Refund => ReviewKind.Refund,
        OperationKind.Void => ReviewKind.Void,
    };

    static bool IsContradiction(Payment payment, ReviewItem item) =>
        item.Kind == ReviewKind.Authorization && payment.LastAttempt?.Outcome is AttemptOutcome.Contradicted;

    static string? Reference(Payment payment) => (payment.LastAttempt?.Outcome as AttemptOutcome.Contradicted)?.AcquirerReference;

    static bool IsDecidedSo(Payment payment, ReviewDecision decision) => payment.Events.Any(recorded =>
        recorded.Event is PaymentEvent.Reviewed one
        && one == new PaymentEvent.Reviewed(decision.Subject, decision.Outcome.ToString(), decision.Reason, decision.By));

    static ReviewAnswer.Refused No(ReviewRefusal why) => new(why);
}
