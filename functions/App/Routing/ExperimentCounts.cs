using System.Globalization;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Railyard.App.Payments;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Routing;

/// <summary>What came of the payments of an experiment, side by side.</summary>
sealed record SideCounts(SideCount Control, SideCount Variant)
{
    public static readonly SideCounts None = new(SideCount.None, SideCount.None);

    public SideCounts With(bool isVariant, bool isApproved) => isVariant
        ? this with { Variant = Variant.With(isApproved) }
        : this with { Control = Control.With(isApproved) };

    public static SideCounts operator +(SideCounts left, SideCounts right) =>
        new(left.Control + right.Control, left.Variant + right.Variant);
}

/// <summary>A part of the counts of an experiment, and the payments that were counted last.</summary>
sealed record CountsDocument(string Id, SideCounts Counts, IReadOnlyList<PaymentId> Counted);

/// <summary>
/// Counts what comes of the payments of experiments, in several documents each so that none is written by everybody, and
/// stops an experiment that falls behind by more than its guardrail.
/// </summary>
public sealed partial class ExperimentCounts(Containers containers, RoutingStore routings, ILogger<ExperimentCounts> log)
{
    const int Parts = 8;
    const int MostRounds = 20;

    // A message comes again soon or never, and a payment is decided once: so many are remembered in each part.
    const int MostRemembered = 200;

    [Function("CountExperiment")]
    public async Task Run(
        [ServiceBusTrigger(PaymentEvents.Topic, "routing-experiments", IsSessionsEnabled = true, Connection = "ServiceBus")]
        ServiceBusReceivedMessage message,
        FunctionContext context)
    {
        var published = PaymentEventMessage.Read(message);
        if (published.Experiment is not { } named || IsApproved(published.Event) is not { } isApproved) return;
        var (id, cancellation) = (new ExperimentId(named), context.CancellationToken);
        if (await routings.FindExperimentAsync(published.Merchant, id, cancellation) is not { } experiment) return;
        var isVariant = published.ProgramVersion == experiment.Variant.Program.Version;
        await CountAsync(id, published.Payment, isVariant, isApproved, cancellation);
        if (experiment.EndedAt is null) await GuardAsync(published.Merchant, experiment, cancellation);
    }

    /// <summary>All that was counted.</summary>
    internal async Task<SideCounts> LoadAsync(ExperimentId id, CancellationToken cancellation)
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, Parts).Select(part => FindAsync(PartId(id, part), cancellation)));
        return parts.OfType<Stored<CountsDocument>>().Aggregate(SideCounts.None, (sum, part) => sum + part.Value.Counts);
    }

    // What an issuer or a cardholder refused comes to both sides alike, so every end counts.
    static bool? IsApproved(PaymentEvent happened) => happened switch
    {
        PaymentEvent.Approved => true,
        PaymentEvent.Refused => false,
        _ => null,
    };

    async Task CountAsync(ExperimentId id, PaymentId payment, bool isVariant, bool isApproved, CancellationToken cancellation)
    {
        var part = PartId(id, ShardNumber.Of(payment.Value).Value % Parts);
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(part, cancellation);
            var found = stored?.Value ?? new CountsDocument(part, SideCounts.None, []);
            if (found.Counted.Contains(payment)) return;
            var counted = new CountsDocument(
                part, found.Counts.With(isVariant, isApproved), [.. found.Counted.TakeLast(MostRemembered - 1), payment]);
            if (await containers.Routing.TrySaveAsync(part, part, counted, stored?.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"{part} changed {MostRounds} times while it was being counted in.");
    }

    async Task GuardAsync(MerchantId merchant, Experiment experiment, CancellationToken cancellation)
    {
        var counts = await LoadAsync(experiment.Id, cancellation);
        if (!Guardrail.IsBreached(experiment, counts.Control, counts.Variant)) return;
        await routings.StopAsync(merchant, experiment.Id, ExperimentEnd.GuardrailBreached, cancellation);
        Stopped(experiment.Id, merchant, counts.Control.ApprovalRate, counts.Variant.ApprovalRate);
    }

    Task<Stored<CountsDocument>?> FindAsync(string part, CancellationToken cancellation) =>
        containers.Routing.FindAsync<CountsDocument>(part, part, cancellation);

    static string PartId(ExperimentId id, int part) => string.Create(CultureInfo.InvariantCulture, $"{id}|{part}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Experiment} of {Merchant} was stopped by its guardrail: {Control} approved of its control, {Variant} of its variant")]
    partial void Stopped(ExperimentId experiment, MerchantId merchant, double? control, double? variant);
}
