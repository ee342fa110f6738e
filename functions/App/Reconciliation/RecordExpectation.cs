using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Writes down what an acquirer owes us or takes, once it has confirmed a capture or a refund. Where its line has come
/// already, the two are brought together. What it undoes before its line has come is withdrawn.
/// </summary>
public sealed partial class RecordExpectation(
    ExpectationStore expectations,
    DiscrepancyStore discrepancies,
    OutcomeWriter writer,
    Acquirers acquirers,
    PaymentStore payments,
    ILogger<RecordExpectation> log)
{
    const int MostRounds = 10;

    [Function(nameof(RecordExpectation))]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, "expectations", IsSessionsEnabled = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        var published = PaymentEventMessage.Read(message);
        await WithdrawAsync(published.Event, context.CancellationToken);
        if (Expectations.MoneyMovedBy(published.Event) is not { } operation) return;
        var profile = acquirers[operation.Acquirer].Profile;
        var facts = profile.Fees is null ? null : await FactsAsync(published.Payment, context.CancellationToken);
        var expected = Expectations.Of(
            published.Event, published.Payment, published.Merchant, published.At, profile, acquirers.TermsOf(operation.Acquirer), facts);
        await expectations.RecordAsync(expected, context.CancellationToken);
        await MeetAsync(expected, context.CancellationToken);
        Recorded(expected.Id, expected.Payment, expected.Operation, expected.Acquirer);
    }

    async Task<PaymentFacts?> FactsAsync(PaymentId id, CancellationToken cancellation) =>
        await payments.FindAsync(id, cancellation) is { } payment ? PaymentFacts.Of(payment) : null;

    async Task WithdrawAsync(PaymentEvent happened, CancellationToken cancellation)
    {
        if (Expectations.MoneyKeptBy(happened) is not { } operation) return;
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await expectations.FindAsync(
                operation.Acquirer, operation.PaymentReference, Expectations.UndoneBy(happened), cancellation);
            if (stored is null) return;
            var withdrawn = Expectations.Withdraw(stored.Value, happened);
            if (!ReferenceEquals(withdrawn, stored.Value) && !await expectations.TrySaveAsync(withdrawn, stored.ETag, cancellation)) continue;
            foreach (var closing in Expectations.ClosedBy(
                withdrawn, await discrepancies.OpenAsync(operation.Acquirer, operation.PaymentReference, cancellation)))
                await discrepancies.CloseAsync(operation.Acquirer, closing, cancellation);
            return;
        }
        throw new TimeoutException($"The expectation of {operation.Id} was overtaken {MostRounds} times.");
    }

    async Task MeetAsync(Expectation expected, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var breaks = await discrepancies.OpenAsync(expected.Acquirer, expected.AcquirerReference, cancellation);
            if (breaks.Count == 0) return;
            var reference = expected.AcquirerReference;
            var known = await expectations.UnderReferencesAsync(
                expected.Acquirer, ShardNumber.Of(reference), [reference], cancellation);
            var outcome = ShardJoin.MeetLate(
                expected.Acquirer, known.Select(one => one.Value), breaks, acquirers.TermsOf(expected.Acquirer));
            var etags = known.ToDictionary(one => one.Value.Id, one => one.ETag);
            if (await writer.TryWriteAsync(expected.Acquirer, outcome, etags, cancellation)) return;
        }
        throw new TimeoutException($"{expected.Id} was overtaken {MostRounds} times.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Expectation} of {Payment} {Operation} at {Acquirer} is recorded")]
    partial void Recorded(ExpectationId expectation, PaymentId payment, OperationId operation, AcquirerName acquirer);
}
