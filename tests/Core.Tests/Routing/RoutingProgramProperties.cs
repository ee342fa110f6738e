using System.Diagnostics;
using CsCheck;
using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

/// <summary>What holds for every program and every payment.</summary>
public sealed class RoutingProgramProperties
{
    static readonly string[] Countries = ["DE", "NL", "US"];
    static readonly string[] Bins = ["411111", "424242", "555544"];
    static readonly string[] Notes = ["red", "blue"];
    static readonly string[] Codes = ["EUR", "USD", "JPY"];
    static readonly AcquirerName[] Names = [.. Enumerable.Range(0, 5).Select(number => new AcquirerName($"bank-{number}"))];

    static readonly Gen<Currency> AnyCurrency = Pick(Codes).Select(Currency.Of);
    static readonly Gen<CardBrand> AnyBrand = Pick(CardBrand.Visa, CardBrand.Mastercard, CardBrand.Amex);

    static readonly Gen<PaymentFacts> AnyFacts =
        from number in Gen.Int[0, 1_000_000]
        from amount in Gen.Long[0, 1_000]
        from currency in AnyCurrency
        from brand in AnyBrand
        from bin in Pick(Bins)
        from country in Gen.OneOf(Pick(Countries).Select(one => (string?)one), Gen.Const((string?)null))
        from type in Gen.OneOf(Gen.Enum<CardType>().Select(one => (CardType?)one), Gen.Const((CardType?)null))
        from capture in Gen.Enum<CaptureMode>()
        from note in Gen.OneOf(Pick(Notes).Select(one => (string?)one), Gen.Const((string?)null))
        from minutes in Gen.Int[0, 20_000]
        select new PaymentFacts
        {
            Payment = new PaymentId($"pay_{number}"),
            Merchant = new MerchantId("mer_1"),
            Amount = new Money(amount, currency),
            Brand = brand,
            Bin = bin,
            IssuerCountry = country,
            CardType = type,
            Capture = capture,
            Metadata = note is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["colour"] = note },
            At = A.Moment.AddMinutes(minutes),
        };

    static readonly Gen<Condition> Comparison = Gen.OneOf<Condition>(
        from currency in AnyCurrency
        from least in Gen.Long[0, 1_000]
        from most in Gen.Long[0, 1_000]
        select (Condition)new Condition.AmountWithin(currency, least, most),
        AnyCurrency.Array[1, 2].Select(some => (Condition)new Condition.CurrencyIn(some)),
        AnyBrand.Array[1, 2].Select(some => (Condition)new Condition.BrandIn(some)),
        Pick(Bins).Select(bin => (Condition)new Condition.BinWithin([new BinRange("400000", bin), new BinRange("55554400", "55554499")])),
        Pick(Countries).Array[1, 2].Select(some => (Condition)new Condition.IssuerCountryIn(some)),
        Gen.Enum<CardType>().Array[1, 2].Select(some => (Condition)new Condition.CardTypeIn(some)),
        Gen.Enum<CaptureMode>().Array[1, 1].Select(some => (Condition)new Condition.CaptureIn(some)),
        Gen.Enum<Initiator>().Array[1, 1].Select(some => (Condition)new Condition.InitiatorIn(some)),
        Pick(Notes).Array[1, 2].Select(some => (Condition)new Condition.MetadataIn("colour", some)),
        from offset in Gen.Int[-840, 840]
        from start in Gen.Int[0, 1_439]
        from length in Gen.Int[1, 1_439]
        select (Condition)new Condition.TimeOfDay(offset, start, (start + length) % 1_440),
        from offset in Gen.Int[-840, 840]
        from days in Gen.Enum<DayOfWeek>().Array[1, 3]
        select (Condition)new Condition.DayOfWeekIn(offset, days));

    static readonly Gen<Condition> AnyCondition = Tree(3);

    static readonly Gen<RouteOutcome> AnyOutcome = Gen.OneOf<RouteOutcome>(
        Gen.Shuffle(Names).Select(names => (RouteOutcome)new RouteOutcome.Priority(names[..3])),
        Gen.Shuffle(Names).Select(names => (RouteOutcome)new RouteOutcome.VolumeSplit([new(names[0], 60), new(names[1], 30), new(names[2], 10)])),
        Gen.Shuffle(Names).Select(names => (RouteOutcome)new RouteOutcome.Optimise(names[..4])),
        Gen.Const((RouteOutcome)new RouteOutcome.Optimise([])));

    static readonly Gen<RoutingProgram> AnyProgram =
        from conditions in AnyCondition.Array[0, 6]
        from outcomes in AnyOutcome.Array[6]
        from otherwise in AnyOutcome
        select new RoutingProgram(4, [.. conditions.Select((when, place) => new RoutingRule($"rule {place}", when, outcomes[place]))], otherwise);

    static readonly Gen<AcquirerProfile> AnyProfile =
        from place in Gen.Int[0, Names.Length - 1]
        from brands in AnyBrand.Array[1, 3]
        from currencies in Pick(Codes).Array[0, 2]
        from countries in Pick(Countries).Array[0, 2]
        from capabilities in Gen.Enum<Capability>().Array[0, 3]
        from most in Gen.Long[1, 1_000]
        from closed in Gen.Bool
        select new AcquirerProfile
        {
            Name = Names[place],
            Brands = brands,
            Currencies = currencies,
            IssuerCountries = countries,
            Capabilities = capabilities,
            Amounts = new Dictionary<string, AmountLimits> { ["EUR"] = new(1, most), ["USD"] = new(2, most) },
            Multiples = new Dictionary<string, int> { ["EUR"] = (int)(most % 3) + 1, ["GBP"] = 5 },
            Closed = closed ? new ClosedHours(new TimeOnly(23, 0), new TimeOnly(1, 0)) : null,
            Fee = new Fee(100, 10),
        };

    static readonly Gen<RoutingSnapshot> AnySnapshot =
        from facts in AnyFacts
        from program in AnyProgram
        from profiles in AnyProfile.Array[1, 8]
        from outages in Gen.Enum<OutageState>().Array[Names.Length]
        from counts in Gen.Int[0, 50].Array[2 * Names.Length]
        select new RoutingSnapshot(
            facts,
            program,
            [.. profiles.DistinctBy(profile => profile.Name)],
            [.. Names.Select((name, place) => new AcquirerStanding(
                name, new Estimate(counts[place], counts[place + Names.Length], "all"), outages[place]))]);

    [Fact]
    public void The_compiled_program_matches_what_the_tree_says() => Gen.Select(AnyProgram, AnyFacts).Sample((program, facts) =>
    {
        var first = program.Rules.Index().Where(rule => Holds(rule.Item.When, facts)).Select(rule => (int?)rule.Index).FirstOrDefault();

        Assert.Equal(first ?? program.Rules.Count, CompiledProgram.Of(program).Match(facts));
    });

    [Fact]
    public void The_same_snapshot_is_planned_the_same() => AnySnapshot.Sample(snapshot =>
    {
        var copy = snapshot with { Program = snapshot.Program with { Version = snapshot.Program.Version }, Facts = snapshot.Facts with { } };

        Assert.Equal(Text(Router.Plan(snapshot)), Text(Router.Plan(copy)));
    });

    [Fact]
    public void Nobody_is_tried_who_cannot_take_the_payment() => AnySnapshot.Sample(snapshot => Assert.All(
        Router.Plan(snapshot).Choices,
        choice => Assert.Null(Eligibility.Refusal(
            snapshot.Profiles.Single(profile => profile.Name == choice.Acquirer), snapshot.Facts, snapshot.Volumes))));

    [Fact]
    public void Every_acquirer_is_listed_once_as_kept_or_left_out() => AnySnapshot.Sample(snapshot =>
    {
        var plan = Router.Plan(snapshot);
        var listed = plan.Choices.Select(choice => choice.Acquirer).Concat(plan.Excluded.Select(left => left.Acquirer)).ToList();

        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Empty(snapshot.Profiles.Select(profile => profile.Name).Except(listed));
        Assert.All(plan.Choices, choice => Assert.NotEmpty(choice.Why));
        Assert.All(plan.Excluded, left => Assert.NotEmpty(left.Why));
    });

    [Fact]
    public void An_outage_alone_never_leaves_a_payment_without_an_acquirer() => AnySnapshot.Sample(snapshot =>
    {
        var healthy = Router.Plan(snapshot with { Standings = [] });

        Assert.Equal(healthy.Choices.Count == 0, Router.Plan(snapshot).Choices.Count == 0);
    });

    [Fact]
    public void What_is_kept_of_a_plan_is_enough_to_make_it_again() => AnySnapshot.Sample(snapshot =>
    {
        var recorded = Explanations.Of(Router.Plan(snapshot));
        var again = Explanations.Of(Router.Plan(snapshot with { Standings = Explanations.Standings(recorded) }));

        Assert.Equal((recorded.ProgramVersion, recorded.Rule), (again.ProgramVersion, again.Rule));
        Assert.Equal(recorded.Candidates, again.Candidates);
    });

    [Fact]
    public void A_rule_that_is_said_never_to_match_or_to_be_shadowed_decides_nothing() =>
        Gen.Select(AnyProgram, AnyFacts.Array[50]).Sample((program, payments) =>
        {
            var useless = ProgramFindings.Of(program, [])
                .Where(finding => finding.Code is FindingCode.NeverMatches or FindingCode.Shadowed or FindingCode.Contradicted)
                .Select(finding => finding.Path).ToList();

            foreach (var place in payments.Select(CompiledProgram.Of(program).Match))
                Assert.DoesNotContain($"program.rules[{place}].when", useless);
        });

    [Fact]
    public void A_split_has_the_proportions_it_names()
    {
        const int Payments = 20_000;
        VolumeShare[] shares = [new(Names[0], 70), new(Names[1], 25), new(Names[2], 5)];

        var drawn = Enumerable.Range(0, Payments).CountBy(number => Router.Drawn(new PaymentId($"pay_{number:x32}"), shares)).ToDictionary();

        // Four deviations of the widest of the three: one run in fifteen thousand would be beyond, and this one never is.
        Assert.All(shares.Index(), share => Assert.InRange(drawn[share.Index] * 100.0 / Payments, share.Item.Percent - 1.3, share.Item.Percent + 1.3));
    }

    [Fact]
    public void A_draw_is_the_same_on_every_machine()
    {
        // Worked out by another program in another language.
        Assert.Equal(0.9248794423796072, Draw.Of("pay_1", 0));
        Assert.Equal(0.8783024117655949, Draw.Of("pay_1", 7));
        Assert.Equal(0.37658093799212755, Draw.Of(new string('é', 200), -1));
        Assert.NotEqual(Draw.Of("pay_1", 7), Draw.Of("pay_1", 8));
        Assert.NotEqual(Draw.Of("pay_1", 7), Draw.Of("pay_2", 7));
    }

    static Gen<T> Pick<T>(params T[] some) => Gen.Int[0, some.Length - 1].Select(place => some[place]);

    static Gen<Condition> Tree(int depth) => depth == 0
        ? Comparison
        : Gen.OneOf(
            Comparison,
            Comparison,
            Tree(depth - 1).Array[1, 3].Select(some => (Condition)new Condition.All(some)),
            Tree(depth - 1).Array[1, 3].Select(some => (Condition)new Condition.Any(some)),
            Tree(depth - 1).Select(one => (Condition)new Condition.Not(one)));

    static string Text(RoutePlan plan) => string.Join(
        '\n', plan.Choices.Select(choice => $"{choice}").Concat(plan.Excluded.Select(left => $"{left}")).Append($"{plan.Rule}"));

    // What a reader of the tree would say, one word after the other.
    static bool Holds(Condition condition, PaymentFacts facts) => condition switch
    {
        Condition.All one => one.Of.All(each => Holds(each, facts)),
        Condition.Any one => one.Of.Any(each => Holds(each, facts)),
        Condition.Not one => !Holds(one.Of, facts),
        Condition.AmountWithin one =>
            facts.Amount.Currency == one.Currency && facts.Amount.MinorUnits >= one.Least && facts.Amount.MinorUnits <= one.Most,
        Condition.CurrencyIn one => one.Currencies.Contains(facts.Amount.Currency),
        Condition.BrandIn one => one.Brands.Contains(facts.Brand),
        Condition.BinWithin one => one.Ranges.Any(range => Within(range, facts.Bin)),
        Condition.IssuerCountryIn one => facts.IssuerCountry is { } country && one.Countries.Contains(country),
        Condition.CardTypeIn one => one.CardTypes.Contains(facts.CardType ?? CardType.Unknown),
        Condition.CaptureIn one => one.Captures.Contains(facts.Capture),
        Condition.InitiatorIn one => one.Initiators.Contains(facts.Initiator),
        Condition.MetadataIn one => facts.Metadata.TryGetValue(one.Name, out var noted) && one.Values.Contains(noted),
        Condition.TimeOfDay one => Within(one, Local(facts.At, one.OffsetMinutes)),
        Condition.DayOfWeekIn one => one.Days.Contains(Local(facts.At, one.OffsetMinutes).DayOfWeek),
        _ => throw new UnreachableException(),
    };

    static DateTimeOffset Local(DateTimeOffset at, int minutes) => at.ToOffset(TimeSpan.FromMinutes(minutes));

    static bool Within(Condition.TimeOfDay times, DateTimeOffset local)
    {
        var minute = (local.Hour * 60) + local.Minute;
        return times.FromMinute < times.UntilMinute
            ? minute >= times.FromMinute && minute < times.UntilMinute
            : minute >= times.FromMinute || minute < times.UntilMinute;
    }

    static bool Within(BinRange range, string bin) =>
        string.CompareOrdinal(bin.PadRight(8, '0'), range.From.PadRight(8, '0')) >= 0
        && string.CompareOrdinal(bin.PadRight(8, '9'), range.To.PadRight(8, '9')) <= 0;
}
