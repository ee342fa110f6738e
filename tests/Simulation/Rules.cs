using Railyard.Core.Acquiring;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Simulation;

/// <summary>Core's rules, each of which a test may replace by a wrong one, to see that the auditor finds it out.</summary>
sealed record Rules
{
    /// <summary>What an acquirer's answer is worth.</summary>
    public Func<AttemptOutcome, bool, AttemptOutcome> Believe { get; init; } = Authorization.Believe;

    /// <summary>What an outcome makes of the payment.</summary>
    public Func<Payment, RoutePlan, int, AttemptOutcome, int, DateTimeOffset, Payment> Record { get; init; } =
        (payment, plan, attempt, outcome, timesAsked, now) => Authorization.Record(payment, plan, attempt, outcome, timesAsked, now);

    /// <summary>What is to be done about a notice.</summary>
    public Func<Payment, AcquirerNotice, DateTimeOffset, NoticeVerdict> Judge { get; init; } = Notices.Judge;

    /// <summary>What an acquirer's answer to a reversal is worth: what it says.</summary>
    public Func<ReversalOutcome, ReversalOutcome> BelieveReversal { get; init; } = answer => answer;
}
