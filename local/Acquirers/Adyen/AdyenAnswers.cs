using Railyard.Local.Acquirers.Bookkeeping;

namespace Railyard.Local.Acquirers.Adyen;

/// <summary>What is booked, in the words of Adyen's Checkout API.</summary>
static class AdyenAnswers
{
    const int Ok = 200;
    const int Created = 201;

    public static Answer Payment(Payment payment, Scene scene, string expiry, Uri page)
    {
        var shown = Drawn(payment, new() { ["expiryDate"] = expiry });
        if (scene.Decision is Decision.Declined { Advice: { } advice })
            shown["merchantAdviceCode"] = $"{advice.Code:D2} : {advice.Text}";
        var action = payment.Standing == Standing.AwaitingCardholder ? Redirect(payment, page) : null;
        return Payment(payment, shown, action);
    }

    /// <summary>What became of a payment that waited for its cardholder.</summary>
    public static Answer Details(Payment payment) => Payment(payment, Drawn(payment, []), action: null);

    public static Answer Modification(string account, Modification booked, AdyenAmount? amount) =>
        new(Created, AdyenJson.Write(new
        {
            MerchantAccount = account,
            PaymentPspReference = booked.PaymentPsp,
            PspReference = booked.Psp,
            booked.Reference,
            Status = "received",
            Amount = amount,
        }));

    public static Answer TechnicalCancel(TechnicalCancelRequest request, Modification asked) =>
        new(Created, AdyenJson.Write(new
        {
            request.MerchantAccount,
            PaymentReference = request.Named,
            PspReference = asked.Psp,
            request.Reference,
            Status = "received",
        }));

    static Answer Payment(Payment payment, Dictionary<string, string> shown, object? action) =>
        new(Ok, AdyenJson.Write(new
        {
            PspReference = payment.Psp,
            ResultCode = ResultCode(payment.Standing),
            Amount = ShownAmount(payment),
            MerchantReference = payment.Reference,
            RefusalReason = Why(payment)?.Reason,
            RefusalReasonCode = Why(payment)?.Code.ToString(),
            AdditionalData = shown,
            Action = action,
        }));

    static string ResultCode(Standing standing) => standing switch
    {
        Standing.Authorised => "Authorised",
        Standing.AuthorisedInPart => "PartiallyAuthorised",
        Standing.Refused => "Refused",
        Standing.Failed => "Error",
        Standing.AwaitingCardholder => "RedirectShopper",
        Standing.Withdrawn => "Cancelled",
    };

    static AdyenAmount ShownAmount(Payment payment) =>
        new(
            payment.Standing == Standing.AuthorisedInPart ? payment.Authorised : payment.Requested,
            payment.Currency);

    static Decline? Why(Payment payment) => payment.RefusalCode is { } code ? Script.Because(code) : null;

    static Dictionary<string, string> Drawn(Payment payment, Dictionary<string, string> shown)
    {
        shown["cardBin"] = payment.Card.Bin;
        shown["cardSummary"] = payment.Card.Last4;
        shown["paymentMethod"] = payment.Card.Brand;
        shown["paymentMethodVariant"] = payment.Card.Brand;
        if (payment.AuthCode is { } code) shown["authCode"] = code;
        if (Why(payment) is { } why) shown["refusalReasonRaw"] = $"{why.NetworkCode} : {why.NetworkText}";
        return shown;
    }

    static object Redirect(Payment payment, Uri page) => new
    {
        Type = "redirect",
        PaymentMethodType = "scheme",
        Method = "GET",
        Url = new Uri(page, payment.Psp).ToString(),
    };
}
