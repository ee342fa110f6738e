namespace Railyard.Local.Acquirers.Stripe;

/// <summary>How Stripe names a refusal.</summary>
sealed record StripeDecline(string Code, string? DeclineCode, string Message, string Type = "card_error");

/// <summary>The script's refusals in Stripe's words.</summary>
static class StripeDeclines
{
    const string Declined = "card_declined";
    const string Message = "Your card was declined.";
    const int NewAccount = 1;
    const int Later = 2;
    const int Never = 3;
    const int Cancelled = 21;
    const int FirstWait = 24;
    const int LastWait = 30;

    public static StripeDecline Of(Decline why) => why.Code switch
    {
        3 => Card("call_issuer"),
        4 => new("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."),
        5 => Card("stolen_card"),
        6 => new("expired_card", "expired_card", "Your card has expired."),
        7 => Card("invalid_amount"),
        8 => new("incorrect_number", "incorrect_number", "Your card number is incorrect."),
        9 => Card("issuer_not_available"),
        10 => Card("card_not_supported"),
        11 => new(
            "payment_intent_authentication_failure", null, "The provided payment method has failed authentication.",
            "invalid_request_error"),
        12 => new(Declined, "insufficient_funds", "Your card has insufficient funds."),
        14 or 20 => Card("fraudulent"),
        22 => Card("merchant_blacklist"),
        23 => Card("transaction_not_allowed"),
        24 => new("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
        25 => Card("restricted_card"),
        26 => Card("revocation_of_authorization"),
        27 => Card("do_not_honor"),
        28 => Card("card_velocity_exceeded"),
        29 => Card("withdrawal_count_limit_exceeded"),
        31 => Card("security_violation"),
        32 => new("incorrect_zip", "incorrect_zip", "The postal code you supplied failed validation."),
        38 => new(Declined, "authentication_required", "Your card was declined. This transaction requires authentication."),
        _ => Card("generic_decline"),
    };

    /// <summary>Stripe's own word for what the scheme advises; null for what it has no word for.</summary>
    public static string? AdviceOf(Advice? advice) => advice?.Code switch
    {
        NewAccount => "confirm_card_data",
        Never or Cancelled => "do_not_try_again",
        Later or (>= FirstWait and <= LastWait) => "try_again_later",
        _ => null,
    };

    static StripeDecline Card(string declineCode) => new(Declined, declineCode, Message);
}
