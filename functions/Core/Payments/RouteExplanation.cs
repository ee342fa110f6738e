namespace Railyard.Core.Payments;

/// <summary>
/// Why a payment's route is what it is: kept with the payment, short, and enough to decide the same again from it.
/// </summary>
/// <param name="ProgramVersion">The version of the merchant's program that decided.</param>
/// <param name="Rule">The rule that matched; null where none did.</param>
/// <param name="Candidates">Every acquirer: those kept in the order in which they are tried, then those left out.</param>
public sealed record RouteExplanation(int ProgramVersion, string? Rule, IReadOnlyList<RouteCandidate> Candidates)
{
    /// <summary>The experiment that it was a part of, on either side; null for none.</summary>
    public string? Experiment { get; init; }
}

/// <summary>An acquirer that was thought of, what became of it and why.</summary>
public sealed record RouteCandidate(AcquirerName Acquirer, bool IsKept, string Reason)
{
    /// <summary>What was known of it, where something was.</summary>
    public CandidateStanding? Standing { get; init; }

    /// <summary>How many payments it had taken in the month, where they are counted.</summary>
    public long? MonthPayments { get; init; }

    /// <summary>What it was worth, where that decided.</summary>
    public CandidateWorth? Worth { get; init; }
}

/// <summary>What was known of an acquirer: decayed counts of what came of its payments, and whether it answered.</summary>
public sealed record CandidateStanding(double Successes, double Failures, string Level, string Outage, double CostFactor = 1);

/// <summary>What an acquirer was worth for a payment: the chance of an approval within its interval, and what it costs.</summary>
public sealed record CandidateWorth(
    double ExpectedValue, double ApprovalProbability, double Low, double High, Money Cost, bool IsExploration);
