using System.Text.Json;
using System.Text.Json.Serialization;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>An error in Stripe's shape, with the types, codes and messages its documentation lists.</summary>
sealed record StripeError(string Type, string? Code, string Message)
{
    const string InvalidRequest = "invalid_request_error";
    const string Idempotency = "idempotency_error";
    const int BadRequest = 400;
    const int PaymentRequired = 402;

    static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    [JsonIgnore]
    public int Status { get; init; } = BadRequest;
    public string? Param { get; init; }
    public string? DeclineCode { get; init; }
    public string? NetworkDeclineCode { get; init; }
    public string? AdviceCode { get; init; }
    public string? NetworkAdviceCode { get; init; }
    public object? PaymentIntent { get; init; }

    public static readonly StripeError Unauthorized =
        new(InvalidRequest, null, "Invalid API Key provided.") { Status = 401 };
    public static readonly StripeError KeyTooLong =
        new(InvalidRequest, null, "Idempotency keys have at most 255 characters.");
    public static readonly StripeError Underway =
        new(Idempotency, "idempotency_key_in_use", "There is currently another in-progress request using this key.")
        {
            Status = 409,
        };
    public static readonly StripeError KeyReused =
        new(Idempotency, null, "Keys can only be used with the parameters they were first used with.");
    public static readonly StripeError Internal =
        new("api_error", null, "An unknown error occurred.") { Status = 500 };
    public static readonly StripeError Unavailable =
        new("api_error", null, "Service temporarily unavailable.") { Status = 503 };
    public static readonly StripeError NotUnderstood =
        new(InvalidRequest, null, "The query could not be understood.") { Param = "query" };
    public static readonly StripeError AlreadyRefunded =
        new(InvalidRequest, "charge_already_refunded", "The charge has already been refunded.");
    public static readonly StripeError CaptureExpired =
        new(InvalidRequest, "charge_expired_for_capture", "The charge can no longer be captured.");

    /// <summary>What Stripe does around its calls.</summary>
    public static readonly Manners Manners = new()
    {
        LongestKey = 255,
        KeyTooLong = KeyTooLong.ToAnswer(),
        Underway = Underway.ToAnswer(),
        Internal = Internal.ToAnswer(),
        Unavailable = Unavailable.ToAnswer(),
        KeyReused = KeyReused.ToAnswer(),
        AreKeysPerPath = false,
        KeepsErrors = true,
        ReplayedHeader = "Idempotent-Replayed",
    };

    public static StripeError Missing(string param) =>
        new(InvalidRequest, "parameter_missing", $"Missing required param: {param}.") { Param = param };

    public static StripeError Invalid(string param) =>
        new(InvalidRequest, "parameter_invalid_integer", $"Invalid value: {param}.") { Param = param };

    public static StripeError AmountTooSmall() =>
        new(InvalidRequest, "amount_too_small", "Amount must be at least 1.") { Param = "amount" };

    public static StripeError AmountTooLarge(string param) =>
        new(InvalidRequest, "amount_too_large", "Amount must be no more than 99999999.") { Param = param };

    public static StripeError NoSuch(string what, string param) =>
        new(InvalidRequest, "resource_missing", $"No such {what}.") { Status = 404, Param = param };

    public static StripeError WrongState(string doing, string status) =>
        new(
            InvalidRequest, "payment_intent_unexpected_state",
            $"This PaymentIntent cannot be {doing}: it has a status of {status}.");

    public static StripeError For(WhyNot why) => why switch
    {
        WhyNot.NoSuchPayment => NoSuch("payment_intent", "payment_intent"),
        WhyNot.NotAuthorised =>
            new(InvalidRequest, "charge_not_refundable", "The charge is not captured, or cancelled."),
        WhyNot.CurrencyDiffers => new(InvalidRequest, "currency_mismatch", "The currency is another one."),
        WhyNot.AmountTooHigh =>
            new(InvalidRequest, "amount_too_large", "The amount is greater than what is left of the charge."),
    };

    /// <summary>A refused card.</summary>
    public static StripeError Card(Decline why, Advice? advice)
    {
        var words = StripeDeclines.Of(why);
        return new StripeError(words.Type, words.Code, words.Message)
        {
            Status = PaymentRequired,
            DeclineCode = words.DeclineCode,
            NetworkDeclineCode = words.DeclineCode is null ? null : why.NetworkCode,
            AdviceCode = StripeDeclines.AdviceOf(advice),
            NetworkAdviceCode = advice is null ? null : $"{advice.Code:D2}",
        };
    }

    /// <summary>A card that is none.</summary>
    public static StripeError Card(string code, string message) =>
        new("card_error", code, message) { Status = PaymentRequired };

    public Answer ToAnswer() => new(Status, Write(new { Error = this }));

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Wire);
}
