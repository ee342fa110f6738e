using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>Everything a route is decided from, frozen when the payment is accepted, so that a replay decides the same.</summary>
public sealed record RoutingSnapshot(
    PaymentFacts Facts,
    RoutingProgram Program,
    IReadOnlyList<AcquirerProfile> Profiles,
    IReadOnlyList<AcquirerStanding> Standings)
{
    /// <summary>What each acquirer has taken this month, where it has a cap or a commitment.</summary>
    public IReadOnlyList<MonthVolume> Volumes { get; init; } = [];

    /// <summary>How acquirers are ranked where the program says to optimise.</summary>
    public OptimiserSettings Settings { get; init; } = new();

    /// <summary>The experiment that runs, whichever side of it the payment is on; null for none.</summary>
    public ExperimentId? Experiment { get; init; }
}

/// <summary>An acquirer to try, why it stands where it stands, and how an unknown outcome is settled there.</summary>
public sealed record RouteChoice(AcquirerName Acquirer, string Why, FindOutBy FindsOutBy = FindOutBy.AskingAgain)
{
    /// <summary>What it was worth, where that decided.</summary>
    public Ranked? Ranked { get; init; }

    /// <summary>What was known of it.</summary>
    public AcquirerStanding? Standing { get; init; }

    /// <summary>How many payments it has taken in the month, where they are counted.</summary>
    public long? MonthPayments { get; init; }
}

/// <summary>An acquirer that is not tried, and why not.</summary>
public sealed record RouteExclusion(AcquirerName Acquirer, string Why)
{
    /// <summary>What was known of it.</summary>
    public AcquirerStanding? Standing { get; init; }

    /// <summary>How many payments it has taken in the month, where they are counted.</summary>
    public long? MonthPayments { get; init; }
}

/// <summary>The acquirers to try, in order, and those left out.</summary>
public sealed record RoutePlan(IReadOnlyList<RouteChoice> Choices, IReadOnlyList<RouteExclusion> Excluded)
{
    /// <summary>The version of the program that decided.</summary>
    public int ProgramVersion { get; init; }

    /// <summary>How often the merchant lets a declined card be tried.</summary>
    public RetryLimits Limits { get; init; } = RetryLimits.None;

    /// <summary>The rule that matched; null where none did.</summary>
    public string? Rule { get; init; }

    /// <summary>The experiment that it is a part of.</summary>
    public ExperimentId? Experiment { get; init; }
}

/// <summary>
/// Plans the route of a payment: the program names acquirers in an order, those that cannot take the payment are left out,
/// then those that do not answer, and what is left is tried in that order, or in that of what each is worth.
/// </summary>
public static class Router
{
    const double Hundred = 100;

    /// <summary>The plan, which lists every acquirer as kept or left out.</summary>
    public static RoutePlan Plan(RoutingSnapshot snapshot)
    {
        var compiled = CompiledProgram.Of(snapshot.Program);
        var place = compiled.Match(snapshot.Facts);
        var rule = place < snapshot.Program.Rules.Count ? snapshot.Program.Rules[place] : null;
        var planned = new Planning(snapshot, compiled.Reasons[place]);
        planned.Take(rule is null ? snapshot.Program.Otherwise : rule.Then);
        return new RoutePlan(planned.Choices, planned.Excluded)
        {
            ProgramVersion = snapshot.Program.Version,
            Limits = snapshot.Program.Limits,
            Rule = rule?.Name,
            Experiment = snapshot.Experiment,
        };
    }

    /// <summary>The place of the share that a payment is drawn for.</summary>
    public static int Drawn(PaymentId payment, IReadOnlyList<VolumeShare> shares)
    {
        var left = Draw.Of(payment.Value, Draw.OfSplit) * Hundred;
        for (var place = 0; place < shares.Count - 1; place++)
        {
            left -= shares[place].Percent;
            if (left < 0) return place;
        }
        return shares.Count - 1;
    }
}
