using Microsoft.Extensions.Logging;
using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>
/// Says that we have disabled an endpoint: in its delivery log, where the merchant looks for what did not come, to the
/// merchant's other endpoints that want to know, and to us.
/// </summary>
public sealed partial class DisabledNotice(Announcements announcements, ILogger<DisabledNotice> log)
{
    /// <summary>Says so, once, where that endpoint is disabled and not by its merchant.</summary>
    internal async Task TellAsync(MerchantWebhooks webhooks, EndpointId id, CancellationToken cancellation)
    {
        if (webhooks.Find(id) is not { DisabledReason: DisabledReason.Gone or DisabledReason.Failing } endpoint) return;
        var at = endpoint.DisabledAt!.Value;
        var news = new Announcement(
            webhooks.Merchant,
            $"{id} disabled",
            EventTypes.EndpointDisabled,
            at,
            Payload.Of(EventTypes.EndpointDisabled, endpoint, at));
        var told = webhooks.Endpoints.Where(one => one.IsEnabled && one.Records(news.Type, at)).Append(endpoint);
        if (await announcements.TellAsync(news, told, cancellation))
            Disabled(id, webhooks.Merchant, endpoint.DisabledReason.Value, endpoint.FailingSince);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} of {Merchant} is disabled: {Reason}; failing since {FailingSince}")]
    partial void Disabled(EndpointId endpoint, MerchantId merchant, DisabledReason reason, DateTimeOffset? failingSince);
}
