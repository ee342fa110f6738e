using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Reconciliation;

/// <summary>
/// Writes down what an acquirer owes us or takes, once it has confirmed a capture or a refund. Where its line has come
/// already, the two are brought together.
/// </summary>
public sealed partial class RecordExpectation(
    ExpectationStore expectations,
    DiscrepancyStore discrepancies,
    OutcomeWriter writer,
    Acquirers acquirers,
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
        if (Expectations.MoneyMovedBy(published.Event) is not { } operation) return;
        var profile = acquirers[operation.Acquirer].Profile;
        var expected = Expectations.Of(published.Event, published.Payment, published.Merchant, published.At, profile);
        await expectations.RecordAsync(expected, context.CancellationToken);
        await MeetAsync(expected, context.CancellationToken);
        Recorded(expected.Id, expected.Payment, expected.Operation, expected.Acquirer);
    }

    async Task MeetAsync(Expectation expected, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var breaks = await discrepancies.OpenAsync(expected.Acquirer, expected.AcquirerReference, cancellation);
            if (breaks.Count == 0) return;
            if (await expectations.FindAsync(expected, cancellation) is not { } stored) return;
            var outcome = ShardJoin.MeetLate(stored.Value, breaks);
            var etags = new Dictionary<ExpectationId, string> { [expected.Id] = stored.ETag };
            if (await writer.TryWriteAsync(expected.Acquirer, outcome, etags, cancellation)) return;
        }
        throw new TimeoutException($"{expected.Id} was overtaken {MostRounds} times.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Expectation} of {Payment} {Operation} at {Acquirer} is recorded")]
    partial void Recorded(ExpectationId expectation, PaymentId payment, OperationId operation, AcquirerName acquirer);
}
