namespace Railyard.App.Acquiring;

// The members of Adyen's Checkout API v71 that we send and read (docs.adyen.com/api-explorer/Checkout/71).

sealed record AdyenAmount(long Value, string Currency);

sealed record AdyenCard(string Type, string Number, string ExpiryMonth, string ExpiryYear, string? Cvc);

sealed record AdyenPayment(
    string MerchantAccount,
    AdyenAmount Amount,
    string Reference,
    AdyenCard PaymentMethod,
    string ShopperInteraction,
    string ReturnUrl,
    IReadOnlyDictionary<string, string> AdditionalData);

sealed record AdyenPaymentAnswer(
    string? PspReference,
    string? ResultCode,
    string? RefusalReason,
    string? RefusalReasonCode,
    AdyenAmount? Amount,
    AdyenAction? Action,
    IReadOnlyDictionary<string, string>? AdditionalData);

sealed record AdyenDetails(AdyenRedirect Details);

sealed record AdyenRedirect(string RedirectResult);

sealed record AdyenAction(string? Type, string? Url);

sealed record AdyenModification(string MerchantAccount, AdyenAmount? Amount, string Reference);

sealed record AdyenTechnicalCancel(string MerchantAccount, string PaymentReference, string Reference);

sealed record AdyenModificationAnswer(string? PspReference, string? Status, AdyenAmount? Amount);

sealed record AdyenError(int Status, string? ErrorCode, string? Message, string? ErrorType);
