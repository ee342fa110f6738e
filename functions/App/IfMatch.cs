using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Railyard.App;

/// <summary>The If-Match header (RFC 9110): a change is made of what the caller has seen, or not at all.</summary>
static class IfMatch
{
    /// <summary>428: the header is not there.</summary>
    public static readonly Problem Missing = new(
        StatusCodes.Status428PreconditionRequired, "if_match_missing", "The If-Match header is required.")
    {
        Detail = "Send the ETag of what you have read, so that nobody's change is lost.",
    };

    /// <summary>412: somebody has changed it.</summary>
    public static readonly Problem Failed = new(
        StatusCodes.Status412PreconditionFailed, "if_match_failed", "It has changed since it was read.")
    {
        Detail = "Read it again and make your change of what is there now.",
    };

    /// <summary>Whether there is one.</summary>
    public static bool IsIn(HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>Whether it allows a change of what has that ETag. A weak one never does.</summary>
    public static bool Allows(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseStrictList([.. request.Headers.IfMatch!], out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == etag));
}
