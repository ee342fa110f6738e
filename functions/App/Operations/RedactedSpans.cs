using System.Diagnostics;
using OpenTelemetry;
using Railyard.Core.Operations;

namespace Railyard.App.Operations;

/// <summary>
/// Takes out of spans what others put into them: paths may hold a signature, queries anything, and an exception whatever its
/// text says. What a route is called is enough to find it by.
/// </summary>
sealed class RedactedSpans : BaseProcessor<Activity>
{
    const string Path = "url.path";
    const string Route = "http.route";

    static readonly string[] Dropped = ["url.query", "url.full", "http.url", "http.target", "user_agent.original"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var name in Dropped)
            if (data.GetTagItem(name) is not null) data.SetTag(name, null);
        if (data.GetTagItem(Path) is not null) data.SetTag(Path, data.GetTagItem(Route) is string route ? $"/{route.TrimStart('/')}" : null);
        foreach (var (name, value) in data.TagObjects.ToList())
            if (value is string text && Redaction.Of(text) is var kept && kept != text) data.SetTag(name, kept);
        if (data.StatusDescription is { } described) data.SetStatus(data.Status, Redaction.Of(described));
        data.DisplayName = Redaction.Of(data.DisplayName);
    }
}
