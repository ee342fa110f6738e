using System.Globalization;
using Railyard.Core.Payments;
using Stripe;

namespace Railyard.App.Acquiring.Stripe;

/// <summary>What we ask of Stripe, in its words, and under which key.</summary>
static class StripeRequests
{
    /// <summary>Names of the metadata by which we find our own again.</summary>
    public const string Payment = "payment";
    public const string Attempt = "attempt";
    public const string Operation = "operation";

    const string Card = "card";
    const string LatestCharge = "latest_charge";

    /// <summary>An intent for an attempt. There is no card in it, so that whoever repeats it sends the same and gets the same.</summary>
    public static PaymentIntentCreateOptions Create(PaymentId payment, AttemptId attempt, long amount, string currency, bool inParts) => new()
    {
        Amount = amount,
        Currency = currency.ToLowerInvariant(),
        CaptureMethod = "manual",
        AllowedPaymentMethodTypes = [Card],
        PaymentMethodOptions = inParts ? new() { Card = new() { RequestMulticapture = "if_available" } } : null,
        Metadata = new() { [Payment] = payment.Value, [Attempt] = attempt.Value },
    };

    public static PaymentIntentConfirmOptions Confirm(AuthorizationCall call)
    {
        var card = new Dictionary<string, object>
        {
            ["number"] = call.Number.Reveal(),
            ["exp_month"] = call.Card.ExpMonth,
            ["exp_year"] = call.Card.ExpYear,
        };
        if (call.SecurityCode is { } code) card["cvc"] = code;
        var options = new PaymentIntentConfirmOptions
        {
            PaymentMethodData = new() { Type = Card },
            OffSession = false,
            ReturnUrl = call.ReturnTo.ToString(),
            Expand = [LatestCharge],
        };
        // The library offers no numbers here, for whoever may not see them.
        options.AddExtraParam($"payment_method_data[{Card}]", card);
        return options;
    }

    public static PaymentIntentGetOptions Get() => new() { Expand = [LatestCharge] };

    /// <summary>A capture that leaves its mark on the intent, by which it is known to have been made.</summary>
    public static PaymentIntentCaptureOptions Capture(OperationId operation, long amount, bool isPart) => new()
    {
        AmountToCapture = amount,
        FinalCapture = isPart ? false : null,
        Metadata = new() { [operation.Value] = amount.ToString(CultureInfo.InvariantCulture) },
        Expand = [LatestCharge],
    };

    public static RefundCreateOptions Refund(PaymentId payment, OperationId operation, string intent, long amount) => new()
    {
        PaymentIntent = intent,
        Amount = amount,
        Metadata = new() { [Payment] = payment.Value, [Operation] = operation.Value },
    };

    /// <summary>A refund of all that is left.</summary>
    public static RefundCreateOptions RefundOfAll(PaymentId payment, string intent) => new()
    {
        PaymentIntent = intent,
        Metadata = new() { [Payment] = payment.Value },
    };

    public static PaymentIntentSearchOptions Find(AttemptId attempt) =>
        new() { Query = $"metadata['{Attempt}']:'{attempt}'", Expand = [$"data.{LatestCharge}"] };

    public static RequestOptions Under(string key) => new() { IdempotencyKey = key };
}
