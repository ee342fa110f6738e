using Railyard.Core.Payments;
using static Railyard.Core.Routing.SchemeOrder;

namespace Railyard.Core.Routing;

/// <summary>Mastercard's merchant advice codes, and the response codes that mean something of themselves.</summary>
static class MastercardRules
{
    // The programme that reads advice and response code together.
    static readonly DateOnly Grouped = new(2021, 11, 1);

    // The day from which the Authorization Optimizer says when to try again.
    static readonly DateOnly Optimizer = new(2023, 10, 1);

    // The regulation's technical standard applies from then on.
    static readonly DateOnly Sca = new(2019, 9, 14);

    const string Maast = "Maast, Mastercard's Decline Code Grouping and MAC (introduced Nov 2021)";
    const string Solidgate = "Solidgate, Merchant advice codes (MAC 02: again after 72 hours), 2026; Maast (introduced Nov 2021)";
    const string TabaPay = "TabaPay, Mastercard Merchant Advice Code (MAC), 2026";
    const string Braintree = "Braintree, Network updates autumn 2023, Mastercard: Authorization Optimizer, from 1 Oct 2023";
    const string Adyen = "Adyen and Antom, Merchant advice codes (40, 41, 43), 2026";
    const string Cybersource = "Cybersource, merchant advice code 42 (sanctions score), 2026";
    const string Rts = "Regulation (EU) 2018/389, applied since 14 Sep 2019: an issuer asks for authentication by response code 65";

    public static IReadOnlyList<SchemeRule> All { get; } =
    [
        Advice("01", FixDetails, Grouped, "new account information is available", Maast),
        Advice("01", Authenticate, Grouped, "try again with 3-D Secure", Maast) with { With = "83" },
        Advice("02", NotNow, Grouped, "cannot approve at this time", Solidgate) with { Wait = TimeSpan.FromHours(72) },
        Advice("03", Never, Grouped, "do not try again", Maast),
        Advice("04", FixDetails, Grouped, "the token does not fulfil what is required of its type", TabaPay),
        Advice("21", Never, Grouped, "payment cancellation", Maast),
        Advice("22", Pointless, Grouped, "the merchant does not qualify for the product", Solidgate),
        Advice("24", NotNow, Optimizer, "again after 1 hour", Braintree) with { Wait = TimeSpan.FromHours(1) },
        Advice("25", NotNow, Optimizer, "again after 24 hours", Braintree) with { Wait = TimeSpan.FromHours(24) },
        Advice("26", NotNow, Optimizer, "again after 2 days", Braintree) with { Wait = TimeSpan.FromDays(2) },
        Advice("27", NotNow, Optimizer, "again after 4 days", Braintree) with { Wait = TimeSpan.FromDays(4) },
        Advice("28", NotNow, Optimizer, "again after 6 days", Braintree) with { Wait = TimeSpan.FromDays(6) },
        Advice("29", NotNow, Optimizer, "again after 8 days", Braintree) with { Wait = TimeSpan.FromDays(8) },
        Advice("30", NotNow, Optimizer, "again after 10 days", Braintree) with { Wait = TimeSpan.FromDays(10) },
        Advice("40", Pointless, Grouped, "a prepaid card that cannot be loaded again", Adyen),
        Advice("41", Pointless, Grouped, "a virtual card number for a single use", Adyen),
        Advice("42", Pointless, Grouped, "a sanctions score over the limit", Cybersource),
        Advice("43", Generic, Grouped, "a virtual card number for several uses", Adyen),

        Response("65", Authenticate, Sca, "the issuer wants the cardholder to authenticate", Rts) with { OnlyUnderSca = true },

        // Each stands for several codes of the issuer's, and says what to do only together with an advice.
        Response("79", NotNow, Grouped, "life cycle (invalid or expired card), without advice", Maast),
        Response("82", NotNow, Grouped, "policy (not permitted, over a limit), without advice", Maast),
        Response("83", Pointless, Grouped, "fraud or security, without advice", Maast),
    ];

    static SchemeRule Advice(string code, SchemeOrder order, DateOnly from, string meaning, string source) =>
        new(CardBrand.Mastercard, SchemeSignal.AdviceCode, code, order, from, Until: null, meaning, source);

    static SchemeRule Response(string code, SchemeOrder order, DateOnly from, string meaning, string source) =>
        new(CardBrand.Mastercard, SchemeSignal.ResponseCode, code, order, from, Until: null, meaning, source);
}
