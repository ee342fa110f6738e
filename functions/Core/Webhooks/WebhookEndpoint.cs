namespace Railyard.Core.Webhooks;

/// <summary>Whether an endpoint is told.</summary>
public enum EndpointStatus { Enabled, Disabled }

/// <summary>Why an endpoint is not told.</summary>
public enum DisabledReason
{
    /// <summary>The merchant wants it so.</summary>
    ByMerchant,

    /// <summary>It answered 410: it is gone and says so.</summary>
    Gone,

    /// <summary>It took nothing for three days.</summary>
    Failing,
}

/// <summary>A place that a merchant wants to be told at, and how it fares.</summary>
public sealed record WebhookEndpoint
{
    // As long as the deliveries themselves are kept: what was missed meanwhile can be had by a replay.
    static readonly TimeSpan RecordsWhenDisabledFor = TimeSpan.FromDays(30);

    /// <summary>Its id.</summary>
    public required EndpointId Id { get; init; }

    /// <summary>Where events are posted to.</summary>
    public required string Url { get; init; }

    /// <summary>Which events; what fits one of them is sent.</summary>
    public required IReadOnlyList<EventFilter> Events { get; init; }

    /// <summary>The merchant's own words.</summary>
    public string? Description { get; init; }

    /// <summary>What its messages are signed with.</summary>
    public required EndpointSecrets Secrets { get; init; }

    /// <summary>Whether it is told.</summary>
    public EndpointStatus Status { get; init; } = EndpointStatus.Enabled;

    /// <summary>Why it is not told, where it is not.</summary>
    public DisabledReason? DisabledReason { get; init; }

    /// <summary>Since when it is not told.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Since when every try has failed; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Counts its changes, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it is told.</summary>
    public bool IsEnabled => Status == EndpointStatus.Enabled;

    /// <summary>
    /// Whether a delivery of an event of that kind is written down for it: one that was disabled not long ago can have
    /// its events later.
    /// </summary>
    public bool Records(string type, DateTimeOffset now) =>
        Events.Any(filter => filter.Fits(type)) && (IsEnabled || now - DisabledAt < RecordsWhenDisabledFor);

    /// <summary>It, told no more.</summary>
    public WebhookEndpoint Disabled(DisabledReason reason, DateTimeOffset now) =>
        this with { Status = EndpointStatus.Disabled, DisabledReason = reason, DisabledAt = now };

    /// <summary>It, told again, with a clean record.</summary>
    public WebhookEndpoint Enabled() =>
        this with { Status = EndpointStatus.Enabled, DisabledReason = null, DisabledAt = null, FailingSince = null };
}

/// <summary>A secret as kept: only encrypted, and bound to its endpoint.</summary>
public sealed record SealedSecret(SecretId Id, string Box, DateTimeOffset CreatedAt);

/// <summary>The secret of an endpoint, and the one before it until its end.</summary>
public sealed record EndpointSecrets(SealedSecret Current, SealedSecret? Previous = null, DateTimeOffset? PreviousUntil = null)
{
    /// <summary>The secrets to sign with now, the current one first.</summary>
    public IReadOnlyList<SealedSecret> ValidAt(DateTimeOffset now) =>
        Previous is { } previous && now < PreviousUntil ? [Current, previous] : [Current];

    /// <summary>The secret of that id, valid or not, where it is still kept.</summary>
    public SealedSecret? Find(SecretId id) => Current.Id == id ? Current : Previous?.Id == id ? Previous : null;

    /// <summary>With a new secret; the one so far goes on beside it for that long.</summary>
    public EndpointSecrets Rotated(SealedSecret next, TimeSpan overlap, DateTimeOffset now) =>
        new(next, Current, now + overlap);
}
