using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Railyard.App.Acquiring;
using Railyard.App.Payments;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>How the outcome of an attempt is come by.</summary>
public abstract record Inquiry
{
    /// <summary>By the call itself: under the same key it is the same call, so this also asks again.</summary>
    public sealed record Send : Inquiry;

    /// <summary>By handing the acquirer what the cardholder brought back from authenticating.</summary>
    public sealed record Complete(string RedirectResult) : Inquiry;

    /// <summary>Not at all: the acquirer is asked to undo whatever came of it.</summary>
    public sealed record Reverse : Inquiry;

    /// <summary>By the acquirer's own word in a notification: nothing is called.</summary>
    public sealed record Adopt(AttemptOutcome Said) : Inquiry;

    Inquiry() { }
}

/// <summary>One attempt, or one more question about it.</summary>
public sealed record AttemptInput(PaymentId Payment, RoutePlan Plan, NextStep.TryAcquirer Step, int TimesAsked, Inquiry Inquiry)
{
    /// <summary>The payment as it was asked for, to be written with the attempt; null where it was written before.</summary>
    public Payment? Asked { get; init; }
}

/// <summary>A payment that no acquirer can take, and why not each of them.</summary>
public sealed record UnroutableInput(PaymentId Payment, RoutePlan Plan)
{
    /// <inheritdoc cref="AttemptInput.Asked"/>
    public Payment? Asked { get; init; }
}

/// <summary>
/// Writes an attempt down, calls the acquirer, writes the outcome and what follows from it, and publishes both. Every
/// part may be repeated: what is written stays, and the acquirer knows the attempt by its id.
/// </summary>
public sealed partial class AttemptAuthorization(
    PaymentStore payments,
    CardVault vault,
    SecurityCodes codes,
    Acquirers acquirers,
    AcquirerHealth health,
    ReverseAttempt reversal,
    CardActivityStore activities,
    ReturnLinks links,
    PaymentEvents events,
    MonthVolumes volumes,
    TimeProvider time,
    ILogger<AttemptAuthorization> log)
{
    [Function(nameof(AttemptAuthorization))]
    public async Task<AttemptOutcome> Run(
        [ActivityTrigger] AttemptInput input, [DurableClient] DurableTaskClient durable, FunctionContext context)
    {
        var cancellation = context.CancellationToken;
        var number = input.Step.Attempt;
        var started = await ChangeAsync(input.Payment, input.Asked, payment => Begin(payment, input), cancellation);
        var attempt = started.Attempts[number - 1];
        var outcome = IsOpen(attempt, input.Inquiry)
            ? await AskAsync(started, attempt, input.Inquiry, cancellation)
            : attempt.Outcome!;
        var activity = await CountAsync(started, attempt, outcome, cancellation);
        var done = await payments.ChangeAsync(input.Payment, payment => Record(payment, input, outcome, activity), cancellation);
        if (done.Status != started.Status) Measurements.Decided(done.Status, attempt.Acquirer);
        await events.PublishAsync(done, FirstEventOf(done, number), cancellation);
        await volumes.CountAsync(done, cancellation);
        await StartWhatFollowsAsync(done, input.Plan, durable, cancellation);
        if (done.Status != PaymentStatus.Processing) codes.Forget(done.Id);
        return done.Attempts[number - 1].Outcome!;
    }

    /// <summary>Declines a payment that no acquirer can take.</summary>
    [Function(nameof(RefuseUnroutable))]
    public async Task RefuseUnroutable([ActivityTrigger] UnroutableInput input, FunctionContext context)
    {
        var refusal = new NextStep.Decline(DeclineCode.ConfigurationError);
        var done = await ChangeAsync(
            input.Payment,
            input.Asked,
            found => Authorization.Conclude(Explanations.Note(found, input.Plan), refusal, time.GetUtcNow()),
            context.CancellationToken);
        await events.PublishAsync(done, first: 1, context.CancellationToken);
        codes.Forget(input.Payment);
    }

    // The first step of a payment writes it. One that runs once more finds it there, and so knows that it is not the first.
    Task<Payment> ChangeAsync(
        PaymentId id, Payment? asked, Func<Payment, Payment> change, CancellationToken cancellation) => asked is null
        ? payments.ChangeAsync(id, change, cancellation)
        : payments.BeginAsync(asked, change, cancellation);

    // Started here and not by the orchestration: that one has to end for the merchant to get an answer, and would not
    // while it had a child.
    static Task StartWhatFollowsAsync(
        Payment payment, RoutePlan plan, DurableTaskClient durable, CancellationToken cancellation) => payment switch
    {
        { Status: PaymentStatus.RequiresAction } => AuthenticateCardholder.StartAsync(durable, payment, plan, cancellation),
        { Status: PaymentStatus.Authorized, AutomaticCapture: null } => ExpireAuthorization.StartAsync(durable, payment, cancellation),
        _ => Task.CompletedTask,
    };

    static bool IsOpen(Attempt attempt, Inquiry inquiry) => attempt.Outcome switch
    {
        null or AttemptOutcome.Unknown => true,
        AttemptOutcome.ActionRequired => inquiry is not Inquiry.Send,
        _ => false,
    };

    // Written down before the acquirer hears of it: an attempt, and the reversal of one.
    Payment Begin(Payment payment, AttemptInput input)
    {
        var begun = Authorization.Start(Explanations.Note(payment, input.Plan), input.Step, time.GetUtcNow());
        return input.Inquiry is Inquiry.Reverse && IsOpen(begun.Attempts[input.Step.Attempt - 1], input.Inquiry)
            ? Reversals.Ask(begun, input.Step.Attempt, "no answer that could be believed", approvalReference: null, time.GetUtcNow())
            : begun;
    }

    // Only declines count at the schemes, and only they are followed by a decision that a count can change.
    async Task<CardActivity?> CountAsync(Payment payment, Attempt attempt, AttemptOutcome outcome, CancellationToken cancellation) =>
        outcome is AttemptOutcome.Declined declined && Retry.Counts(payment, attempt, declined, time.GetUtcNow()) is { } counted
            ? await activities.CountAsync(payment, counted, cancellation)
            : null;

    Payment Record(Payment payment, AttemptInput input, AttemptOutcome answer, CardActivity? activity)
    {
        var now = time.GetUtcNow();
        var outcome = Authorization.Believe(answer, payment.Attempts[input.Step.Attempt - 1].IsOnlyCall);
        var answered = Authorization.EndAction(payment, input.Step.Attempt, outcome, isNews: input.Inquiry is not Inquiry.Send, now);
        return Authorization.Record(answered, input.Plan, input.Step.Attempt, outcome, input.TimesAsked, now, activity);
    }

    async Task<AttemptOutcome> AskAsync(Payment payment, Attempt attempt, Inquiry inquiry, CancellationToken cancellation)
    {
        Activity.Current?.SetTag("railyard.payment", payment.Id.Value).SetTag("railyard.attempt", attempt.Number);
        var outcome = inquiry switch
        {
            Inquiry.Send => await SendAsync(payment, attempt, cancellation),
            Inquiry.Complete complete => await CompleteAsync(payment, attempt, complete.RedirectResult, cancellation),
            Inquiry.Reverse => await ReverseAsync(payment, attempt, cancellation),
            Inquiry.Adopt adopt => adopt.Said,
            _ => throw new UnreachableException(),
        };
        Attempted(payment.Id, attempt.Number, attempt.Acquirer, inquiry.GetType().Name, outcome.GetType().Name);
        return outcome;
    }

    async Task<AttemptOutcome> SendAsync(Payment payment, Attempt attempt, CancellationToken cancellation)
    {
        var number = await vault.RevealAsync(payment, cancellation);
        var call = new AuthorizationCall(
            attempt.Id,
            payment.Id,
            payment.Amount,
            number,
            payment.Card,
            codes.Find(payment.Id),
            links.For(payment.Id),
            attempt.StartedAt,
            CallBudget.For(time.GetUtcNow() - payment.CreatedAt));
        var start = time.GetTimestamp();
        var outcome = await acquirers[attempt.Acquirer].AuthorizeAsync(call, cancellation);
        var took = time.GetElapsedTime(start);
        health.Observe(attempt.Acquirer, outcome, took);
        Measurements.Attempted(attempt.Acquirer, outcome, took);
        return outcome;
    }

    // What the acquirer cannot read is no return of its cardholder: the action is still theirs to take.
    async Task<AttemptOutcome> CompleteAsync(
        Payment payment, Attempt attempt, string redirectResult, CancellationToken cancellation)
    {
        var call = new CompletionCall(attempt.Id, payment.Amount, redirectResult, CallBudget.Longest);
        return await acquirers[attempt.Acquirer].CompleteAsync(call, cancellation) ?? attempt.Outcome!;
    }

    async Task<AttemptOutcome> ReverseAsync(Payment payment, Attempt attempt, CancellationToken cancellation) =>
        await reversal.CallAsync(payment, attempt.Number, cancellation) switch
        {
            ReversalOutcome.Reversed reversed => new AttemptOutcome.Reversed(reversed.Evidence),
            ReversalOutcome.Unknown unknown => new AttemptOutcome.Unknown(unknown.Evidence),
            _ => throw new UnreachableException(),
        };

    // The first attempt brings the payment's own creation along. From its start on, always: of two that ran the same attempt,
    // one may have written an event and died, and what was published before is known for a copy.
    static int FirstEventOf(Payment payment, int attempt) => attempt == 1
        ? 1
        : payment.Events.First(recorded => recorded.Event is PaymentEvent.AttemptStarted started && started.Attempt == attempt).Sequence;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Payment} attempt {Attempt} at {Acquirer}, {Inquiry}: {Outcome}")]
    partial void Attempted(PaymentId payment, int attempt, AcquirerName acquirer, string inquiry, string outcome);
}
