using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Says of a plan why it is as it is, in the few words and numbers that a payment keeps.</summary>
public static class Explanations
{
    // Nobody decides by what comes after; and a document of a payment is to stay small.
    const int KeptDecimals = 4;

    /// <summary>The payment with its plan's explanation, where it has none yet.</summary>
    public static Payment Note(Payment payment, RoutePlan plan) =>
        payment.Route is null ? payment with { Route = Of(plan) } : payment;

    /// <summary>The explanation of a plan.</summary>
    public static RouteExplanation Of(RoutePlan plan) => new(
        plan.ProgramVersion, plan.Rule, [.. plan.Choices.Select(Kept), .. plan.Excluded.Select(LeftOut)])
    {
        Experiment = plan.Experiment?.Value,
    };

    /// <summary>What was known of the acquirers when that was decided.</summary>
    public static IReadOnlyList<AcquirerStanding> Standings(RouteExplanation route) =>
    [
        .. route.Candidates.Where(candidate => candidate.Standing is not null).Select(candidate => new AcquirerStanding(
            candidate.Acquirer,
            new Estimate(candidate.Standing!.Successes, candidate.Standing.Failures, candidate.Standing.Level),
            Enum.Parse<OutageState>(candidate.Standing.Outage))
        {
            CostFactor = candidate.Standing.CostFactor,
        }),
    ];

    /// <summary>What each acquirer had taken in the month when that was decided.</summary>
    public static IReadOnlyList<MonthVolume> Volumes(RouteExplanation route) =>
    [
        .. route.Candidates.Where(candidate => candidate.MonthPayments is not null)
            .Select(candidate => new MonthVolume(candidate.Acquirer, candidate.MonthPayments!.Value)),
    ];

    static RouteCandidate Kept(RouteChoice choice) => new(choice.Acquirer, IsKept: true, choice.Why)
    {
        Standing = Standing(choice.Standing),
        MonthPayments = choice.MonthPayments,
        Worth = choice.Ranked is { } ranked ? Worth(ranked) : null,
    };

    static RouteCandidate LeftOut(RouteExclusion exclusion) =>
        new(exclusion.Acquirer, IsKept: false, exclusion.Why)
        {
            Standing = Standing(exclusion.Standing),
            MonthPayments = exclusion.MonthPayments,
        };

    // Whole, unlike what is only to be read: from these the decision can be made again.
    static CandidateStanding? Standing(AcquirerStanding? standing) => standing is null
        ? null
        : new(
            standing.Approval.Successes,
            standing.Approval.Failures,
            standing.Approval.Level,
            standing.Outage.ToString(),
            standing.CostFactor);

    static CandidateWorth Worth(Ranked ranked) => new(
        Short(ranked.ExpectedValue),
        Short(ranked.ApprovalProbability),
        Short(ranked.Low),
        Short(ranked.High),
        ranked.Cost,
        ranked.IsExploration);

    static double Short(double number) => Math.Round(number, KeptDecimals);
}
