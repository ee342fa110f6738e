using System.Diagnostics;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Stripe;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>
/// An acquirer that speaks Stripe's API. An attempt is a payment intent, created first and then confirmed with the card:
/// Stripe keeps the answer to a key, also an error, so only the intent itself tells what became of it, and it can be charged
/// once at most.
/// </summary>
sealed class StripePayments(AcquirerProfile profile, AcquirerSettings settings, IHttpClientFactory http, TimeProvider time)
    : IAcquirer
{
    /// <summary>The name of the HTTP clients.</summary>
    public const string ClientName = "stripe-payments";

    /// <summary>The longest answer that is read.</summary>
    public const int LongestAnswer = 256 * 1024;

    // Stripe forgets a key after 24 hours; used again after that, it would be another intent.
    static readonly TimeSpan KeysAreKept = TimeSpan.FromHours(20);

    readonly StripeConnection stripe = new(settings, http);
    readonly StripeOperations operations = new(profile, new StripeConnection(settings, http));

    /// <inheritdoc/>
    public AcquirerProfile Profile => profile;

    /// <inheritdoc/>
    public async Task<AttemptOutcome> AuthorizeAsync(AuthorizationCall call, CancellationToken cancellation)
    {
        using var deadline = new Deadline(call.Within, time, cancellation);
        if (AreKeysForgotten(call.StartedAt)) return await SearchAsync(call, deadline);
        return await CreateAsync(call.Payment, call.Attempt, call.Amount, deadline) switch
        {
            Reply<PaymentIntent>.Read { IsReplayed: false } created => await ConfirmAsync(call, created.Answer.Id, deadline),
            Reply<PaymentIntent>.Read known => await FindOutAsync(call, known.Answer.Id, deadline),
            Reply<PaymentIntent>.Error error => StripeAnswers.Refusal(error.Status, error.Body),
            Reply<PaymentIntent>.NotSent => AttemptOutcome.NotSent("No connection could be made."),
            Reply<PaymentIntent>.Lost lost => new AttemptOutcome.Unknown(lost.Evidence),
            _ => throw new UnreachableException(),
        };
    }

    /// <inheritdoc/>
    public async Task<AttemptOutcome?> CompleteAsync(CompletionCall call, CancellationToken cancellation)
    {
        using var deadline = new Deadline(call.Within, time, cancellation);
        if (!IsIntentId(call.RedirectResult)) return null;
        return await GetAsync(call.RedirectResult, deadline) switch
        {
            Reply<PaymentIntent>.Read read when !IsOf(read.Answer, call.Attempt) => null,
            // They came back without having done what was asked of them: it is still theirs to do.
            Reply<PaymentIntent>.Read read => StripeAnswers.Attempt(read.Answer, call.Amount) is var outcome
                && outcome is AttemptOutcome.ActionRequired ? null : outcome,
            Reply<PaymentIntent>.Error { Body.Code: "resource_missing" } => null,
            var other => new AttemptOutcome.Unknown(StripeOperations.Evidence(other)),
        };
    }

    /// <inheritdoc/>
    public async Task<OperationOutcome> PerformAsync(OperationCall call, CancellationToken cancellation)
    {
        using var deadline = new Deadline(call.Within, time, cancellation);
        return await operations.PerformAsync(call, deadline);
    }

    /// <inheritdoc/>
    public async Task<ReversalOutcome> ReverseAsync(ReversalCall call, CancellationToken cancellation)
    {
        using var deadline = new Deadline(call.Within, time, cancellation);
        if (call.AcquirerReference is { } reference) return await operations.UndoAsync(call, reference, deadline);
        if (AreKeysForgotten(call.StartedAt))
            return new ReversalOutcome.Unknown("The attempt is too old to be found by its key.");
        // Created by this very call or before it: cancelled, the intent cannot be confirmed by anybody any more.
        return await CreateAsync(call.Payment, call.Attempt, call.Amount, deadline) switch
        {
            Reply<PaymentIntent>.Read read => await operations.UndoAsync(call, read.Answer.Id, deadline),
            var other => new ReversalOutcome.Unknown(StripeOperations.Evidence(other)),
        };
    }

    /// <summary>The payment of ours that an intent is for, null where it is for none; and whether that could be found out.</summary>
    public async Task<(PaymentId? Payment, bool IsKnown)> PaymentOfAsync(string intent, TimeSpan within, CancellationToken cancellation)
    {
        using var deadline = new Deadline(within, time, cancellation);
        if (!IsIntentId(intent)) return (null, true);
        return await GetAsync(intent, deadline) switch
        {
            Reply<PaymentIntent>.Read read =>
                (read.Answer.Metadata?.GetValueOrDefault(StripeRequests.Payment) is { } payment ? new PaymentId(payment) : null, true),
            Reply<PaymentIntent>.Error { Body.Code: "resource_missing" } => (null, true),
            _ => (null, false),
        };
    }

    Task<Reply<PaymentIntent>> CreateAsync(PaymentId payment, AttemptId attempt, Money amount, Deadline deadline)
    {
        var value = StripeCurrencies.ToStripe(amount)
            ?? throw new InvariantBroken($"{payment} was routed to {profile.Name}, which cannot count its amount.");
        var options = StripeRequests.Create(payment, attempt, value, amount.Currency.Code, profile.CapturesInParts);
        return stripe.AskAsync(
            (client, token) => new PaymentIntentService(client).CreateAsync(options, StripeRequests.Under(attempt.Value), token), deadline);
    }

    /// <summary>What became of an intent that was created before; where its card was never tried, it is now.</summary>
    async Task<AttemptOutcome> FindOutAsync(AuthorizationCall call, string intent, Deadline deadline) =>
        await GetAsync(intent, deadline) switch
        {
            Reply<PaymentIntent>.Read read =>
                StripeAnswers.Attempt(read.Answer, call.Amount) ?? await ConfirmAsync(call, intent, deadline),
            var other => new AttemptOutcome.Unknown(StripeOperations.Evidence(other)),
        };

    async Task<AttemptOutcome> ConfirmAsync(AuthorizationCall call, string intent, Deadline deadline)
    {
        // Without a security code it is another call, which the key has to say.
        var key = $"{call.Attempt}_confirm{(call.SecurityCode is null ? "_bare" : "")}";
        var reply = await ConfirmAsync(call, intent, key, deadline);
        // An error of before, told again of an intent that shows no trace of it: that call is over, and nothing came of it.
        if (reply is Reply<PaymentIntent>.Error { IsReplayed: true, Status: >= System.Net.HttpStatusCode.InternalServerError })
            reply = await ConfirmAsync(call, intent, $"{key}_again", deadline);
        return reply switch
        {
            Reply<PaymentIntent>.Read read => StripeAnswers.Attempt(read.Answer, call.Amount)
                ?? new AttemptOutcome.Unknown("The payment intent was confirmed and shows no trace of it."),
            Reply<PaymentIntent>.Error error => StripeAnswers.Refusal(error.Status, error.Body),
            Reply<PaymentIntent>.NotSent => AttemptOutcome.NotSent("No connection could be made."),
            Reply<PaymentIntent>.Lost lost => new AttemptOutcome.Unknown(lost.Evidence),
            _ => throw new UnreachableException(),
        };
    }

    Task<Reply<PaymentIntent>> ConfirmAsync(AuthorizationCall call, string intent, string key, Deadline deadline) =>
        stripe.AskAsync(
            (client, token) => new PaymentIntentService(client)
                .ConfirmAsync(intent, StripeRequests.Confirm(call), StripeRequests.Under(key), token),
            deadline);

    Task<Reply<PaymentIntent>> GetAsync(string intent, Deadline deadline) => stripe.AskAsync(
        (client, token) => new PaymentIntentService(client).GetAsync(intent, StripeRequests.Get(), requestOptions: null, token), deadline);

    // Nothing is begun any more, only looked for: the search is minutes behind at most, and this is the next day.
    async Task<AttemptOutcome> SearchAsync(AuthorizationCall call, Deadline deadline)
    {
        var reply = await stripe.AskAsync(
            (client, token) => new PaymentIntentService(client).SearchAsync(StripeRequests.Find(call.Attempt), requestOptions: null, token),
            deadline);
        return reply switch
        {
            Reply<StripeSearchResult<PaymentIntent>>.Read { Answer.Data: [var only] } when IsOf(only, call.Attempt) =>
                StripeAnswers.Attempt(only, call.Amount) ?? new AttemptOutcome.Unknown("The payment intent was never confirmed."),
            Reply<StripeSearchResult<PaymentIntent>>.Read read =>
                new AttemptOutcome.Unknown($"The search finds {read.Answer.Data.Count} payment intents of the attempt."),
            var other => new AttemptOutcome.Unknown(StripeOperations.Evidence(other)),
        };
    }

    bool AreKeysForgotten(DateTimeOffset startedAt) => time.GetUtcNow() - startedAt > KeysAreKept;

    static bool IsOf(PaymentIntent intent, AttemptId attempt) =>
        intent.Metadata?.GetValueOrDefault(StripeRequests.Attempt) == attempt.Value;

    // It comes from the cardholder's browser, and goes into an address.
    static bool IsIntentId(string text) =>
        text.StartsWith("pi_", StringComparison.Ordinal) && text.All(one => char.IsAsciiLetterOrDigit(one) || one == '_');
}
