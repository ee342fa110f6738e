using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Railyard.App.Operations;
using Railyard.App.Tests.Merchants;
using Railyard.App.Tests.Webhooks;

namespace Railyard.App.Tests.Operations;

/// <summary>One payment is one trace, from the merchant's request to their webhook, and none of it tells of the card.</summary>
public sealed class TraceTests(RunningRailyard railyard)
{
    // As the runtime and the libraries call them.
    static readonly string[] WholeWay =
    [
        "Microsoft.AspNetCore.Hosting.HttpRequestIn",
        "function CreatePayment",
        "create_orchestration:AuthorizePayment",
        "orchestration:AuthorizePayment",
        "activity:AttemptAuthorization",
        "function AttemptAuthorization",
        "authorize at",
        "System.Net.Http.HttpRequestOut",
        "function IndexPayment",
        "function TellEndpoints",
        "function DeliverWebhook",
    ];

    [Fact]
    public async Task A_payment_is_one_trace_from_its_request_to_its_webhook()
    {
        await using var shop = await Receiver.StartAsync(TimeProvider.System);
        var merchant = await railyard.OnboardAsync();
        await merchant.Client.PostAsync("/v1/webhook-endpoints", new { url = shop.Url, events = new[] { "payment.authorized" } });
        using var trace = new Trace();

        var paid = await merchant.Client.SendAsync(
            HttpMethod.Post, "/v1/payments", Client.Payment(), ("traceparent", trace.Parent));
        await Eventually.ThatAsync(() => Task.FromResult(shop.Of("payment.authorized")), all => all.Count > 0);
        var spans = await Eventually.ThatAsync(
            () => Task.FromResult(trace.Spans), all => WholeWay.All(step => all.Any(span => span.OperationName.StartsWith(step, StringComparison.Ordinal))));

        Assert.Equal("authorized", paid["status"]);
        var known = spans.Select(span => span.SpanId.ToHexString()).Append(trace.Root).ToHashSet();
        Assert.All(spans, span => Assert.Contains(span.ParentSpanId.ToHexString(), known));
        Assert.All(spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain(Client.GoodCard, $"{tag.Value}", StringComparison.Ordinal));
        Assert.Contains(spans, span => Equals(span.GetTagItem("railyard.payment"), paid["id"]));
    }

    [Fact]
    public async Task A_payment_is_counted_by_acquirer_outcome_and_status()
    {
        var measured = new ConcurrentQueue<(string Name, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => measured.Enqueue((instrument.Name, Write(tags))));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Enqueue((instrument.Name, Write(tags))));
        listener.Start();

        var paid = await railyard.Merchant.PayAsync();

        var acquirer = paid["acquirer"];
        Assert.Contains(("railyard.payments", $"status=authorized acquirer={acquirer}"), measured);
        Assert.Contains(("railyard.attempts", $"acquirer={acquirer} outcome=approved"), measured);
        Assert.Contains(("railyard.attempts.duration", $"acquirer={acquirer} outcome=approved"), measured);
        await Eventually.ThatAsync(
            () => Task.FromResult(measured.ToList()), all => all.Contains(("railyard.messages.age", "function=IndexPayment")));
    }

    [Fact]
    public void What_others_put_into_a_span_is_taken_out_before_it_leaves()
    {
        using var span = new Activity("test").Start();
        span.SetTag("url.path", "/return/pay_1/signature").SetTag("http.route", "return/{id}/{proof}").SetTag("url.query", "?secret=1");
        span.SetTag("note", "card 4111111111111111 of sk_live_secret").SetTag("count", 5).SetStatus(ActivityStatusCode.Error, "4111 1111 1111 1111");

        using var redacted = new RedactedSpans();
        redacted.OnEnd(span);

        Assert.Equal("/return/{id}/{proof}", span.GetTagItem("url.path"));
        Assert.Null(span.GetTagItem("url.query"));
        Assert.Equal(("card [redacted] of [redacted]", 5), ((string)span.GetTagItem("note")!, (int)span.GetTagItem("count")!));
        Assert.Equal("[redacted]", span.StatusDescription);
    }

    static string Write(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));

    /// <summary>Records every span of one trace, whose root is the caller's.</summary>
    sealed class Trace : IDisposable
    {
        readonly ActivityTraceId id = ActivityTraceId.CreateRandom();
        readonly ActivitySpanId root = ActivitySpanId.CreateRandom();
        readonly ConcurrentQueue<Activity> spans = [];
        readonly ActivityListener listener;

        public Trace()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> one) =>
                    one.TraceId == id ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    if (span.TraceId == id) spans.Enqueue(span);
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public string Parent => $"00-{id}-{root}-01";

        public string Root => root.ToHexString();

        public IReadOnlyList<Activity> Spans => [.. spans];

        public void Dispose() => listener.Dispose();
    }
}
