using System.Globalization;
using System.Text.Json.Serialization;

namespace Railyard.Local.Acquirers.Adyen;

sealed record AdyenAmount(long? Value, string? Currency)
{
    const long Highest = 1_000_000_000_000;

    /// <summary>What is wrong with the amount, if anything.</summary>
    public static AdyenError? Fault(AdyenAmount? amount) =>
        amount?.Value == 0 ? AdyenError.InvalidAmount : FaultOfPayment(amount);

    /// <summary>The same for a payment, whose amount may be zero: then it only verifies the card.</summary>
    public static AdyenError? FaultOfPayment(AdyenAmount? amount)
    {
        if (amount?.Value is not { } value || amount.Currency is not { } currency) return AdyenError.NoAmount;
        if (value is < 0 or > Highest) return AdyenError.InvalidAmount;
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)) return AdyenError.Currency;
        return null;
    }

    public Amount ToAmount() => new(Value!.Value, Currency!);
}

/// <summary>The raw card of a payment request. Its text form says nothing of it.</summary>
sealed record AdyenCard(
    string? Type, string? Number, string? ExpiryMonth, string? ExpiryYear, string? Cvc, string? HolderName)
{
    public override string ToString() => nameof(AdyenCard);

    public AdyenError? Fault()
    {
        if (Type is not ("scheme" or "card")) return AdyenError.NotSupported;
        if (Number is null || !CardNumber.IsValid(Number)) return AdyenError.CardNumber;
        if (LastDay() is null) return AdyenError.ExpiryDate;
        if (Cvc is not (null or { Length: 3 or 4 }) || Cvc?.All(char.IsAsciiDigit) == false)
            return AdyenError.SecurityCode;
        return null;
    }

    public bool HasExpired(DateTimeOffset now) => LastDay() < DateOnly.FromDateTime(now.UtcDateTime);

    DateOnly? LastDay()
    {
        if (!int.TryParse(ExpiryMonth, NumberStyles.None, null, out var month)) return null;
        if (!int.TryParse(ExpiryYear, NumberStyles.None, null, out var year)) return null;
        if (month is < 1 or > 12 || year is < 2000 or > 2099) return null;
        return new DateOnly(year, month, DateTime.DaysInMonth(year, month));
    }
}

sealed record PaymentRequest
{
    public AdyenAmount? Amount { get; init; }
    public string? Reference { get; init; }
    public string? MerchantAccount { get; init; }
    public AdyenCard? PaymentMethod { get; init; }
    public string? ReturnUrl { get; init; }
    public int? CaptureDelayHours { get; init; }
    public Dictionary<string, string>? AdditionalData { get; init; }

    /// <summary>Nothing is captured unasked where the merchant says so.</summary>
    [JsonIgnore]
    public bool IsCapturedByHand =>
        string.Equals(
            AdditionalData?.GetValueOrDefault("manualCapture"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adyen's two ways of asking its test platform for a certain refusal.</summary>
    [JsonIgnore]
    public string? Word =>
        AdditionalData?.GetValueOrDefault("RequestedTestAcquirerResponseCode") ?? PaymentMethod?.HolderName;

    public AdyenError? Fault()
    {
        if (AdyenAmount.FaultOfPayment(Amount) is { } wrong) return wrong;
        if (string.IsNullOrWhiteSpace(Reference)) return AdyenError.NoReference;
        if (PaymentMethod is null) return AdyenError.NoMethod;
        if (string.IsNullOrWhiteSpace(ReturnUrl)) return AdyenError.NoReturnUrl;
        if (CaptureDelayHours is < 0) return AdyenError.Unreadable;
        return PaymentMethod.Fault();
    }
}

sealed record ModificationRequest(string? MerchantAccount, AdyenAmount? Amount, string? Reference);

/// <summary>
/// A cancel by the merchant's reference of the payment. Where nothing else does, <paramref name="Reference"/>,
/// which is that of the cancel itself, names the payment.
/// </summary>
sealed record TechnicalCancelRequest(string? MerchantAccount, string? PaymentReference, string? Reference)
{
    [JsonIgnore]
    public string? Named => string.IsNullOrWhiteSpace(PaymentReference) ? Reference : PaymentReference;
}

sealed record DetailsRequest(Dictionary<string, string>? Details);
