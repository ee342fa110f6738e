using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>How acquirers are ranked.</summary>
public sealed record OptimiserSettings
{
    const int BasisPointsInOne = 10_000;

    /// <summary>
    /// What an approved payment leaves the merchant before the acquirer's fee, in hundredths of a percent of its amount: how
    /// much a percent of approvals weighs against a percent of cost.
    /// </summary>
    public int MarginBasisPoints { get; init; } = 2_000;

    /// <summary>The most of the payments that may try an acquirer which is not the best, for each such acquirer.</summary>
    public double MostExploration { get; init; } = 0.05;

    /// <summary>The share of them that tries it whatever it looks like, so that who has recovered is noticed.</summary>
    public double LeastExploration { get; init; } = 0.02;

    /// <summary>The most that all of them together may have.</summary>
    public double MostExplorationInAll { get; init; } = 0.2;

    internal double Margin(Money amount) => amount.MinorUnits * (double)MarginBasisPoints / BasisPointsInOne;
}

/// <summary>An acquirer with what it is worth for a payment.</summary>
/// <param name="ExpectedValue">In minor units: the probability times the margin, less the cost.</param>
/// <param name="ApprovalProbability">Of what depends on the acquirer: what issuers refuse is not in it.</param>
/// <param name="Low">The lower end of the 90 % credible interval of the probability.</param>
/// <param name="High">Its upper end.</param>
/// <param name="IsExploration">Whether it is first in order to be tried, not because it is worth the most.</param>
public sealed record Ranked(
    AcquirerName Acquirer,
    double ExpectedValue,
    double ApprovalProbability,
    double Low,
    double High,
    Money Cost,
    bool IsExploration,
    string Why);

/// <summary>
/// Ranks the acquirers that can take a payment by what each is worth, and lets a bounded share of payments try the others:
/// by Thompson's rule, where a draw from what may be true of the other beats one of the best. The draws follow from the
/// payment and the program's version, so that whoever ranks again ranks the same.
/// </summary>
public static class Optimiser
{
    /// <summary>The ranking, the best first. The cost counts whole, so more approvals never rank lower, whatever it costs.</summary>
    public static IReadOnlyList<Ranked> Rank(
        PaymentFacts facts,
        int programVersion,
        IReadOnlyList<AcquirerProfile> eligible,
        IReadOnlyList<AcquirerStanding> standings,
        OptimiserSettings settings)
    {
        if (eligible.Count == 0) return [];
        var ranking = new Ranking(facts, programVersion, eligible, standings, settings);
        ranking.Sort();
        ranking.Explore();
        return ranking.Result();
    }
}

/// <summary>A ranking in the making.</summary>
readonly struct Ranking
{
    readonly PaymentFacts facts;
    readonly int version;
    readonly OptimiserSettings settings;
    readonly Candidate[] candidates;

    public Ranking(
        PaymentFacts facts,
        int version,
        IReadOnlyList<AcquirerProfile> eligible,
        IReadOnlyList<AcquirerStanding> standings,
        OptimiserSettings settings)
    {
        (this.facts, this.version, this.settings) = (facts, version, settings);
        candidates = new Candidate[eligible.Count];
        for (var place = 0; place < candidates.Length; place++)
            candidates[place] = Judge(eligible[place], Find(standings, eligible[place].Name));
        PriceTheUnpriced();
        for (var place = 0; place < candidates.Length; place++)
            candidates[place].Value = Value(candidates[place].Standing.Approval.Mean, candidates[place].Cost);
    }

    // By hand: there are few, and a comparer would be an allocation for each payment.
    public void Sort()
    {
        for (var place = 1; place < candidates.Length; place++)
            for (var at = place; at > 0 && Precedes(candidates[at], candidates[at - 1]); at--)
                (candidates[at], candidates[at - 1]) = (candidates[at - 1], candidates[at]);
    }

    /// <summary>Moves one to the front where the payment is drawn to try it. Who is out is never tried.</summary>
    public void Explore()
    {
        for (var place = 0; place < candidates.Length; place++)
            if (candidates[place].Standing.Outage == OutageState.Probing)
            {
                MoveToFront(place, Reasons.Probe);
                return;
            }
        if (Challenger() is var challenger && challenger > 0) MoveToFront(challenger, Reasons.Trial);
    }

    public Ranked[] Result()
    {
        var result = new Ranked[candidates.Length];
        for (var place = 0; place < result.Length; place++) result[place] = candidates[place].ToRanked(facts.Amount.Currency);
        return result;
    }

    // The payments are dealt out: the first share of them may try the second best, the next share the third, and so on.
    int Challenger()
    {
        var others = 0;
        while (others + 1 < candidates.Length && candidates[others + 1].Standing.Outage != OutageState.Out) others++;
        if (others == 0) return 0;
        var share = Math.Min(settings.MostExploration, settings.MostExplorationInAll / others);
        var drawn = Draw.Of(facts.Payment.Value, version);
        if (share <= 0 || drawn >= share * others) return 0;
        var challenger = Math.Min((int)(drawn / share), others - 1) + 1;
        var isDue = drawn - (share * (challenger - 1)) < settings.LeastExploration;
        return isDue || Sample(candidates[challenger]) > Sample(candidates[0]) ? challenger : 0;
    }

    double Sample(in Candidate candidate)
    {
        var drawn = Draw.Of($"{facts.Payment}/{candidate.Standing.Acquirer}", version);
        return Value(candidate.Standing.Approval.At(Beta.Deviations(drawn)), candidate.Cost);
    }

    Candidate Judge(AcquirerProfile profile, AcquirerStanding standing) => new()
    {
        Standing = standing,
        Cost = profile.CostOf(facts)?.MinorUnits * standing.CostFactor ?? double.NaN,
        Why = Reasons.Value,
    };

    // What nobody knows the price of is taken for as dear as the dearest: it cannot win by being unknown.
    void PriceTheUnpriced()
    {
        var dearest = 0.0;
        foreach (ref readonly var candidate in candidates.AsSpan())
            if (candidate.Cost > dearest) dearest = candidate.Cost;
        foreach (ref var candidate in candidates.AsSpan())
            if (double.IsNaN(candidate.Cost)) (candidate.Cost, candidate.Why) = (dearest, Reasons.Unpriced);
    }

    void MoveToFront(int place, string why)
    {
        var chosen = candidates[place] with { IsExploration = true, Why = why };
        for (var at = place; at > 0; at--) candidates[at] = candidates[at - 1];
        candidates[0] = chosen;
    }

    double Value(double approval, double cost) => (approval * settings.Margin(facts.Amount)) - cost;

    // Who is out comes last, where it is here at all: it is when everybody is.
    static bool Precedes(in Candidate one, in Candidate other)
    {
        var (isOut, isOtherOut) = (one.Standing.Outage == OutageState.Out, other.Standing.Outage == OutageState.Out);
        if (isOut != isOtherOut) return isOtherOut;
        if (one.Value != other.Value) return one.Value > other.Value;
        return string.CompareOrdinal(one.Standing.Acquirer.Value, other.Standing.Acquirer.Value) < 0;
    }

    static AcquirerStanding Find(IReadOnlyList<AcquirerStanding> standings, AcquirerName name)
    {
        for (var place = 0; place < standings.Count; place++)
            if (standings[place].Acquirer == name) return standings[place];
        return new AcquirerStanding(name, Estimate.Untried, OutageState.Healthy);
    }

    static class Reasons
    {
        public const string Value = "by its expected value";
        public const string Unpriced = "by its expected value; its cost is not known and taken for the dearest";
        public const string Trial = "tried by a bounded share of payments to learn what it is worth";
        public const string Probe = "probed by a bounded share of payments after it had not answered";
    }

    record struct Candidate
    {
        public required AcquirerStanding Standing { get; init; }

        public double Cost { get; set; }

        public double Value { get; set; }

        public string Why { get; set; }

        public bool IsExploration { get; init; }

        // The cost is shown rounded half up to the minor unit.
        public readonly Ranked ToRanked(Currency currency) => new(
            Standing.Acquirer,
            Value,
            Standing.Approval.Mean,
            Standing.Approval.Low,
            Standing.Approval.High,
            new Money((long)Math.Floor(Cost + 0.5), currency),
            IsExploration,
            Why);
    }
}
