using System.Diagnostics;

namespace Railyard.Core.Payments;

/// <summary>Why a capture, refund or void is refused, in order of precedence.</summary>
public enum Rejection
{
    TooManyOperations,
    AuthorizationExpired,
    NotAuthorized,
    NotCaptured,
    AlreadyReleased,
    CaptureInProgress,
    NothingToVoid,
    ExceedsCapturable,
    ExceedsRefundable,
}

/// <summary>The answer to something asked of a payment.</summary>
public abstract record Decision
{
    /// <summary>Yes: this is the payment then.</summary>
    public sealed record Accepted(Payment Payment) : Decision;

    /// <summary>No, and why.</summary>
    public sealed record Rejected(Rejection Reason) : Decision;

    Decision() { }
}

/// <summary>A capture, refund or void as asked for: of at least 1, or with no amount of all that is left.</summary>
public sealed record NewOperation(
    OperationId Id, OperationKind Kind, long? MinorUnits = null, bool IsFinal = false, string? Reason = null)
{
    /// <summary>Whether it is ours, made once: it must be possible however many the merchant has made.</summary>
    public bool IsOurs { get; init; }
}

/// <summary>What may be done with an authorised payment, and what an acquirer's answer makes of it.</summary>
public static class OperationRules
{
    /// <summary>One document holds them all, so their number is bounded.</summary>
    public const int MostPerPayment = 100;

    /// <summary>
    /// Takes an operation in, so that its amount counts from now on. The same id again is the same operation.
    /// </summary>
    public static Decision Ask(Payment payment, NewOperation asked, DateTimeOffset now)
    {
        if (asked.MinorUnits < 1) throw new InvariantBroken($"{asked.Id} asks for an amount of {asked.MinorUnits}.");
        if (payment.Find(asked.Id) is not null) return new Decision.Accepted(payment);
        if (payment.Operations.Count >= MostPerPayment && !asked.IsOurs) return No(Rejection.TooManyOperations);
        return asked.Kind switch
        {
            OperationKind.Capture => Capture(payment, asked, now),
            OperationKind.Refund => Refund(payment, asked, now),
            OperationKind.Void => Void(payment, asked, now),
        };
    }

    /// <summary>Records what the acquirer made of an operation. The same answer again changes nothing.</summary>
    public static Payment Record(Payment payment, OperationId id, OperationOutcome outcome, DateTimeOffset now)
    {
        var operation = payment.Find(id) ?? throw new InvariantBroken($"{payment.Id} has no operation {id}.");
        if (operation.Status is OperationStatus.Succeeded or OperationStatus.Failed) return payment;
        return outcome switch
        {
            OperationOutcome.Accepted accepted => Confirm(payment, operation, accepted.AcquirerReference, now),
            OperationOutcome.Refused refused => Fail(payment, operation, refused, now),
            // Nothing is known, so nothing is changed: the amount goes on counting.
            OperationOutcome.Unknown => payment,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Gives an operation whose outcome could not be found out to a person.</summary>
    public static Payment LeaveUnresolved(Payment payment, OperationId id, string evidence, DateTimeOffset now)
    {
        var operation = payment.Find(id) ?? throw new InvariantBroken($"{payment.Id} has no operation {id}.");
        if (operation.Status != OperationStatus.Pending) return payment;
        return Replace(payment, operation with { Status = OperationStatus.Unresolved, Failure = evidence })
            .With(new PaymentEvent.OperationStuck(id, operation.Kind, evidence), now);
    }

    /// <summary>
    /// Takes back an operation that the acquirer took first and failed afterwards: its amount counts no more. Said again it
    /// changes nothing.
    /// </summary>
    public static Payment Undo(Payment payment, OperationId id, string failure, DateTimeOffset now)
    {
        var operation = payment.Find(id) ?? throw new InvariantBroken($"{payment.Id} has no operation {id}.");
        if (operation.Status != OperationStatus.Succeeded) return payment;
        var confirmed = Confirmed(payment, operation);
        var failed = operation with { Status = OperationStatus.Failed, IsUndone = true, Failure = failure, EndedAt = now };
        var changed = Replace(payment, failed);
        return changed.With(
            operation.Kind switch
            {
                OperationKind.Capture when changed.Captured.IsZero && changed.Status == PaymentStatus.Captured =>
                    changed.Operations.Any(IsVoidDone)
                        ? new PaymentEvent.NothingLeft(confirmed, failure)
                        : new PaymentEvent.NothingCaptured(confirmed, failure),
                OperationKind.Capture => new PaymentEvent.CaptureUndone(confirmed, failure),
                OperationKind.Refund => new PaymentEvent.RefundUndone(confirmed, failure),
                OperationKind.Void => new PaymentEvent.VoidUndone(confirmed, failure),
            },
            now);
    }

    static Decision Capture(Payment payment, NewOperation asked, DateTimeOffset now)
    {
        if (payment.Status == PaymentStatus.Expired || now >= payment.AuthorizedUntil) return No(Rejection.AuthorizationExpired);
        if (payment.Status is not (PaymentStatus.Authorized or PaymentStatus.Captured)) return No(Rejection.NotAuthorized);
        if (payment.IsReleased) return No(Rejection.AlreadyReleased);
        var amount = asked.MinorUnits is { } minorUnits ? new Money(minorUnits, payment.Amount.Currency) : payment.Capturable;
        if (amount > payment.Capturable) return No(Rejection.ExceedsCapturable);
        if (amount.IsZero) return No(Rejection.ExceedsCapturable);
        return Add(payment, asked, amount, now);
    }

    static Decision Refund(Payment payment, NewOperation asked, DateTimeOffset now)
    {
        if (payment.Status is not PaymentStatus.Captured) return No(Rejection.NotCaptured);
        var amount = asked.MinorUnits is { } minorUnits ? new Money(minorUnits, payment.Amount.Currency) : payment.Refundable;
        if (amount > payment.Refundable) return No(Rejection.ExceedsRefundable);
        if (amount.IsZero) return No(Rejection.ExceedsRefundable);
        return Add(payment, asked, amount, now);
    }

    static Decision Void(Payment payment, NewOperation asked, DateTimeOffset now)
    {
        if (payment.Status == PaymentStatus.Expired) return No(Rejection.AuthorizationExpired);
        if (payment.Status is not (PaymentStatus.Authorized or PaymentStatus.Captured)) return No(Rejection.NotAuthorized);
        if (payment.IsReleased) return No(Rejection.AlreadyReleased);
        if (payment.Operations.Any(IsCaptureUnderWay)) return No(Rejection.CaptureInProgress);
        if (payment.Capturable.IsZero) return No(Rejection.NothingToVoid);
        return Add(payment, asked, payment.Capturable, now);
    }

    static Decision.Accepted Add(Payment payment, NewOperation asked, Money amount, DateTimeOffset now)
    {
        var operation = new Operation
        {
            Id = asked.Id,
            Kind = asked.Kind,
            Status = OperationStatus.Pending,
            Amount = amount,
            IsFinal = asked.IsFinal,
            Reason = asked.Reason,
            CreatedAt = now,
        };
        var grown = payment with { Operations = [.. payment.Operations, operation] };
        return new Decision.Accepted(grown.With(new PaymentEvent.OperationAsked(asked.Id, asked.Kind, amount), now));
    }

    static Payment Confirm(Payment payment, Operation operation, string reference, DateTimeOffset now)
    {
        var done = operation with
        {
            Status = OperationStatus.Succeeded,
            AcquirerReference = reference,
            Failure = null,
            EndedAt = now,
        };
        var changed = Replace(payment, done);
        return changed.With(Confirmation(changed, done), now);
    }

    static PaymentEvent Confirmation(Payment payment, Operation done)
    {
        var confirmed = Confirmed(payment, done);
        return done.Kind switch
        {
            OperationKind.Capture => new PaymentEvent.CaptureConfirmed(confirmed),
            OperationKind.Void => new PaymentEvent.VoidConfirmed(confirmed),
            OperationKind.Refund when payment.Refunded == payment.Captured => new PaymentEvent.FullyRefunded(confirmed),
            OperationKind.Refund => new PaymentEvent.RefundConfirmed(confirmed),
        };
    }

    static ConfirmedOperation Confirmed(Payment payment, Operation done)
    {
        var approval = payment.Approval ?? throw new InvariantBroken($"{payment.Id} has no authorisation.");
        return new ConfirmedOperation(
            done.Id, done.Amount, approval.Acquirer, payment.AuthorisationReference!, done.AcquirerReference!);
    }

    static Payment Fail(Payment payment, Operation operation, OperationOutcome.Refused refused, DateTimeOffset now)
    {
        var failure = $"{refused.RawCode} {refused.RawMessage}";
        var failed = operation with { Status = OperationStatus.Failed, Failure = failure, EndedAt = now };
        return Replace(payment, failed).With(new PaymentEvent.OperationFailed(operation.Id, operation.Kind, failure), now);
    }

    static Payment Replace(Payment payment, Operation changed) => payment with
    {
        Operations = [.. payment.Operations.Select(operation => operation.Id == changed.Id ? changed : operation)],
    };

    static bool IsCaptureUnderWay(Operation operation) =>
        operation is { Kind: OperationKind.Capture, Status: OperationStatus.Pending or OperationStatus.Unresolved };

    static bool IsVoidDone(Operation operation) => operation is { Kind: OperationKind.Void, Status: OperationStatus.Succeeded };

    static Decision.Rejected No(Rejection reason) => new(reason);
}
