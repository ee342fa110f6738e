using Railyard.Core.Payments;
using Railyard.Core.Routing;

namespace Railyard.Core.Tests.Routing;

/// <summary>What is said of a program in vain is found, and nothing else is.</summary>
public sealed class ProgramFindingsTests
{
    static readonly RouteOutcome North = new RouteOutcome.Priority([A.Northbank]);
    static readonly RouteOutcome South = new RouteOutcome.Priority([A.Southbank]);
    static readonly Condition Visa = new Condition.BrandIn([CardBrand.Visa]);
    static readonly Condition Amex = new Condition.BrandIn([CardBrand.Amex]);

    static readonly IReadOnlyList<AcquirerProfile> Profiles =
    [
        new() { Name = A.Northbank, Brands = [CardBrand.Visa], Currencies = ["EUR"], Fee = new Fee(0, 0) },
        new() { Name = A.Southbank, Brands = Enum.GetValues<CardBrand>(), Fee = new Fee(0, 0) },
    ];

    static Condition.All All(params Condition[] some) => new(some);

    static Condition.Any Any(params Condition[] some) => new(some);

    static Condition.Not Not(Condition one) => new(one);

    static Condition.AmountWithin Amount(long least, long most, string currency = "EUR") =>
        new Condition.AmountWithin(Currency.Of(currency), least, most);

    static Condition.CurrencyIn Currencies(params string[] codes) => new Condition.CurrencyIn([.. codes.Select(Currency.Of)]);

    static Condition.BinWithin Bin(string from, string to) => new Condition.BinWithin([new BinRange(from, to)]);

    static Condition.DayOfWeekIn Days(int offset, params DayOfWeek[] days) => new Condition.DayOfWeekIn(offset, days);

    static Condition.TimeOfDay Times(int offset, int from, int until) => new Condition.TimeOfDay(offset, from, until);

    static RoutingRule Rule(Condition when, RouteOutcome? then = null) => new("a rule", when, then ?? South);

    static IEnumerable<(string Path, FindingCode Code)> Findings(params RoutingRule[] rules) =>
        ProgramFindings.Of(new RoutingProgram(1, rules, South), Profiles).Select(finding => (finding.Path, finding.Code));

    public static TheoryData<Condition> Contradictions() =>
    [
        All(Visa, Amex),
        All(Visa, Not(Any(Visa, Amex))),
        All(Amount(100, 200), Amount(201, 300)),
        All(Amount(100, 200), Currencies("USD")),
        All(Amount(100, 200), Not(Currencies("EUR", "USD"))),
        Amount(200, 100),
        All(Bin("400000", "411110"), Bin("411111", "499999")),
        Bin("41111100", "41111150"),
        All(new Condition.MetadataIn("colour", ["red"]), new Condition.MetadataIn("colour", ["blue"])),
        All(new Condition.IssuerCountryIn(["DE"]), new Condition.IssuerCountryIn(["NL", "BE"])),
        All(Times(0, 480, 540), Times(0, 540, 600)),
        All(Days(0, DayOfWeek.Monday), Days(0, DayOfWeek.Tuesday)),
        // A Monday of clocks one hour ahead begins on Sunday at 23:00 in UTC.
        All(Days(60, DayOfWeek.Monday), Days(0, DayOfWeek.Sunday), Times(0, 0, 1_380)),
        Not(Any(Visa, Not(Visa))),
    ];

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_condition_that_contradicts_itself_never_matches(Condition when) =>
        Assert.Equal([("program.rules[0].when", FindingCode.NeverMatches)], Findings(Rule(when)));

    public static TheoryData<Condition> Sound() =>
    [
        All(Visa, Amount(100, 200)),
        All(Amount(100, 200), Amount(200, 300)),
        All(Not(Amount(100, 200)), Currencies("EUR")),
        All(Bin("400000", "411111"), Bin("411111", "499999")),
        Bin("41111100", "41111199"),
        Not(new Condition.MetadataIn("colour", ["red", "blue"])),
        All(new Condition.MetadataIn("colour", ["red"]), new Condition.MetadataIn("size", ["red"])),
        All(Days(60, DayOfWeek.Monday), Days(0, DayOfWeek.Sunday)),
        All(Times(0, 1_380, 60), Times(0, 0, 120)),
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void A_condition_that_something_can_match_is_not_complained_of(Condition when) => Assert.Empty(Findings(Rule(when)));

    [Fact]
    public void A_rule_within_an_earlier_one_is_shadowed() => Assert.Equal(
        [("program.rules[1].when", FindingCode.Shadowed)],
        Findings(Rule(Amount(0, 500)), Rule(All(Visa, Amount(100, 400)))));

    [Fact]
    public void A_rule_within_several_earlier_ones_together_is_shadowed() => Assert.Equal(
        [("program.rules[2].when", FindingCode.Shadowed)],
        Findings(Rule(Amount(0, 500)), Rule(Amount(501, 900)), Rule(Amount(400, 600))));

    [Fact]
    public void A_rule_of_which_the_earlier_ones_leave_something_is_not() =>
        Assert.Empty(Findings(Rule(Amount(0, 500)), Rule(Amount(502, 900)), Rule(Amount(400, 600))));

    [Fact]
    public void Two_rules_that_match_the_same_and_say_otherwise_contradict_each_other()
    {
        Assert.Equal(
            [("program.rules[1].when", FindingCode.Contradicted)],
            Findings(Rule(Any(Visa, Amex), South), Rule(Not(All(Not(Amex), Not(Visa))), new RouteOutcome.Optimise([]))));
        Assert.Equal([("program.rules[1].when", FindingCode.Shadowed)], Findings(Rule(Visa, South), Rule(Visa, South)));
    }

    [Fact]
    public void Rules_that_match_everything_leave_nothing_for_the_last_word() =>
        Assert.Equal([("program.otherwise", FindingCode.NothingLeft)], Findings(Rule(Visa), Rule(Not(Visa))));

    [Fact]
    public void An_outcome_whose_acquirers_take_nothing_of_what_is_matched_is_found()
    {
        Assert.Equal([("program.rules[0].then", FindingCode.NobodyTakesIt)], Findings(Rule(Amex, North)));
        Assert.Equal([("program.rules[0].then", FindingCode.NobodyTakesIt)], Findings(Rule(All(Visa, Currencies("USD")), North)));
        Assert.Empty(Findings(Rule(All(Visa, Currencies("USD", "EUR")), North)));
    }

    [Fact]
    public void What_is_too_involved_is_said_not_to_be_looked_into()
    {
        var pairs = Enumerable.Range(0, 12).Select(number => Any(
            new Condition.MetadataIn($"a{number}", ["1"]), new Condition.MetadataIn($"b{number}", ["1"])));

        Assert.Equal([("program.rules[0].when", FindingCode.NotChecked)], Findings(Rule(All([.. pairs]))));
    }

    [Fact]
    public void However_many_rules_there_are_the_looking_ends()
    {
        var rules = Enumerable.Range(0, 100).Select(number => Rule(Any(
            [.. Enumerable.Range(0, 5).Select(part => All(
                Amount(number * 7, (number * 7) + 50 + part), Not(Bin($"4{number:00}{part}00", $"4{number:00}{part}99")))),
            ])));
        var start = TimeProvider.System.GetTimestamp();

        _ = Findings([.. rules]).ToList();

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }
}
