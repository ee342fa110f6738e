using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.Core.Reconciliation;

/// <summary>What follows for settlement from an event of a payment.</summary>
public static class Expectations
{
    const string EndedByPerson = "ended by a person";

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

    /// <summary>The operation that settlement will show no line for after all; null where the event undoes none.</summary>
    public static ConfirmedOperation? MoneyKeptBy(PaymentEvent happened) => happened switch
    {
        PaymentEvent.CaptureUndone undone => undone.Operation,
        PaymentEvent.NothingCaptured undone => undone.Operation,
        PaymentEvent.NothingLeft undone => undone.Operation,
        PaymentEvent.RefundUndone undone => undone.Operation,
        _ => null,
    };

    /// <summary>The expectation of an operation that was undone: what it was recorded under.</summary>
    public static ExpectationId UndoneBy(PaymentEvent happened)
    {
        var operation = MoneyKeptBy(happened) ?? throw new InvariantBroken($"{happened.Name} undoes nothing.");
        return IdOf(operation, happened is PaymentEvent.RefundUndone ? LineKind.Refund : LineKind.Payment);
    }

    /// <summary>
    /// What the acquirer owes us, or takes, for an operation that it has confirmed. Where its price list goes by the card,
    /// <paramref name="facts"/> are needed to know the fee.
    /// </summary>
    public static Expectation Of(
        PaymentEvent happened,
        PaymentId payment,
        MerchantId merchant,
        DateTimeOffset at,
        AcquirerProfile acquirer,
        SettlementTerms terms,
        PaymentFacts? facts = null)
    {
        var operation = MoneyMovedBy(happened)
            ?? throw new InvariantBroken($"{happened.Name} of {payment} moves no money.");
        var kind = happened is PaymentEvent.CaptureConfirmed ? LineKind.Payment : LineKind.Refund;
        return new()
        {
            Id = IdOf(operation, kind),
            Acquirer = acquirer.Name,
            AcquirerReference = operation.PaymentReference,
            ModificationReference = ModificationOf(operation),
            Kind = kind,
            Merchant = merchant,
            Payment = payment,
            Operation = operation.Id,
            Amount = operation.Amount,
            // Agreed for what is captured only; what a refund costs is the acquirer's to say.
            ExpectedFee = kind == LineKind.Payment ? FeeOf(operation.Amount, acquirer, facts) : null,
            BookedAt = at,
            OverdueAfter = terms.OverdueAfter(at),
            State = new ExpectationState.Open(),
        };
    }

    /// <summary>
    /// The expectation once its operation was undone. One that a line has met stays: the acquirer's file says otherwise, and
    /// will say so of what it gives back.
    /// </summary>
    public static Expectation Withdraw(Expectation expected, PaymentEvent undone) => expected.State switch
    {
        ExpectationState.Open or ExpectationState.Broken { Line: null } =>
            expected with { State = new ExpectationState.Withdrawn(undone.Name) },
        _ => expected,
    };

    /// <summary>
    /// The expectation once a person has ended that nothing came for it: somebody bears it now, so a line that comes all the
    /// same is nobody's until a person has looked at it.
    /// </summary>
    public static Expectation Withdraw(Expectation expected, Discrepancy ended) =>
        ended is { Kind: DiscrepancyKind.MissingAtAcquirer, State: DiscrepancyState.Resolved }
        && expected.State is ExpectationState.Broken { Line: null } broken && broken.Discrepancy == ended.Id
            ? expected with { State = new ExpectationState.Withdrawn(EndedByPerson) }
            : expected;

    /// <summary>Breaks that say of a withdrawn expectation that it is missing: nothing is, any more.</summary>
    public static IEnumerable<Closing> ClosedBy(Expectation withdrawn, IEnumerable<Discrepancy> openBreaks) =>
        withdrawn.State is ExpectationState.Withdrawn
            ? openBreaks
                .Where(found => found.Kind == DiscrepancyKind.MissingAtAcquirer && found.Expectation == withdrawn.Id)
                .Select(found => new Closing(found.Id, new DiscrepancyState.Closed(withdrawn.Id, null, null)))
            : [];

    static Money? FeeOf(Money amount, AcquirerProfile acquirer, PaymentFacts? facts) => acquirer.Fees is { } model
        ? facts is null ? null : model.Of(facts with { Amount = amount })
        : acquirer.Fee.Of(amount);

    static ExpectationId IdOf(ConfirmedOperation operation, LineKind kind) => Expectation.IdOf(
        operation.Acquirer, operation.PaymentReference, kind, ModificationOf(operation), operation.Id);

    static string? ModificationOf(ConfirmedOperation operation) =>
        operation.OperationReference.Length == 0 ? null : operation.OperationReference;
}
