using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Adyen;

/// <summary>An error in Adyen's shape, with the codes and messages its documentation lists.</summary>
sealed record AdyenError(int Status, string ErrorCode, string Message, string ErrorType)
{
    const string Validation = "validation";
    const string Security = "security";
    const string OurFault = "internal";

    public static readonly AdyenError Unauthorized =
        new(401, "000", "HTTP Status Response - Unauthorized", Security);
    public static readonly AdyenError WrongAccount = new(403, "901", "Invalid Merchant Account", Security);
    public static readonly AdyenError Unreadable =
        new(400, "702", "Structure of the request is invalid", Validation);
    public static readonly AdyenError KeyTooLong = new(400, "702", "Idempotency-Key is too long", Validation);
    public static readonly AdyenError Underway =
        new(409, "704", "request already processed or in progress", Validation);
    public static readonly AdyenError NoAmount = Invalid("100", "No amount specified");
    public static readonly AdyenError CardNumber = Invalid("101", "Invalid card number");
    public static readonly AdyenError SecurityCode = Invalid("103", "CVC is not the right length");
    public static readonly AdyenError ExpiryDate = Invalid("129", "Expiry Date Invalid");
    public static readonly AdyenError NoReference = Invalid("130", "Reference Missing");
    public static readonly AdyenError InvalidAmount = Invalid("137", "Invalid amount specified");
    public static readonly AdyenError Currency = Invalid("138", "Unsupported currency specified");
    public static readonly AdyenError NoSuchPayment =
        Invalid("167", "Original pspReference required for this operation");
    public static readonly AdyenError NotAuthorised =
        Invalid("168", "Authorisation required for this operation");
    public static readonly AdyenError NoMethod = Invalid("14_004", "Missing payment method details");
    public static readonly AdyenError BadRedirectResult = Invalid("14_018", "Invalid payload provided");
    public static readonly AdyenError NoDetails = Invalid("14_002", "Required field 'details' is not provided.");
    public static readonly AdyenError NoReturnUrl = Invalid("14_030", "Return URL is missing.");
    public static readonly AdyenError NotSupported = Invalid("905", "Payment details are not supported");
    public static readonly AdyenError Internal = new(500, "000", "Internal error", OurFault);
    public static readonly AdyenError Unavailable =
        new(503, "000", "Service temporarily unavailable", OurFault);

    /// <summary>What Adyen does around its calls.</summary>
    public static readonly Manners Manners = new()
    {
        LongestKey = 64,
        KeyTooLong = KeyTooLong.ToAnswer(),
        Underway = Underway.ToAnswer(),
        Internal = Internal.ToAnswer(),
        Unavailable = Unavailable.ToAnswer(),
    };

    public static AdyenError For(WhyNot why) => why switch
    {
        WhyNot.NoSuchPayment => NoSuchPayment,
        WhyNot.NotAuthorised => NotAuthorised,
        WhyNot.CurrencyDiffers => Currency,
        WhyNot.AmountTooHigh => InvalidAmount,
    };

    public Answer ToAnswer() => new(Status, AdyenJson.Write(this));

    static AdyenError Invalid(string code, string message) => new(422, code, message, Validation);
}
