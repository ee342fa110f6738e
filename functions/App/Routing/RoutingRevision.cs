using System.Globalization;
using Microsoft.AspNetCore.Http;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>The revision of a merchant's routing as an entity tag (RFC 9110, 8.8.3).</summary>
static class RoutingRevision
{
    const string Any = "*";

    /// <summary>The routing's, for the answer that shows it.</summary>
    public static string Of(MerchantRouting routing) => string.Create(CultureInfo.InvariantCulture, $"\"{routing.Revision}\"");

    /// <summary>The revision that a change is meant for: null for any. A tag that is none of ours is of no revision.</summary>
    public static (int? Revision, Problem? Problem) Read(HttpRequest request)
    {
        var tag = request.Headers.IfMatch.ToString().Trim();
        if (tag.Length == 0) return (null, IfMatch.Missing);
        if (tag == Any) return (null, null);
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? (revision, null)
            : (-1, null);
    }
}

/// <summary>How each reason for refusing a change of a routing is told.</summary>
static class RoutingRejections
{
    const int Conflict = StatusCodes.Status409Conflict;

    /// <summary>The problem that says so.</summary>
    public static Problem Problem(RoutingRejection reason) => reason switch
    {
        RoutingRejection.HasChanged => IfMatch.Failed,
        RoutingRejection.NoExperiment => App.Problem.NotFound("experiment"),
        RoutingRejection.NoSuchVersion => new(Conflict, "no_such_version", "There is no such version of the program.")
        {
            Detail = "GET /v1/routing/versions lists them; 0 is what everybody has who has said nothing.",
        },
        RoutingRejection.ExperimentRuns => new(Conflict, "experiment_running", "An experiment is running.")
        {
            Detail = "Stop it first, or what it compares would change under it.",
        },
    };
}
