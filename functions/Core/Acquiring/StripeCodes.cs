using System.Collections.Frozen;
using Railyard.Core.Payments;

namespace Railyard.Core.Acquiring;

/// <summary>Stripe's codes in our words (docs.stripe.com, "Stripe decline codes" and "Error codes").</summary>
public static class StripeCodes
{
    /// <summary>Every documented decline code of a card.</summary>
    public static FrozenDictionary<string, DeclineCode> Declines { get; } = new Dictionary<string, DeclineCode>
    {
        ["authentication_required"] = DeclineCode.AuthenticationRequired,
        ["authentication_not_handled"] = DeclineCode.AuthenticationRequired,
        ["mobile_device_authentication_required"] = DeclineCode.AuthenticationRequired,
        ["approve_with_id"] = DeclineCode.DoNotHonor,
        ["call_issuer"] = DeclineCode.DoNotHonor,
        ["do_not_honor"] = DeclineCode.DoNotHonor,
        ["generic_decline"] = DeclineCode.DoNotHonor,
        ["no_action_taken"] = DeclineCode.DoNotHonor,
        ["card_not_supported"] = DeclineCode.NotPermitted,
        ["currency_not_supported"] = DeclineCode.NotPermitted,
        ["do_not_try_again"] = DeclineCode.NotPermitted,
        ["not_permitted"] = DeclineCode.NotPermitted,
        ["service_not_allowed"] = DeclineCode.NotPermitted,
        ["transaction_not_allowed"] = DeclineCode.NotPermitted,
        ["card_velocity_exceeded"] = DeclineCode.LimitExceeded,
        ["withdrawal_count_limit_exceeded"] = DeclineCode.LimitExceeded,
        // The issuer thinks that it has this very payment already: sent elsewhere, it could be charged twice.
        ["duplicate_transaction"] = DeclineCode.LimitExceeded,
        ["insufficient_funds"] = DeclineCode.InsufficientFunds,
        ["expired_card"] = DeclineCode.ExpiredCard,
        ["invalid_expiry_month"] = DeclineCode.ExpiredCard,
        ["invalid_expiry_year"] = DeclineCode.ExpiredCard,
        ["fraudulent"] = DeclineCode.SuspectedFraud,
        ["merchant_blacklist"] = DeclineCode.SuspectedFraud,
        ["security_violation"] = DeclineCode.SuspectedFraud,
        ["incorrect_cvc"] = DeclineCode.InvalidCvc,
        ["invalid_cvc"] = DeclineCode.InvalidCvc,
        ["incorrect_number"] = DeclineCode.InvalidCard,
        ["invalid_number"] = DeclineCode.InvalidCard,
        ["incorrect_address"] = DeclineCode.InvalidCard,
        ["incorrect_zip"] = DeclineCode.InvalidCard,
        ["incorrect_pin"] = DeclineCode.PinRequired,
        ["invalid_pin"] = DeclineCode.PinRequired,
        ["offline_pin_required"] = DeclineCode.PinRequired,
        ["online_or_offline_pin_required"] = DeclineCode.PinRequired,
        ["pin_try_exceeded"] = DeclineCode.PinRequired,
        ["invalid_account"] = DeclineCode.ClosedAccount,
        ["new_account_information_available"] = DeclineCode.ClosedAccount,
        ["invalid_amount"] = DeclineCode.InvalidAmount,
        ["issuer_not_available"] = DeclineCode.IssuerUnavailable,
        ["reenter_transaction"] = DeclineCode.IssuerUnavailable,
        ["try_again_later"] = DeclineCode.IssuerUnavailable,
        ["processing_error"] = DeclineCode.AcquirerError,
        ["lost_card"] = DeclineCode.LostOrStolen,
        ["stolen_card"] = DeclineCode.LostOrStolen,
        ["pickup_card"] = DeclineCode.LostOrStolen,
        ["restricted_card"] = DeclineCode.RestrictedCard,
        ["revocation_of_all_authorizations"] = DeclineCode.RevokedByCardholder,
        ["revocation_of_authorization"] = DeclineCode.RevokedByCardholder,
        ["stop_payment_order"] = DeclineCode.RevokedByCardholder,
        ["testmode_decline"] = DeclineCode.ConfigurationError,
    }.ToFrozenDictionary();

    // Errors of the API that speak of the card or the amount; of the rest our set-up is at fault.
    static readonly FrozenDictionary<string, DeclineCode> Errors = new Dictionary<string, DeclineCode>
    {
        ["payment_intent_authentication_failure"] = DeclineCode.AuthenticationFailed,
        ["setup_intent_authentication_failure"] = DeclineCode.AuthenticationFailed,
        ["amount_too_large"] = DeclineCode.InvalidAmount,
        ["amount_too_small"] = DeclineCode.InvalidAmount,
        ["invalid_card_type"] = DeclineCode.NotPermitted,
        ["card_decline_rate_limit_exceeded"] = DeclineCode.LimitExceeded,
        ["rate_limit"] = DeclineCode.AcquirerUnavailable,
        ["lock_timeout"] = DeclineCode.AcquirerUnavailable,
    }.ToFrozenDictionary();

    /// <summary>
    /// The decline code of a card error. A code that is not documented is a refusal all the same, of the generic kind.
    /// </summary>
    public static DeclineCode Decline(string? code) => Known(code) ?? DeclineCode.DoNotHonor;

    /// <summary>The decline code of a request that Stripe read and refused.</summary>
    public static DeclineCode Refusal(string? code) => Known(code) ?? DeclineCode.ConfigurationError;

    static DeclineCode? Known(string? code)
    {
        if (code is null) return null;
        if (Declines.TryGetValue(code, out var decline)) return decline;
        return Errors.TryGetValue(code, out var error) ? error : null;
    }
}
