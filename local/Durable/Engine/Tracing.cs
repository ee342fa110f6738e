using System.Diagnostics;

namespace Railyard.Local.Durable;

/// <summary>
/// Spans as the official client and worker name them. An orchestration belongs to the trace that it was started within,
/// and so does everything it does; where nobody listens there are none.
/// </summary>
static class Tracing
{
    static readonly ActivitySource Source = new("Microsoft.DurableTask");

    /// <summary>The span under way as W3C traceparent, if somebody records it.</summary>
    public static string? Current =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, IsAllDataRequested: true } span ? span.Id : null;

    /// <summary>A span of whoever starts an orchestration; none where nobody listens.</summary>
    public static Activity? StartOfOrchestration(string name) =>
        Source.HasListeners() ? Source.StartActivity($"create_orchestration:{name}", ActivityKind.Producer) : null;

    /// <summary>A span of that trace; none where the orchestration was started outside of any.</summary>
    public static Activity? Start(string kind, string name, string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity($"{kind}:{name}", ActivityKind.Server, parent)
            : null;
}
