using System.Diagnostics;

namespace Railyard.Core.Payments;

/// <summary>Something that happened to a payment, kept with it in the order in which it happened.</summary>
public abstract record PaymentEvent
{
    /// <summary>The merchant asked for it.</summary>
    public sealed record Created : PaymentEvent;

    /// <summary>An attempt was written down and is about to be sent.</summary>
    public sealed record AttemptStarted(int Attempt, AcquirerName Acquirer) : PaymentEvent;

    /// <summary>An acquirer refused; what follows is the router's to say.</summary>
    public sealed record AttemptDeclined(int Attempt, DeclineCode Code) : PaymentEvent;

    /// <summary>An acquirer gave no answer that can be believed.</summary>
    public sealed record NoAnswer(int Attempt) : PaymentEvent;

    /// <summary>An acquirer authorised it.</summary>
    public sealed record Approved(int Attempt, AcquirerName Acquirer, string AcquirerReference) : PaymentEvent;

    /// <summary>The cardholder was asked to authenticate.</summary>
    public sealed record ActionRequested(int Attempt) : PaymentEvent;

    /// <summary>The cardholder came back, or the acquirer said that they are done; what came of it follows.</summary>
    public sealed record ActionEnded(int Attempt) : PaymentEvent;

    /// <summary>It is declined for good.</summary>
    public sealed record Refused(DeclineCode Code) : PaymentEvent;

    /// <summary>What became of an attempt could not be found out, or contradicts what was asked: a person must.</summary>
    public sealed record LeftUnresolved(int Attempt, string Evidence) : PaymentEvent;

    /// <summary>The cardholder did not authenticate, or the merchant did not capture, in time.</summary>
    public sealed record TimedOut : PaymentEvent;

    /// <summary>A capture, refund or void was asked for.</summary>
    public sealed record OperationAsked(OperationId Operation, OperationKind Kind, Money Amount) : PaymentEvent;

    /// <summary>The acquirer took a capture.</summary>
    public sealed record CaptureConfirmed(ConfirmedOperation Operation) : PaymentEvent;

    /// <summary>The acquirer took a refund of a part of what was captured.</summary>
    public sealed record RefundConfirmed(ConfirmedOperation Operation) : PaymentEvent;

    /// <summary>The acquirer took the refund that leaves nothing captured.</summary>
    public sealed record FullyRefunded(ConfirmedOperation Operation) : PaymentEvent;

    /// <summary>The acquirer released what was not captured.</summary>
    public sealed record VoidConfirmed(ConfirmedOperation Operation) : PaymentEvent;

    /// <summary>The acquirer refused a capture, refund or void.</summary>
    public sealed record OperationFailed(OperationId Operation, OperationKind Kind, string Failure) : PaymentEvent;

    /// <summary>What became of a capture, refund or void could not be found out: a person must.</summary>
    public sealed record OperationStuck(OperationId Operation, OperationKind Kind, string Evidence) : PaymentEvent;

    /// <summary>The acquirer undid a capture that it had taken; others remain.</summary>
    public sealed record CaptureUndone(ConfirmedOperation Operation, string Failure) : PaymentEvent;

    /// <summary>The acquirer undid the only capture that it had taken.</summary>
    public sealed record NothingCaptured(ConfirmedOperation Operation, string Failure) : PaymentEvent;

    /// <summary>The acquirer undid the only capture that it had taken, when the rest had been given up.</summary>
    public sealed record NothingLeft(ConfirmedOperation Operation, string Failure) : PaymentEvent;

    /// <summary>The acquirer undid a refund that it had taken.</summary>
    public sealed record RefundUndone(ConfirmedOperation Operation, string Failure) : PaymentEvent;

    /// <summary>The acquirer did not release what it had said it would.</summary>
    public sealed record VoidUndone(ConfirmedOperation Operation, string Failure) : PaymentEvent;

    /// <summary>The acquirer is about to be asked to undo an attempt.</summary>
    public sealed record ReversalAsked(int Attempt, AcquirerName Acquirer, string Why) : PaymentEvent;

    /// <summary>The acquirer acknowledged that nothing of an attempt lives.</summary>
    public sealed record AttemptReversed(int Attempt) : PaymentEvent;

    /// <summary>Nobody acknowledged the reversal of an attempt: a person must.</summary>
    public sealed record ReversalStuck(int Attempt, string Evidence) : PaymentEvent;

    /// <summary>A dispute was opened, or went on.</summary>
    public sealed record DisputeMoved(string Reference, DisputeStage Stage, Money Amount, string? Reason) : PaymentEvent;

    /// <summary>A person settled what could not be found out.</summary>
    public sealed record Reviewed(string Subject, string Outcome, string Reason, string By) : PaymentEvent;

    PaymentEvent() { }

    /// <summary>The name under which it is published.</summary>
    public string Name => this switch
    {
        Created => "payment.created",
        AttemptStarted => "payment.attempt_started",
        AttemptDeclined => "payment.attempt_declined",
        NoAnswer => "payment.attempt_unknown",
        Approved => "payment.authorized",
        ActionRequested => "payment.requires_action",
        ActionEnded => "payment.action_completed",
        Refused => "payment.declined",
        LeftUnresolved => "payment.unresolved",
        TimedOut => "payment.expired",
        OperationAsked { Kind: OperationKind.Capture } => "payment.capture_requested",
        OperationAsked { Kind: OperationKind.Refund } => "payment.refund_requested",
        OperationAsked { Kind: OperationKind.Void } => "payment.void_requested",
        CaptureConfirmed => "payment.captured",
        RefundConfirmed or FullyRefunded => "payment.refunded",
        VoidConfirmed => "payment.voided",
        OperationFailed { Kind: OperationKind.Capture } => "payment.capture_failed",
        OperationFailed { Kind: OperationKind.Refund } => "payment.refund_failed",
        OperationFailed { Kind: OperationKind.Void } => "payment.void_failed",
        OperationStuck => "payment.operation_unresolved",
        CaptureUndone or NothingCaptured or NothingLeft => "payment.capture_failed",
        RefundUndone => "payment.refund_failed",
        VoidUndone => "payment.void_failed",
        ReversalAsked => "payment.reversal_requested",
        AttemptReversed => "payment.attempt_reversed",
        ReversalStuck => "payment.reversal_unresolved",
        Reviewed => "payment.reviewed",
        DisputeMoved { Stage: DisputeStage.Opened } => "payment.dispute_opened",
        DisputeMoved { Stage: DisputeStage.Won } => "payment.dispute_won",
        DisputeMoved { Stage: DisputeStage.SecondChargeback } => "payment.dispute_reopened",
        DisputeMoved { Stage: DisputeStage.Lost } => "payment.dispute_lost",
        _ => throw new UnreachableException(),
    };
}

/// <summary>An operation that the acquirer took: all that reconciliation needs to expect its settlement line.</summary>
public sealed record ConfirmedOperation(
    OperationId Id,
    Money Amount,
    AcquirerName Acquirer,
    string PaymentReference,
    string OperationReference);

/// <summary>An event in a payment's log. <paramref name="Sequence"/> counts from 1 without gaps.</summary>
public sealed record RecordedEvent(int Sequence, DateTimeOffset At, PaymentEvent Event);
