using System.Diagnostics;
using Railyard.Core.Payments;

namespace Railyard.Core.Routing;

/// <summary>A plan in the making: what the program names, less who cannot take the payment, less who does not answer.</summary>
readonly struct Planning(RoutingSnapshot snapshot, RouteReasons reasons)
{
    /// <summary>Who is to be tried, in order.</summary>
    public List<RouteChoice> Choices { get; } = new(snapshot.Profiles.Count);

    /// <summary>Who is not.</summary>
    public List<RouteExclusion> Excluded { get; } = [];

    /// <summary>Takes what the program says.</summary>
    public void Take(RouteOutcome outcome)
    {
        Consider(outcome);
        LeaveOutTheUnnamed();
        LeaveOutTheSilent();
        if (outcome is RouteOutcome.Optimise && Choices.Count > 0) RankTheRest();
    }

    void Consider(RouteOutcome outcome)
    {
        switch (outcome)
        {
            case RouteOutcome.Priority priority:
                foreach (var name in priority.Acquirers) Consider(name, Choices.Count == 0 ? reasons.First : reasons.Next);
                break;
            case RouteOutcome.VolumeSplit split:
                ConsiderByShare(split.Shares);
                break;
            case RouteOutcome.Optimise { Among: [] }:
                foreach (var profile in snapshot.Profiles) Consider(profile.Name, reasons.Next);
                break;
            case RouteOutcome.Optimise optimise:
                foreach (var name in optimise.Among) Consider(name, reasons.Next);
                break;
            default:
                throw new UnreachableException();
        }
    }

    void ConsiderByShare(IReadOnlyList<VolumeShare> shares)
    {
        var drawn = Router.Drawn(snapshot.Facts.Payment, shares);
        Consider(shares[drawn].Acquirer, reasons.Drawn);
        for (var place = 0; place < shares.Count; place++)
            if (place != drawn) Consider(shares[place].Acquirer, reasons.Beside);
    }

    void Consider(AcquirerName name, string why)
    {
        if (Profile(name) is not { } profile)
            Excluded.Add(new RouteExclusion(name, RouteReasons.NotConfigured));
        else if (Eligibility.Refusal(profile, snapshot.Facts, snapshot.Volumes) is { } refusal)
            LeaveOut(name, refusal);
        else
            Choices.Add(new RouteChoice(name, why, profile.FindsOutBy) { Standing = Standing(name), MonthPayments = Volume(name) });
    }

    void LeaveOutTheUnnamed()
    {
        foreach (var profile in snapshot.Profiles)
            if (!IsListed(profile.Name)) LeaveOut(profile.Name, reasons.NotNamed);
    }

    // Who is known not to answer is not asked; where that is everybody, to ask is better than to lose the payment.
    void LeaveOutTheSilent()
    {
        var silent = 0;
        foreach (var choice in Choices)
            if (IsOut(choice)) silent++;
        var areAll = silent == Choices.Count;
        for (var place = 0; silent > 0; silent--)
        {
            while (!IsOut(Choices[place])) place++;
            var choice = Choices[place];
            if (areAll)
            {
                Choices[place++] = choice with { Why = RouteReasons.AllOut };
                continue;
            }
            LeaveOut(choice.Acquirer, RouteReasons.Out);
            Choices.RemoveAt(place);
        }
    }

    void RankTheRest()
    {
        var eligible = new List<AcquirerProfile>(Choices.Count);
        foreach (var choice in Choices) eligible.Add(Profile(choice.Acquirer)!);
        var ranking = Optimiser.Rank(snapshot.Facts, snapshot.Program.Version, eligible, snapshot.Standings, snapshot.Settings);
        Choices.Clear();
        var promised = PlaceOfPromise(ranking);
        if (promised >= 0) Choose(ranking[promised], RouteReasons.Promised);
        for (var place = 0; place < ranking.Count; place++)
            if (place != promised) Choose(ranking[place], ranking[place].Why);
    }

    void Choose(Ranked ranked, string why) => Choices.Add(
        new RouteChoice(ranked.Acquirer, why, Profile(ranked.Acquirer)!.FindsOutBy)
        {
            Ranked = ranked,
            Standing = Standing(ranked.Acquirer),
            MonthPayments = Volume(ranked.Acquirer),
        });

    void LeaveOut(AcquirerName name, string why) =>
        Excluded.Add(new RouteExclusion(name, why) { Standing = Standing(name), MonthPayments = Volume(name) });

    // What was promised and is not sent has to be paid for all the same, so it comes before what each is worth.
    int PlaceOfPromise(IReadOnlyList<Ranked> ranking)
    {
        for (var place = 0; place < ranking.Count; place++)
            if (Eligibility.IsBehind(Profile(ranking[place].Acquirer)!, snapshot.Facts.At, snapshot.Volumes)) return place;
        return -1;
    }

    static bool IsOut(RouteChoice choice) => choice.Standing is { Outage: OutageState.Out };

    bool IsListed(AcquirerName name)
    {
        foreach (var choice in Choices)
            if (choice.Acquirer == name) return true;
        foreach (var exclusion in Excluded)
            if (exclusion.Acquirer == name) return true;
        return false;
    }

    AcquirerProfile? Profile(AcquirerName name)
    {
        for (var place = 0; place < snapshot.Profiles.Count; place++)
            if (snapshot.Profiles[place].Name == name) return snapshot.Profiles[place];
        return null;
    }

    long? Volume(AcquirerName name) => Eligibility.Volume(name, snapshot.Volumes);

    AcquirerStanding? Standing(AcquirerName name)
    {
        for (var place = 0; place < snapshot.Standings.Count; place++)
            if (snapshot.Standings[place].Acquirer == name) return snapshot.Standings[place];
        return null;
    }
}
