using Railyard.Core.Acquiring;
using Railyard.Core.Payments;

namespace Railyard.Core.Tests.Acquiring;

public sealed class StripeCodesTests
{
    // docs.stripe.com, "Stripe decline codes", the table of card decline codes, and the code of test mode that came before it.
    static readonly string[] Documented =
    [
        "authentication_required", "authentication_not_handled", "approve_with_id", "call_issuer", "card_not_supported",
        "card_velocity_exceeded", "currency_not_supported", "do_not_honor", "do_not_try_again", "duplicate_transaction",
        "expired_card", "fraudulent", "generic_decline", "incorrect_address", "incorrect_cvc", "incorrect_number",
        "incorrect_pin", "incorrect_zip", "insufficient_funds", "invalid_account", "invalid_amount", "invalid_cvc",
        "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "invalid_pin", "issuer_not_available",
        "lost_card", "merchant_blacklist", "new_account_information_available", "no_action_taken", "not_permitted",
        "offline_pin_required", "online_or_offline_pin_required", "pickup_card", "pin_try_exceeded", "processing_error",
        "reenter_transaction", "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization",
        "security_violation", "service_not_allowed", "stolen_card", "stop_payment_order", "testmode_decline",
        "transaction_not_allowed", "try_again_later", "withdrawal_count_limit_exceeded",
        "mobile_device_authentication_required",
    ];

    [Fact]
    public void Every_documented_decline_has_a_decline_code() =>
        Assert.Equal(Documented.Order(StringComparer.Ordinal), StripeCodes.Declines.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("a_code_of_tomorrow")]
    [InlineData("")]
    [InlineData(null)]
    public void A_decline_that_is_not_documented_is_a_refusal_all_the_same(string? code) =>
        Assert.Equal(DeclineCode.DoNotHonor, StripeCodes.Decline(code));

    [Theory]
    [InlineData("parameter_missing", DeclineCode.ConfigurationError)]
    [InlineData(null, DeclineCode.ConfigurationError)]
    [InlineData("amount_too_small", DeclineCode.InvalidAmount)]
    [InlineData("payment_intent_authentication_failure", DeclineCode.AuthenticationFailed)]
    [InlineData("incorrect_number", DeclineCode.InvalidCard)]
    public void A_request_that_was_refused_is_our_fault_unless_its_code_says_otherwise(string? code, DeclineCode means) =>
        Assert.Equal(means, StripeCodes.Refusal(code));

    [Theory]
    [InlineData("stolen_card")]
    [InlineData("lost_card")]
    [InlineData("fraudulent")]
    [InlineData("do_not_try_again")]
    [InlineData("duplicate_transaction")]
    public void What_must_not_be_tried_elsewhere_is_not_of_a_kind_that_cascades(string code) =>
        Assert.True(StripeCodes.Decline(code).Class() is DeclineClass.Hard or DeclineClass.Issuer, code);
}
