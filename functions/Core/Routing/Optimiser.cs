using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How acquirers are ranked.</summary>
public sealed record OptimiserSettings;

/// <summary>An acquirer with what it is worth for a payment.</summary>
public sealed record Ranked(
    AcquirerName Acquirer,
    double ExpectedValue,
    double ApprovalProbability,
    double Low,
    double High,
    Money Cost,
    bool IsExploration,
    string Why);

/// <summary>Ranks the acquirers that can take a payment.</summary>
public static class Optimiser
{
    /// <summary>In the order of their profiles.</summary>
    public static IReadOnlyList<Ranked> Rank(
        PaymentFacts facts,
        int programVersion,
        IReadOnlyList<AcquirerProfile> eligible,
        IReadOnlyList<AcquirerStanding> standings,
        OptimiserSettings settings) =>
        [.. eligible.Select(profile => new Ranked(
            profile.Name, 0, 0, 0, 1, profile.Fee.Of(facts.Amount), IsExploration: false, "in the order of the profiles"))];
}
