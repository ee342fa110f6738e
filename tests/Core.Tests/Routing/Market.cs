using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

/// <summary>An acquirer of a simulated market: what it charges, and how often it approves at each moment.</summary>
sealed record Competitor(string Name, Fee Fee, Func<DateTimeOffset, double> Approves);

/// <summary>
/// Payments that come one after another, each sent where the optimiser says and counted. Whether an acquirer would approve a
/// payment is drawn for each of both alike, so that another policy can be held against the same payments.
/// </summary>
sealed class Market(string seed, TimeSpan between, params Competitor[] competitors)
{
    static readonly OptimiserSettings Settings = new();

    readonly AcquirerProfile[] profiles = [.. competitors.Select(one => Facts.Profile(one.Name) with { Fee = one.Fee })];
    readonly AcquirerStatistics[] statistics =
        [.. competitors.Select(one => new AcquirerStatistics(new AcquirerName(one.Name), A.Moment))];

    /// <summary>How many payments there were.</summary>
    public int Payments { get; private set; }

    /// <summary>When the next one comes.</summary>
    public DateTimeOffset Now => A.Moment + (Payments * between);

    /// <summary>The next payment: which competitor is the best, and which it was sent to.</summary>
    public (int Best, int Sent, bool IsApproved) Next(long cents = 50_00)
    {
        var facts = Facts.Of($"pay_{seed}_{Payments}", cents) with { At = Now };
        var standings = statistics.Select(known => known.Standing(facts, OutageState.Healthy, Now)).ToArray();
        var ranking = Optimiser.Rank(facts, programVersion: 1, profiles, standings, Settings);
        var sent = Place(ranking[0]);
        var best = ranking[0].IsExploration ? Place(ranking[1]) : sent;
        var isApproved = WouldApprove(sent, Payments);
        statistics[sent] = statistics[sent].With(new CountedOutcome(isApproved, facts.Brand, facts.IssuerCountry, facts.Amount.Currency, Now));
        Payments++;
        return (best, sent, isApproved);
    }

    /// <summary>Whether that competitor would approve that payment.</summary>
    public bool WouldApprove(int competitor, int payment) =>
        Draw.Of($"{seed}/{payment}", competitor) < competitors[competitor].Approves(A.Moment + (payment * between));

    int Place(Ranked ranked) => Array.FindIndex(profiles, profile => profile.Name == ranked.Acquirer);
}

/// <summary>Facts of payments.</summary>
static class Facts
{
    public static PaymentFacts Of(string payment, long cents = 50_00, CardBrand brand = CardBrand.Visa, string? issuerCountry = "DE") => new()
    {
        Payment = new PaymentId(payment),
        Merchant = new MerchantId("mer_1"),
        Amount = cents.Eur(),
        Brand = brand,
        Bin = "411111",
        IssuerCountry = issuerCountry,
        Capture = CaptureMode.Manual,
        At = A.Moment,
    };

    public static AcquirerProfile Profile(string name) => new()
    {
        Name = new AcquirerName(name),
        Brands = [CardBrand.Visa],
        Fee = new Fee(100, 0),
    };
}
