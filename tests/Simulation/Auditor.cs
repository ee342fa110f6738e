using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Simulation.Acquirers;

namespace Railyard.Simulation;

/// <summary>Compares what we say of a payment with what the acquirers did. Each check answers with what is wrong, or null.</summary>
static class Auditor
{
    /// <summary>What must hold at any time, whatever is under way.</summary>
    public static string? AfterStep(Case subject) => OfBooks(subject) ?? (subject.Payment is { } payment ? OfPayment(payment) : null);

    /// <summary>What must hold once nothing is under way.</summary>
    public static string? AtRest(Case subject)
    {
        if (subject.Payment is not { } payment) return "It was never written down.";
        if (Unpublished(subject, payment) is { } sequence) return $"Event {sequence} was never published.";
        if (Forgotten(payment) is { } forgotten) return forgotten;
        // Where a message waits for a person, they see to the rest of it.
        if (subject.DeadLetters.Count > 0) return null;
        return Orphan(subject, payment) ?? Disagreement(subject, payment);
    }

    /// <summary>What must hold once nothing lies ahead either.</summary>
    public static string? AtTheEnd(Case subject)
    {
        if (subject.DeadLetters.Count > 0) return null;
        return subject.Payment is { Status: PaymentStatus.Authorized, Amount.IsZero: false } payment && !payment.Operations.Any(IsStuck)
            ? "It is authorized for ever."
            : null;
    }

    static string? OfBooks(Case subject)
    {
        var captured = 0;
        foreach (var (_, book) in subject.Books)
        {
            foreach (var approval in book.Approvals)
            {
                if (approval.Captured > 0) captured++;
                if (approval.Captured > approval.Amount) return $"More is captured than was approved: {approval}.";
                if (approval.Refunded > approval.Captured && !approval.IsCaptureTakenBack)
                    return $"More is refunded than was captured: {approval}.";
            }
        }
        return captured > 1 ? "Two approvals are captured." : null;
    }

    static string? OfPayment(Payment payment)
    {
        if (payment.Events[^1].Sequence != payment.Events.Count) return "The log has a gap.";
        if (payment.Captured > payment.Amount) return "More is captured than was asked for.";
        if (payment.Refunded > payment.Captured && !payment.Operations.Any(one => one is { Kind: OperationKind.Capture, IsUndone: true }))
            return "More is refunded than is captured.";
        return null;
    }

    static int? Unpublished(Case subject, Payment payment)
    {
        for (var sequence = 1; sequence <= payment.Events.Count; sequence++)
            if (!subject.Published.Contains(sequence)) return sequence;
        return null;
    }

    static string? Forgotten(Payment payment)
    {
        if (payment.Status is PaymentStatus.Processing or PaymentStatus.RequiresAction) return $"It is {payment.Status}, and nobody is at it.";
        if (payment.Status == PaymentStatus.Unresolved && !IsListed(payment, payment.LastAttempt!))
            return "It is unresolved, and no person is told.";
        if (payment.Operations.FirstOrDefault(one => one.Status == OperationStatus.Pending) is { } operation)
            return $"{operation.Id} is pending, and nobody is at it.";
        return payment.Attempts.FirstOrDefault(attempt => attempt.IsBeingReversed && !IsListed(payment, attempt)) is { } reversed
            ? $"{reversed.Id} is being reversed, and nobody is at it."
            : null;
    }

    // Used, being reversed (not at rest), or a person's: nothing else may live.
    static string? Orphan(Case subject, Payment payment)
    {
        foreach (var (id, book) in subject.Books)
        {
            var attempt = payment.Attempts.FirstOrDefault(one => one.Id == id);
            foreach (var approval in book.Approvals)
            {
                if (!approval.IsLive || IsUsed(payment, book, approval)) continue;
                if (attempt is null || !IsListed(payment, attempt)) return $"It lives, and nobody knows: {approval}.";
            }
        }
        return null;
    }

    static string? Disagreement(Case subject, Payment payment)
    {
        if (payment.Approval is not { } attempt || payment.Operations.Any(IsStuck)) return null;
        if (subject.Books[attempt.Id].Find(payment.AuthorisationReference!) is not { } approval) return "No acquirer knows its authorisation.";
        if (payment.Captured.MinorUnits != approval.Captured) return $"We say captured {payment.Captured}: {approval}.";
        if (payment.Refunded.MinorUnits != approval.Refunded) return $"We say refunded {payment.Refunded}: {approval}.";
        return payment.Status switch
        {
            PaymentStatus.Voided when approval.IsLive => $"It is voided, and lives: {approval}.",
            PaymentStatus.Authorized when !approval.IsLive && approval.Amount > 0 => $"It is authorized, and nothing is held: {approval}.",
            PaymentStatus.Expired when approval.IsLive && !payment.Operations.Any(IsFailedVoid) => $"It is expired, and lives: {approval}.",
            PaymentStatus.Declined => "It is declined, and has an approval.",
            _ => null,
        };
    }

    static bool IsUsed(Payment payment, Book book, Approval approval) =>
        payment.Approval?.Id == book.Attempt && payment.AuthorisationReference == approval.Reference;

    static bool IsListed(Payment payment, Attempt attempt) =>
        Reviews.Of(payment).Any(item => item.Subject == attempt.Id.Value);

    static bool IsStuck(Operation operation) => operation.Status == OperationStatus.Unresolved;

    static bool IsFailedVoid(Operation operation) =>
        operation is { Kind: OperationKind.Void, Status: OperationStatus.Failed or OperationStatus.Unresolved };
}
