using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Railyard.App.Ledger;
using Railyard.App.Operations;
using Railyard.App.Reconciliation;
using Railyard.App.Routing;
using Railyard.App.Tests.Merchants;
using Railyard.App.Tests.Webhooks;
using Railyard.App.Webhooks;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App.Tests.Operations;

/// <summary>
/// One payment is one trace, from the merchant's request to their webhook and its entry in the ledger, and none of it tells
/// of the card.
/// </summary>
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
        "list the payment",
        "tell endpoints",
        "function DeliverWebhook",
        "post to the ledger",
    ];

    // Some take one message at a time, some many.
    static readonly string[] Takers = ["IndexPayment", nameof(TellEndpoints), nameof(PostPaymentEvent), nameof(CountOutcome), nameof(RecordExpectation)];

    [Fact]
    public async Task A_payment_is_one_trace_from_its_request_to_its_webhook_and_its_ledger_entry()
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
        var posted = spans.Where(span => span.OperationName == "post to the ledger").ToList();
        Assert.All(posted, span => Assert.Equal(paid["id"], span.GetTagItem("railyard.payment")));
        Assert.All(posted, span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        Assert.Equal(["payment_authorized"], await RulesOfAsync(merchant.Id, paid["id"]!));
    }

    [Fact]
    public void A_message_of_a_batch_is_in_the_trace_that_sent_it_and_linked_to_the_batch()
    {
        using var trace = new Trace();
        using var batch = new Activity("batch").Start();
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(
            properties: new Dictionary<string, object> { ["Diagnostic-Id"] = trace.Parent });

        using var span = Telemetry.StartFor(message, "post to the ledger");

        Assert.Equal(trace.Root, span!.ParentSpanId.ToHexString());
        Assert.Equal(batch.SpanId, Assert.Single(span.Links).Context.SpanId);
        Assert.Null(Telemetry.StartFor(ServiceBusModelFactory.ServiceBusReceivedMessage(), "post to the ledger"));
    }

    [Fact]
    public async Task A_payment_is_counted_by_acquirer_outcome_and_status()
    {
        using var measured = new Measured();

        var paid = await railyard.Merchant.PayAsync(capture: "automatic");

        var acquirer = paid["acquirer"];
        Assert.NotEmpty(measured.Of("railyard.payments", $"status=authorized acquirer={acquirer}"));
        Assert.NotEmpty(measured.Of("railyard.attempts", $"acquirer={acquirer} outcome=approved"));
        Assert.NotEmpty(measured.Of("railyard.attempts.duration", $"acquirer={acquirer} outcome=approved"));
        await Eventually.ThatAsync(
            () => Task.FromResult(Takers.Select(function => measured.Of("railyard.messages.age", $"function={function}"))),
            ages => ages.All(some => some.Count > 0));
    }

    [Fact]
    public async Task A_new_discrepancy_is_counted_by_kind_and_worth_and_an_old_one_no_more()
    {
        const long worth = 77_017_01;
        var (store, cancellation) = (railyard.App.Services.GetRequiredService<DiscrepancyStore>(), TestContext.Current.CancellationToken);
        using var measured = new Measured();

        var id = await new FoundDiscrepancies(railyard.App).MakeAsync(worth);
        var found = await store.FindAsync(new DiscrepancyId(id), new AcquirerName("northbank"), cancellation);
        await store.RecordAsync(found!.Value.Discrepancy, cancellation);

        Assert.NotEmpty(measured.Of("railyard.discrepancies", "kind=missing_here acquirer=northbank"));
        // Other tests find some too, but none of that worth.
        Assert.Single(measured.Of("railyard.discrepancies.value", "kind=missing_here acquirer=northbank currency=EUR"), value => value == worth);
    }

    [Fact]
    public async Task A_look_at_the_ledger_tells_its_drift()
    {
        using var measured = new Measured();

        var check = await railyard.App.Services.GetRequiredService<WatchLedger>().CheckAsync(TestContext.Current.CancellationToken);

        Assert.Contains(check.Drift, measured.Of("railyard.ledger.drift", ""));
    }

    // The rules of all entries about a payment, in all its merchant's books.
    async Task<IReadOnlyList<string>> RulesOfAsync(string merchant, string payment)
    {
        var books = await railyard.Operator.GetAsync($"/ops/v1/ledger/books?owner={merchant}&limit=100");
        var rules = new List<string>();
        foreach (var book in books.Body.GetProperty("items").EnumerateArray())
        {
            var entries = await railyard.Operator.GetAsync(
                $"/ops/v1/ledger/books/{Uri.EscapeDataString(book.GetProperty("book").GetString()!)}/entries");
            rules.AddRange(entries.Body.GetProperty("items").EnumerateArray()
                .Where(entry => entry.GetProperty("about").GetString() == payment)
                .Select(entry => entry.GetProperty("rule").GetString()!));
        }
        return rules;
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

    /// <summary>Records what the app measures.</summary>
    sealed class Measured : IDisposable
    {
        readonly ConcurrentQueue<(string Name, string Tags, double Value)> all = [];
        readonly MeterListener listener;

        public Measured()
        {
            listener = new MeterListener
            {
                InstrumentPublished = (instrument, self) =>
                {
                    if (instrument.Meter.Name == Telemetry.Name) self.EnableMeasurementEvents(instrument);
                },
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => all.Enqueue((instrument.Name, Write(tags), value)));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => all.Enqueue((instrument.Name, Write(tags), value)));
            listener.Start();
        }

        public IReadOnlyList<double> Of(string name, string tags) =>
            [.. all.Where(one => one.Name == name && one.Tags == tags).Select(one => one.Value)];

        public void Dispose() => listener.Dispose();

        static string Write(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
    }

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
