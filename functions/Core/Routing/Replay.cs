using System.Runtime.InteropServices;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>A number that is not known for certain: what is expected, and within what it lies nine times of ten.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Expected(double Value, double Low, double High)
{
    /// <summary>Nothing.</summary>
    public static readonly Expected Zero;

    /// <summary>What the first of two comes to beyond the second, where the errors of the two have nothing to do with each other.</summary>
    public static Expected Difference(Expected one, Expected other)
    {
        var (left, right) = (one.High - one.Low, other.High - other.Low);
        var half = Math.Sqrt((left * left) + (right * right)) / 2;
        return new Expected(one.Value - other.Value, one.Value - other.Value - half, one.Value - other.Value + half);
    }

    /// <summary>So much of it.</summary>
    public Expected Times(double factor) => new(Value * factor, Low * factor, High * factor);

    // What is wrong about an acquirer is wrong for all of its payments, so the errors add up and do not cancel out.
    public static Expected operator +(Expected left, Expected right) =>
        new(left.Value + right.Value, left.Low + right.Low, left.High + right.High);
}

/// <summary>A payment routed once more by a candidate program: where it went, where it would go, and what that would change.</summary>
/// <param name="Approval">The change of the chance that its first acquirer approves it.</param>
/// <param name="Cost">The change of what it is expected to cost, in minor units.</param>
public sealed record Rerouting(AcquirerName? From, AcquirerName? To, Expected Approval, Expected Cost, Currency Currency);

/// <summary>Decides recorded payments again, from what was known when they were decided.</summary>
public static class Replay
{
    /// <summary>What that program decides for a payment of which the route was recorded.</summary>
    public static RoutePlan Plan(
        Payment payment, RouteExplanation recorded, RoutingProgram program, IReadOnlyList<AcquirerProfile> profiles) =>
        Router.Plan(new RoutingSnapshot(PaymentFacts.Of(payment), program, profiles, Explanations.Standings(recorded))
        {
            Volumes = Explanations.Volumes(recorded),
            Experiment = recorded.Experiment is { } experiment ? new ExperimentId(experiment) : null,
        });

    /// <summary>
    /// What it would change to route a payment by a candidate. Both ways are judged by the same numbers, those recorded, and
    /// by the first acquirer of each: what a cascade would add is left out on both sides.
    /// </summary>
    public static Rerouting Reroute(
        Payment payment, RouteExplanation recorded, RoutingProgram candidate, IReadOnlyList<AcquirerProfile> profiles)
    {
        var to = Plan(payment, recorded, candidate, profiles).Choices is [var first, ..] ? first.Acquirer : (AcquirerName?)null;
        var from = recorded.Candidates.FirstOrDefault(one => one.IsKept)?.Acquirer;
        if (from == to) return new Rerouting(from, to, Expected.Zero, Expected.Zero, payment.Amount.Currency);
        var standings = Explanations.Standings(recorded);
        var (old, next) = (Judge(payment, from, standings, profiles), Judge(payment, to, standings, profiles));
        return new Rerouting(
            from,
            to,
            Expected.Difference(next.Approval, old.Approval),
            Expected.Difference(next.Cost, old.Cost),
            payment.Amount.Currency);
    }

    // Nobody approves, and charges, what goes nowhere.
    static (Expected Approval, Expected Cost) Judge(
        Payment payment, AcquirerName? acquirer, IReadOnlyList<AcquirerStanding> standings, IReadOnlyList<AcquirerProfile> profiles)
    {
        if (acquirer is not { } name) return (Expected.Zero, Expected.Zero);
        var standing = standings.FirstOrDefault(one => one.Acquirer == name)
            ?? new AcquirerStanding(name, Estimate.Untried, OutageState.Healthy);
        var approval = new Expected(standing.Approval.Mean, standing.Approval.Low, standing.Approval.High);
        var cost = profiles.FirstOrDefault(profile => profile.Name == name)?.CostOf(PaymentFacts.Of(payment))?.MinorUnits ?? 0;
        return (approval, approval.Times(cost * standing.CostFactor));
    }
}
