using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Undoing an attempt: asked for until it is acknowledged, and only then taken as done.</summary>
public static class Reversals
{
    /// <summary>How often one attempt is undone: once because nobody answered, and again for each late approval.</summary>
    public const int MostPerAttempt = 5;

    /// <summary>What a reversed attempt means for what comes next: the way there failed, and another acquirer may try.</summary>
    public const DeclineCode Means = DeclineCode.AcquirerUnavailable;

    /// <summary>
    /// The payment with a reversal written down, before the acquirer is asked. One that is under way is the one that is
    /// asked for; so is one that has undone that very approval.
    /// </summary>
    public static Payment Ask(Payment payment, int attempt, string why, string? approvalReference, DateTimeOffset now)
    {
        var found = payment.Attempts[attempt - 1];
        if (found.IsBeingReversed || found.Reversals.Count >= MostPerAttempt) return payment;
        if (Undone(found, approvalReference) is not null) return payment;
        var asked = new Reversal
        {
            Number = found.Reversals.Count + 1,
            Why = why,
            ApprovalReference = approvalReference,
            AskedAt = now,
        };
        return payment.With(found with { Reversals = [.. found.Reversals, asked] })
            .With(new PaymentEvent.ReversalAsked(attempt, found.Acquirer, why), now);
    }

    /// <summary>The payment when the acquirer acknowledged the reversal that is under way. Said again it changes nothing.</summary>
    public static Payment End(Payment payment, int attempt, string evidence, DateTimeOffset now)
    {
        var found = payment.Attempts[attempt - 1];
        if (!found.IsBeingReversed) return payment;
        var ended = found.Reversals[^1] with { EndedAt = now, Evidence = evidence };
        return payment.With(found with { Reversals = [.. found.Reversals.SkipLast(1), ended] })
            .With(new PaymentEvent.AttemptReversed(attempt), now);
    }

    /// <summary>The payment when the acquirer said that it had refused the attempt: then there is nothing to undo.</summary>
    public static Payment EndNeedless(Payment payment, int attempt, DateTimeOffset now) =>
        End(payment, attempt, "The acquirer refused the attempt: there is nothing to undo.", now);

    /// <summary>
    /// The payment after the acquirer's answer to a reversal outside of its authorisation: of a late approval, or of what a
    /// person had to settle.
    /// </summary>
    public static Payment Record(Payment payment, int attempt, ReversalOutcome outcome, DateTimeOffset now)
    {
        if (outcome is not ReversalOutcome.Reversed reversed) return payment;
        var found = payment.Attempts[attempt - 1];
        var isSettledByIt = found.IsBeingReversed && payment.Status == PaymentStatus.Unresolved && attempt == payment.Attempts.Count;
        return isSettledByIt
            ? Authorization.Settle(payment, found.Acquirer, new AttemptOutcome.Reversed(reversed.Evidence), now)
            : End(payment, attempt, reversed.Evidence, now);
    }

    /// <summary>Gives a reversal that nobody acknowledged to a person. It stays under way.</summary>
    public static Payment LeaveUnresolved(Payment payment, int attempt, string evidence, DateTimeOffset now) =>
        payment.Attempts[attempt - 1] is { IsBeingReversed: true } found && !IsLeftToAPerson(payment, found)
            ? payment.With(new PaymentEvent.ReversalStuck(attempt, evidence), now)
            : payment;

    /// <summary>The reversal that undid the approval of that reference, or null.</summary>
    public static Reversal? Undone(Attempt attempt, string? approvalReference) => approvalReference is null
        ? null
        : attempt.Reversals.FirstOrDefault(reversal => reversal.ApprovalReference == approvalReference);

    /// <summary>Whether the reversal that is under way was given to a person.</summary>
    public static bool IsLeftToAPerson(Payment payment, Attempt attempt)
    {
        if (!attempt.IsBeingReversed) return false;
        var asked = payment.Events.Last(recorded => recorded.Event is PaymentEvent.ReversalAsked one && one.Attempt == attempt.Number);
        return payment.Events.Any(recorded => recorded.Sequence > asked.Sequence
            && recorded.Event is PaymentEvent.ReversalStuck one && one.Attempt == attempt.Number);
    }
}
