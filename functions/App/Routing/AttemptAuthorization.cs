using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>One attempt, or one more question about it.</summary>
public sealed record AttemptInput(PaymentId Payment, RoutePlan Plan, NextStep.TryAcquirer Step, int TimesAsked);

/// <summary>
/// Writes an attempt down, calls the acquirer, writes the outcome and what follows from it, and publishes both. Every
/// part may be repeated: what is written stays, and the acquirer knows the attempt by its id.
/// </summary>
public sealed partial class AttemptAuthorization(
    PaymentStore payments,
    CardVault vault,
    SecurityCodes codes,
    Acquirers acquirers,
    PaymentEvents events,
    TimeProvider time,
    ILogger<AttemptAuthorization> log)
{
    [Function(nameof(AttemptAuthorization))]
    public async Task<AttemptOutcome> Run([ActivityTrigger] AttemptInput input, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var started = await payments.ChangeAsync(
            input.Payment, payment => Authorization.Start(payment, input.Step, time.GetUtcNow()), cancellation);
        var attempt = started.Attempts[input.Step.Attempt - 1];
        var outcome = attempt.Outcome is null or AttemptOutcome.Unknown
            ? await CallAsync(started, attempt, cancellation)
            : attempt.Outcome;
        var done = await payments.ChangeAsync(
            input.Payment,
            payment => Authorization.Record(payment, input.Plan, attempt.Number, outcome, input.TimesAsked, time.GetUtcNow()),
            cancellation);
        await events.PublishAsync(done, FirstEventOf(done, attempt.Number), cancellation);
        if (done.Status != PaymentStatus.Processing) codes.Forget(done.Id);
        return done.Attempts[attempt.Number - 1].Outcome!;
    }

    /// <summary>Declines a payment that no acquirer can take.</summary>
    [Function(nameof(RefuseUnroutable))]
    public async Task RefuseUnroutable([ActivityTrigger] PaymentId payment, FunctionContext context)
    {
        var refusal = new NextStep.Decline(DeclineCode.ConfigurationError);
        var done = await payments.ChangeAsync(
            payment, found => Authorization.Conclude(found, refusal, time.GetUtcNow()), context.CancellationToken);
        await events.PublishAsync(done, first: 1, context.CancellationToken);
        codes.Forget(payment);
    }

    async Task<AttemptOutcome> CallAsync(Payment payment, Attempt attempt, CancellationToken cancellation)
    {
        var number = await vault.RevealAsync(payment.Token, payment.Merchant, cancellation);
        var call = new AuthorizationCall(
            attempt.Id, payment.Id, payment.Amount, number, payment.Card, codes.Find(payment.Id));
        var outcome = await acquirers[attempt.Acquirer].AuthorizeAsync(call, cancellation);
        Attempted(payment.Id, attempt.Number, attempt.Acquirer, outcome.GetType().Name);
        return outcome;
    }

    static int FirstEventOf(Payment payment, int attempt) => attempt == 1
        ? 1
        : payment.Events.First(recorded => recorded.Event is PaymentEvent.AttemptStarted started && started.Attempt == attempt).Sequence;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment} attempt {Attempt} at {Acquirer}: {Outcome}")]
    partial void Attempted(PaymentId payment, int attempt, AcquirerName acquirer, string outcome);
}
