using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>An outcome that counts, and what of.</summary>
public sealed record CountedOutcome(
    bool IsGood, CardBrand Brand, string? IssuerCountry, Currency Currency, DateTimeOffset At)
{
    /// <summary>
    /// Whether what happened speaks for the acquirer or against it; null where it does neither. Approvals speak for it; no
    /// answer, and refusals that came from the way there, from the set-up or without a reason, against it. What the issuer
    /// or the cardholder did is nothing of the acquirer's.
    /// </summary>
    public static bool? Speaks(PaymentEvent happened) => happened switch
    {
        PaymentEvent.Approved => true,
        PaymentEvent.NoAnswer => false,
        PaymentEvent.AttemptDeclined declined => Speaks(declined.Code.Class()),
        _ => null,
    };

    static bool? Speaks(DeclineClass declined) => declined switch
    {
        DeclineClass.Technical or DeclineClass.Generic or DeclineClass.Configuration => false,
        DeclineClass.Hard or DeclineClass.Issuer or DeclineClass.FixDetails or DeclineClass.Authenticate => null,
    };
}

/// <summary>
/// What is known of one acquirer: its outcomes by brand, issuer country and currency and by every coarser level, each
/// weighing half after <see cref="HalfLife"/>, and the fees it charged. It is bounded, and two of them make one.
/// </summary>
public sealed record AcquirerStatistics(AcquirerName Acquirer, DateTimeOffset AsOf)
{
    /// <summary>The level of everything.</summary>
    public const string AllLevel = "all";

    /// <summary>How many levels are kept: the lightest gives way to a new one.</summary>
    public const int MostLevels = 256;

    /// <summary>After this long without a look, an outcome weighs half.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);

    // An interval from fewer says little more than the prior: the coarser level is asked.
    const double Enough = 30;
    const int KeptDecimals = 3;

    /// <summary>Outcomes by level.</summary>
    public IReadOnlyDictionary<string, Tally> Tallies { get; init; } = new Dictionary<string, Tally>();

    /// <summary>Fees by currency.</summary>
    public IReadOnlyDictionary<string, FeesSeen> Fees { get; init; } = new Dictionary<string, FeesSeen>();

    /// <summary>The statistics after one more outcome.</summary>
    public AcquirerStatistics With(CountedOutcome outcome) => With([outcome]);

    /// <summary>The same after several. What comes late weighs as little as if it had come in time.</summary>
    public AcquirerStatistics With(IReadOnlyCollection<CountedOutcome> outcomes)
    {
        if (outcomes.Count == 0) return this;
        var at = Later(AsOf, outcomes.Max(outcome => outcome.At));
        var tallies = Aged(at);
        foreach (var outcome in outcomes)
            foreach (var level in Levels(outcome.Brand, outcome.IssuerCountry, outcome.Currency))
                tallies[level] = Of(tallies, level).With(outcome.IsGood, Remaining(outcome.At, at));
        return this with { AsOf = at, Tallies = Bounded(tallies) };
    }

    /// <summary>The statistics after fees were seen in a settlement file.</summary>
    public AcquirerStatistics With(FeesSeen seen, Currency currency) => this with
    {
        Fees = new Dictionary<string, FeesSeen>(Fees)
        {
            [currency.Code] = Fees.TryGetValue(currency.Code, out var known) ? FeesSeen.Merge(known, seen) : seen,
        },
    };

    /// <summary>Both in one, as of the later.</summary>
    public static AcquirerStatistics Merge(AcquirerStatistics left, AcquirerStatistics right)
    {
        var at = Later(left.AsOf, right.AsOf);
        var tallies = left.Aged(at);
        foreach (var (level, tally) in right.Aged(at)) tallies[level] = Tally.Merge(Of(tallies, level), tally);
        var merged = left with { AsOf = at, Tallies = Bounded(tallies) };
        return right.Fees.Aggregate(merged, (sum, one) => sum.With(one.Value, Currency.Of(one.Key)));
    }

    /// <summary>What is known for a payment: that of the most specific level with enough outcomes, else all there is.</summary>
    public Estimate For(PaymentFacts facts, DateTimeOffset now)
    {
        var remaining = Remaining(AsOf, Later(AsOf, now));
        foreach (var level in Levels(facts.Brand, facts.IssuerCountry, facts.Amount.Currency))
        {
            if (!Tallies.TryGetValue(level, out var tally)) continue;
            if (level != AllLevel && tally.Weight * remaining < Enough) continue;
            return new Estimate(Short(tally.Successes * remaining), Short(tally.Failures * remaining), level);
        }
        return Estimate.Untried;
    }

    /// <summary>All of its outcomes as they weigh now.</summary>
    public Tally Overall(DateTimeOffset now) =>
        (Tallies.GetValueOrDefault(AllLevel) ?? Tally.Empty).By(Remaining(AsOf, Later(AsOf, now)));

    /// <summary>
    /// How the acquirer stands for a payment. While it is probed it is out for all payments but those that are drawn to
    /// probe it.
    /// </summary>
    public AcquirerStanding Standing(PaymentFacts facts, OutageState outage, DateTimeOffset now) =>
        new(Acquirer, For(facts, now), OutageWatch.For(outage, facts.Payment, Acquirer))
        {
            CostFactor = Fees.TryGetValue(facts.Amount.Currency.Code, out var fees) ? Short(fees.Factor) : 1,
        };

    static IEnumerable<string> Levels(CardBrand brand, string? issuerCountry, Currency currency)
    {
        var scheme = brand.ToString().ToLowerInvariant();
        if (issuerCountry is not null) yield return $"{scheme}|{issuerCountry}|{currency}";
        yield return $"{scheme}|{currency}";
        yield return scheme;
        yield return AllLevel;
    }

    Dictionary<string, Tally> Aged(DateTimeOffset at)
    {
        var remaining = Remaining(AsOf, at);
        return Tallies.ToDictionary(level => level.Key, level => level.Value.By(remaining));
    }

    static Dictionary<string, Tally> Bounded(Dictionary<string, Tally> tallies)
    {
        if (tallies.Count <= MostLevels) return tallies;
        var lightest = tallies.Where(level => level.Key != AllLevel)
            .OrderBy(level => level.Value.Weight).ThenBy(level => level.Key, StringComparer.Ordinal)
            .Take(tallies.Count - MostLevels);
        foreach (var (level, _) in lightest.ToList()) tallies.Remove(level);
        return tallies;
    }

    static Tally Of(Dictionary<string, Tally> tallies, string level) => tallies.GetValueOrDefault(level) ?? Tally.Empty;

    // Kept with every payment: the digits after these decide nothing, and would be most of the text.
    static double Short(double number) => Math.Round(number, KeptDecimals);

    static double Remaining(DateTimeOffset from, DateTimeOffset to) => Math.Pow(0.5, (to - from) / HalfLife);

    static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
