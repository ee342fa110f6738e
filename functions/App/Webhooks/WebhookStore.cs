using Railyard.Core.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>A merchant's endpoints as kept.</summary>
sealed record WebhooksDocument(string Id, MerchantId Merchant, MerchantWebhooks Webhooks)
{
    public const string Name = "endpoints";
}

/// <summary>
/// Keeps the endpoints of merchants, one document for each: to know who is told of an event costs one point read.
/// </summary>
public sealed class WebhookStore(Containers containers, TimeProvider time)
{
    const int MostRounds = 20;
    const int MostRecent = 10_000;

    readonly Recent<MerchantId, Loaded> recent = new(MostRecent);

    sealed record Loaded(MerchantWebhooks Webhooks, DateTimeOffset At);

    /// <summary>A merchant's endpoints, which may be none.</summary>
    public async Task<MerchantWebhooks> LoadAsync(MerchantId merchant, CancellationToken cancellation) =>
        (await FindAsync(merchant, cancellation))?.Value.Webhooks ?? new MerchantWebhooks { Merchant = merchant };

    /// <summary>
    /// A merchant's endpoints with all that there were at that moment: what was read after it is as good as reading again,
    /// so that a burst of events costs one read.
    /// </summary>
    internal async Task<MerchantWebhooks> LoadSinceAsync(
        MerchantId merchant, DateTimeOffset moment, CancellationToken cancellation)
    {
        if (recent.Find(merchant) is { } known && known.At > moment) return known.Webhooks;
        var now = time.GetUtcNow();
        return recent.Keep(merchant, new Loaded(await LoadAsync(merchant, cancellation), now)).Webhooks;
    }

    /// <summary>One endpoint of that merchant's, or null.</summary>
    public async Task<WebhookEndpoint?> FindAsync(MerchantId merchant, EndpointId id, CancellationToken cancellation) =>
        (await LoadAsync(merchant, cancellation)).Find(id);

    /// <summary>
    /// Changes them as they were read, or again as they have become; made twice, the change must be made once.
    /// Answering the very ones it was given means that there is nothing to save.
    /// </summary>
    public async Task<MerchantWebhooks> ChangeAsync(
        MerchantId merchant, Func<MerchantWebhooks, MerchantWebhooks> change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(merchant, cancellation);
            var found = stored?.Value.Webhooks ?? new MerchantWebhooks { Merchant = merchant };
            var changed = change(found);
            if (ReferenceEquals(changed, found)) return found;
            if (await TrySaveAsync(changed, stored?.ETag, cancellation)) return changed;
        }
        throw new TimeoutException($"The endpoints of {merchant} changed {MostRounds} times while they were being changed.");
    }

    /// <summary>Changes them as the rules allow; they as they are now, and why not where it was refused.</summary>
    internal async Task<(MerchantWebhooks Webhooks, EndpointRejection? Rejection)> AskAsync(
        MerchantId merchant, Func<MerchantWebhooks, EndpointDecision> ask, CancellationToken cancellation)
    {
        EndpointRejection? rejection = null;
        var changed = await ChangeAsync(
            merchant,
            found =>
            {
                var decision = ask(found);
                rejection = (decision as EndpointDecision.Rejected)?.Reason;
                return decision is EndpointDecision.Accepted accepted ? accepted.Webhooks : found;
            },
            cancellation);
        return (changed, rejection);
    }

    Task<Stored<WebhooksDocument>?> FindAsync(MerchantId merchant, CancellationToken cancellation) =>
        containers.Webhooks.FindAsync<WebhooksDocument>(WebhooksDocument.Name, merchant.Value, cancellation);

    async Task<bool> TrySaveAsync(MerchantWebhooks webhooks, string? etag, CancellationToken cancellation)
    {
        var document = new WebhooksDocument(WebhooksDocument.Name, webhooks.Merchant, webhooks);
        return await containers.Webhooks.TrySaveAsync(
            document.Id, webhooks.Merchant.Value, document, etag, cancellation) is not null;
    }
}
