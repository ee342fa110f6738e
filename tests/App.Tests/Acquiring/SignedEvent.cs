using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Acquiring;
using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Local.Runtime;

namespace Railyard.App.Tests.Acquiring;

/// <summary>An event as Stripe signs it, which concerns nobody.</summary>
static class SignedEvent
{
    const string Body = """{"id":"evt_signed","object":"event","type":"customer.created","data":{"object":{"id":"cus_1"}}}""";

    public static Task<Reply> PostAsync(RunningApp app, Client client)
    {
        var secret = app.Services.GetRequiredService<Acquirers>().NotificationKey(new AcquirerName("stripe"))!;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = StripeSignature.Of(Encoding.UTF8.GetBytes(Body), now, secret);
        return client.PostRawAsync("/notifications/stripe/stripe", Body, headers: ("Stripe-Signature", $"t={now},v1={signature}"));
    }
}
