using Railyard.Core.Payments;

namespace Railyard.Core.Webhooks;

/// <summary>
/// A payment as it stood after one of its events, whatever has happened since. So what a merchant is told of an event
/// follows from the event alone, and telling it again is telling the same.
/// </summary>
public static class PaymentAsOf
{
    /// <summary>The payment after its event of that number.</summary>
    public static Payment Event(Payment payment, int sequence)
    {
        var events = payment.Events.Take(sequence).ToList();
        if (sequence < 1 || events.Count < sequence)
            throw new InvariantBroken($"{payment.Id} has no event {sequence}.");
        return payment with
        {
            Status = StatusAfter(events),
            Events = events,
            Attempts = [.. payment.Attempts.Where(attempt => HasStarted(attempt, events))],
            Operations = [.. payment.Operations.Where(one => WasAsked(one, events)).Select(one => As(one, events))],
            Disputes = DisputesAfter(events),
            UpdatedAt = events[^1].At,
        };
    }

    static PaymentStatus StatusAfter(IEnumerable<RecordedEvent> events) => events
        .Where(recorded => recorded.Event is not PaymentEvent.Created)
        .Aggregate(Lifecycle.Initial, (status, recorded) => Lifecycle.After(status, recorded.Event.GetType())
            ?? throw new InvariantBroken($"{status} has no {recorded.Event.Name}."));

    static List<Dispute> DisputesAfter(IEnumerable<RecordedEvent> events) =>
    [
        .. from recorded in events
           let moved = recorded.Event as PaymentEvent.DisputeMoved
           where moved is not null
           group (moved, recorded.At) by moved.Reference into dispute
           let last = dispute.Last()
           orderby last.At
           select new Dispute(
               dispute.Key, last.moved.Stage, last.moved.Amount, last.moved.Reason, dispute.First().At, last.At),
    ];

    static bool HasStarted(Attempt attempt, IEnumerable<RecordedEvent> events) =>
        events.Any(recorded => recorded.Event is PaymentEvent.AttemptStarted started && started.Attempt == attempt.Number);

    static bool WasAsked(Operation operation, IEnumerable<RecordedEvent> events) =>
        events.Any(recorded => recorded.Event is PaymentEvent.OperationAsked asked && asked.Operation == operation.Id);

    static Operation As(Operation operation, IEnumerable<RecordedEvent> events)
    {
        var status = events.Select(recorded => StatusBy(recorded.Event, operation.Id)).OfType<OperationStatus>()
            .DefaultIfEmpty(OperationStatus.Pending).Last();
        return operation with { Status = status };
    }

    static OperationStatus? StatusBy(PaymentEvent happened, OperationId operation) => happened switch
    {
        PaymentEvent.CaptureConfirmed done when done.Operation.Id == operation => OperationStatus.Succeeded,
        PaymentEvent.RefundConfirmed done when done.Operation.Id == operation => OperationStatus.Succeeded,
        PaymentEvent.FullyRefunded done when done.Operation.Id == operation => OperationStatus.Succeeded,
        PaymentEvent.VoidConfirmed done when done.Operation.Id == operation => OperationStatus.Succeeded,
        PaymentEvent.OperationFailed failed when failed.Operation == operation => OperationStatus.Failed,
        PaymentEvent.CaptureUndone undone when undone.Operation.Id == operation => OperationStatus.Failed,
        PaymentEvent.NothingCaptured undone when undone.Operation.Id == operation => OperationStatus.Failed,
        PaymentEvent.NothingLeft undone when undone.Operation.Id == operation => OperationStatus.Failed,
        PaymentEvent.RefundUndone undone when undone.Operation.Id == operation => OperationStatus.Failed,
        PaymentEvent.VoidUndone undone when undone.Operation.Id == operation => OperationStatus.Failed,
        PaymentEvent.OperationStuck stuck when stuck.Operation == operation => OperationStatus.Unresolved,
        _ => null,
    };
}
