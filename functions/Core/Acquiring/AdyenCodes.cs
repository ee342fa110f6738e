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

    /// <summary>
    /// The decline code of a refusal. A code that is not documented is a refusal all the same, of the generic kind.
    /// </summary>
    public static DeclineCode Decline(string refusalReasonCode) =>
        Declines.GetValueOrDefault(refusalReasonCode, DeclineCode.DoNotHonor);
}
