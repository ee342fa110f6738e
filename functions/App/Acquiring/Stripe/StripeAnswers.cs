using System.Net;
using Railyard.Core;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Stripe;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>
/// What an answer of Stripe's means. Only an answer that says so beyond doubt is a yes or a no; anything else is unknown,
/// and is asked about again.
/// </summary>
static class StripeAnswers
{
    const string CardError = "card_error";
    const string InvalidRequest = "invalid_request_error";
    const string UnexpectedState = "payment_intent_unexpected_state";

    /// <summary>What has become of an attempt whose intent this is; null where no card was ever tried.</summary>
    public static AttemptOutcome? Attempt(PaymentIntent intent, Money asked) => intent switch
    {
        _ when StripeCurrencies.FromStripe(intent.Amount, intent.Currency) != asked => Contradiction(intent, asked, intent.Amount),
        { Status: "requires_capture" or "succeeded" } => Approved(intent, asked),
        { Status: "requires_action", NextAction.RedirectToUrl.Url: { } url } => new AttemptOutcome.ActionRequired(intent.Id, url),
        { Status: "requires_payment_method", LastPaymentError: { } error } => Declined(error, intent.Id),
        { Status: "requires_payment_method" or "requires_confirmation" } => null,
        { Status: "canceled" } => new AttemptOutcome.Declined(DeclineCode.AcquirerError, "canceled", intent.CancellationReason)
        {
            AcquirerReference = intent.Id,
        },
        _ => new AttemptOutcome.Unknown($"The payment intent has status '{intent.Status}'."),
    };

    /// <summary>What it means for an attempt that Stripe refused the call.</summary>
    public static AttemptOutcome Refusal(HttpStatusCode status, StripeError? error) => (status, error) switch
    {
        (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => AtTheDoor(DeclineCode.ConfigurationError, status, error),
        (HttpStatusCode.TooManyRequests, _) => AtTheDoor(DeclineCode.AcquirerUnavailable, status, error),
        (_, { Type: CardError }) => Declined(error, error.PaymentIntent?.Id),
        // The card was tried before; what came of it the intent knows.
        (_, { Code: UnexpectedState }) => new AttemptOutcome.Unknown("The payment intent is past being confirmed."),
        (HttpStatusCode.BadRequest or HttpStatusCode.NotFound, { Type: InvalidRequest }) =>
            AtTheDoor(StripeCodes.Refusal(error.Code), status, error),
        _ => new AttemptOutcome.Unknown(Evidence(status, error)),
    };

    /// <summary>Whether Stripe refused a capture, refund or cancellation for good, rather than for now or without knowing.</summary>
    public static bool IsCertain(HttpStatusCode status, StripeError? error) => error?.Type switch
    {
        CardError => true,
        InvalidRequest => status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
        _ => false,
    };

    public static OperationOutcome.Refused RefusedOperation(HttpStatusCode status, StripeError? error) =>
        new(Code(status, error), error?.Message ?? "refused");

    /// <summary>What has become of a refund.</summary>
    public static OperationOutcome Refund(Refund refund) => refund.Status switch
    {
        "succeeded" or "pending" or "requires_action" => new OperationOutcome.Accepted(refund.Id),
        "failed" or "canceled" => new OperationOutcome.Refused(refund.FailureReason ?? refund.Status, $"The refund has {refund.Status}."),
        _ => new OperationOutcome.Unknown($"The refund has status '{refund.Status}'."),
    };

    public static string Evidence(HttpStatusCode status, StripeError? error) =>
        $"The acquirer answered with HTTP status {(int)status}{(error?.Type is { } type ? $" ({type} {error.Code})" : "")}.";

    static AttemptOutcome Approved(PaymentIntent intent, Money asked)
    {
        // A charge may be authorised for less; what a capture has given up since is no part of the question.
        var authorised = intent.LatestCharge?.PaymentMethodDetails?.Card?.AmountAuthorized
            ?? (intent.Status == "succeeded" ? intent.Amount : intent.AmountCapturable + intent.AmountReceived);
        return StripeCurrencies.FromStripe(authorised, intent.Currency) == asked
            ? new AttemptOutcome.Approved(intent.Id, intent.LatestCharge?.PaymentMethodDetails?.Card?.AuthorizationCode)
            : Contradiction(intent, asked, authorised);
    }

    static AttemptOutcome.Contradicted Contradiction(PaymentIntent intent, Money asked, long given) =>
        new(intent.Id, $"Asked for {asked}, authorised for {given} {intent.Currency}.");

    static AttemptOutcome.Declined Declined(StripeError error, string? intent)
    {
        var code = error.DeclineCode ?? error.Code;
        var means = error.Type == CardError ? StripeCodes.Decline(code) : StripeCodes.Refusal(code);
        return new AttemptOutcome.Declined(means, code ?? error.Type, error.Message)
        {
            NetworkCode = error.NetworkDeclineCode,
            AdviceCode = error.NetworkAdviceCode ?? error.AdviceCode,
            AcquirerReference = intent,
        };
    }

    static AttemptOutcome.Declined AtTheDoor(DeclineCode means, HttpStatusCode status, StripeError? error) =>
        new(means, Code(status, error), error?.Message) { IsOfThisCallOnly = true };

    static string Code(HttpStatusCode status, StripeError? error) => error?.DeclineCode ?? error?.Code ?? $"http_{(int)status}";
}
