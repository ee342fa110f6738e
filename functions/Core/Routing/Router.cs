using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Everything a route is decided from, frozen when the payment is accepted, so that a replay decides the same.</summary>
public sealed record RoutingSnapshot(
    Money Amount, CardBrand Brand, IReadOnlyList<AcquirerName> Priority, IReadOnlyList<AcquirerProfile> Profiles);

/// <summary>An acquirer to try, why it stands where it stands, and how an unknown outcome is settled there.</summary>
public sealed record RouteChoice(AcquirerName Acquirer, string Why, FindOutBy FindsOutBy = FindOutBy.AskingAgain);

/// <summary>An acquirer that is not tried, and why not.</summary>
public sealed record RouteExclusion(AcquirerName Acquirer, string Why);

/// <summary>The acquirers to try, in order, and those left out.</summary>
public sealed record RoutePlan(IReadOnlyList<RouteChoice> Choices, IReadOnlyList<RouteExclusion> Excluded)
{
    /// <summary>How often the merchant lets a declined card be tried.</summary>
    public RetryLimits Limits { get; init; } = RetryLimits.None;
}

/// <summary>Plans the route of a payment.</summary>
public static class Router
{
    /// <summary>The merchant's priority list without the acquirers that cannot take the payment.</summary>
    public static RoutePlan Plan(RoutingSnapshot snapshot)
    {
        var choices = new List<RouteChoice>(snapshot.Priority.Count);
        var excluded = new List<RouteExclusion>();
        foreach (var name in snapshot.Priority)
        {
            var profile = snapshot.Profiles.FirstOrDefault(profile => profile.Name == name);
            if (profile is null) excluded.Add(new RouteExclusion(name, "is not configured"));
            else if (profile.Refuses(snapshot.Amount, snapshot.Brand) is { } why) excluded.Add(new RouteExclusion(name, why));
            else choices.Add(new RouteChoice(name, Why(choices.Count, excluded), profile.FindsOutBy));
        }
        return new RoutePlan(choices, excluded);
    }

    static string Why(int position, List<RouteExclusion> excluded)
    {
        var place = position == 0 ? "first in the merchant's priority list" : "next in the merchant's priority list";
        return excluded.Count == 0
            ? place
            : $"{place}; left out: {string.Join(", ", excluded.Select(left => $"{left.Acquirer} ({left.Why})"))}";
    }
}
