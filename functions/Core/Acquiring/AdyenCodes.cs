using System.Collections.Frozen;
using Railyard.Core.Payments;

namespace Railyard.Core.Acquiring;

/// <summary>Adyen's refusal reason codes in our words (docs.adyen.com, "Refusal reasons", refusalReasonCode).</summary>
public static class AdyenCodes
{
    /// <summary>Every documented code.</summary>
    public static FrozenDictionary<string, DeclineCode> Declines { get; } = new Dictionary<string, DeclineCode>
    {
        ["2"] = DeclineCode.DoNotHonor,
        ["3"] = DeclineCode.DoNotHonor,
        ["4"] = DeclineCode.AcquirerError,
        ["5"] = DeclineCode.RestrictedCard,
        ["6"] = DeclineCode.ExpiredCard,
        ["7"] = DeclineCode.InvalidAmount,
        ["8"] = DeclineCode.InvalidCard,
        ["9"] = DeclineCode.IssuerUnavailable,
        ["10"] = DeclineCode.NotPermitted,
        ["11"] = DeclineCode.AuthenticationFailed,
        ["12"] = DeclineCode.InsufficientFunds,
        ["14"] = DeclineCode.SuspectedFraud,
        ["15"] = DeclineCode.AcquirerError,
        ["16"] = DeclineCode.AuthenticationFailed,
        ["17"] = DeclineCode.PinRequired,
        ["18"] = DeclineCode.PinRequired,
        ["19"] = DeclineCode.PinRequired,
        ["20"] = DeclineCode.SuspectedFraud,
        ["21"] = DeclineCode.AcquirerError,
        ["22"] = DeclineCode.SuspectedFraud,
        ["23"] = DeclineCode.NotPermitted,
        ["24"] = DeclineCode.InvalidCvc,
        ["25"] = DeclineCode.RestrictedCard,
        ["26"] = DeclineCode.RevokedByCardholder,
        ["27"] = DeclineCode.DoNotHonor,
        ["28"] = DeclineCode.LimitExceeded,
        ["29"] = DeclineCode.LimitExceeded,
        ["31"] = DeclineCode.SuspectedFraud,
        ["32"] = DeclineCode.InvalidCard,
        ["33"] = DeclineCode.PinRequired,
        ["34"] = DeclineCode.NotPermitted,
        ["35"] = DeclineCode.NotPermitted,
        ["36"] = DeclineCode.PinRequired,
        ["37"] = DeclineCode.PinRequired,
        ["38"] = DeclineCode.AuthenticationRequired,
        ["39"] = DeclineCode.AuthenticationFailed,
        ["40"] = DeclineCode.AcquirerError,
        ["41"] = DeclineCode.PinRequired,
        ["42"] = DeclineCode.AuthenticationFailed,
        ["43"] = DeclineCode.PinRequired,
        ["44"] = DeclineCode.PinRequired,
        ["45"] = DeclineCode.PinRequired,
        ["46"] = DeclineCode.RestrictedCard,
    }.ToFrozenDictionary();

    // What a notification gives as its reason, where the answer to a call gives a code.
    static readonly FrozenDictionary<string, string> CodesByReason = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Refused"] = "2",
        ["Referral"] = "3",
        ["Acquirer Error"] = "4",
        ["Blocked Card"] = "5",
        ["Expired Card"] = "6",
        ["Invalid Amount"] = "7",
        ["Invalid Card Number"] = "8",
        ["Issuer Unavailable"] = "9",
        ["Not supported"] = "10",
        ["3D Not Authenticated"] = "11",
        ["Not enough balance"] = "12",
        ["Acquirer Fraud"] = "14",
        ["Cancelled"] = "15",
        ["Shopper Cancelled"] = "16",
        ["Invalid Pin"] = "17",
        ["Pin tries exceeded"] = "18",
        ["Pin validation not possible"] = "19",
        ["FRAUD"] = "20",
        ["Not Submitted"] = "21",
        ["FRAUD-CANCELLED"] = "22",
        ["Transaction Not Permitted"] = "23",
        ["CVC Declined"] = "24",
        ["Restricted Card"] = "25",
        ["Revocation Of Auth"] = "26",
        ["Declined Non Generic"] = "27",
        ["Withdrawal amount exceeded"] = "28",
        ["Withdrawal count exceeded"] = "29",
        ["Issuer Suspected Fraud"] = "31",
        ["AVS Declined"] = "32",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The decline code of a reason in words; one that is not documented is of the generic kind.</summary>
    public static DeclineCode DeclineByReason(string? reason) =>
        Decline(CodesByReason.GetValueOrDefault(reason ?? "", ""));

    /// <summary>
    /// The decline code of a refusal. A code that is not documented is a refusal all the same, of the generic kind.
    /// </summary>
    public static DeclineCode Decline(string refusalReasonCode) =>
        Declines.GetValueOrDefault(refusalReasonCode, DeclineCode.DoNotHonor);
}
