using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Railyard.App.Operations;

namespace Railyard.App;

/// <summary>
/// What the app tells of itself: where it goes is the runtime's to say. A trace follows a payment from its request through
/// its orchestration, the acquirer and the topic to the webhook, because the platform hands it on: in the orchestration's
/// start, and in each message. Where nobody listens there are no spans, and a measurement is a test of a flag.
/// </summary>
static class Telemetry
{
    /// <summary>The name of our spans and measurements.</summary>
    public const string Name = "Railyard";

    /// <summary>Spans of our own: calls to acquirers, in words that fit every protocol.</summary>
    public static readonly ActivitySource Spans = new(Name);

    // Where the platform notes in a message which span has sent it.
    const string SentBy = "Diagnostic-Id";

    static readonly string[] Sources =
        [Name, "Microsoft.AspNetCore", "Microsoft.Azure.Functions.Worker", "Microsoft.DurableTask", "System.Net.Http", "Azure.Messaging.ServiceBus.*"];

    static readonly string[] Meters =
        [Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    /// <summary>
    /// A span for one message of a batch, in the trace that sent it and linked to the batch, which is in none of them. Null
    /// where nobody listens, or nobody listened then.
    /// </summary>
    public static Activity? StartFor(ServiceBusReceivedMessage message, string name)
    {
        var sent = message.ApplicationProperties.TryGetValue(SentBy, out var span) ? span as string : null;
        if (!ActivityContext.TryParse(sent, traceState: null, isRemote: true, out var sender)) return null;
        ActivityLink[] batch = Activity.Current is { } current ? [new ActivityLink(current.Context)] : [];
        return Spans.StartActivity(name, ActivityKind.Consumer, sender, links: batch);
    }

    /// <summary>Collects all of it. Spans are redacted before they leave; logs never hold what would have to be.</summary>
    public static OpenTelemetryBuilder Collect(IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("railyard"))
        .WithTracing(traces => traces.AddSource(Sources).AddProcessor(new RedactedSpans()))
        .WithMetrics(metrics => metrics.AddMeter(Meters))
        .WithLogging();
}
