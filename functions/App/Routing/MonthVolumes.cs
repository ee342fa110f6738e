using System.Globalization;
using Railyard.App.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;
using Railyard.Core.Settlement;

namespace Railyard.App.Routing;

/// <summary>A part of what an acquirer has taken in a month, and the payments that were counted last.</summary>
sealed record VolumeDocument(string Id, long Payments, IReadOnlyList<PaymentId> Counted);

/// <summary>
/// Counts the payments that acquirers with a cap or a promise have approved in the month, in several documents each so that
/// none is written by everybody. The others cost nothing.
/// </summary>
public sealed class MonthVolumes(Containers containers, Acquirers acquirers, TimeProvider time)
{
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);
    const int Parts = 8;
    const int MostRounds = 20;
    const int MostRecent = 1_000;

    // An approval that is recorded again is recorded again soon.
    const int MostRemembered = 200;

    readonly Recent<AcquirerName, Believed> recent = new(MostRecent);

    sealed record Believed(MonthVolume Volume, DateTimeOffset Until);

    /// <summary>Counts a payment that was approved, where its acquirer's are counted: once, however often that is said.</summary>
    internal async Task CountAsync(Payment payment, CancellationToken cancellation)
    {
        if (payment.Approval is not { EndedAt: { } at } approval || !IsMetered(approval.Acquirer)) return;
        var part = PartId(approval.Acquirer, at, ShardNumber.Of(payment.Id.Value).Value % Parts);
        for (var round = 0; round < MostRounds; round++)
        {
            var stored = await FindAsync(part, cancellation);
            var found = stored?.Value ?? new VolumeDocument(part, 0, []);
            if (found.Counted.Contains(payment.Id)) return;
            var counted = new VolumeDocument(
                part, found.Payments + 1, [.. found.Counted.TakeLast(MostRemembered - 1), payment.Id]);
            if (await containers.Routing.TrySaveAsync(part, part, counted, stored?.ETag, cancellation) is not null) return;
        }
        throw new TimeoutException($"{part} changed {MostRounds} times while it was being counted in.");
    }

    /// <summary>What the acquirers whose payments are counted have taken this month, as of five seconds ago at most.</summary>
    internal async Task<IReadOnlyList<MonthVolume>> LoadAsync(CancellationToken cancellation)
    {
        var metered = acquirers.Profiles.Where(profile => profile.IsMetered).Select(profile => profile.Name).ToList();
        return metered.Count == 0 ? [] : await Task.WhenAll(metered.Select(name => VolumeAsync(name, cancellation)));
    }

    async Task<MonthVolume> VolumeAsync(AcquirerName name, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (recent.Find(name) is { } known && known.Until > now) return known.Volume;
        var parts = await Task.WhenAll(Enumerable.Range(0, Parts).Select(part => FindAsync(PartId(name, now, part), cancellation)));
        var volume = new MonthVolume(name, parts.OfType<Stored<VolumeDocument>>().Sum(part => part.Value.Payments));
        return recent.Keep(name, new Believed(volume, now + BelievedFor)).Volume;
    }

    bool IsMetered(AcquirerName name) => acquirers.Knows(name) && acquirers[name].Profile.IsMetered;

    Task<Stored<VolumeDocument>?> FindAsync(string part, CancellationToken cancellation) =>
        containers.Routing.FindAsync<VolumeDocument>(part, part, cancellation);

    static string PartId(AcquirerName name, DateTimeOffset at, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"volume|{name}|{at.UtcDateTime:yyyy-MM}|{part}");
}
