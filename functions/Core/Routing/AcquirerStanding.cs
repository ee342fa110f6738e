using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Whether an acquirer answers as it should.</summary>
public enum OutageState { Healthy, Out, Probing }

/// <summary>
/// Decayed counts of the most specific level that has enough of them, and what they say of how often the acquirer approves.
/// </summary>
/// <param name="Successes">Approvals.</param>
/// <param name="Failures">Failures that were the acquirer's doing.</param>
/// <param name="Level">The level, such as <c>visa|DE|EUR</c>; <c>all</c> for everything.</param>
public sealed record Estimate(double Successes, double Failures, string Level)
{
    /// <summary>
    /// What is taken for granted before anything is known: three of five. It is below every working acquirer, so that a new
    /// one has to show in its share of trials what it is worth, and weighs no more than five payments.
    /// </summary>
    public const double PriorSuccesses = 3;

    /// <summary>See <see cref="PriorSuccesses"/>.</summary>
    public const double PriorFailures = 2;

    // Nine times of ten the truth is within.
    const double IntervalDeviations = 1.6449;

    /// <summary>Of an acquirer that nobody has tried.</summary>
    public static Estimate Untried { get; } = new(0, 0, AcquirerStatistics.AllLevel);

    /// <summary>The probability of an approval.</summary>
    public double Mean => (Successes + PriorSuccesses) / (Successes + Failures + PriorSuccesses + PriorFailures);

    /// <summary>The lower end of the 90 % credible interval.</summary>
    public double Low => At(-IntervalDeviations);

    /// <summary>Its upper end.</summary>
    public double High => At(IntervalDeviations);

    /// <summary>The probability that lies so many deviations from the middle of what may be true.</summary>
    public double At(double deviations) => Beta.At(Successes + PriorSuccesses, Failures + PriorFailures, deviations);
}

/// <summary>What is known of an acquirer for one payment's brand, issuer country and currency.</summary>
public sealed record AcquirerStanding(AcquirerName Acquirer, Estimate Approval, OutageState Outage)
{
    /// <summary>What it charged of late for each unit that it was expected to: 1 where it is as agreed, or nothing was seen.</summary>
    public double CostFactor { get; init; } = 1;
}
