using Railyard.App.Acquiring;
using Railyard.Core;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.App.Routing;

/// <summary>A merchant's routing: the acquirers in the order in which they are tried.</summary>
sealed record MerchantRouting(MerchantId Id, IReadOnlyList<AcquirerName> Priority);

/// <summary>Loads what a route is decided from.</summary>
public sealed class RoutingStore(Containers containers, Acquirers acquirers)
{
    /// <summary>
    /// Everything that decides this payment's route, as of now. A merchant without a program of their own gets all
    /// acquirers in the order of their names.
    /// </summary>
    internal async Task<RoutingSnapshot> SnapshotAsync(
        MerchantId merchant, Money amount, CardBrand brand, CancellationToken cancellation)
    {
        var stored = await containers.Routing.FindAsync<MerchantRouting>(merchant.Value, merchant.Value, cancellation);
        var profiles = acquirers.Profiles;
        var priority = stored?.Value.Priority ?? [.. profiles.Select(profile => profile.Name)];
        return new RoutingSnapshot(amount, brand, priority, profiles);
    }
}
