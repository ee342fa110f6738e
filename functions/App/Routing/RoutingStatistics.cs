using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>What all instances together know of an acquirer.</summary>
sealed record StatisticsDocument(string Id, AcquirerStatistics Statistics, OutageWatch Watch)
{
    /// <summary>That of an acquirer of which nothing is known.</summary>
    public static StatisticsDocument Of(AcquirerName acquirer) =>
        new(acquirer.Value, new AcquirerStatistics(acquirer, DateTimeOffset.UnixEpoch), OutageWatch.Healthy);
}

/// <summary>Whether an acquirer answered, and when.</summary>
sealed record Sighting(bool HasAnswered, DateTimeOffset At);

/// <summary>
/// Keeps the statistics of each acquirer, one document for each, and says how they stand for a payment from what this
/// instance read a moment ago: the way of a payment waits for a read only where nothing has been read yet, or once in
/// <see cref="BelievedFor"/>.
/// </summary>
public sealed partial class RoutingStatistics(
    Containers containers, AcquirerHealth health, TimeProvider time, ILogger<RoutingStatistics> log)
{
    const int MostRounds = 20;

    // Late messages still count, but say nothing of whether the acquirer answers now.
    static readonly TimeSpan SightingsTellFor = TimeSpan.FromMinutes(1);
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<AcquirerName, Known> known = [];

    /// <summary>What was read or written last; null for no document.</summary>
    sealed record Known(Stored<StatisticsDocument>? Document, DateTimeOffset Until);

    /// <summary>How each acquirer stands for a payment.</summary>
    internal async Task<IReadOnlyList<AcquirerStanding>> StandingsAsync(
        PaymentFacts facts, IReadOnlyList<AcquirerProfile> profiles, CancellationToken cancellation)
    {
        var documents = await Task.WhenAll(profiles.Select(profile => BelievedAsync(profile.Name, cancellation)));
        var now = time.GetUtcNow();
        return [.. documents.Select(document => Standing(document, facts, now))];
    }

    /// <summary>What is known of an acquirer, and whether anybody has seen it out.</summary>
    internal async Task<(AcquirerStatistics Statistics, OutageState Outage)> OverviewAsync(
        AcquirerName acquirer, CancellationToken cancellation)
    {
        var document = (await LoadAsync(acquirer, cancellation))?.Value ?? StatisticsDocument.Of(acquirer);
        return (document.Statistics, OutageWatch.Worse(health.StateOf(acquirer), document.Watch.StateAt(time.GetUtcNow())));
    }

    /// <summary>Counts what came of attempts at an acquirer.</summary>
    internal Task CountAsync(
        AcquirerName acquirer,
        IReadOnlyCollection<CountedOutcome> outcomes,
        IReadOnlyCollection<Sighting> sightings,
        CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - SightingsTellFor;
        var telling = sightings.Where(sighting => sighting.At >= since).OrderBy(sighting => sighting.At).ToList();
        return ChangeAsync(
            acquirer,
            document => document with
            {
                Statistics = document.Statistics.With(outcomes),
                Watch = telling.Aggregate(document.Watch, (watch, sighting) =>
                    watch.After(OutageWatch.Signal(sighting.HasAnswered, took: TimeSpan.Zero), sighting.At)),
            },
            cancellation);
    }

    /// <summary>Takes note of the fees that a settlement file of an acquirer had.</summary>
    internal Task CountFeesAsync(
        AcquirerName acquirer, IReadOnlyDictionary<Currency, FeesSeen> fees, CancellationToken cancellation) =>
        fees.Count == 0
            ? Task.CompletedTask
            : ChangeAsync(
                acquirer,
                document => document with
                {
                    Statistics = fees.Aggregate(document.Statistics, (all, one) => all.With(one.Value, one.Key)),
                },
                cancellation);

    AcquirerStanding Standing(StatisticsDocument document, PaymentFacts facts, DateTimeOffset now)
    {
        var acquirer = document.Statistics.Acquirer;
        var outage = OutageWatch.Worse(health.StateOf(acquirer), document.Watch.StateAt(now));
        return document.Statistics.Standing(facts, outage, now);
    }

    async Task<StatisticsDocument> BelievedAsync(AcquirerName acquirer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!known.TryGetValue(acquirer, out var last)) return await ReadAsync(acquirer, cancellation);
        // One reads again; whoever comes meanwhile goes on with what there is.
        var isTheirs = last.Until <= now && known.TryUpdate(acquirer, last with { Until = now + BelievedFor }, last);
        return isTheirs ? await ReadAsync(acquirer, cancellation) : last.Document?.Value ?? StatisticsDocument.Of(acquirer);
    }

    // No payment fails because nobody knows who is the better acquirer.
    async Task<StatisticsDocument> ReadAsync(AcquirerName acquirer, CancellationToken cancellation)
    {
        try
        {
            return (await LoadAsync(acquirer, cancellation))?.Value ?? StatisticsDocument.Of(acquirer);
        }
        catch (StorageFault fault)
        {
            NotRead(fault, acquirer);
            return known.GetValueOrDefault(acquirer)?.Document?.Value ?? StatisticsDocument.Of(acquirer);
        }
    }

    async Task ChangeAsync(
        AcquirerName acquirer, Func<StatisticsDocument, StatisticsDocument> change, CancellationToken cancellation)
    {
        var stored = known.GetValueOrDefault(acquirer)?.Document;
        for (var round = 0; round < MostRounds; round++)
        {
            var changed = change(stored?.Value ?? StatisticsDocument.Of(acquirer));
            var saved = await containers.RoutingStats.TrySaveAsync(changed.Id, changed.Id, changed, stored?.ETag, cancellation);
            if (saved is not null)
            {
                Remember(acquirer, saved);
                Measure(acquirer, changed.Statistics.Overall(time.GetUtcNow()));
                return;
            }
            stored = await LoadAsync(acquirer, cancellation);
        }
        throw new TimeoutException($"The statistics of {acquirer} changed {MostRounds} times while they were being changed.");
    }

    static void Measure(AcquirerName acquirer, Tally all)
    {
        if (all.Weight > 0) Measurements.Approves(acquirer, all.Successes / all.Weight);
    }

    async Task<Stored<StatisticsDocument>?> LoadAsync(AcquirerName acquirer, CancellationToken cancellation) =>
        Remember(acquirer, await containers.RoutingStats.FindAsync<StatisticsDocument>(acquirer.Value, acquirer.Value, cancellation));

    Stored<StatisticsDocument>? Remember(AcquirerName acquirer, Stored<StatisticsDocument>? document)
    {
        known[acquirer] = new Known(document, time.GetUtcNow() + BelievedFor);
        return document;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The statistics of {Acquirer} could not be read; the last ones are used")]
    partial void NotRead(StorageFault fault, AcquirerName acquirer);
}
