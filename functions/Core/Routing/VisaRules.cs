using Railyard.Core.Payments;
using static Railyard.Core.Routing.SchemeOrder;

namespace Railyard.Core.Routing;

/// <summary>Visa's categories of response codes. A code that is not listed is in category 4, generic.</summary>
static class VisaRules
{
    // Of what was printed before there was a date.
    static readonly DateOnly Ever = DateOnly.MinValue;

    // The day by which everybody had to have the categories as they were announced in September 2020.
    static readonly DateOnly Categories = new(2021, 4, 17);
    static readonly DateOnly Fees = new(2022, 4, 1);
    static readonly DateOnly NewDeclines = new(2025, 4, 11);
    static readonly DateOnly Remapped = new(2025, 10, 1);
    static readonly DateOnly Rules2026 = new(2026, 4, 18);
    static readonly DateOnly Reworded = new(2026, 4, 25);
    static readonly DateOnly Autumn2026 = new(2026, 10, 25);

    const string First = "Forte, Visa Decline Response Code Rules and Integrity Fees (list of 2021)";
    const string Moved = "MidMetrics, Visa's Rule Changes for Declined Transaction Codes, 16 Apr 2021";
    const string Integrity = "Evolve, Visa's Processing Integrity Fee Program; Payway, Visa Excessive Reattempts Rule (as of Apr 2022)";
    const string Cielo = "Cielo, New retry codes for Visa: 5C and 9G; TabaPay changelog, 27 Nov 2024";
    const string CheckoutOf57 = "Checkout.com, Changes to Visa response codes, 10 Sep 2026";
    const string CoreRules = "Visa Core Rules, 18 Apr 2026, Table 7-2, as quoted in Card Decline Codes: Visa vs Mastercard Retry Rules, 2026";
    const string OneSource = "A single list of 2026 beside Visa Core Rules, 18 Apr 2026, Table 7-2";
    const string TabaPay = "TabaPay, Visa Response Code Updates, 2026; TabaPay changelog, 31 May 2026";

    public static IReadOnlyList<SchemeRule> All { get; } =
    [
        // Category 1: the issuer will never approve.
        In(1, "04", Categories, null, "pick up card", First),
        In(1, "07", Categories, null, "pick up card, special conditions", First),
        In(1, "12", Categories, null, "invalid transaction", First),
        In(3, "14", Ever, Categories, "invalid account number", First),
        In(1, "14", Categories, null, "invalid account number; counted for data quality too", Moved),
        In(1, "15", Categories, null, "no such issuer", First),
        In(1, "41", Categories, null, "lost card", First),
        In(1, "43", Categories, null, "stolen card", First),
        In(1, "46", Fees, Reworded, "closed account", Integrity),
        In(1, "46", Reworded, null, "a deactivated token was used", TabaPay),
        In(1, "57", Categories, Remapped, "not permitted to the cardholder", First),
        In(4, "57", Remapped, Autumn2026, "not permitted to the cardholder; from an issuer it came on as 05", CheckoutOf57),
        In(1, "57", Autumn2026, null, "not permitted to the cardholder", CheckoutOf57),
        In(1, "R0", Categories, Reworded, "stop payment order", First),
        In(1, "R0", Reworded, null, "stop this recurring payment", TabaPay),
        In(1, "R1", Categories, Reworded, "revocation of authorisation order", First),
        In(1, "R1", Reworded, null, "stop all future recurring payments to the merchant", TabaPay),
        In(1, "R3", Categories, Reworded, "revocation of all authorisations", First),
        In(1, "R3", Reworded, null, "stop the recurring payments to all merchants", TabaPay),

        // Category 2: not now.
        In(1, "03", Ever, Categories, "invalid merchant", First),
        In(2, "03", Categories, null, "invalid merchant", Moved),
        In(2, "19", Categories, null, "enter it again", First),
        In(2, "39", Rules2026, null, "no credit account", CoreRules),
        In(2, "51", Categories, null, "insufficient funds", First),
        In(2, "52", Rules2026, null, "no current account", CoreRules),
        In(2, "53", Rules2026, null, "no savings account", CoreRules),
        In(2, "59", Categories, null, "suspected fraud", First),
        In(2, "61", Categories, null, "exceeds the amount limit", First),
        In(1, "62", Ever, Categories, "restricted card", First),
        In(2, "62", Categories, null, "restricted card, not valid in the region or country", Moved),
        In(2, "65", Categories, null, "exceeds the frequency limit", First),
        In(2, "75", Categories, null, "too many wrong PINs", First),
        In(1, "78", Ever, Categories, "no account", First),
        In(2, "78", Categories, Reworded, "blocked, first used", Moved),
        In(2, "78", Reworded, null, "blocked, first used or for now", TabaPay),
        In(2, "83", Autumn2026, null, "fraud, blocked by Visa's network; no other code overrides it", TabaPay),
        In(2, "86", Categories, null, "the PIN cannot be verified", First),
        In(2, "91", Categories, null, "the issuer or a switch does not work", First),
        In(1, "93", Ever, Categories, "cannot be completed, violation of law", First),
        In(2, "93", Categories, null, "cannot be completed, violation of law", Moved),
        In(2, "96", Categories, null, "system malfunction", First),
        In(2, "N3", Categories, null, "cash service not available", First),
        In(2, "N4", Categories, null, "cash request exceeds the issuer's limit", First),
        In(2, "Z5", Rules2026, null, "valid account, amount not supported", CoreRules),
        In(2, "5C", NewDeclines, null, "not supported or blocked by the issuer", Cielo),
        In(2, "9G", NewDeclines, null, "blocked by the cardholder", Cielo),

        // Category 3: the details are wrong.
        In(3, "54", Categories, null, "expired card", First),
        In(3, "55", Categories, null, "wrong PIN", First),
        In(3, "70", Rules2026, null, "PIN data required", OneSource),
        In(3, "82", Categories, null, "wrong CAM, dCVV, iCVV or CVV", First),
        In(3, "1A", Categories, null, "additional customer authentication required", First) with { Order = Authenticate },
        In(3, "6P", Rules2026, null, "verification data failed", CoreRules),
        In(3, "N7", Categories, null, "wrong CVV2", First),
    ];

    static SchemeRule In(int category, string code, DateOnly from, DateOnly? until, string meaning, string source) =>
        new(CardBrand.Visa, SchemeSignal.ResponseCode, code, OrderOf(category), from, until, meaning, source) { Category = category };

    static SchemeOrder OrderOf(int category) => category switch
    {
        1 => Never,
        2 => NotNow,
        3 => FixDetails,
        4 => Generic,
        _ => throw new InvariantBroken($"Visa has no category {category}."),
    };
}
