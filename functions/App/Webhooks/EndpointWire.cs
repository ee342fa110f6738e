using System.Globalization;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>An endpoint as the contract shows it. The secret itself is added where it is shown, which is once.</summary>
sealed record EndpointWire(
    EndpointId Id,
    string Url,
    IReadOnlyList<EventFilter> Events,
    string? Description,
    EndpointStatus Status,
    DisabledReason? DisabledReason,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? FailingSince,
    IReadOnlyList<SecretWire> Secrets,
    DateTimeOffset CreatedAt)
{
    public static EndpointWire Of(WebhookEndpoint endpoint, DateTimeOffset now) => new(
        endpoint.Id,
        endpoint.Url,
        endpoint.Events,
        endpoint.Description,
        endpoint.Status,
        endpoint.DisabledReason,
        endpoint.DisabledAt,
        endpoint.FailingSince,
        [.. endpoint.Secrets.ValidAt(now).Select(one => SecretWire.Of(endpoint.Secrets, one))],
        endpoint.CreatedAt);
}

/// <summary>A secret that messages are signed with, and when that ends where it does.</summary>
sealed record SecretWire(SecretId Id, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    public static SecretWire Of(EndpointSecrets secrets, SealedSecret one) =>
        new(one.Id, one.CreatedAt, one == secrets.Previous ? secrets.PreviousUntil : null);
}

/// <summary>How each reason for refusing a change of endpoints is told.</summary>
static class EndpointRejections
{
    const int Conflict = StatusCodes.Status409Conflict;

    /// <summary>No merchant sees another's endpoint: it is as good as none.</summary>
    public static Problem NotFound { get; } = App.Problem.NotFound("webhook endpoint");

    /// <summary>Nothing is sent to an endpoint that is disabled.</summary>
    public static Problem IsDisabled { get; } = new(Conflict, "endpoint_disabled", "The webhook endpoint is disabled.")
    {
        Detail = "Enable it first: PATCH it with {\"status\":\"enabled\"}.",
    };

    /// <summary>The problem that says so.</summary>
    public static Problem Problem(EndpointRejection reason) => reason switch
    {
        EndpointRejection.NotFound => NotFound,
        EndpointRejection.VersionDiffers => IfMatch.Failed,
        EndpointRejection.TooMany => new(
            Conflict, "too_many_endpoints", $"There can be at most {EndpointRules.MostEndpoints} webhook endpoints."),
        EndpointRejection.OverlapUnderWay => new(
            Conflict, "rotation_under_way", "The secret before the current one is still valid.")
        {
            Detail = "Rotate again when it has expired, or with an overlap of 0 to end both at once.",
        },
    };
}

/// <summary>The version of an endpoint as an entity tag (RFC 9110, 8.8.3).</summary>
static class EndpointVersion
{
    const string Any = "*";

    /// <summary>The endpoint's, for the answer that shows it.</summary>
    public static string Of(WebhookEndpoint endpoint) => string.Create(CultureInfo.InvariantCulture, $"\"{endpoint.Version}\"");

    /// <summary>
    /// The version that a change is meant for: null for any. A tag that is none of ours is of no version.
    /// </summary>
    public static (int? Version, Problem? Problem) Read(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString().Trim();
        if (tag.Length == 0) return (null, IfMatch.Missing);
        if (tag == Any) return (null, null);
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (version, null)
            : (0, null);
    }
}
