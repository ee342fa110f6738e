using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How the cardholder pays the issuer for what the card paid.</summary>
public enum CardType { Credit, Debit, Prepaid, Unknown }

/// <summary>Who asked for the payment: the cardholder who is there, or the merchant with what was agreed before.</summary>
public enum Initiator { Cardholder, Merchant }

/// <summary>What a rule may look at. Texts are codes in capitals; null is what is not known.</summary>
public sealed record PaymentFacts
{
    /// <summary>The payment.</summary>
    public required PaymentId Payment { get; init; }

    /// <summary>Whose it is.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>How much is asked for.</summary>
    public required Money Amount { get; init; }

    /// <summary>The card's scheme.</summary>
    public required CardBrand Brand { get; init; }

    /// <summary>The first six to eight digits of the card, as many as are kept.</summary>
    public required string Bin { get; init; }

    /// <summary>Where the card was issued (ISO 3166-1 alpha-2).</summary>
    public string? IssuerCountry { get; init; }

    /// <summary>What kind of card it is.</summary>
    public CardType? CardType { get; init; }

    /// <summary>When it is to be captured.</summary>
    public required CaptureMode Capture { get; init; }

    /// <summary>Who asked for it.</summary>
    public Initiator Initiator { get; init; }

    /// <summary>The merchant's own notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The facts of a payment. They follow from what never changes of it, so that they can be had again at any time.</summary>
    public static PaymentFacts Of(Payment payment)
    {
        var issued = IssuerRanges.Find(payment.Card.Bin);
        return new PaymentFacts
        {
            Payment = payment.Id,
            Merchant = payment.Merchant,
            Amount = payment.Amount,
            Brand = payment.Card.Brand,
            Bin = payment.Card.Bin,
            IssuerCountry = issued?.Country,
            CardType = issued?.CardType,
            Capture = payment.Capture,
            Initiator = Initiator.Cardholder,
            Metadata = payment.Metadata,
            At = payment.CreatedAt,
        };
    }
}
