using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.App.Routing;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Acquiring;

/// <summary>A reversal that the payment holds already.</summary>
public sealed record UndoInput(PaymentId Payment, int Attempt);

/// <summary>
/// Has an approval undone that nobody wants: one that came when its payment was over, or had gone elsewhere. It asks until
/// the acquirer acknowledges; after 72 hours a person must.
/// </summary>
public static class UndoAttempt
{
    /// <summary>
    /// Writes the reversal down and starts it. Asked for again, it is the same. False where another reversal of the attempt is
    /// under way, which may not undo this approval: it has to be asked for again when that has ended.
    /// </summary>
    internal static async Task<bool> StartAsync(
        PaymentStore payments,
        DurableTaskClient durable,
        PaymentId payment,
        NoticeVerdict.Undo undo,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        var asked = await payments.ChangeAsync(
            payment, found => Reversals.Ask(found, undo.Attempt, undo.Why, undo.ApprovalReference, now), cancellation);
        var attempt = asked.Attempts[undo.Attempt - 1];
        await StartAsync(durable, asked, attempt, cancellation);
        return !attempt.IsBeingReversed || attempt.Reversals[^1].ApprovalReference == undo.ApprovalReference;
    }

    /// <summary>Starts the reversal that is written down, if one is under way.</summary>
    internal static Task StartAsync(DurableTaskClient durable, Payment payment, Attempt attempt, CancellationToken cancellation) =>
        attempt.IsBeingReversed
            ? Orchestrations.StartOnceAsync(
                durable,
                nameof(UndoAttempt),
                $"{attempt.Id}-undo-{attempt.Reversals.Count}",
                new UndoInput(payment.Id, attempt.Number),
                cancellation)
            : Task.CompletedTask;

    [Function(nameof(UndoAttempt))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<UndoInput>()!;
        for (var time = 1; ; time++)
        {
            if (await context.CallActivityAsync<bool>(nameof(ReverseAttempt), input, AuthorizePayment.UntilItWorks)) return;
            if (FindOutSchedule.Delay(time) is not { } delay) break;
            await context.CreateTimer(delay, CancellationToken.None);
        }
        await context.CallActivityAsync(nameof(ReverseAttempt.LeaveReversal), input, AuthorizePayment.UntilItWorks);
    }
}

/// <summary>Asks an acquirer to undo an attempt, writes what it says, publishes it. Repeated, it is the same reversal.</summary>
public sealed partial class ReverseAttempt(
    PaymentStore payments, Acquirers acquirers, CardVault vault, PaymentEvents events, TimeProvider time, ILogger<ReverseAttempt> log)
{
    /// <summary>Whether it is acknowledged.</summary>
    [Function(nameof(ReverseAttempt))]
    public async Task<bool> Run([ActivityTrigger] UndoInput input, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var payment = await payments.LoadAsync(input.Payment, cancellation);
        if (payment.Attempts[input.Attempt - 1].IsBeingReversed)
        {
            var outcome = await CallAsync(payment, input.Attempt, cancellation);
            payment = await payments.ChangeAsync(
                input.Payment, found => Reversals.Record(found, input.Attempt, outcome, time.GetUtcNow()), cancellation);
        }
        await PublishAsync(payment, input.Attempt, cancellation);
        return !payment.Attempts[input.Attempt - 1].IsBeingReversed;
    }

    /// <summary>Gives a reversal that nobody acknowledged to a person.</summary>
    [Function(nameof(LeaveReversal))]
    public async Task LeaveReversal([ActivityTrigger] UndoInput input, FunctionContext context)
    {
        const string Evidence = "The acquirer did not acknowledge the reversal within 72 hours.";
        var left = await payments.ChangeAsync(
            input.Payment,
            found => Reversals.LeaveUnresolved(found, input.Attempt, Evidence, time.GetUtcNow()),
            context.CancellationToken);
        await PublishAsync(left, input.Attempt, context.CancellationToken);
    }

    /// <summary>Asks the attempt's acquirer for the reversal that is under way.</summary>
    internal async Task<ReversalOutcome> CallAsync(Payment payment, int number, CancellationToken cancellation)
    {
        var attempt = payment.Attempts[number - 1];
        var reversal = attempt.Reversals[^1];
        var call = new ReversalCall(
            attempt.Id,
            payment.Id,
            payment.Amount,
            reversal.ApprovalReference ?? (attempt.Outcome as AttemptOutcome.ActionRequired)?.AcquirerReference,
            await vault.RevealAsync(payment, cancellation),
            payment.Card,
            attempt.StartedAt,
            IsRepeat: time.GetUtcNow() > reversal.AskedAt + CallBudget.Shortest,
            CallBudget.Longest);
        var outcome = await acquirers[attempt.Acquirer].ReverseAsync(call, cancellation);
        Asked(payment.Id, number, attempt.Acquirer, outcome.GetType().Name);
        return outcome;
    }

    // From the first reversal of the attempt on: by now another may have been asked for, and the log has to be told whole.
    Task PublishAsync(Payment payment, int attempt, CancellationToken cancellation)
    {
        var asked = payment.Events.First(recorded => recorded.Event is PaymentEvent.ReversalAsked one && one.Attempt == attempt);
        return events.PublishAsync(payment, asked.Sequence, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment} attempt {Attempt} is to be reversed at {Acquirer}: {Outcome}")]
    partial void Asked(PaymentId payment, int attempt, AcquirerName acquirer, string outcome);
}
