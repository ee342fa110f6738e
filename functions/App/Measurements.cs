using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Reconciliation;

namespace Railyard.App;

/// <summary>
/// What is measured, by the names that alerts know (infra/modules/alerts.bicep). What is delivered or run twice may be
/// counted twice: these are for watching, the documents are for counting.
/// </summary>
static class Measurements
{
    static readonly Meter Meter = new(Telemetry.Name);

    static readonly Counter<long> Payments = Meter.CreateCounter<long>(
        "railyard.payments", "{payment}", "Payments that were decided, by status and acquirer.");

    static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "railyard.attempts", "{attempt}", "Attempts that were made, by acquirer and outcome: their share that is approved is the approval rate.");

    static readonly Counter<long> Unknown = Meter.CreateCounter<long>(
        "railyard.attempts.unknown", "{attempt}", "Attempts that nobody answered, by acquirer.");

    static readonly Histogram<double> Latency = Meter.CreateHistogram<double>(
        "railyard.attempts.duration", "s", "How long acquirers took to answer, by acquirer and outcome.");

    static readonly Counter<long> Unresolved = Meter.CreateCounter<long>(
        "railyard.payments.unresolved", "{event}", "Events of payments that now wait for a person.");

    static readonly Gauge<double> ApprovalRate = Meter.CreateGauge<double>(
        "railyard.acquirers.approval_rate", "1", "The share of late attempts that was approved, by acquirer.");

    static readonly Histogram<double> Age = Meter.CreateHistogram<double>(
        "railyard.messages.age", "s", "How long messages waited before they were taken, by function.");

    static readonly Counter<long> Discrepancies = Meter.CreateCounter<long>(
        "railyard.discrepancies", "{discrepancy}", "New discrepancies, by kind and acquirer.");

    static readonly Counter<long> DiscrepancyValue = Meter.CreateCounter<long>(
        "railyard.discrepancies.value", "{minor unit}", "What new discrepancies are worth, by kind, acquirer and currency.");

    static readonly Gauge<long> Drift = Meter.CreateGauge<long>(
        "railyard.ledger.drift", "{minor unit}", "By how much the ledger disagrees with itself, over all books and currencies.");

    /// <summary>An attempt was made, and came to that.</summary>
    public static void Attempted(AcquirerName acquirer, AttemptOutcome outcome, TimeSpan took)
    {
        if (!Attempts.Enabled && !Latency.Enabled && !Unknown.Enabled) return;
        var of = new KeyValuePair<string, object?>("acquirer", acquirer.Value);
        var came = new KeyValuePair<string, object?>("outcome", WordOf(outcome));
        Attempts.Add(1, of, came);
        Latency.Record(took.TotalSeconds, of, came);
        if (outcome is AttemptOutcome.Unknown) Unknown.Add(1, of);
    }

    /// <summary>A payment went on to that status.</summary>
    public static void Decided(PaymentStatus status, AcquirerName? acquirer)
    {
        if (!Payments.Enabled) return;
        Payments.Add(1, new("status", Json.Word(status)), new("acquirer", acquirer?.Value ?? "none"));
    }

    /// <summary>A message was taken after it had waited so long.</summary>
    public static void Waited(string function, TimeSpan age)
    {
        if (Age.Enabled) Age.Record(Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("function", function));
    }

    /// <summary>Messages were taken together, of which the oldest had waited longest.</summary>
    public static void Waited(string function, IReadOnlyCollection<ServiceBusReceivedMessage> messages, DateTimeOffset now)
    {
        if (messages.Count > 0) Waited(function, now - messages.Min(message => message.EnqueuedTime));
    }

    /// <summary>A discrepancy was found for the first time.</summary>
    public static void Found(DiscrepancyKind kind, AcquirerName acquirer, Money? worth)
    {
        var what = new KeyValuePair<string, object?>("kind", Json.Word(kind));
        var whose = new KeyValuePair<string, object?>("acquirer", acquirer.Value);
        Discrepancies.Add(1, what, whose);
        if (worth is { } money) DiscrepancyValue.Add(money.MinorUnits, what, whose, new("currency", money.Currency.Code));
    }

    /// <summary>Something happened after which a payment waits for a person.</summary>
    public static void Waits() => Unresolved.Add(1);

    /// <summary>That share of an acquirer's late attempts was approved, from 0 to 1.</summary>
    public static void Approves(AcquirerName acquirer, double share) =>
        ApprovalRate.Record(share, new KeyValuePair<string, object?>("acquirer", acquirer.Value));

    /// <summary>
    /// What broken invariants of the books are off by, in minor units of whatever currency; 0 where all hold. Which they are
    /// is in the log and in the last check.
    /// </summary>
    public static void Drifts(long minorUnits) => Drift.Record(minorUnits);

    static string WordOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Approved => "approved",
        AttemptOutcome.Declined => "declined",
        AttemptOutcome.ActionRequired => "action_required",
        AttemptOutcome.Unknown => "unknown",
        AttemptOutcome.Reversed => "reversed",
        AttemptOutcome.Contradicted => "contradicted",
        _ => throw new UnreachableException(),
    };
}
