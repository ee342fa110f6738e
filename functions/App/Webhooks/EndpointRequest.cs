using System.Text.Json;
using Railyard.App.Payments;
using Railyard.Core.Webhooks;

namespace Railyard.App.Webhooks;

/// <summary>The body of a request that makes or changes an endpoint, found valid.</summary>
static class EndpointRequest
{
    const int LongestUrl = 2_048;
    const int LongestDescription = 200;
    const int MostFilters = 32;
    const int LongestFilter = 64;

    static readonly IReadOnlyDictionary<string, EndpointStatus> Statuses = Json.Words<EndpointStatus>();

    /// <summary>What a new endpoint is to be, or everything that is wrong with it.</summary>
    public static (EndpointChange? Wanted, IReadOnlyList<FieldError> Errors) ReadNew(JsonElement body, AddressGuard guard) =>
        Read(body, guard, isNew: true);

    /// <summary>What is to change, or everything that is wrong with it.</summary>
    public static (EndpointChange? Wanted, IReadOnlyList<FieldError> Errors) ReadChange(JsonElement body, AddressGuard guard) =>
        Read(body, guard, isNew: false);

    static (EndpointChange?, IReadOnlyList<FieldError>) Read(JsonElement body, AddressGuard guard, bool isNew)
    {
        var errors = new List<FieldError>();
        var members = new Members(body, errors);
        var read = new EndpointChange(
            ReadUrl(members, guard, isNew),
            ReadFilters(members, isNew),
            members.Text("description", LongestDescription),
            isNew ? null : members.OneOf("status", Statuses));
        members.RefuseOthers();
        return errors.Count > 0 ? (null, errors) : (read, errors);
    }

    static string? ReadUrl(Members members, AddressGuard guard, bool isRequired)
    {
        if (members.Text("url", LongestUrl, isRequired) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return members.Wrong<string>("url", "invalid_url", "It must be an absolute URL.");
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return members.Wrong<string>("url", "invalid_url", "It must have neither a user nor a fragment.");
        return guard.Allows(url)
            ? url.AbsoluteUri
            : members.Wrong<string>("url", "url_not_allowed", "It must be https, and lead to a public address.");
    }

    static List<EventFilter>? ReadFilters(Members members, bool isRequired)
    {
        if (members.Strings("events", MostFilters, LongestFilter, isRequired) is not { } texts) return null;
        var filters = texts.Select(EventFilter.Read).OfType<EventFilter>().Distinct().ToList();
        return texts.All(text => EventFilter.Read(text) is not null)
            ? filters
            : members.Wrong<List<EventFilter>>(
                "events", "unknown_event", $"Each entry must be *, payment.*, or one of: {string.Join(", ", EventTypes.All)}.");
    }
}
