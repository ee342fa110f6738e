using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Payments;

/// <summary>What northbank sends of an authorisation of 10 EUR, signed with the key that the app knows.</summary>
static class SignedNotice
{
    /// <summary>The body of the request.</summary>
    public static object For(RunningApp app, string payment)
    {
        var key = app.Services.GetRequiredService<Acquirers>().NotificationKey(new AcquirerName("northbank"))!;
        var signed = new SignedNotification("8835", null, "RailyardNorth", payment, "1000", "EUR", "AUTHORISATION", "true");
        return Body(signed, AdyenNotificationSignature.Of(signed, key));
    }

    /// <summary>The same, with a signature that is none of ours.</summary>
    public static object Forged(string payment) => Body(
        new SignedNotification("8835", null, "RailyardNorth", payment, "1000", "EUR", "AUTHORISATION", "true"),
        Convert.ToBase64String(new byte[32]));

    static object Body(SignedNotification notice, string signature)
    {
        var item = new
        {
            eventCode = notice.EventCode,
            success = notice.Success,
            pspReference = notice.PspReference,
            merchantAccountCode = notice.MerchantAccount,
            merchantReference = notice.MerchantReference,
            amount = new { value = 10_00, currency = notice.Currency },
            additionalData = new { hmacSignature = signature },
        };
        // Written with a capital, which the names of members would lose on the way.
        return new { live = "false", notificationItems = new[] { new Dictionary<string, object> { ["NotificationRequestItem"] = item } } };
    }
}
