using System.Collections.Frozen;
using Railyard.Core.Payments;

namespace Railyard.Core.Acquiring.Iso8583;

/// <summary>What a response code says of the request.</summary>
public abstract record IsoVerdict
{
    /// <summary>It was approved.</summary>
    public sealed record Approved : IsoVerdict;

    /// <summary>It was approved for less: DE 4 says for how much.</summary>
    public sealed record ApprovedInPart : IsoVerdict;

    /// <summary>It was refused, and certainly so.</summary>
    public sealed record Declined(DeclineCode Code) : IsoVerdict;

    /// <summary>Nothing that is certain.</summary>
    public sealed record Unknown : IsoVerdict;

    IsoVerdict() { }
}

/// <summary>A response code, what the standard or the scheme calls it, and what it says.</summary>
public sealed record IsoCode(string Code, string Text, IsoVerdict Verdict);

/// <summary>
/// The response codes (DE 39) in our words: those of ISO 8583:1987 (00 to 96; what it reserves, with the meaning that
/// Visa and Mastercard have given it) and the lettered ones of Visa. Sources: the tables that Vodacom ("Appendix 5",
/// the standard's), North ("Transaction response codes"), Antom ("ISO codes") and Moneris ("Response code tables")
/// publish; the classes follow the schemes' retry rules.
/// </summary>
public static class Iso8583Codes
{
    /// <summary>Approved.</summary>
    public const string Approval = "00";

    /// <summary>There is no such original: what was to be undone or followed is not there.</summary>
    public const string NoSuchOriginal = "25";

    static readonly IsoVerdict Approved = new IsoVerdict.Approved();
    static readonly IsoVerdict InPart = new IsoVerdict.ApprovedInPart();
    static readonly IsoVerdict Unknown = new IsoVerdict.Unknown();

    /// <summary>Every documented code.</summary>
    public static FrozenDictionary<string, IsoCode> All { get; } = new IsoCode[]
    {
        new("00", "Approved", Approved),
        No("01", "Refer to card issuer", DeclineCode.DoNotHonor),
        No("02", "Refer to card issuer, special condition", DeclineCode.DoNotHonor),
        No("03", "Invalid merchant", DeclineCode.ConfigurationError),
        No("04", "Pick up card", DeclineCode.RestrictedCard),
        No("05", "Do not honor", DeclineCode.DoNotHonor),
        No("06", "Error", DeclineCode.AcquirerError),
        No("07", "Pick up card, special condition", DeclineCode.LostOrStolen),
        new("08", "Honor with identification", Approved),
        new("09", "Request in progress", Unknown),
        new("10", "Approved for partial amount", InPart),
        new("11", "Approved, VIP", Approved),
        No("12", "Invalid transaction", DeclineCode.NotPermitted),
        No("13", "Invalid amount", DeclineCode.InvalidAmount),
        No("14", "Invalid card number", DeclineCode.InvalidCard),
        No("15", "No such issuer", DeclineCode.InvalidCard),
        new("16", "Approved, update track 3", Approved),
        No("17", "Customer cancellation", DeclineCode.RevokedByCardholder),
        No("18", "Customer dispute", DeclineCode.DoNotHonor),
        No("19", "Re-enter transaction", DeclineCode.AcquirerError),
        No("20", "Invalid response", DeclineCode.AcquirerError),
        No("21", "No action taken", DeclineCode.DoNotHonor),
        No("22", "Suspected malfunction", DeclineCode.AcquirerError),
        No("23", "Unacceptable transaction fee", DeclineCode.ConfigurationError),
        No("24", "File update not supported by receiver", DeclineCode.ConfigurationError),
        No("25", "Unable to locate record", DeclineCode.DoNotHonor),
        No("26", "Duplicate file update record", DeclineCode.ConfigurationError),
        No("27", "File update field edit error", DeclineCode.ConfigurationError),
        No("28", "File temporarily unavailable", DeclineCode.IssuerUnavailable),
        No("29", "File update not successful", DeclineCode.ConfigurationError),
        No("30", "Format error", DeclineCode.ConfigurationError),
        No("31", "Bank not supported by switch", DeclineCode.ConfigurationError),
        // Of a reversal; of anything else it leaves open how much.
        new("32", "Completed partially", Unknown),
        No("33", "Expired card, pick up", DeclineCode.ExpiredCard),
        No("34", "Suspected fraud, pick up", DeclineCode.SuspectedFraud),
        No("35", "Contact acquirer, pick up", DeclineCode.RestrictedCard),
        No("36", "Restricted card, pick up", DeclineCode.RestrictedCard),
        No("37", "Call acquirer security, pick up", DeclineCode.SuspectedFraud),
        No("38", "PIN tries exceeded, pick up", DeclineCode.PinRequired),
        No("39", "No credit account", DeclineCode.NotPermitted),
        No("40", "Requested function not supported", DeclineCode.ConfigurationError),
        No("41", "Lost card, pick up", DeclineCode.LostOrStolen),
        No("42", "No universal account", DeclineCode.NotPermitted),
        No("43", "Stolen card, pick up", DeclineCode.LostOrStolen),
        No("44", "No investment account", DeclineCode.NotPermitted),
        No("46", "Closed account", DeclineCode.ClosedAccount),
        No("51", "Insufficient funds", DeclineCode.InsufficientFunds),
        No("52", "No checking account", DeclineCode.NotPermitted),
        No("53", "No savings account", DeclineCode.NotPermitted),
        No("54", "Expired card", DeclineCode.ExpiredCard),
        No("55", "Incorrect PIN", DeclineCode.PinRequired),
        No("56", "No card record", DeclineCode.InvalidCard),
        No("57", "Transaction not permitted to cardholder", DeclineCode.NotPermitted),
        No("58", "Transaction not permitted to terminal", DeclineCode.ConfigurationError),
        No("59", "Suspected fraud", DeclineCode.SuspectedFraud),
        No("60", "Card acceptor contact acquirer", DeclineCode.ConfigurationError),
        No("61", "Exceeds amount limit", DeclineCode.LimitExceeded),
        No("62", "Restricted card", DeclineCode.RestrictedCard),
        No("63", "Security violation", DeclineCode.ConfigurationError),
        No("64", "Original amount incorrect", DeclineCode.InvalidAmount),
        // "Exceeds frequency limit" in 1987; since strong authentication, Mastercard's issuers ask for it so.
        No("65", "Exceeds frequency limit, or authentication required", DeclineCode.AuthenticationRequired),
        No("66", "Card acceptor call acquirer security", DeclineCode.ConfigurationError),
        No("67", "Hard capture, pick up", DeclineCode.RestrictedCard),
        new("68", "Response received too late", Unknown),
        No("70", "Contact card issuer", DeclineCode.DoNotHonor),
        No("71", "PIN not changed", DeclineCode.PinRequired),
        No("72", "Account not yet activated", DeclineCode.NotPermitted),
        No("74", "Different value than that used for PIN encryption", DeclineCode.ConfigurationError),
        No("75", "PIN tries exceeded", DeclineCode.PinRequired),
        No("76", "Unable to locate previous message", DeclineCode.DoNotHonor),
        No("77", "Inconsistent with original message", DeclineCode.ConfigurationError),
        No("78", "Blocked, first used", DeclineCode.NotPermitted),
        No("79", "Lifecycle: already reversed", DeclineCode.DoNotHonor),
        No("80", "Invalid date", DeclineCode.ConfigurationError),
        No("81", "Cryptographic error in PIN", DeclineCode.PinRequired),
        No("82", "Policy: security code or cryptogram is wrong", DeclineCode.InvalidCvc),
        No("83", "Fraud or security", DeclineCode.SuspectedFraud),
        No("84", "Invalid authorization life cycle", DeclineCode.ConfigurationError),
        new("85", "No reason to decline", Approved),
        No("86", "PIN cannot be verified", DeclineCode.PinRequired),
        new("87", "Purchase amount only, no cash back", InPart),
        No("88", "Cryptographic failure", DeclineCode.AcquirerError),
        No("89", "Unacceptable PIN", DeclineCode.PinRequired),
        No("90", "Cut-off in progress", DeclineCode.AcquirerError),
        No("91", "Issuer or switch inoperative", DeclineCode.IssuerUnavailable),
        No("92", "Institution cannot be found for routing", DeclineCode.IssuerUnavailable),
        No("93", "Violation of law", DeclineCode.NotPermitted),
        // There was such a message before, and this is not the answer to it.
        new("94", "Duplicate transmission", Unknown),
        No("95", "Reconcile error", DeclineCode.AcquirerError),
        No("96", "System malfunction", DeclineCode.AcquirerError),
        No("1A", "Additional customer authentication required", DeclineCode.AuthenticationRequired),
        No("5C", "Not supported, blocked by issuer", DeclineCode.NotPermitted),
        No("6P", "Verification data failed", DeclineCode.InvalidCard),
        No("9G", "Blocked by cardholder", DeclineCode.RevokedByCardholder),
        No("B1", "Surcharge not permitted", DeclineCode.ConfigurationError),
        No("N0", "Force stand-in processing", DeclineCode.IssuerUnavailable),
        No("N3", "Cash service not available", DeclineCode.NotPermitted),
        No("N4", "Cash request exceeds issuer limit", DeclineCode.LimitExceeded),
        No("N5", "Ineligible for resubmission", DeclineCode.DoNotHonor),
        No("N7", "Security code is wrong", DeclineCode.InvalidCvc),
        No("N8", "Amount exceeds preauthorized amount", DeclineCode.InvalidAmount),
        No("P5", "PIN change declined", DeclineCode.PinRequired),
        No("P6", "Unsafe PIN", DeclineCode.PinRequired),
        No("Q1", "Card authentication failed", DeclineCode.AuthenticationFailed),
        No("R0", "Stop payment order", DeclineCode.RevokedByCardholder),
        No("R1", "Revocation of authorization order", DeclineCode.RevokedByCardholder),
        No("R2", "Does not qualify for Visa PIN", DeclineCode.ConfigurationError),
        No("R3", "Revocation of all authorizations", DeclineCode.RevokedByCardholder),
        No("XA", "Forward to issuer", DeclineCode.IssuerUnavailable),
        No("XD", "Forward to issuer", DeclineCode.IssuerUnavailable),
        No("Z1", "Offline declined", DeclineCode.IssuerUnavailable),
        No("Z3", "Unable to go online, declined", DeclineCode.IssuerUnavailable),
        No("Z5", "Valid account, amount not supported", DeclineCode.LimitExceeded),
    }.ToFrozenDictionary(one => one.Code);

    /// <summary>The code; one that is not documented is a refusal all the same, of the generic kind.</summary>
    public static IsoCode Find(string code) =>
        All.GetValueOrDefault(code) ?? No(code, "Not documented", DeclineCode.DoNotHonor);

    static IsoCode No(string code, string text, DeclineCode decline) => new(code, text, new IsoVerdict.Declined(decline));
}
