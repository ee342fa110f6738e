using Railyard.App.Acquiring;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>A merchant's routing: the acquirers in the order in which they are tried.</summary>
sealed record MerchantRouting(MerchantId Id, IReadOnlyList<AcquirerName> Priority);

/// <summary>Loads what a route is decided from.</summary>
public sealed class RoutingStore(Containers containers, Acquirers acquirers, TimeProvider time)
{
    static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);
    const int MostRecent = 10_000;

    readonly Recent<MerchantId, Believed> recent = new(MostRecent);

    sealed record Believed(IReadOnlyList<AcquirerName>? Priority, DateTimeOffset Until);

    /// <summary>
    /// Everything that decides this payment's route, as of five seconds ago at most. A merchant without a program of
    /// their own gets all acquirers in the order of their names.
    /// </summary>
    internal async Task<RoutingSnapshot> SnapshotAsync(Payment payment, CancellationToken cancellation)
    {
        var profiles = acquirers.Profiles;
        var priority = await PriorityAsync(payment.Merchant, cancellation) ?? [.. profiles.Select(profile => profile.Name)];
        return new RoutingSnapshot(PaymentFacts.Of(payment), RoutingProgram.Usual(priority), profiles, []);
    }

    async Task<IReadOnlyList<AcquirerName>?> PriorityAsync(MerchantId merchant, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (recent.Find(merchant) is { } known && known.Until > now) return known.Priority;
        var stored = await containers.Routing.FindAsync<MerchantRouting>(merchant.Value, merchant.Value, cancellation);
        return recent.Keep(merchant, new Believed(stored?.Value.Priority, now + BelievedFor)).Priority;
    }
}
