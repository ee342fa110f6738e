using System.Globalization;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>How a merchant's payments are routed, as kept.</summary>
sealed record RoutingDocument(MerchantId Id, MerchantRouting Routing);

/// <summary>A version that has been replaced, as kept.</summary>
sealed record VersionDocument(string Id, VersionedProgram Version);

/// <summary>An experiment that another has followed, as kept.</summary>
sealed record ExperimentDocument(ExperimentId Id, MerchantId Merchant, Experiment Experiment);

/// <summary>
/// Keeps how merchants' payments are routed. The version in use is in the merchant's own document, whose replacement is the
/// change; the versions before it are documents beside it, written before they are replaced.
/// </summary>
public sealed class RoutingStore(
    Containers containers, Acquirers acquirers, RoutingStatistics statistics, MonthVolumes volumes, TimeProvider time)
{
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);
    const int MostRecent = 10_000;
    const int MostRounds = 20;

    readonly Recent<MerchantId, Believed> recent = new(MostRecent);

    sealed record Believed(MerchantRouting Routing, DateTimeOffset Until);

    /// <summary>What everybody has who has said nothing: all acquirers in the order of their names.</summary>
    internal RoutingProgram Usual { get; } = RoutingProgram.Usual(acquirers.Profiles.Select(profile => profile.Name));

    /// <summary>
    /// Everything that decides this payment's route, as of five seconds ago at most.
    /// </summary>
    internal async Task<RoutingSnapshot> SnapshotAsync(Payment payment, CancellationToken cancellation)
    {
        var routing = await BelievedAsync(payment.Merchant, cancellation);
        var (facts, profiles) = (PaymentFacts.Of(payment), acquirers.Profiles);
        var standings = await statistics.StandingsAsync(facts, profiles, cancellation);
        return new RoutingSnapshot(facts, routing.ProgramFor(payment.Id) ?? Usual, profiles, standings)
        {
            Volumes = await volumes.LoadAsync(cancellation),
            Experiment = routing.IsExperimenting ? routing.Experiment!.Id : null,
        };
    }

    /// <summary>How that merchant's payments are routed; a merchant who has said nothing has no version.</summary>
    internal async Task<MerchantRouting> LoadAsync(MerchantId merchant, CancellationToken cancellation) =>
        (await FindAsync(merchant, cancellation))?.Value.Routing ?? new MerchantRouting { Merchant = merchant };

    /// <summary>A version of a merchant's program, or null; of version 0 there is none.</summary>
    internal async Task<VersionedProgram?> FindVersionAsync(
        MerchantRouting routing, int version, CancellationToken cancellation)
    {
        if (routing.Versions.FirstOrDefault(one => one.Program.Version == version) is { } held) return held;
        if (version < 1 || version > routing.LastVersion) return null;
        var id = VersionId(routing.Merchant, version);
        return (await containers.Routing.FindAsync<VersionDocument>(id, id, cancellation))?.Value.Version;
    }

    /// <summary>An experiment of that merchant's, or null.</summary>
    internal async Task<Experiment?> FindExperimentAsync(MerchantId merchant, ExperimentId id, CancellationToken cancellation)
    {
        if ((await LoadAsync(merchant, cancellation)).Experiment is { } last && last.Id == id) return last;
        if (!id.Value.StartsWith(ExperimentId.Prefix, StringComparison.Ordinal)) return null;
        var stored = await containers.Routing.FindAsync<ExperimentDocument>(id.Value, id.Value, cancellation);
        return stored?.Value.Merchant == merchant ? stored.Value.Experiment : null;
    }

    /// <summary>
    /// Changes it as the rules allow, as it was read or again as it has become; what it is now, and why not where it was
    /// refused.
    /// </summary>
    internal async Task<(MerchantRouting Routing, RoutingRejection? Rejection)> AskAsync(
        MerchantId merchant, Func<MerchantRouting, Task<RoutingDecision>> ask, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(merchant, cancellation);
            var found = stored?.Value.Routing ?? new MerchantRouting { Merchant = merchant };
            var decision = await ask(found);
            if (decision is RoutingDecision.Rejected rejected) return (found, rejected.Reason);
            var changed = ((RoutingDecision.Accepted)decision).Routing;
            if (ReferenceEquals(changed, found)) return (found, null);
            foreach (var version in found.Versions) await ArchiveAsync(merchant, version, cancellation);
            if (found.Experiment is { EndedAt: not null } ended) await ArchiveAsync(merchant, ended, cancellation);
            if (await TrySaveAsync(changed, stored?.ETag, cancellation)) return (Believe(changed), null);
        }
        throw new TimeoutException($"The routing of {merchant} changed {MostRounds} times while it was being changed.");
    }

    /// <summary>Ends an experiment; one that has ended, or is none, stays as it is.</summary>
    internal Task StopAsync(MerchantId merchant, ExperimentId id, ExperimentEnd why, CancellationToken cancellation) => AskAsync(
        merchant, found => Task.FromResult(RoutingRules.Stop(found, id, why, time.GetUtcNow())), cancellation);

    async Task<MerchantRouting> BelievedAsync(MerchantId merchant, CancellationToken cancellation) =>
        recent.Find(merchant) is { } known && known.Until > time.GetUtcNow()
            ? known.Routing
            : Believe(await LoadAsync(merchant, cancellation));

    MerchantRouting Believe(MerchantRouting routing) =>
        recent.Keep(routing.Merchant, new Believed(routing, time.GetUtcNow() + BelievedFor)).Routing;

    Task<Stored<RoutingDocument>?> FindAsync(MerchantId merchant, CancellationToken cancellation) =>
        containers.Routing.FindAsync<RoutingDocument>(merchant.Value, merchant.Value, cancellation);

    // A version never changes: written again, it is as it was.
    async Task ArchiveAsync(MerchantId merchant, VersionedProgram version, CancellationToken cancellation)
    {
        var document = new VersionDocument(VersionId(merchant, version.Program.Version), version);
        await containers.Routing.TryCreateAsync(document, document.Id, cancellation);
    }

    // Nor does an experiment that has ended.
    async Task ArchiveAsync(MerchantId merchant, Experiment experiment, CancellationToken cancellation) =>
        await containers.Routing.TryCreateAsync(
            new ExperimentDocument(experiment.Id, merchant, experiment), experiment.Id.Value, cancellation);

    async Task<bool> TrySaveAsync(MerchantRouting routing, string? etag, CancellationToken cancellation)
    {
        var id = routing.Merchant.Value;
        return await containers.Routing.TrySaveAsync(
            id, id, new RoutingDocument(routing.Merchant, routing), etag, cancellation) is not null;
    }

    static string VersionId(MerchantId merchant, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{merchant}|v{version}");
}
