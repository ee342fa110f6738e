using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What follows for settlement from an event of a payment.</summary>
public static class Expectations
{
    /// <summary>
    /// The operation that settlement will show a line for; null where the event moves no money.
    /// </summary>
    public static ConfirmedOperation? MoneyMovedBy(PaymentEvent happened) => happened switch
    {
        PaymentEvent.CaptureConfirmed captured => captured.Operation,
        PaymentEvent.RefundConfirmed refunded => refunded.Operation,
        PaymentEvent.FullyRefunded refunded => refunded.Operation,
        _ => null,
    };

    /// <summary>What the acquirer owes us, or takes, for an operation that it has confirmed.</summary>
    public static Expectation Of(
        PaymentEvent happened, PaymentId payment, MerchantId merchant, DateTimeOffset at, AcquirerProfile acquirer)
    {
        var operation = MoneyMovedBy(happened)
            ?? throw new InvariantBroken($"{happened.Name} of {payment} moves no money.");
        var kind = happened is PaymentEvent.CaptureConfirmed ? LineKind.Payment : LineKind.Refund;
        var modification = operation.OperationReference.Length == 0 ? null : operation.OperationReference;
        return new()
        {
            Id = Expectation.IdOf(acquirer.Name, operation.PaymentReference, kind, modification, operation.Id),
            Acquirer = acquirer.Name,
            AcquirerReference = operation.PaymentReference,
            ModificationReference = modification,
            Kind = kind,
            Merchant = merchant,
            Payment = payment,
            Operation = operation.Id,
            Amount = operation.Amount,
            // Agreed for what is captured only; what a refund costs is the acquirer's to say.
            ExpectedFee = kind == LineKind.Payment ? acquirer.Fee.Of(operation.Amount) : null,
            BookedAt = at,
            OverdueAfter = at + acquirer.SettlesWithin,
            State = new ExpectationState.Open(),
        };
    }
}
