using Railyard.Core.Payments;

namespace Railyard.Core.Ledger;

/// <summary>How much of a payment is held on the cardholder's account and not captured.</summary>
static class Hold
{
    /// <summary>By how much the event of that number changed it; below nothing where it released some.</summary>
    public static Balance ChangedBy(Payment payment, int sequence) => After(payment, sequence) - After(payment, sequence - 1);

    static Balance After(Payment payment, int sequence)
    {
        var (isApproved, live) = (false, new Dictionary<OperationId, Operation>());
        foreach (var recorded in payment.Events.Where(recorded => recorded.Sequence <= sequence))
        {
            isApproved |= recorded.Event is PaymentEvent.Approved;
            if (Confirmed(recorded.Event) is { } confirmed && payment.Find(confirmed) is { } operation) live[confirmed] = operation;
            if (Undone(recorded.Event) is { } undone) live.Remove(undone);
        }
        var isReleased = live.Values.Any(operation => operation.IsFinal || operation.Kind == OperationKind.Void);
        var captured = live.Values.Where(operation => operation.Kind == OperationKind.Capture).Sum(operation => operation.Amount.MinorUnits);
        return new Balance(isApproved && !isReleased ? Math.Max(payment.Amount.MinorUnits - captured, 0) : 0, payment.Amount.Currency);
    }

    static OperationId? Confirmed(PaymentEvent happened) => happened switch
    {
        PaymentEvent.CaptureConfirmed captured => captured.Operation.Id,
        PaymentEvent.VoidConfirmed voided => voided.Operation.Id,
        _ => null,
    };

    static OperationId? Undone(PaymentEvent happened) => happened switch
    {
        PaymentEvent.CaptureUndone undone => undone.Operation.Id,
        PaymentEvent.NothingCaptured undone => undone.Operation.Id,
        PaymentEvent.NothingLeft undone => undone.Operation.Id,
        PaymentEvent.VoidUndone undone => undone.Operation.Id,
        _ => null,
    };
}
