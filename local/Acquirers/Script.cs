namespace Railyard.Local.Acquirers;

/// <summary>
/// Everything the simulated acquirers do on cue; what is not listed is approved. The word comes first
/// (cardholder name or RequestedTestAcquirerResponseCode), then the amount, then the card number.
/// </summary>
static class Script
{
    const string North = "northbank";
    const string South = "southbank";
    const long DeclinedEverywhere = 8_000_000;
    const long DeclinedAtNorth = 8_001_000;
    const long DeclinedAtSouth = 8_002_000;
    const long DeclinedWithAdvice = 8_003_000;
    const long Faulty = 8_004_000;
    const long Authenticating = 8_005_000;
    const long Twisted = 8_006_000;

    /// <summary>Adyen's refusal reasons, each with the response code that a network would give.</summary>
    public static readonly IReadOnlyList<Decline> Declines =
    [
        new(2, "Refused", "DECLINED", "05", "Do not honor"),
        new(3, "Referral", "REFERRAL", "01", "Refer to card issuer"),
        new(4, "Acquirer Error", "ERROR", "96", "System error") { IsError = true },
        new(5, "Blocked Card", "BLOCK_CARD", "43", "Stolen card"),
        new(6, "Expired Card", "CARD_EXPIRED", "54", "Expired card"),
        new(7, "Invalid Amount", "INVALID_AMOUNT", "13", "Invalid amount"),
        new(8, "Invalid Card Number", "INVALID_CARD_NUMBER", "14", "Invalid card number"),
        new(9, "Issuer Unavailable", "ISSUER_UNAVAILABLE", "91", "Issuer unavailable"),
        new(10, "Not supported", "NOT_SUPPORTED", "57", "Function not permitted to cardholder"),
        new(11, "3D Not Authenticated", "NOT_3D_AUTHENTICATED", "05", "Not authenticated"),
        new(12, "Not enough balance", "NOT_ENOUGH_BALANCE", "51", "Insufficient funds"),
        new(14, "Acquirer Fraud", "ACQUIRER_FRAUD", "59", "Suspected fraud"),
        new(20, "FRAUD", "FRAUD", "59", "Suspected fraud"),
        new(22, "FRAUD-CANCELLED", "FRAUD_CANCELLED", "59", "Suspected fraud"),
        new(23, "Transaction Not Permitted", "TRANSACTION_NOT_PERMITTED", "57", "Transaction not permitted"),
        new(24, "CVC Declined", "CVC_DECLINED", "N7", "CVV2 failure"),
        new(25, "Restricted Card", "RESTRICTED_CARD", "62", "Restricted card"),
        new(26, "Revocation Of Auth", "REVOCATION_OF_AUTH", "R1", "Revocation of authorization order"),
        new(27, "Declined Non Generic", "DECLINED_NON_GENERIC", "12", "Invalid transaction"),
        new(28, "Withdrawal amount exceeded", "WITHDRAWAL_AMOUNT_EXCEEDED", "61", "Exceeds amount limit"),
        new(29, "Withdrawal count exceeded", "WITHDRAWAL_COUNT_EXCEEDED", "65", "Exceeds frequency limit"),
        new(31, "Issuer Suspected Fraud", "ISSUER_SUSPECTED_FRAUD", "59", "Suspected fraud"),
        new(32, "AVS Declined", "AVS_DECLINED", "05", "Address verification failed"),
        new(38, "Authentication required", "AUTHENTICATION_REQUIRED", "1A", "Authentication required"),
    ];

    /// <summary>Mastercard's merchant advice codes.</summary>
    public static readonly IReadOnlyList<Advice> Advices =
    [
        new(1, "New account information available"),
        new(2, "Cannot approve at this time, try again later"),
        new(3, "Do not try again"),
        new(4, "Token requirements not fulfilled for this token type"),
        new(21, "Payment cancellation"),
        new(22, "Merchant does not qualify for product code"),
        new(24, "Retry after 1 hour"),
        new(25, "Retry after 24 hours"),
        new(26, "Retry after 2 days"),
        new(27, "Retry after 4 days"),
        new(28, "Retry after 6 days"),
        new(29, "Retry after 8 days"),
        new(30, "Retry after 10 days"),
        new(40, "Consumer non-reloadable prepaid card"),
        new(41, "Consumer single-use virtual card number"),
        new(43, "Consumer multi-use virtual card number"),
    ];

    static readonly Decision.AuthenticationWanted Authenticate = new();
    static readonly Decision.AuthenticationWanted AuthenticateThenHearNothing =
        new(AtDetails: Fault.SilentAfterBooking);
    static readonly Decision.AuthenticationWanted AuthenticateThenRefuse = new(Because(2));

    /// <summary>Card numbers that mean something: a vendor's own where there is one, else ours.</summary>
    public static readonly IReadOnlyList<Scene> Cards =
    [
        new("approve (Adyen)", new Decision.Approved(), "4111111111111111"),
        new("approve (Adyen)", new Decision.Approved(), "5555444433331111"),
        new("authenticate the cardholder (Adyen)", Authenticate, "4212345678901237"),
        new("authenticate the cardholder (Adyen)", Authenticate, "5201281505129736"),
        new(
            "authenticate the cardholder; the details are booked, then not answered", AuthenticateThenHearNothing,
            "4099000000000137"),
        new("authenticate the cardholder, then decline: 05", AuthenticateThenRefuse, "4099000000000145"),
        new("approve (Stripe)", new Decision.Approved(), "4242424242424242"),
        new("approve (Stripe)", new Decision.Approved(), "5555555555554444"),
        new("authenticate the cardholder (Stripe)", Authenticate, "4000002500003155"),
        new("authenticate the cardholder (Stripe)", Authenticate, "4000002760003184"),
        new("authenticate the cardholder (Stripe)", Authenticate, "4000000000003220"),
        new("authenticate the cardholder, then decline: 05 (Stripe)", AuthenticateThenRefuse, "4000008400001629"),
        Refusing("generic decline (Stripe)", "4000000000000002", 2),
        Refusing("insufficient funds (Stripe)", "4000000000009995", 12),
        Refusing("stolen card (Stripe)", "4000000000009979", 5),
        Refusing("expired card (Stripe)", "4000000000000069", 6),
        Refusing("incorrect security code (Stripe)", "4000000000000127", 24),
        Refusing("limit exceeded (Stripe)", "4000000000006975", 28),
        Refusing("processing error (Stripe)", "4000000000000119", 4),
        Refusing("fraud (Stripe)", "4100000000000019", 20),
        Refusing("generic decline, northbank only", "4099000000000012", 2) with { OnlyAt = North },
        Refusing("insufficient funds, advice 03: do not try again", "4099000000000020", 12, 3),
        Refusing("insufficient funds, advice 24: retry after 1 hour", "4099000000000038", 12, 24),
        new("approve half of the amount", new Decision.ApprovedInPart(), "4099000000000046"),
        Failing("4099000000000053", Fault.Slow),
        Failing("4099000000000061", Fault.SilentAfterBooking),
        Failing("4099000000000079", Fault.SilentForGood),
        Failing("4099000000000087", Fault.ErrorAfterBooking),
        Failing("4099000000000095", Fault.HangUpAfterBooking),
        Failing("4099000000000103", Fault.HangUpBeforeBooking),
        Failing("4099000000000111", Fault.ErrorBeforeBooking),
        Failing("4099000000000129", Fault.MaintenancePage),
    ];

    /// <summary>Amounts in minor units; the faults among them strike captures and refunds too.</summary>
    public static readonly IReadOnlyList<Scene> Amounts =
    [
        .. Declines.Select(why => Refusing(DeclinedEverywhere + why.Code, why)),
        .. Declines.Select(why => Refusing(DeclinedAtNorth + why.Code, why) with { OnlyAt = North }),
        .. Declines.Select(why => Refusing(DeclinedAtSouth + why.Code, why) with { OnlyAt = South }),
        .. Advices.Select(advice => Refusing(DeclinedWithAdvice + advice.Code, Because(12), advice)),
        .. Enum.GetValues<Fault>().Where(fault => fault != Fault.None).Select(Failing),
        new("authenticate the cardholder", Authenticate, Amount: Authenticating + 1),
        new(
            "authenticate the cardholder; the details are booked, then not answered", AuthenticateThenHearNothing,
            Amount: Authenticating + 2),
        new("authenticate the cardholder, then decline: 05", AuthenticateThenRefuse, Amount: Authenticating + 3),
        .. Enum.GetValues<Twist>().Where(twist => twist != Twist.None).Select(Twisting),
    ];

    /// <summary>What happens to a card past its last day, whatever its number.</summary>
    public static readonly Scene Expired = new("expired card", new Decision.Declined(Because(6)));

    static readonly Scene Usual = new("approve", new Decision.Approved());
    static readonly Dictionary<string, Scene> ByCard = Cards.ToDictionary(scene => scene.Card!);
    static readonly Dictionary<long, Scene> ByAmount = Amounts.ToDictionary(scene => scene.Amount!.Value);

    /// <summary>What happens to an authorisation.</summary>
    public static Scene ForPayment(string acquirer, string card, long amount, string? word)
    {
        if (word is not null && ForWord(word) is { } spoken) return spoken;
        var scene = ByAmount.GetValueOrDefault(amount) ?? ByCard.GetValueOrDefault(card) ?? Usual;
        return scene.IsPlayedAt(acquirer) ? scene : Usual;
    }

    /// <summary>What goes wrong with a capture or refund of this amount.</summary>
    public static Fault ForModification(long? amount) =>
        amount is { } value && ByAmount.TryGetValue(value, out var scene) ? scene.Fault : Fault.None;

    /// <summary>What is odd about what is told of an operation of this amount.</summary>
    public static Twist TwistOf(long amount) =>
        ByAmount.TryGetValue(amount, out var scene) ? scene.Twist : Twist.None;

    public static Decline Because(int code) => Declines.Single(why => why.Code == code);

    // Adyen's own convention: the name or the number of a refusal, and perhaps a raw answer after a colon.
    static Scene? ForWord(string word)
    {
        var name = word.Split(':', 2)[0].Trim();
        var why = Declines.FirstOrDefault(why => why.Word == name || why.Code.ToString() == name);
        return why is null ? null : new Scene(why.Reason, new Decision.Declined(why));
    }

    static Scene Refusing(string what, string card, int code, int? advice = null) =>
        new(
            what, new Decision.Declined(Because(code), Advices.FirstOrDefault(one => one.Code == advice)), card);

    static Scene Refusing(long amount, Decline why, Advice? advice = null) =>
        new(
            advice is null
                ? $"refuse: {why.Code} {why.Reason}"
                : $"refuse: {why.Code}, advice {advice.Code:D2} {advice.Text}",
            new Decision.Declined(why, advice),
            Amount: amount);

    static Scene Failing(string card, Fault fault) =>
        new(InWords(fault), new Decision.Approved(), card) { Fault = fault };

    static Scene Failing(Fault fault) =>
        new(InWords(fault), new Decision.Approved(), Amount: Faulty + (int)fault) { Fault = fault };

    static Scene Twisting(Twist twist) =>
        new(InWords(twist), new Decision.Approved(), Amount: Twisted + (int)twist) { Twist = twist };

    static string InWords(Twist twist) => twist switch
    {
        Twist.None => "nothing is odd",
        Twist.CaptureRefused => "capture: received, then notified as not done (CAPTURE, success false)",
        Twist.RefundRefused => "refund: received, then notified as not done (REFUND, success false)",
        Twist.CaptureFails => "capture: received, then CAPTURE_FAILED",
        Twist.RefundFails => "refund: received, then REFUND_FAILED",
        Twist.Repeated => "AUTHORISATION is notified twice",
        Twist.OutOfOrder => "AUTHORISATION is notified ten seconds late, after CAPTURE",
        Twist.BadSignature => "AUTHORISATION is notified with a wrong signature; its repeat is right",
    };

    static string InWords(Fault fault) => fault switch
    {
        Fault.None => "nothing goes wrong",
        Fault.Slow => "book it and answer, five seconds late",
        Fault.SilentAfterBooking => "book it, never answer; a repeat with the same key is answered",
        Fault.SilentForGood => "book it, never answer, nor any repeat",
        Fault.ErrorAfterBooking => "book it, answer 500",
        Fault.HangUpAfterBooking => "book it, drop the connection",
        Fault.HangUpBeforeBooking => "drop the connection, nothing booked",
        Fault.ErrorBeforeBooking => "answer 503, nothing booked",
        Fault.MaintenancePage => "answer 200 with a maintenance page in HTML, nothing booked",
    };
}
