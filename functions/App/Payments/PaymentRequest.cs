using System.Text.Json;
using Railyard.Core;
using Railyard.Core.Payments;

namespace Railyard.App.Payments;

/// <summary>What the cardholder pays with.</summary>
abstract record PaymentMethod
{
    /// <summary>A card whose number came with the request.</summary>
    public sealed record Card(CardNumber Number, CardSummary Summary, string? SecurityCode) : PaymentMethod;

    /// <summary>A card that the vault has.</summary>
    public sealed record Token(TokenId Id) : PaymentMethod;

    PaymentMethod() { }
}

/// <summary>The body of POST /v1/payments, found valid.</summary>
sealed record PaymentRequest(
    Money Amount,
    CaptureMode Capture,
    PaymentMethod Method,
    string? Reference,
    IReadOnlyDictionary<string, string> Metadata,
    string? ReturnUrl)
{
    const long LargestAmount = 999_999_999_999;
    const int LongestReference = 80;
    const int MostMetadata = 20;
    const int LongestMetadataName = 40;
    const int LongestMetadataValue = 500;
    const int LongestToken = 64;
    const int LongestUrl = 1024;
    const int FurthestExpiryYears = 50;

    static readonly IReadOnlyDictionary<string, CaptureMode> CaptureModes = Json.Words<CaptureMode>();
    static readonly IReadOnlyDictionary<string, MethodType> MethodTypes = Json.Words<MethodType>();

    enum MethodType { Card, CardToken }

    /// <summary>The request, or everything that is wrong with it.</summary>
    public static (PaymentRequest? Request, IReadOnlyList<FieldError> Errors) Read(JsonElement body, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var minorUnits = members.Integer("amount", 0, LargestAmount, isRequired: true);
        var currency = ReadCurrency(members);
        var capture = members.OneOf("capture", CaptureModes) ?? CaptureMode.Automatic;
        var method = ReadMethod(members.Object("payment_method", isRequired: true), now);
        var reference = members.Text("reference", LongestReference);
        var metadata = members.Object("metadata")?.Texts(MostMetadata, LongestMetadataName, LongestMetadataValue)
            ?? new Dictionary<string, string>();
        var returnUrl = ReadReturnUrl(members);
        if (method is PaymentMethod.Card card) RefuseNumberInTexts(members, card.Number, reference, metadata);
        members.RefuseOthers();
        return errors.Count > 0
            ? (null, errors)
            : (new PaymentRequest(new Money(minorUnits!.Value, currency!.Value), capture, method!, reference, metadata, returnUrl), errors);
    }

    /// <summary>The card in the body of POST /v1/card-tokens, or everything that is wrong with it.</summary>
    public static (PaymentMethod.Card? Card, IReadOnlyList<FieldError> Errors) ReadCard(JsonElement body, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var card = CardReader.Read(members.Object("card", isRequired: true), now);
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (card, errors);
    }

    static Currency? ReadCurrency(Members members)
    {
        if (members.Text("currency", 3, isRequired: true) is not { } code) return null;
        if (Currency.Find(code) is { } currency) return currency;
        members.Wrong<string>("currency", "unknown_currency", "It must be an ISO 4217 code in capitals, such as EUR.");
        return null;
    }

    // The cardholder's browser is sent there, so only a page that a browser shows will do.
    static string? ReadReturnUrl(Members members)
    {
        if (members.Text("return_url", LongestUrl) is not { } text) return null;
        var isPage = Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            && url.UserInfo.Length == 0 && url.Fragment.Length == 0;
        return isPage
            ? url!.AbsoluteUri
            : members.Wrong<string>("return_url", "invalid_url", "It must be an https URL without a user name and without a fragment.");
    }

    static PaymentMethod? ReadMethod(Members? method, DateTimeOffset now)
    {
        if (method?.OneOf("type", MethodTypes, isRequired: true) is not { } type) return null;
        PaymentMethod? read = type switch
        {
            MethodType.Card => CardReader.Read(method.Object("card", isRequired: true), now),
            MethodType.CardToken => method.Text("token", LongestToken, isRequired: true) is { } token
                ? new PaymentMethod.Token(new TokenId(token))
                : null,
        };
        method.RefuseOthers();
        return read;
    }

    // The card's number in a free text would be stored and shown: it is refused where it comes in.
    static void RefuseNumberInTexts(
        Members members, CardNumber number, string? reference, IReadOnlyDictionary<string, string> metadata)
    {
        const string Why = "It must not hold the card number.";
        if (reference is not null && number.IsIn(reference)) members.Wrong<string>("reference", "card_number", Why);
        if (metadata.Any(entry => number.IsIn(entry.Key) || number.IsIn(entry.Value)))
            members.Wrong<string>("metadata", "card_number", Why);
    }

    /// <summary>Reads the card object of a request.</summary>
    internal static class CardReader
    {
        const int LongestNumber = 19;
        const int LongestSecurityCode = 4;

        /// <summary>The card, or null where something is wrong with it.</summary>
        public static PaymentMethod.Card? Read(Members? card, DateTimeOffset now)
        {
            if (card is null) return null;
            var number = ReadNumber(card);
            var month = card.Integer("exp_month", 1, 12, isRequired: true);
            var year = card.Integer("exp_year", now.Year, now.Year + FurthestExpiryYears, isRequired: true);
            var securityCode = ReadSecurityCode(card, number);
            card.RefuseOthers();
            if (number is not { } pan || month is null || year is null) return null;
            if (year == now.Year && month < now.Month)
                return card.Wrong<PaymentMethod.Card>("exp_month", "expired", "The card has expired.");
            var summary = new CardSummary(pan.Brand, pan.Bin, pan.Last4, (int)month, (int)year);
            return new PaymentMethod.Card(pan, summary, securityCode);
        }

        static CardNumber? ReadNumber(Members card)
        {
            if (card.Text("number", LongestNumber, isRequired: true) is not { } text) return null;
            if (CardNumber.FlawIn(text) is { } flaw) card.Wrong<string>("number", Code(flaw), Message(flaw));
            return CardNumber.Read(text);
        }

        static string Code(CardNumberFlaw flaw) =>
            flaw == CardNumberFlaw.UnknownBrand ? "unsupported_card_brand" : "invalid_card_number";

        static string Message(CardNumberFlaw flaw) => flaw switch
        {
            CardNumberFlaw.NotDigits => "It must have digits only, without blanks or dashes.",
            CardNumberFlaw.WrongLength => "It must have 12 to 19 digits.",
            CardNumberFlaw.UnknownBrand => "It belongs to no scheme that is taken here.",
            CardNumberFlaw.WrongLengthForBrand => "Its scheme has no numbers of that length.",
            CardNumberFlaw.WrongCheckDigit => "Its check digit is wrong: a digit was mistyped.",
        };

        static string? ReadSecurityCode(Members card, CardNumber? number)
        {
            if (card.Text("cvc", LongestSecurityCode) is not { } code) return null;
            var length = number?.SecurityCodeLength ?? CardNumber.UsualSecurityCodeLength;
            return code.Length == length && code.All(char.IsAsciiDigit)
                ? code
                : card.Wrong<string>("cvc", "invalid_cvc", $"It must have {length} digits.");
        }
    }
}
