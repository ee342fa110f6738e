using System.Security.Cryptography;
using System.Text;
using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Stripe;

/// <summary>An intent with the charge that it came to, as Stripe shows them.</summary>
sealed record IntentView(Intent Intent, Payment? Charge, Totals Totals, Modification? LastCapture)
{
    public const string NoPaymentMethod = "requires_payment_method";
    public const string Action = "requires_action";
    public const string Capture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";

    const string IntentPrefix = "pi_";
    const string ChargePrefix = "ch_";
    const string TransactionPrefix = "txn_";
    const string RefundPrefix = "re_";

    /// <summary>Whether the first answer to a card tells of it.</summary>
    public Advice? Advice { get; init; }

    public string Status => (Intent, Charge?.Standing) switch
    {
        ({ IsCancelled: true }, _) or (_, Standing.Withdrawn) => Canceled,
        (_, null or Standing.Refused or Standing.Failed) => NoPaymentMethod,
        (_, Standing.AwaitingCardholder) => Action,
        (_, Standing.Authorised or Standing.AuthorisedInPart) => Intent.IsClosed || !Intent.IsCapturedByHand ? Succeeded : Capture,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static IntentView Of(Entries entries, Intent intent)
    {
        if (intent.Charge is not { } psp || entries.Find(psp) is not { } charge)
            return new IntentView(intent, null, new Totals(0, 0, 0), null);
        var last = entries.Modifications(psp).LastOrDefault(one => one.Kind == ModificationKind.Capture);
        return new IntentView(intent, charge, entries.Totals(psp), last);
    }

    public static string IntentId(Intent intent) => IntentPrefix + intent.Id;

    public static string ChargeId(string psp) => ChargePrefix + psp;

    public static string TransactionId(string psp) => TransactionPrefix + psp;

    public static string RefundId(string psp) => RefundPrefix + psp;

    /// <summary>The intent's own id, or null for what is none.</summary>
    public static string? OwnId(string? id) =>
        id?.StartsWith(IntentPrefix, StringComparison.Ordinal) == true ? id[IntentPrefix.Length..] : null;

    /// <summary>What the shop's page shows it has been given; the same every time.</summary>
    public static string ClientSecret(Intent intent) =>
        $"{IntentId(intent)}_secret_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(intent.Id)))[..24]}";

    public object Shown(Uri page, bool withCharge) => new
    {
        Id = IntentId(Intent),
        Object = "payment_intent",
        Intent.Amount,
        AmountCapturable = Status == Capture ? Charge!.Authorised - Totals.Captured : 0,
        AmountReceived = Totals.Captured,
        CaptureMethod = Intent.IsCapturedByHand ? "manual" : "automatic",
        ClientSecret = ClientSecret(Intent),
        Created = Intent.CreatedAt.ToUnixTimeSeconds(),
        Currency = Intent.Currency.ToLowerInvariant(),
        LatestCharge = Charge is null ? null : withCharge ? ShownCharge() : (object)ChargeId(Charge.Psp),
        LastPaymentError = Status == NoPaymentMethod ? Error() : null,
        Livemode = false,
        Intent.Metadata,
        NextAction = Status == Action ? Redirect(page) : null,
        PaymentMethodTypes = new[] { "card" },
        Status,
    };

    public object ShownCharge() => new
    {
        Id = ChargeId(Charge!.Psp),
        Object = "charge",
        Amount = Intent.Amount,
        AmountCaptured = Totals.Captured,
        AmountRefunded = Totals.Refunded,
        BalanceTransaction = LastCapture is null ? null : TransactionId(LastCapture.Psp),
        Captured = Totals.Captured > 0,
        Created = Charge.CreatedAt.ToUnixTimeSeconds(),
        Currency = Intent.Currency.ToLowerInvariant(),
        FailureCode = Error()?.Code,
        FailureMessage = Error()?.Message,
        Livemode = false,
        Intent.Metadata,
        PaymentIntent = IntentId(Intent),
        PaymentMethodDetails = new { Type = "card", Card = ShownCard() },
        Refunded = Totals.Captured > 0 && Totals.Refunded == Totals.Captured,
        Status = Charge.IsAuthorised ? "succeeded" : Charge.Standing == Standing.AwaitingCardholder ? "pending" : "failed",
    };

    public static object ShownRefund(Intent intent, Modification refund, string status, string? failure = null) => new
    {
        Id = RefundId(refund.Psp),
        Object = "refund",
        refund.Amount,
        BalanceTransaction = status == "succeeded" ? TransactionId(refund.Psp) : null,
        Charge = ChargeId(refund.PaymentPsp),
        Created = refund.BookedAt.ToUnixTimeSeconds(),
        Currency = intent.Currency.ToLowerInvariant(),
        FailureReason = failure,
        // Of a refund's metadata the book keeps what names it and its payment.
        Metadata = refund.Reference is { } operation
            ? new() { ["operation"] = operation, ["payment"] = intent.Reference }
            : new Dictionary<string, string>(),
        PaymentIntent = IntentId(intent),
        Status = status,
    };

    public StripeError? Error() =>
        Charge?.RefusalCode is { } code ? StripeError.Card(Script.Because(code), Advice) : null;

    object ShownCard() => new
    {
        AmountAuthorized = Charge!.Authorised,
        AuthorizationCode = Charge.AuthCode,
        Brand = Brand(Charge.Card.Brand),
        Iin = Charge.Card.Bin,
        Charge.Card.Last4,
        Multicapture = new { Status = Intent.IsCapturedInParts ? "available" : "unavailable" },
    };

    object Redirect(Uri page) => new
    {
        Type = "redirect_to_url",
        RedirectToUrl = new { ReturnUrl = Charge!.ReturnUrl, Url = new Uri(page, Charge.Psp).ToString() },
    };

    // The book has Adyen's names of the brands.
    public static string Brand(string brand) => brand switch
    {
        "mc" => "mastercard",
        "cup" => "unionpay",
        "card" => "unknown",
        _ => brand,
    };
}
