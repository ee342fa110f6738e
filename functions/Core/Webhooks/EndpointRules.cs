using Railyard.Core.Payments;

namespace Railyard.Core.Webhooks;

/// <summary>All of a merchant's endpoints: few, and one document, so that their number and each of them is certain.</summary>
public sealed record MerchantWebhooks
{
    /// <summary>Whose they are.</summary>
    public required MerchantId Merchant { get; init; }

    /// <summary>They, oldest first.</summary>
    public IReadOnlyList<WebhookEndpoint> Endpoints { get; init; } = [];

    /// <summary>The endpoint of that id, or null.</summary>
    public WebhookEndpoint? Find(EndpointId id) => Endpoints.FirstOrDefault(endpoint => endpoint.Id == id);

    /// <summary>With that endpoint in the place of the one of its id; its version tells the change.</summary>
    internal MerchantWebhooks With(WebhookEndpoint changed) => Noting(changed with { Version = changed.Version + 1 });

    /// <summary>The same without another version: what is only noted must not make the merchant's own change one of the past.</summary>
    internal MerchantWebhooks Noting(WebhookEndpoint changed) => this with
    {
        Endpoints = [.. Endpoints.Select(one => one.Id == changed.Id ? changed : one)],
    };
}

/// <summary>Why a change of endpoints is refused, in order of precedence.</summary>
public enum EndpointRejection { NotFound, VersionDiffers, TooMany, OverlapUnderWay }

/// <summary>What became of a wish to change a merchant's endpoints.</summary>
public abstract record EndpointDecision
{
    /// <summary>They are now like this.</summary>
    public sealed record Accepted(MerchantWebhooks Webhooks) : EndpointDecision;

    /// <summary>They stay as they are.</summary>
    public sealed record Rejected(EndpointRejection Reason) : EndpointDecision;

    EndpointDecision() { }
}

/// <summary>What a merchant wants to be different about an endpoint; null is as it is.</summary>
public sealed record EndpointChange(
    string? Url, IReadOnlyList<EventFilter>? Events, string? Description, EndpointStatus? Status);

/// <summary>What may become of a merchant's endpoints.</summary>
public static class EndpointRules
{
    /// <summary>How many endpoints a merchant can have.</summary>
    public const int MostEndpoints = 16;

    /// <summary>How long an endpoint may take nothing before it is disabled.</summary>
    public static readonly TimeSpan LongestFailing = TimeSpan.FromDays(3);

    /// <summary>With one more. One of its id that is there already stays as it is.</summary>
    public static EndpointDecision Add(MerchantWebhooks webhooks, WebhookEndpoint endpoint)
    {
        if (webhooks.Find(endpoint.Id) is not null) return new EndpointDecision.Accepted(webhooks);
        if (webhooks.Endpoints.Count >= MostEndpoints) return No(EndpointRejection.TooMany);
        return new EndpointDecision.Accepted(webhooks with { Endpoints = [.. webhooks.Endpoints, endpoint] });
    }

    /// <summary>With a change made to the version that the merchant has seen, or to any.</summary>
    public static EndpointDecision Change(
        MerchantWebhooks webhooks, EndpointId id, int? version, EndpointChange change, DateTimeOffset now)
    {
        if (webhooks.Find(id) is not { } endpoint) return No(EndpointRejection.NotFound);
        if (version is not null && endpoint.Version != version) return No(EndpointRejection.VersionDiffers);
        var changed = endpoint with
        {
            Url = change.Url ?? endpoint.Url,
            Events = change.Events ?? endpoint.Events,
            Description = change.Description ?? endpoint.Description,
        };
        return new EndpointDecision.Accepted(webhooks.With(Switched(changed, change.Status, now)));
    }

    /// <summary>Without one, in the version that the merchant has seen, or in any.</summary>
    public static EndpointDecision Remove(MerchantWebhooks webhooks, EndpointId id, int? version)
    {
        if (webhooks.Find(id) is not { } endpoint) return No(EndpointRejection.NotFound);
        if (version is not null && endpoint.Version != version) return No(EndpointRejection.VersionDiffers);
        return new EndpointDecision.Accepted(
            webhooks with { Endpoints = [.. webhooks.Endpoints.Where(one => one.Id != id)] });
    }

    /// <summary>
    /// With a new secret for one. A second rotation waits for the end of the first's overlap, or the secret that
    /// receivers still use would be cut off before its time; one without an overlap means just that, and is done.
    /// </summary>
    public static EndpointDecision Rotate(
        MerchantWebhooks webhooks, EndpointId id, SealedSecret next, TimeSpan overlap, DateTimeOffset now)
    {
        if (webhooks.Find(id) is not { } endpoint) return No(EndpointRejection.NotFound);
        if (endpoint.Secrets.Find(next.Id) is not null) return new EndpointDecision.Accepted(webhooks);
        if (overlap > TimeSpan.Zero && now < endpoint.Secrets.PreviousUntil) return No(EndpointRejection.OverlapUnderWay);
        var rotated = endpoint with { Secrets = endpoint.Secrets.Rotated(next, overlap, now) };
        return new EndpointDecision.Accepted(webhooks.With(rotated));
    }

    /// <summary>After a try that was begun at that moment. Where nothing changes, the very same.</summary>
    public static MerchantWebhooks AfterTry(MerchantWebhooks webhooks, EndpointId id, TryOutcome outcome, DateTimeOffset at)
    {
        if (webhooks.Find(id) is not { IsEnabled: true } endpoint) return webhooks;
        var changed = AfterTry(endpoint, outcome, at);
        if (ReferenceEquals(changed, endpoint)) return webhooks;
        return changed.Status == endpoint.Status ? webhooks.Noting(changed) : webhooks.With(changed);
    }

    static WebhookEndpoint AfterTry(WebhookEndpoint endpoint, TryOutcome outcome, DateTimeOffset at)
    {
        if (outcome.IsSuccess) return endpoint.FailingSince is null ? endpoint : endpoint with { FailingSince = null };
        if (outcome.IsGone) return endpoint.Disabled(DisabledReason.Gone, at);
        var failing = endpoint.FailingSince is null ? endpoint with { FailingSince = at } : endpoint;
        return at - failing.FailingSince >= LongestFailing ? failing.Disabled(DisabledReason.Failing, at) : failing;
    }

    static WebhookEndpoint Switched(WebhookEndpoint endpoint, EndpointStatus? status, DateTimeOffset now) => status switch
    {
        EndpointStatus.Enabled when !endpoint.IsEnabled => endpoint.Enabled(),
        EndpointStatus.Disabled when endpoint.IsEnabled => endpoint.Disabled(DisabledReason.ByMerchant, now),
        _ => endpoint,
    };

    static EndpointDecision.Rejected No(EndpointRejection reason) => new(reason);
}
