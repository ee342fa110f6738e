using System.Diagnostics;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Stripe;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>
/// Captures, refunds, cancels and undoes at Stripe. Before anything is refused, or done again that could be done twice, it is
/// looked whether it has been done: a key is forgotten after a day, and may keep an error that was none.
/// </summary>
sealed class StripeOperations(AcquirerProfile profile, StripeConnection stripe)
{
    const long MostRefundsLookedAt = 100;
    static readonly OperationOutcome.Refused NotCountable =
        new("amount_not_countable", "The acquirer counts this currency in coarser units.");

    /// <summary>Asks for a capture, refund or void.</summary>
    public async Task<OperationOutcome> PerformAsync(OperationCall call, Deadline deadline)
    {
        if (StripeCurrencies.ToStripe(call.Amount) is not { } amount) return NotCountable;
        return call.Kind switch
        {
            OperationKind.Capture => await CaptureAsync(call, amount, deadline),
            OperationKind.Refund => await RefundAsync(call, amount, deadline),
            OperationKind.Void => await VoidAsync(call, deadline),
        };
    }

    /// <summary>Undoes whatever an intent has come to.</summary>
    public async Task<ReversalOutcome> UndoAsync(ReversalCall call, string intent, Deadline deadline) =>
        await GetAsync(intent, deadline) switch
        {
            Reply<PaymentIntent>.Read { Answer.Status: "canceled" } => Cancelled(intent),
            Reply<PaymentIntent>.Read { Answer.Status: "succeeded" } => await GiveBackAsync(call, intent, deadline),
            Reply<PaymentIntent>.Read => await CancelAsync(intent, deadline),
            var other => new ReversalOutcome.Unknown(Evidence(other)),
        };

    /// <summary>What a reply that is no answer tells, in words.</summary>
    public static string Evidence<T>(Reply<T> reply) => reply switch
    {
        Reply<T>.Error error => StripeAnswers.Evidence(error.Status, error.Body),
        Reply<T>.NotSent => "No connection could be made.",
        Reply<T>.Lost lost => lost.Evidence,
        _ => throw new UnreachableException(),
    };

    async Task<OperationOutcome> CaptureAsync(OperationCall call, long amount, Deadline deadline)
    {
        var isPart = false;
        if (profile.CapturesInParts && call.Amount < call.Original.Amount)
        {
            if (await GetAsync(call.PaymentReference, deadline) is not Reply<PaymentIntent>.Read { Answer: var intent })
                return new OperationOutcome.Unknown("It could not be looked whether the payment can be captured in parts.");
            if (Captured(intent, call.Operation) is { } before) return before;
            isPart = intent.LatestCharge?.PaymentMethodDetails?.Card?.Multicapture?.Status == "available";
        }
        var options = StripeRequests.Capture(call.Operation, amount, isPart);
        var reply = await stripe.AskAsync(
            (client, token) => new PaymentIntentService(client)
                .CaptureAsync(call.PaymentReference, options, StripeRequests.Under(call.Operation.Value), token),
            deadline);
        return await JudgeAsync(call, reply, intent => Captured(intent, call.Operation), deadline);
    }

    async Task<OperationOutcome> VoidAsync(OperationCall call, Deadline deadline)
    {
        var reply = await stripe.AskAsync(
            (client, token) => new PaymentIntentService(client).CancelAsync(
                call.PaymentReference, new PaymentIntentCancelOptions(), StripeRequests.Under(call.Operation.Value), token),
            deadline);
        return await JudgeAsync(call, reply, Voided, deadline);
    }

    async Task<OperationOutcome> RefundAsync(OperationCall call, long amount, Deadline deadline)
    {
        var refunds = await RefundsAsync(call.PaymentReference, deadline);
        if (refunds is not Reply<StripeList<Refund>>.Read read) return new OperationOutcome.Unknown(Evidence(refunds));
        if (Find(read.Answer, call.Operation) is { } before) return StripeAnswers.Refund(before);
        var options = StripeRequests.Refund(call.Payment, call.Operation, call.PaymentReference, amount);
        var reply = await stripe.AskAsync(
            (client, token) => new RefundService(client).CreateAsync(options, StripeRequests.Under(call.Operation.Value), token), deadline);
        return reply switch
        {
            Reply<Refund>.Read made => StripeAnswers.Refund(made.Answer),
            Reply<Refund>.Error error => await RefundsAsync(call.PaymentReference, deadline)
                is Reply<StripeList<Refund>>.Read again && Find(again.Answer, call.Operation) is { } found
                    ? StripeAnswers.Refund(found)
                    : Refused(error),
            var other => new OperationOutcome.Unknown(Evidence(other)),
        };
    }

    // An error is not the last word: what it was told of may have been done, now or in a call before.
    async Task<OperationOutcome> JudgeAsync(
        OperationCall call, Reply<PaymentIntent> reply, Func<PaymentIntent, OperationOutcome.Accepted?> done, Deadline deadline)
    {
        if (reply is Reply<PaymentIntent>.Read { Answer: var answer })
        {
            if (done(answer) is { } accepted) return accepted;
            return new OperationOutcome.Unknown($"The payment intent has status '{answer.Status}' and shows no trace of it.");
        }
        if (reply is not Reply<PaymentIntent>.Error error) return new OperationOutcome.Unknown(Evidence(reply));
        if (await GetAsync(call.PaymentReference, deadline) is not Reply<PaymentIntent>.Read looked)
            return new OperationOutcome.Unknown(Evidence(reply));
        return done(looked.Answer) is { } found ? found : Refused(error);
    }

    OperationOutcome.Accepted? Captured(PaymentIntent intent, OperationId operation) =>
        intent.Metadata?.ContainsKey(operation.Value) == true ? new OperationOutcome.Accepted(CaptureReference(intent)) : null;

    // Captures in parts share their charge, and each has a transaction of its own; of one that takes all there are two.
    string CaptureReference(PaymentIntent intent) =>
        (profile.CapturesInParts ? intent.LatestCharge?.BalanceTransactionId : null) ?? intent.LatestChargeId ?? intent.Id;

    // Where a capture gave up the rest, there is nothing left to let go, which is what a void is for.
    static OperationOutcome.Accepted? Voided(PaymentIntent intent) =>
        intent is { Status: "canceled" } or { Status: "succeeded", AmountCapturable: 0 }
            ? new OperationOutcome.Accepted(intent.Id)
            : null;

    static Refund? Find(StripeList<Refund> refunds, OperationId operation) =>
        refunds.Data.FirstOrDefault(refund => refund.Metadata?.GetValueOrDefault(StripeRequests.Operation) == operation.Value);

    static OperationOutcome Refused<T>(Reply<T>.Error error) => StripeAnswers.IsCertain(error.Status, error.Body)
        ? StripeAnswers.RefusedOperation(error.Status, error.Body)
        : new OperationOutcome.Unknown(Evidence(error));

    // Cancelling twice is cancelling once there without a key of ours, and a key would keep an error.
    async Task<ReversalOutcome> CancelAsync(string intent, Deadline deadline)
    {
        var reply = await stripe.AskAsync(
            (client, token) => new PaymentIntentService(client).CancelAsync(intent, new PaymentIntentCancelOptions(), requestOptions: null, token),
            deadline);
        return reply switch
        {
            Reply<PaymentIntent>.Read { Answer.Status: "canceled" } => Cancelled(intent),
            Reply<PaymentIntent>.Read read => new ReversalOutcome.Unknown($"The payment intent has status '{read.Answer.Status}'."),
            _ => new ReversalOutcome.Unknown(Evidence(reply)),
        };
    }

    async Task<ReversalOutcome> GiveBackAsync(ReversalCall call, string intent, Deadline deadline)
    {
        var options = StripeRequests.RefundOfAll(call.Payment, intent);
        var reply = await stripe.AskAsync(
            (client, token) => new RefundService(client).CreateAsync(options, StripeRequests.Under($"{call.Attempt}_reverse"), token), deadline);
        return reply switch
        {
            Reply<Refund>.Read { Answer.Status: "succeeded" or "pending" } given =>
                new ReversalOutcome.Reversed(given.Answer.Id, "What was captured has been refunded."),
            Reply<Refund>.Read read => new ReversalOutcome.Unknown($"The refund has status '{read.Answer.Status}'."),
            Reply<Refund>.Error { Body.Code: "charge_already_refunded" } =>
                new ReversalOutcome.Reversed(intent, "What was captured had been refunded."),
            var other => new ReversalOutcome.Unknown(Evidence(other)),
        };
    }

    static ReversalOutcome.Reversed Cancelled(string intent) => new(intent, "The payment intent is cancelled.");

    Task<Reply<PaymentIntent>> GetAsync(string intent, Deadline deadline) => stripe.AskAsync(
        (client, token) => new PaymentIntentService(client).GetAsync(intent, StripeRequests.Get(), requestOptions: null, token), deadline);

    Task<Reply<StripeList<Refund>>> RefundsAsync(string intent, Deadline deadline) => stripe.AskAsync(
        (client, token) => new RefundService(client).ListAsync(
            new RefundListOptions { PaymentIntent = intent, Limit = MostRefundsLookedAt }, requestOptions: null, token),
        deadline);
}
