using static Railyard.Core.Payments.PaymentStatus;

namespace Railyard.Core.Payments;

/// <summary>Where a payment stands, as the merchant sees it.</summary>
public enum PaymentStatus
{
    Processing,
    RequiresAction,
    Authorized,
    Captured,
    Refunded,
    Voided,
    Declined,
    Unresolved,
    Expired,
}

/// <summary>One edge of a payment's life: in that status, that event leads there.</summary>
public sealed record Transition(PaymentStatus From, Type Event, PaymentStatus To);

/// <summary>The whole life of a payment. What is not listed is refused.</summary>
public static class Lifecycle
{
    /// <summary>The status that <see cref="PaymentEvent.Created"/> begins with.</summary>
    public const PaymentStatus Initial = Processing;

    /// <summary>Every edge, in the order in which a payment usually meets them.</summary>
    public static IReadOnlyList<Transition> Transitions { get; } =
    [
        new(Processing,     typeof(PaymentEvent.AttemptStarted),   Processing),
        new(Processing,     typeof(PaymentEvent.AttemptDeclined),  Processing),
        new(Processing,     typeof(PaymentEvent.NoAnswer),         Processing),
        new(Processing,     typeof(PaymentEvent.Approved),         Authorized),
        new(Processing,     typeof(PaymentEvent.ActionRequested),  RequiresAction),
        new(Processing,     typeof(PaymentEvent.Refused),          Declined),
        new(Processing,     typeof(PaymentEvent.LeftUnresolved),   Unresolved),
        new(RequiresAction, typeof(PaymentEvent.ActionEnded),      Processing),
        new(RequiresAction, typeof(PaymentEvent.TimedOut),         Expired),
        new(Unresolved,     typeof(PaymentEvent.Approved),         Authorized),
        new(Unresolved,     typeof(PaymentEvent.Refused),          Declined),

        new(Authorized,     typeof(PaymentEvent.OperationAsked),   Authorized),
        new(Authorized,     typeof(PaymentEvent.OperationFailed),  Authorized),
        new(Authorized,     typeof(PaymentEvent.OperationStuck),   Authorized),
        new(Authorized,     typeof(PaymentEvent.CaptureConfirmed), Captured),
        new(Authorized,     typeof(PaymentEvent.VoidConfirmed),    Voided),
        new(Authorized,     typeof(PaymentEvent.TimedOut),         Expired),

        new(Captured,       typeof(PaymentEvent.OperationAsked),   Captured),
        new(Captured,       typeof(PaymentEvent.OperationFailed),  Captured),
        new(Captured,       typeof(PaymentEvent.OperationStuck),   Captured),
        new(Captured,       typeof(PaymentEvent.CaptureConfirmed), Captured),
        new(Captured,       typeof(PaymentEvent.VoidConfirmed),    Captured),
        new(Captured,       typeof(PaymentEvent.RefundConfirmed),  Captured),
        new(Captured,       typeof(PaymentEvent.FullyRefunded),    Refunded),

        // Both were under way when the last of the captured amount was refunded, or the rest was voided.
        new(Refunded,       typeof(PaymentEvent.CaptureConfirmed), Captured),
        new(Refunded,       typeof(PaymentEvent.OperationFailed),  Refunded),
        new(Refunded,       typeof(PaymentEvent.OperationStuck),   Refunded),
        new(Refunded,       typeof(PaymentEvent.VoidConfirmed),    Refunded),

        // The void that releases the hold of an authorisation that has ended.
        new(Expired,        typeof(PaymentEvent.VoidConfirmed),    Expired),
        new(Expired,        typeof(PaymentEvent.OperationFailed),  Expired),
        new(Expired,        typeof(PaymentEvent.OperationStuck),   Expired),

        // What the acquirer said yes to, and took back afterwards.
        new(Captured,       typeof(PaymentEvent.CaptureUndone),    Captured),
        new(Captured,       typeof(PaymentEvent.NothingCaptured),  Authorized),
        new(Captured,       typeof(PaymentEvent.NothingLeft),      Voided),
        new(Refunded,       typeof(PaymentEvent.CaptureUndone),    Refunded),
        new(Captured,       typeof(PaymentEvent.RefundUndone),     Captured),
        new(Refunded,       typeof(PaymentEvent.RefundUndone),     Captured),
        new(Voided,         typeof(PaymentEvent.VoidUndone),       Authorized),
        new(Captured,       typeof(PaymentEvent.VoidUndone),       Captured),
        new(Refunded,       typeof(PaymentEvent.VoidUndone),       Refunded),
        new(Expired,        typeof(PaymentEvent.VoidUndone),       Expired),

        // A refund that was under way, or done, when the acquirer took the capture back.
        new(Authorized,     typeof(PaymentEvent.RefundConfirmed),  Authorized),
        new(Authorized,     typeof(PaymentEvent.RefundUndone),     Authorized),
        new(Refunded,       typeof(PaymentEvent.RefundConfirmed),  Refunded),
        new(Voided,         typeof(PaymentEvent.RefundConfirmed),  Voided),
        new(Voided,         typeof(PaymentEvent.RefundUndone),     Voided),
        new(Voided,         typeof(PaymentEvent.OperationFailed),  Voided),
        new(Voided,         typeof(PaymentEvent.OperationStuck),   Voided),
        new(Expired,        typeof(PaymentEvent.RefundConfirmed),  Expired),
        new(Expired,        typeof(PaymentEvent.RefundUndone),     Expired),

        new(Captured,       typeof(PaymentEvent.DisputeMoved),     Captured),
        new(Refunded,       typeof(PaymentEvent.DisputeMoved),     Refunded),
    ];

    /// <summary>
    /// What leaves every payment where it stands: an approval that comes when nobody wants it any more is undone, whatever
    /// has become of the payment by then; and what follows from a person's word has an event of its own.
    /// </summary>
    public static IReadOnlyList<Type> Anywhere { get; } =
    [
        typeof(PaymentEvent.ReversalAsked),
        typeof(PaymentEvent.AttemptReversed),
        typeof(PaymentEvent.ReversalStuck),
        typeof(PaymentEvent.Reviewed),
    ];

    static readonly Dictionary<(PaymentStatus From, Type Event), PaymentStatus> Edges =
        Transitions.ToDictionary(edge => (edge.From, edge.Event), edge => edge.To);

    /// <summary>Where that event leads, or null where it is refused.</summary>
    public static PaymentStatus? After(PaymentStatus status, Type paymentEvent) =>
        Edges.TryGetValue((status, paymentEvent), out var next) ? next
        : Anywhere.Contains(paymentEvent) ? status
        : null;
}
